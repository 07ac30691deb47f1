"""Entry point of the camera agent: `python -m auxiliary.camera_client`. Parses the command line and starts one of its commands.

Only the standard library is imported here, and the rest when it is known what to do: `--help` must be quick on a Pi Zero.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_INSTALLED = Path("/etc/picam/camera.toml")
_EPILOG = """\
commands:
  (none)      watch and send until Ctrl-C
  check       try camera, sensor, spool, clock and server, and say what to do about each
              (check --contract runs the adapters' tests with this machine's libraries instead)
  status      how the installed camera is: service, server, spool, last picture, clock
  pair        become a camera of your server, with the code that its page shows:  pair CODE --server URL
  detect      run the motion detection alone over a recording:  detect --source FILE --csv OUT

settings:
  Every option may also stand in a settings file (/etc/picam/camera.toml, or --config FILE) or in the environment:
  --picture-every-seconds 3  is  picture_every_seconds = 3  is  PICAM_CAMERA_PICTURE_EVERY_SECONDS=3.
  The command line wins over the environment, the environment over the file. The file also takes zones, masks and privacy_masks.
  The token comes from --token-file or PICAM_CAMERA_TOKEN, never from the command line.

examples:
  On a Pi with a camera and a PIR sensor on GPIO 17:
    python -m auxiliary.camera_client --server http://192.168.1.10:8000 --token-file token --sensor pir:GPIO17
  On any machine, with a recording instead of a camera, over and over:
    python -m auxiliary.camera_client --server http://localhost:8000 --token-file token --source auxiliary/sample/yard.mp4
  The same once, as fast as possible:
    python -m auxiliary.camera_client --server http://localhost:8000 --token-file token --source yard.mp4 --speed 0
  Is everything in order?
    python -m auxiliary.camera_client check --server http://192.168.1.10:8000 --token-file token --sensor pir:GPIO17
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name; return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = words.pop(0) if words and not words[0].startswith("-") else "run"
    if command == "detect":
        return _detect(words)
    if command == "pair":
        return _pair(words)
    parser = _parser()
    if command not in ("run", "check", "status"):
        parser.error(f"there is no command {command!r}; see --help")
    if command == "check" and "--contract" in words:
        from auxiliary.contract_command import run_contract

        return run_contract()
    flags = {name: value for name, value in vars(parser.parse_args(words)).items() if value is not None}
    config: Path | None = flags.pop("config", None)
    return _with_settings(command, flags, config)


def _with_settings(command: str, flags: dict[str, Any], config: Path | None) -> int:
    from auxiliary.slim import slim_down

    slim_down()
    import logging

    from auxiliary.settings import SettingsError, load_settings
    from auxiliary.status import Status

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if command == "status":
        from auxiliary.status_command import run_status

        return run_status(flags, config)
    try:
        settings = load_settings(flags, config)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if command == "check":
        from auxiliary.check import run_checks

        return run_checks(settings)
    from auxiliary.agent import run

    return run(settings, Status())


def _detect(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m auxiliary.camera_client detect",
        description="Run the motion detection over a video file or a folder of pictures and write one row per analysed frame: "
        "frame number, 0 or 1, and the boxes as x,y,w,h in pixels of the source, separated by semicolons.",
    )
    parser.add_argument("--source", required=True, type=Path, metavar="FILE", help="video file or folder of pictures")
    parser.add_argument("--csv", required=True, type=Path, metavar="OUT", help="file to write (replaced if it exists)")
    options = parser.parse_args(words)
    from auxiliary.detect_command import run_detection

    return run_detection(options.source, options.csv)


def _pair(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m auxiliary.camera_client pair",
        description="Make this machine a camera of your server, with the code that the server's page shows "
        "(Settings, Cameras, Add a camera). The code works once and for ten minutes.",
    )
    parser.add_argument("code", nargs="?", default="", metavar="CODE", help="such as 7GK2-M9RT")
    parser.add_argument("--server", default="", metavar="URL", help="address of the server, as the page shows it")
    parser.add_argument("--pin", metavar="PIN", help="by which the server's own certificate is known, from the page")
    parser.add_argument("--card", type=Path, metavar="FILE", help="take all three from this file, then remove it")
    parser.add_argument("--name", help="what to call this camera (default: the name of this machine)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings file to write (default: %(default)s)")
    parser.add_argument("--token-file", type=Path, metavar="FILE", help="token's file to write (default: beside that)")
    parser.add_argument("--in-clear", action="store_true", help="also without https, for everybody in between to read")
    parser.set_defaults(config=_own_config())
    options = parser.parse_args(words)
    from auxiliary.paired_files import PairedFiles
    from auxiliary.pairing import Exit, Invitation, run_card, run_pairing

    files = PairedFiles.beside(options.config, options.token_file)
    if options.card is not None:
        return run_card(options.card, files)
    invitation = Invitation(options.server.rstrip("/"), options.code, options.pin, options.in_clear)
    result = run_pairing(invitation, files, options.name)
    if result is Exit.PAIRED and options.config != _INSTALLED:
        print(f"Next: python -m auxiliary.camera_client --config {options.config}")
    return result


def _own_config() -> Path:
    """The service's settings for root, one's own for everybody else."""
    return _INSTALLED if os.geteuid() == 0 else Path.home() / ".config" / "picam" / "camera.toml"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m auxiliary.camera_client",
        usage="%(prog)s [check | status | pair | detect] [options]",
        description="Watches a camera and a motion sensor, and sends alerts and pictures to the server. "
        "What cannot be sent is kept on disk and sent later.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument_group("what to watch, where to send").add_argument
    add("--server", metavar="URL", help="address of the server, such as http://192.168.1.10:8000")
    add("--token-file", type=Path, metavar="FILE", help="file with this camera's token")
    add("--server-ca", type=Path, metavar="FILE", help="the server's own authority, which pairing put there")
    add(
        "--source",
        metavar="SPEC",
        help="picamera (default), /dev/video0 (USB), rtsp://... (network camera), a video file, or a folder of pictures",
    )
    add(
        "--sensor",
        metavar="SPEC",
        help="pir:GPIO17, none (default), or fake:30 (a pulse every 30 s, to try things out)",
    )
    add(
        "--spool",
        type=Path,
        metavar="DIR",
        help="where pictures wait for the server (default: the user's state directory)",
    )
    add("--config", type=Path, metavar="FILE", help="settings file (default: /etc/picam/camera.toml if there is one)")
    add = parser.add_argument_group("recordings").add_argument
    add(
        "--speed", type=float, metavar="X", help="1 is real time (default), 0 as fast as possible; any but 1 plays once"
    )
    add("--loop", action="store_true", default=None, help="start again at the end (default in real time)")
    add("--once", dest="loop", action="store_false", default=None, help="play once, deliver everything, then exit")
    add("--isolated", action="store_true", default=None, help="in a process of its own, as cameras always are")
    add = parser.add_argument_group("motion and pictures").add_argument
    add("--disarmed", dest="armed", action="store_false", default=None, help="raise no alerts; everything else goes on")
    add(
        "--trigger",
        choices=("either", "prior", "both", "pixels", "sensor"),
        help="what makes an alert: sensor or pixels (either, default), pixels that ask for more while the sensor is silent (prior), "
        "both together, or one alone",
    )
    add("--sensitivity", type=float, metavar="0..1", help="of the motion detection (default: 0.5)")
    add(
        "--smallest-person",
        type=float,
        metavar="0..1",
        help="height of the smallest person, share of the picture (0.08)",
    )
    add("--night-sensitivity", type=float, metavar="0..1", help="the same in the dark (default: as by day)")
    add("--night-smallest-person", type=float, metavar="0..1", help="the same in the dark (default: as by day)")
    add(
        "--night-below-lux", type=float, metavar="LUX", help="is dark, where the camera measures the light (default: 5)"
    )
    add("--pre-roll-seconds", type=float, metavar="S", help="before an alert from which pictures are kept (default: 8)")
    add("--pre-roll-pictures", type=int, metavar="N", help="of that time that go with the alert (default: 3)")
    add("--picture-every-seconds", type=float, metavar="S", help="while it moves, after the first picture (default: 2)")
    add("--quiet-seconds", type=float, metavar="S", help="without movement end an alert (default: 5)")
    add("--alert-seconds", type=float, metavar="S", help="after which a new alert begins (default: 120)")
    add(
        "--still-every-seconds", type=float, metavar="S", help="a small picture, alarm or not; 0 for none (default: 60)"
    )
    add("--sensor-warm-up-seconds", type=float, metavar="S", help="a PIR is not believed after it was switched on (60)")
    add("--sensor-debounce-seconds", type=float, metavar="S", help="shorter pulses of a PIR are interference (0.1)")
    add("--sensor-hold-off-seconds", type=float, metavar="S", help="between pulses of a PIR are one movement (1)")
    add("--both-within-seconds", type=float, metavar="S", help="sensor and pixels must speak for --trigger both (3)")
    add("--frames-per-second", type=float, metavar="N", help="that are analysed (default: 10)")
    add("--picture-width", type=int, metavar="PIXELS", help="of the Pi's camera (default: 1280)")
    add("--picture-height", type=int, metavar="PIXELS", help="of the Pi's camera (default: 720)")
    add("--video-kilobits", type=int, metavar="N", help="per second of live video and clips, at most (default: 1500)")
    add = parser.add_argument_group("spool").add_argument
    add("--spool-megabytes", type=int, metavar="MB", help="the spool may take; beyond, the least important goes (1024)")
    add(
        "--card-megabytes-per-day",
        type=int,
        metavar="MB",
        help="writes to the card in a day; beyond, ordinary pictures wait in memory instead (2000; 0: no limit)",
    )
    add("--backlog-kilobits", type=int, metavar="KBIT/S", help="a backlog may take of the line (4000; 0: all of it)")
    add("--drain-seconds", type=float, metavar="S", help="to go on sending after Ctrl-C (default: 5)")
    add = parser.add_argument_group("last resort").add_argument
    add(
        "--reboot-command",
        metavar="COMMAND",
        help="run at most once an hour when the camera stays dead, such as 'systemctl reboot' (default: none)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
