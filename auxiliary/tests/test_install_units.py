"""The services that install.sh writes: valid, shut in, and in step with what the agent does."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from auxiliary.pairing import Exit
from auxiliary.tests.install_rig import INSTALL

UNITS = {"picam-agent.service": "picam-agent.service", "picam-agent@.service": "picam-agent@garden.service"}
MOST_EXPOSED = 2.5

# Left out rather than skipped where systemd is missing: on a machine that checks changes no test may be skipped.
HAS_SYSTEMD = shutil.which("systemd-analyze") is not None


def directives(unit: str) -> list[tuple[str, str]]:
    lines = (INSTALL / unit).read_text(encoding="ascii").splitlines()
    return [(name, value) for name, sign, value in (line.partition("=") for line in lines) if sign and name[0] != "#"]


def values(unit: str, name: str) -> list[str]:
    return [value for found, value in directives(unit) if found == name]


@pytest.fixture(params=UNITS)
def unit(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def runnable(unit: str, tmp_path: Path) -> Path:
    """The unit with a program that exists, since it is installed nowhere here; a template as one camera's."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\n", encoding="ascii")
    python.chmod(0o755)
    text = (INSTALL / unit).read_text(encoding="ascii").replace("/opt/picam-agent/current/bin/python", str(python))
    path = tmp_path / UNITS[unit]
    path.write_text(text, encoding="ascii")
    return path


if HAS_SYSTEMD:

    def test_systemd_finds_nothing_wrong(runnable: Path) -> None:
        done = subprocess.run(["systemd-analyze", "verify", str(runnable)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")

    def test_systemd_calls_it_shut_in(runnable: Path) -> None:
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--no-pager", str(runnable)],
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
        assert found is not None, done.stdout + done.stderr
        assert float(found[1]) < MOST_EXPOSED

    def test_systemd_finds_nothing_wrong_with_the_pairing_at_the_start(tmp_path: Path) -> None:
        path = tmp_path / "picam-pairing.service"
        path.write_bytes((INSTALL / path.name).read_bytes())
        done = subprocess.run(["systemd-analyze", "verify", str(path)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_card_is_tried_again_only_while_the_server_is_away() -> None:
    unit = "picam-pairing.service"
    assert values(unit, "Restart") == ["on-failure"]
    lasting = {str(code.value) for code in (Exit.REFUSED, Exit.USAGE)}
    assert set(values(unit, "RestartPreventExitStatus")[0].split()) == lasting
    assert all(path in values(unit, "ExecStart")[0] for path in ("/boot/firmware/", "/boot/picam-pairing.toml"))


def test_both_services_are_shut_in_alike() -> None:
    first, further = (
        {(name, value.replace("-%i", "").replace("%i.token", "token").replace("%i", "camera")) for name, value in parts}
        for parts in (directives(unit) for unit in UNITS)
    )
    assert {name for name, _ in first ^ further} == {"Description"}


def test_the_token_reaches_the_agent_by_no_command_line(unit: str) -> None:
    assert values(unit, "LoadCredential")[0].startswith("token:/etc/picam/")
    assert "token" not in values(unit, "ExecStart")[0]
    assert "PICAM_CAMERA_TOKEN_FILE=%d/token" in values(unit, "Environment")[0].split()


def test_reading_the_clock_state_is_allowed_although_system_services_may_not(unit: str) -> None:
    # adjtimex is in none of the sets of @system-service and is taken away by ~@privileged, so it must come after both.
    assert "adjtimex" in values(unit, "SystemCallFilter")[-1].split()
    assert "ProtectClock" not in dict(directives(unit))


def test_the_agent_tells_systemd_what_the_service_waits_for(unit: str) -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in INSTALL.parent.glob("*.py"))
    assert "NOTIFY_SOCKET" in sources
    assert "READY=1" in sources
    assert values(unit, "Type") == ["notify"]
    assert "WATCHDOG=1" in sources
    assert values(unit, "WatchdogSec") == ["60"]


def test_it_never_gives_up_and_needs_no_network_to_start(unit: str) -> None:
    assert values(unit, "Restart") == ["always"]
    assert values(unit, "StartLimitIntervalSec") == ["0"]
    assert values(unit, "After") == ["network.target"]
    assert values(unit, "Wants") == values(unit, "Requires") == []
