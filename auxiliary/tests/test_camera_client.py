"""The agent as people start it: a process of its own, on a recording, against a server over real HTTP."""

import asyncio
import contextlib
import csv
import io
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from auxiliary.camera_client import main
from auxiliary.source.recording import open_recording
from auxiliary.spool import Spool, SpoolLimits
from auxiliary.tests.fake_server import TOKEN, Answer, Call, FakeServer, problem, serving
from auxiliary.tests.material import make_folder, make_video, read_number

_NOWHERE = "http://127.0.0.1:9"


def arguments(tmp_path: Path, server: str, source: Path, *more: str) -> list[str]:
    (tmp_path / "token").write_text(TOKEN, encoding="ascii")
    fixed = ["--server", server, "--token-file", str(tmp_path / "token"), "--spool", str(tmp_path / "spool")]
    return [*fixed, "--source", str(source), *more]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PICAM_")}


async def start(*words: str, **variables: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "auxiliary.camera_client"),
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**environment(), **variables},
    )


async def finish(agent: asyncio.subprocess.Process, seconds: float = 60) -> tuple[int | None, str, str]:
    async with asyncio.timeout(seconds):
        out, err = await agent.communicate()
    return agent.returncode, out.decode(), err.decode()


async def run(*words: str) -> tuple[int | None, str, str]:
    return await finish(await start(*words))


async def line_with(agent: asyncio.subprocess.Process, text: str) -> str:
    assert agent.stdout is not None
    async with asyncio.timeout(60):
        while line := (await agent.stdout.readline()).decode():
            if text in line:
                return line
    raise AssertionError(f"the agent ended without saying {text!r}")


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("footage") / "walk.mp4", frames=140, moving_from=50, moving_to=85)


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for those who play it in real time: the walk begins after two and a half seconds."""
    return make_video(tmp_path_factory.mktemp("footage") / "early.mp4", frames=70, moving_from=25, moving_to=60)


async def test_a_walk_through_the_picture_is_one_alert_with_true_pictures(tmp_path: Path, video: Path) -> None:
    async with serving(FakeServer()) as server:
        code, said, complaints = await run(*arguments(tmp_path, server.url, video, "--speed", "0"))
    assert (code, complaints) == (0, "")
    (alert,) = server.alerts.values()
    assert alert["type"] == "motion"
    assert alert["ended_at"] > alert["timestamp"]
    assert alert["key_image_id"] in server.images
    recording = open_recording(video, frames_per_second=10, luma_width=320)
    truth = {recorded.number: recorded.still.jpeg() for recorded in recording.read()}
    before = 0
    for image in server.images.values():
        assert image["alert_id"] == alert["id"]
        number = read_number(image["file"])
        assert image["filename"] == f"walk-{number:06d}.jpg"
        assert 0 <= number < 95
        before += number < 50
        assert image["file"] == truth[number]
        small = Image.open(io.BytesIO(image["thumbnail"]))
        assert small.width <= 320
    first = min(read_number(image["file"]) for image in server.images.values() if "score" in image)
    assert 50 <= first < 60
    assert before == 3  # where nobody was yet
    assert "Watching walk.mp4 as fast as possible, sending to http://127.0.0.1" in said
    assert "Motion started" in said
    assert said.rstrip().endswith("Stopped.")
    assert TOKEN not in said


async def test_without_a_server_everything_is_kept_and_the_next_start_delivers_it_once(
    tmp_path: Path, video: Path
) -> None:
    agent = await start(*arguments(tmp_path, _NOWHERE, video, "--speed", "0", "--drain-seconds", "0"))
    sentence = await line_with(agent, "The recording has ended")
    assert "still to send" in sentence
    agent.terminate()
    code, said, _ = await finish(agent)
    assert code == 0
    assert "kept in" in said
    kept = {item.name: item for item in Spool(tmp_path / "spool", SpoolLimits(free_bytes=0)).items()}
    assert {"open", "end", "key"} < set(kept)
    empty = make_folder(tmp_path / "nothing moves", frames=3)
    async with serving(FakeServer()) as server:
        code, said, _ = await run(*arguments(tmp_path, server.url, empty, "--speed", "0"))
    assert code == 0
    assert "of an earlier run still to send" in said
    assert len(server.alerts) == 1
    assert set(server.images) == set(kept) - {"open", "end", "key"}
    assert server.repeats == 0


async def test_sigterm_in_the_middle_of_an_alert_ends_it_delivers_and_exits_0(tmp_path: Path, early: Path) -> None:
    async with serving(FakeServer()) as server:
        agent = await start(*arguments(tmp_path, server.url, early))
        await server.until(lambda: server.alerts and server.images)
        agent.send_signal(signal.SIGTERM)
        code, _, complaints = await finish(agent)
    assert (code, complaints) == (0, "")
    (alert,) = server.alerts.values()
    assert "ended_at" in alert
    assert Spool(tmp_path / "spool", SpoolLimits(free_bytes=0)).items() == []


async def test_a_killed_agent_goes_on_where_it_was(tmp_path: Path, early: Path) -> None:
    async with serving(FakeServer(fault=_take_no_pictures)) as server:
        agent = await start(*arguments(tmp_path, server.url, early))
        await server.until(lambda: server.alerts)
        agent.kill()
        await finish(agent)
        server.fault = lambda call: None
        empty = make_folder(tmp_path / "nothing moves", frames=3)
        code, _, _ = await run(*arguments(tmp_path, server.url, empty, "--speed", "0"))
    assert code == 0
    (alert,) = server.alerts.values()
    assert alert["ended_at"] >= alert["timestamp"]


async def test_an_agent_whose_camera_is_killed_tells_it_and_goes_on(tmp_path: Path, early: Path) -> None:
    async with serving(FakeServer()) as server:
        agent = await start(*arguments(tmp_path, server.url, early, "--isolated"))
        await line_with(agent, "Watching")
        (camera,) = Path(f"/proc/{agent.pid}/task/{agent.pid}/children").read_text().split()
        os.kill(int(camera), signal.SIGKILL)
        assert "ended unexpectedly" in await line_with(agent, "Trying again")
        await line_with(agent, "Watching early.mp4 again")
        await server.until(lambda: server.images)
        agent.send_signal(signal.SIGTERM)
        code, _, complaints = await finish(agent)
    assert (code, complaints) == (0, "")


async def test_systemd_hears_that_the_agent_is_ready_lives_and_stops(tmp_path: Path, early: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inlet:
        inlet.bind(str(tmp_path / "notify"))
        inlet.settimeout(30)
        words = arguments(tmp_path, _NOWHERE, early, "--drain-seconds", "0")
        agent = await start(*words, NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="300000")
        heard = [await asyncio.to_thread(inlet.recv, 100) for _ in range(4)]
        agent.terminate()
        await finish(agent)
        inlet.settimeout(0)
        with contextlib.suppress(BlockingIOError):
            while True:
                heard.append(inlet.recv(100))
    assert sorted(heard[:2]) == [b"READY=1", b"WATCHDOG=1"]
    assert heard[2:4] == [b"WATCHDOG=1"] * 2
    assert b"STOPPING=1" in heard


async def test_a_still_scene_proves_that_it_is_watched(tmp_path: Path, early: Path) -> None:
    async with serving(FakeServer()) as server:
        agent = await start(*arguments(tmp_path, server.url, early, "--still-every-seconds", "0.5"))
        await server.until(lambda: server.images)
        agent.send_signal(signal.SIGTERM)
        await finish(agent)
    still = next(iter(server.images.values()))
    assert "alert_id" not in still
    assert Image.open(io.BytesIO(still["file"])).width <= 320


def _take_no_pictures(call: Call) -> Answer | None:
    return problem(507, "storage_full") if call.path == "/images" else None


async def test_two_agents_cannot_share_a_spool(tmp_path: Path, video: Path) -> None:
    first = await start(*arguments(tmp_path, _NOWHERE, video, "--drain-seconds", "0"))
    await line_with(first, "Watching")
    code, _, complaints = await run(*arguments(tmp_path, _NOWHERE, video))
    assert code == 2
    assert "--spool DIR" in complaints
    assert complaints.count("\n") == 1
    first.terminate()
    assert (await finish(first))[0] == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--server", "nonsense"], "is not an address"),
        (["--source", "nowhere.mp4"], "no file or folder nowhere.mp4"),
        (["--source", "ftp://camera"], "no address of a camera"),
        (["--sensor", "radar"], "is no sensor"),
        (["--token-file", "nowhere"], "nowhere cannot be read"),
        (["--spool", "/proc/spool"], "cannot be used"),
        (["--speed", "0", "--loop"], "real time only"),
        (["--config", "nowhere.toml"], "no settings file"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_exit_code_2(
    tmp_path: Path, video: Path, words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(tmp_path, _NOWHERE, video, *words)) == 2
    complaints = capsys.readouterr().err
    assert sentence in complaints
    assert complaints.count("\n") == 1


def test_an_unknown_command_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["watch"])
    assert "no command 'watch'" in capsys.readouterr().err


def test_help_imports_nothing_heavy_and_shows_examples() -> None:
    code = "import sys\nfrom auxiliary.camera_client import main\ntry:\n    main(['--help'])\nfinally:\n    print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stdout
    loaded = set(shown.splitlines()[-1].split())
    assert loaded.isdisjoint({"numpy", "httpx", "pydantic", "av", "PIL", "gpiozero", "asyncio"})
    assert "examples:" in shown
    assert "pir:GPIO17" in shown


def test_detect_writes_a_row_per_frame_with_boxes_in_source_pixels(
    tmp_path: Path, video: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "decisions.csv"
    assert main(["detect", "--source", str(video), "--csv", str(out)]) == 0
    assert "of 140 analysed frames" in capsys.readouterr().out
    with out.open(newline="", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    assert [row["frame"] for row in rows] == [str(number) for number in range(140)]
    detected = np.array([row["detected"] == "1" for row in rows])
    assert detected[55:85].mean() > 0.9
    assert not detected[:50].any()
    assert not detected[100:].any()
    assert all(bool(row["boxes"]) == (row["detected"] == "1") for row in rows)
    left, top, width, height = (int(number) for number in rows[70]["boxes"].split(";")[0].split(","))
    assert left <= 20 + 20 * 7 + 22 <= left + width
    assert top <= 130 <= top + height


@pytest.mark.parametrize("words", [["--source", "nowhere"], ["--source", __file__]])
def test_detect_says_in_a_sentence_what_it_cannot_read(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["detect", *words, "--csv", str(tmp_path / "out.csv")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


async def test_check_finds_everything_good(tmp_path: Path, video: Path) -> None:
    async with serving(FakeServer()) as server:
        code, said, complaints = await run("check", *arguments(tmp_path, server.url, video, "--sensor", "fake:30"))
    lines = {line.split()[0]: line for line in said.splitlines()}
    assert complaints == ""
    for part in ("camera", "sensor", "spool", "server"):
        assert lines[part].split()[1] == "good", lines[part]
    assert "walk.mp4" in lines["camera"]
    assert "as yard" in lines["server"]
    assert (code == 0) == ("BAD" not in said)


async def test_check_says_what_to_do_about_each_part(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("wrong", encoding="ascii")
    async with serving(FakeServer()) as server:
        code, said, _ = await run(
            *("check", "--server", server.url, "--token-file", str(tmp_path / "token"), "--source", "picamera"),
            *("--sensor", "pir:17x", "--spool", "/proc/spool"),
        )
    assert code == 1
    lines = {line.split()[0]: line for line in said.splitlines()}
    assert all("BAD" in lines[part] for part in ("camera", "sensor", "spool", "server"))
    assert "apt install" in lines["camera"]
    assert "GPIO17" in lines["sensor"]
    assert "--spool" in lines["spool"]
    assert "does not accept the token" in lines["server"]
