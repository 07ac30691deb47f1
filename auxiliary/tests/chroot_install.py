"""`make test-install`: install.sh for real on fresh Debian 12 and 13, in throw-away roots: apt, venv, pip, users and all.

Not collected by `make test`: it needs root, mmdebstrap and the network, and takes minutes. x86 stands for the Pi, and a noting
stand-in for systemctl where nothing boots. The bare systems are kept in e2e/output/chroots for the next time (`make clean`).
`make test-install ARCHITECTURE=arm64` does the same under emulation (apt-get install qemu-user-static arch-test): over an hour.
"""

import contextlib
import os
import pty
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
BASES = PROJECT / "e2e" / "output" / "chroots"
ARCHITECTURE = os.environ.get("CHROOT_ARCHITECTURE", "")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
TOKEN = "pcam_5ecret-Token"
PYTHON = {"bookworm": "py3.11", "trixie": "py3.13"}

# Dead as soon as the release in use holds a file CRASHES, as a service that ends at once would be.
_SYSTEMCTL = """#!/bin/sh
printf '%s\\n' "$*" >>/var/log/systemctl
case $1 in
restart | start) echo "$2" >>/run/active ;;
disable | stop) sed -i "/${3:-$2}/d" /run/active ;;
is-active) for unit; do :; done
    grep -qx "$unit" /run/active 2>/dev/null && [ -z "$(find /opt/picam-agent/current/ -name CRASHES)" ] || exit 3 ;;
show) echo 0 ;;
esac
"""
_ENTER = """
set -eu
mount -t proc proc "$0/proc"
mount --rbind /dev "$0/dev"
exec chroot "$0" /usr/bin/env -i HOME=/home PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \\
    LANG=C.UTF-8 PICAM_INSTALL_WATCH_SECONDS=0 PIP_CERT=/etc/ssl/certs/ca-certificates.crt "$@"
"""

_NAMESPACES = ("unshare", "-m", "-p", "-f", "--propagation", "private", "bash", "-c", _ENTER)
_PROBE_UNIT = """[Unit]
After=picam-agent.service
[Service]
Type=oneshot
Environment=PIP_CERT=/etc/ssl/certs/ca-certificates.crt PICAM_INSTALL_WATCH_SECONDS=3
ExecStart=/bin/sh /probe
StandardOutput=file:/var/log/probe
StandardError=inherit
"""
_PROBE = """
trap 'systemctl poweroff' EXIT
unit=picam-agent.service
main() { systemctl show --property MainPID --value $unit; }
echo "started=$(systemctl is-active $unit)"
echo "user=$(ps -o user= "$(main)" 2>/dev/null || stat -c %U "/proc/$(main)")"
echo "seccomp=$(sed -n 's/^Seccomp:[^0-9]*//p' "/proc/$(main)/status")"
echo "token_of_agent=$(cat /run/credentials/$unit/token)"
grep -q pcam_ "/proc/$(main)/environ" "/proc/$(main)/cmdline" && echo token_in_environment=yes || echo token_in_environment=no
kill -9 "$(main)"
for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ "$(systemctl show --property NRestarts --value $unit)" = 1 ] && systemctl is-active --quiet $unit && break
    sleep 1
done
echo "killed=$(systemctl is-active $unit), $(systemctl show --property NRestarts --value $unit) restart"
picam-agent check
picam-agent status
touch /source/auxiliary/NEWER
/source/auxiliary/install/install.sh --upgrade
echo "upgraded=$?"
journalctl --unit $unit --no-pager --output cat
"""


@dataclass
class Machine:
    """A root directory and what can be done in it."""

    root: Path
    suite: str

    def run(self, *words: str, given: str = "", good: bool = True) -> str:
        """Run a command there, in namespaces of its own; its output. `good` is whether it is expected to succeed."""
        done = subprocess.run(
            [*_NAMESPACES, str(self.root), *words],
            input=given,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=900,
        )
        print(f"$ {' '.join(words)}\n{done.stdout}")
        assert (done.returncode == 0) is good, done.stdout
        return done.stdout

    def install(self, *words: str, given: str = "", good: bool = True) -> str:
        return self.run("/source/auxiliary/install/install.sh", *words, given=given, good=good)

    @property
    def current(self) -> str:
        return (self.root / "opt/picam-agent/current").readlink().name

    def mode_and_owner(self, path: str) -> str:
        return self.run("stat", "-c", "%a %U %G", path).strip()


def _base(suite: str) -> Path:
    base = BASES / (f"{suite}-{ARCHITECTURE}.tar" if ARCHITECTURE else f"{suite}.tar")
    if not base.exists():
        BASES.mkdir(parents=True, exist_ok=True)
        part = base.with_suffix(".part.tar")
        subprocess.run(
            [
                *("mmdebstrap", "--quiet", "--variant=apt"),
                *([f"--architectures={ARCHITECTURE}"] if ARCHITECTURE else []),
                *("--include=ca-certificates,python3", suite, str(part)),
            ],
            check=True,
        )
        part.rename(base)
    return base


@pytest.fixture(scope="module", params=sorted(PYTHON))
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    missing = [tool for tool in ("mmdebstrap", "unshare") if shutil.which(tool) is None]
    if os.getuid() != 0 or missing:
        pytest.fail(f"this needs root and mmdebstrap (apt-get install mmdebstrap); missing: {missing or 'root'}")
    with tempfile.TemporaryDirectory(prefix=f"picam-{request.param}-") as folder:
        root = Path(folder) / "root"
        root.mkdir()
        subprocess.run(["tar", "-xf", _base(request.param), "-C", root, "--exclude=./dev/*"], check=True)
        for file in (Path("/etc/resolv.conf"), CERTIFICATES):  # this machine's network and the certificates it trusts
            target = root / file.relative_to("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        shutil.copytree(PROJECT / "auxiliary", root / "source/auxiliary", ignore=shutil.ignore_patterns("__pycache__"))
        systemctl = root / "usr/local/bin/systemctl"
        systemctl.write_text(_SYSTEMCTL, encoding="ascii")
        systemctl.chmod(0o755)
        yield Machine(root, request.param)


def test_one_line_makes_a_camera(machine: Machine) -> None:
    sample = "/source/auxiliary/sample/yard.mp4"
    said = machine.install(
        *("--server", "http://127.0.0.1:9", "--source", sample, "--token-file", "-"), given=f"{TOKEN}\n"
    )
    assert "picam-agent.service is running" in said
    assert TOKEN not in said
    assert PYTHON[machine.suite] in machine.current
    assert machine.mode_and_owner("/etc/picam/token") == "600 root root"
    assert machine.mode_and_owner("/etc/picam/camera.toml") == "640 root picam"
    assert machine.mode_and_owner("/var/lib/picam") == "700 picam picam"
    assert {"video", "gpio"} <= set(machine.run("id", "-Gn", "picam").split())


def test_check_works_as_the_user_of_the_service(machine: Machine) -> None:
    said = machine.run("picam-agent", "check", good=False)
    assert "yard.mp4: 5 frames" in said
    assert "spool   good" in said
    assert "127.0.0.1:9 is not usable" in said, "the token was read, and only the server is missing"
    assert "The service is at work again." in said
    assert machine.mode_and_owner("/var/lib/picam/spool").endswith(" picam picam")


def test_heavy_libraries_come_from_apt_and_the_rest_from_the_lock(machine: Machine) -> None:
    program = "import numpy, av, PIL, httpx; print(numpy.__file__, av.__file__, PIL.__file__, httpx.__file__)"
    places = machine.run("/opt/picam-agent/current/bin/python", "-c", program).split()
    assert [place.startswith("/usr/lib/python3/") for place in places] == [True, True, True, False]


def test_the_adapters_keep_their_contract_with_the_libraries_of_apt(machine: Machine) -> None:
    assert "apt-get install" in machine.run("picam-agent", "check", "--contract", good=False)
    machine.run(
        *("apt-get", "-qq", "install", "-y", "--no-install-recommends", "python3-pytest", "python3-pytest-asyncio")
    )
    # Debian has gpiozero 1.6, Raspberry Pi OS has 2.0 and is what counts.
    machine.run("/opt/picam-agent/current/bin/python", "-m", "pip", "install", "--quiet", "gpiozero>=2.0,<3")
    assert "keep their contract" in machine.run("picam-agent", "check", "--contract")


def test_a_second_run_changes_nothing(machine: Machine) -> None:
    before = machine.current
    settings = (machine.root / "etc/picam/camera.toml").read_bytes()
    said = machine.install()
    assert "Installing the agent" not in said
    assert (machine.current, (machine.root / "etc/picam/camera.toml").read_bytes()) == (before, settings)


def test_a_bad_upgrade_goes_back_and_a_good_one_stays(machine: Machine) -> None:
    before = machine.current
    flaw = machine.root / "source/auxiliary/CRASHES"
    flaw.touch()
    assert f"{before} is back at work" in machine.install("--upgrade", good=False)
    assert machine.current == before
    flaw.rename(flaw.with_name("HARMLESS"))
    machine.install("--upgrade")
    assert machine.current != before
    machine.install("--rollback")
    assert machine.current == before


def test_a_person_is_asked_and_the_token_stays_invisible(machine: Machine) -> None:
    person, terminal = pty.openpty()
    asking = subprocess.Popen(
        [
            *("setsid", "--ctty", "--wait", *_NAMESPACES, str(machine.root)),
            *("/source/auxiliary/install/install.sh", "--camera", "garden"),
        ],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    seen = ""
    answers = {"token": "typed-token", "Address": "http://127.0.0.1:9"}
    with contextlib.suppress(OSError):  # the terminal is closed when the installation ends
        while said := os.read(person, 4096).decode():
            seen += said
            for question in [question for question in answers if re.search(f"{question}[^\n]*: $", seen)]:
                os.write(person, f"{answers.pop(question)}\n".encode())
    os.close(person)
    assert asking.wait(timeout=60) == 0, seen
    assert answers == {}
    assert "typed-token" not in seen
    assert (machine.root / "etc/picam/garden.token").read_text(encoding="ascii") == "typed-token\n"
    assert 'server = "http://127.0.0.1:9"' in (machine.root / "etc/picam/garden.toml").read_text(encoding="utf-8")
    machine.install("--uninstall", "--camera", "garden", "--purge")


def test_the_service_works_shut_in_under_a_real_systemd(machine: Machine) -> None:
    """Boots the root as a container: the unit's sandbox, its start by notification, its death and return are systemd's own."""
    if shutil.which("systemd-nspawn") is None:
        pytest.skip("systemd-nspawn is not on this machine (apt-get install systemd-container)")
    if machine.suite != "bookworm" and not Path("/sys/fs/cgroup/cgroup.controllers").exists():
        pytest.skip("this systemd needs control groups of version 2, which this machine's kernel does not offer")
    machine.run("apt-get", "-qq", "install", "-y", "--no-install-recommends", "systemd", "systemd-sysv", "dbus")
    stand_in = machine.root / "usr/local/bin/systemctl"
    aside = stand_in.rename(machine.root / "systemctl-stand-in")
    units = machine.root / "etc/systemd/system"
    wanted = units / "multi-user.target.wants"
    wanted.mkdir(exist_ok=True)
    (wanted / "picam-agent.service").symlink_to("/etc/systemd/system/picam-agent.service")
    (wanted / "probe.service").symlink_to("/etc/systemd/system/probe.service")
    (units / "probe.service").write_text(_PROBE_UNIT, encoding="ascii")
    (machine.root / "probe").write_text(_PROBE, encoding="ascii")
    boot = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "-D", str(machine.root), "--boot"]
    subprocess.run(boot, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False, timeout=300)
    aside.rename(stand_in)
    said = (machine.root / "var/log/probe").read_text(encoding="utf-8")
    print(said)
    facts = dict(line.partition("=")[::2] for line in said.splitlines() if "=" in line)
    assert facts["started"] == "active"
    assert facts["user"] == "picam"
    assert facts["seccomp"] == "2"
    assert facts["token_of_agent"] == TOKEN
    assert facts["token_in_environment"] == "no"
    assert facts["killed"] == "active, 1 restart"
    assert "yard.mp4: 5 frames" in said
    assert "picam-agent.service runs since" in said
    assert facts["upgraded"] == "0"


def test_uninstalling_keeps_what_was_not_sent_and_purging_does_not(machine: Machine) -> None:
    picture = machine.root / "var/lib/picam/spool/events/event/picture.jpg"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"evidence")
    machine.install("--uninstall")
    assert picture.read_bytes() == b"evidence"
    assert not (machine.root / "opt/picam-agent").exists()
    machine.install()
    waiting = len([path for path in picture.parent.parent.glob("*/*.jpg") if not path.name.endswith(".thumb.jpg")])
    assert f"its {waiting} unsent pictures" in machine.install("--uninstall", "--purge")
    assert not picture.exists()
    assert not (machine.root / "etc/picam").exists()
