"""`camera_client status`: one screen on how the installed camera is - service, server, spool, last picture, clock.

Looks only, from outside the running agent: takes no lock and opens no camera. What this user may not read is said, not raised.
"""

import asyncio
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auxiliary import __version__
from auxiliary.check import Finding, check_clock, check_server
from auxiliary.clock import Clock, SystemClock
from auxiliary.settings import DEFAULT_FILE, Settings, SettingsError, load_settings
from auxiliary.status import count

_ASK_SYSTEMD = ("ActiveState", "SubState", "ActiveEnterTimestamp", "NRestarts")
_SUDO = "only root may see it: put sudo in front"

Run = Callable[[Sequence[str]], str | None]


def run_status(
    flags: dict[str, Any],
    config: Path | None,
    *,
    clock: Clock | None = None,
    say: Callable[[str], None] = print,
    run: Run | None = None,
) -> int:
    """Print the screen; 0 when everything that could be seen is good, else 1."""
    clock = clock or SystemClock()
    findings = [_service(config or DEFAULT_FILE, run or _output_of)]
    try:
        settings = load_settings(flags, config)
    except SettingsError as error:
        hidden = config is not None and not _readable(config)
        findings.append(Finding("settings", hidden, _SUDO if hidden else str(error).replace("\n", " ")))
    else:
        findings += [_server(settings, clock), *_spool(settings.spool)]
    findings.append(check_clock(clock))
    for finding in findings:
        say(f"{finding.part:<9}{'' if finding.good else 'BAD: '}{finding.sentence}")
    say(f"{'version':<9}{__version__}")
    return 0 if all(finding.good for finding in findings) else 1


def unit_of(config: Path) -> str:
    """The service that install.sh made for a settings file: `camera.toml` has the plain one."""
    return "picam-agent.service" if config.stem == "camera" else f"picam-agent@{config.stem}.service"


def _service(config: Path, run: Run) -> Finding:
    unit = unit_of(config)
    answer = run(["systemctl", "show", unit, f"--property=LoadState,{','.join(_ASK_SYSTEMD)}"])
    facts = dict(line.partition("=")[::2] for line in (answer or "").splitlines())
    if facts.get("LoadState") != "loaded":
        return Finding("service", False, f"there is no {unit} on this machine: install.sh makes it.")
    if facts.get("ActiveState") != "active":
        state = f"{facts.get('ActiveState')} ({facts.get('SubState')})"
        return Finding("service", False, f"{unit} is {state}: journalctl -u {unit} -n 20 says why.")
    restarts = int(facts.get("NRestarts") or 0)
    again = f", started again {count(restarts, 'time')} by itself" if restarts else ""
    return Finding("service", True, f"{unit} runs since {facts.get('ActiveEnterTimestamp')}{again}")


def _server(settings: Settings, clock: Clock) -> Finding:
    token_file = settings.token_file
    if settings.token is None and token_file is not None and token_file.exists() and not _readable(token_file):
        return Finding("server", True, f"{settings.server} (whether it knows this camera: {_SUDO})")
    return asyncio.run(check_server(settings, clock))


@dataclass(frozen=True, slots=True)
class _Waiting:
    pictures: int
    size_bytes: int
    newest_at: float | None
    set_aside: int
    dropped: int


def _spool(directory: Path) -> list[Finding]:
    try:
        waiting = _look_into(directory)
    except PermissionError:
        return [Finding("spool", True, f"{directory} ({_SUDO})")]
    except FileNotFoundError:
        return [Finding("spool", True, f"{directory} is not there yet: the agent has not run")]
    except OSError as error:
        return [Finding("spool", False, f"{directory} cannot be read: {error.strerror}")]
    words = [f"{count(waiting.pictures, 'picture')} to send ({waiting.size_bytes / 1e6:.1f} MB)"]
    words += [f"{waiting.set_aside} refused by the server and set aside"] if waiting.set_aside else []
    words += [f"{waiting.dropped} lost because it was full"] if waiting.dropped else []
    words += [_written(directory / "written.json")]
    if waiting.newest_at is not None:
        last = f"{_local_time(waiting.newest_at)}, waits to be sent"
    else:
        last = f"all are sent, since {_local_time((directory / 'events').stat().st_mtime)}"
    return [Finding("spool", True, ", ".join(words)), Finding("picture", True, last)]


def _look_into(directory: Path) -> _Waiting:
    """Count the files as they lie. The agent takes some away meanwhile: those are sent and not counted."""
    list(directory.iterdir())
    pictures = size_bytes = 0
    newest_at: float | None = None
    for event in (directory / "events").iterdir():
        for picture in event.glob("*.jpg"):
            try:
                facts = picture.stat()
            except FileNotFoundError:
                continue
            size_bytes += facts.st_size
            if not picture.name.endswith(".thumb.jpg"):
                pictures += 1
                newest_at = max(newest_at or 0.0, facts.st_mtime)
    set_aside = sum(1 for _ in directory.glob("set-aside/*.reason.json"))
    return _Waiting(pictures, size_bytes, newest_at, set_aside, _dropped(directory / "dropped.json"))


def _dropped(file: Path) -> int:
    try:
        return int(json.loads(file.read_bytes())["pictures"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _written(file: Path) -> str:
    """What the agent noted last: it writes this down for every few megabytes only."""
    try:
        note = json.loads(file.read_bytes())
        today = note["day"] == time.strftime("%Y-%m-%d", time.gmtime())
        written, budget = int(note["bytes"]) if today else 0, int(note["budget_bytes"])
    except (OSError, ValueError, KeyError, TypeError):
        return "less than 5 MB written today"
    share = f" of {budget / 1e6:.0f} MB a day" if budget else ""
    return f"about {written / 1e6:.0f} MB written today{share}"


def _readable(path: Path) -> bool:
    try:
        path.open("rb").close()
    except PermissionError:
        return False
    except OSError:
        return True  # another trouble, which whoever reads it names
    return True


def _local_time(at_seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at_seconds))


def _output_of(command: Sequence[str]) -> str | None:
    if (program := shutil.which(command[0])) is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and the name of a file that the user gave
            [program, *command[1:]], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout
