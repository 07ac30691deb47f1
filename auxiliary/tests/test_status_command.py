"""`status` and `check --contract`: what they say about a machine, seen from outside the agent."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from auxiliary.clock import FakeClock
from auxiliary.contract_command import run_contract
from auxiliary.spool import Spool
from auxiliary.status_command import run_status, unit_of
from auxiliary.tests.fake_server import TOKEN, FakeServer, serving
from auxiliary.tests.material import opened, picture

RUNNING = "LoadState=loaded\nActiveState=active\nSubState=running\nActiveEnterTimestamp=Sun 12:00\nNRestarts=0\n"


def screen(config: Path, answer: str | None, flags: dict[str, Any] | None = None) -> tuple[int, list[str], list[str]]:
    lines: list[str] = []
    asked: list[str] = []

    def run(command: Sequence[str]) -> str | None:
        asked.extend(command)
        return answer

    code = run_status(flags or {}, config, clock=FakeClock(), say=lines.append, run=run)
    return code, lines, asked


def write_config(tmp_path: Path, server: str, name: str = "camera") -> Path:
    (tmp_path / "token").write_text(TOKEN, encoding="ascii")
    config = tmp_path / f"{name}.toml"
    text = f'server = "{server}"\ntoken_file = "{tmp_path / "token"}"\nspool = "{tmp_path / "spool"}"\n'
    config.write_text(text, encoding="utf-8")
    return config


def line(lines: list[str], part: str) -> str:
    return next(found for found in lines if found.split()[0] == part)


async def test_a_good_camera_is_called_good_and_its_waiting_pictures_are_counted(tmp_path: Path) -> None:
    clock = FakeClock()
    alert = opened(clock)
    spool = Spool(tmp_path / "spool")
    spool.put(alert)
    spool.put(picture(alert, clock), jpeg=b"\xff\xd8" + b"0" * 1_499_998, thumbnail=None)
    spool.flush()  # as at a stop: the day's writes are noted
    async with serving(FakeServer()) as server:
        config = write_config(tmp_path, server.url)
        code, lines, asked = await asyncio.to_thread(screen, config, RUNNING)
    assert code == 0
    assert "picam-agent.service" in asked
    assert "runs since Sun 12:00" in line(lines, "service")
    assert server.url in line(lines, "server")
    assert "1 picture to send (1.5 MB), about 2 MB written today" in line(lines, "spool")
    assert "waits to be sent" in line(lines, "picture")
    assert TOKEN not in "\n".join(lines)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (None, "install.sh makes it"),
        ("LoadState=not-found\nActiveState=inactive\n", "install.sh makes it"),
        (
            RUNNING.replace("=active", "=activating").replace("=running", "=auto-restart"),
            "journalctl -u picam-agent@garden.service",
        ),
    ],
)
def test_a_service_that_does_not_run_is_bad_and_says_what_to_do(
    tmp_path: Path, answer: str | None, sentence: str
) -> None:
    config = write_config(tmp_path, "http://127.0.0.1:9", "garden")
    code, lines, asked = screen(config, answer)
    assert code == 1
    assert "picam-agent@garden.service" in asked
    assert line(lines, "service").split()[1] == "BAD:"
    assert sentence in line(lines, "service")


def test_restarts_are_counted_and_a_missing_spool_is_no_fault(tmp_path: Path) -> None:
    config = write_config(tmp_path, "http://127.0.0.1:9")
    _, lines, _ = screen(config, RUNNING.replace("NRestarts=0", "NRestarts=3"))
    assert "started again 3 times by itself" in line(lines, "service")
    assert "has not run" in line(lines, "spool")


def test_settings_that_make_no_sense_are_bad(tmp_path: Path) -> None:
    config = tmp_path / "camera.toml"
    config.write_text('server = "nonsense"\n', encoding="utf-8")
    code, lines, _ = screen(config, RUNNING)
    assert code == 1
    assert "nonsense" in line(lines, "settings")


def test_each_settings_file_has_its_service() -> None:
    assert unit_of(Path("/etc/picam/camera.toml")) == "picam-agent.service"
    assert unit_of(Path("/etc/picam/garden.toml")) == "picam-agent@garden.service"


def test_without_pytest_the_contract_check_says_how_to_get_it() -> None:
    lines: list[str] = []
    assert run_contract(say=lines.append, has_pytest=lambda: False) == 2
    assert "apt-get install" in lines[0]


@pytest.mark.parametrize(("body", "code"), [("assert True", 0), ("assert False", 1)])
def test_the_contract_check_tells_kept_from_broken(tmp_path: Path, body: str, code: int) -> None:
    (tmp_path / "test_thing_contract.py").write_text(f"def test_it() -> None:\n    {body}\n", encoding="utf-8")
    assert run_contract(tests=tmp_path, say=lambda line: None) == code


def test_an_installation_without_contract_tests_is_incomplete(tmp_path: Path) -> None:
    assert run_contract(tests=tmp_path, say=lambda line: None) == 2
