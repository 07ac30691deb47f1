"""install.sh on a machine that is only a folder: what it makes, what it leaves alone, what it takes back."""

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from auxiliary.tests.install_rig import Rig

TOKEN = "pcam_5ecret-Token"
SERVER = ("--server", "http://192.168.1.10:8000")


def _can_trace() -> bool:
    """Where it cannot, that test is left out rather than skipped: on a machine that checks changes no test may be skipped."""
    words = ["strace", "-o", os.devnull, "true"]
    return (
        shutil.which("strace") is not None and subprocess.run(words, capture_output=True, check=False).returncode == 0
    )


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def installed(rig: Rig) -> Rig:
    done = rig.run(*SERVER, token=TOKEN)
    assert done.returncode == 0, done.stderr
    return rig


def tree(root: Path) -> dict[str, bytes | str]:
    """Every file and link below, with what is in it."""
    return {
        str(path.relative_to(root)): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def test_the_first_run_makes_a_running_camera(rig: Rig) -> None:
    done = rig.run(*SERVER, "--sensor", "pir:GPIO17", token=TOKEN + "\n")
    assert done.returncode == 0, done.stderr
    assert rig.current.startswith("1.0.0-py3.")
    settings = tomllib.loads((rig.etc / "camera.toml").read_text(encoding="utf-8"))
    assert settings == {
        "server": "http://192.168.1.10:8000",
        "token_file": "/etc/picam/token",
        "spool": "/var/lib/picam/spool",
        "sensor": "pir:GPIO17",
    }
    assert (rig.etc / "token").read_text(encoding="ascii") == TOKEN + "\n"
    assert (rig.etc / "token").stat().st_mode & 0o777 == 0o600
    assert (rig.etc / "camera.toml").stat().st_mode & 0o777 == 0o640
    assert (rig.root / "var" / "lib" / "picam").stat().st_mode & 0o777 == 0o700
    assert rig.lines("enabled") == ["picam-agent.service"]
    assert "picam-agent.service" in rig.lines("active")
    assert "sudo picam-agent check" in done.stdout


def test_only_what_apt_has_and_the_machine_lacks_is_installed(rig: Rig) -> None:
    (rig.folder / "installed").write_text("python3\npython3-numpy\n", encoding="ascii")
    done = rig.run(*SERVER, token=TOKEN)
    install = next(call for call in rig.calls() if call.startswith("apt-get") and " install " in call)
    assert "--no-install-recommends" in install
    assert "python3-gpiozero" in install.split()
    assert "python3-numpy" not in install.split()
    assert "python3-picamera2" not in install.split()
    assert "apt has no python3-picamera2" in done.stdout


def test_pip_installs_only_what_is_pinned_by_digest(rig: Rig) -> None:
    pip = next(call for call in installed(rig).calls() if "-m pip install" in call)
    assert "--require-hashes" in pip
    assert "--only-binary :all:" in pip
    assert next(call for call in rig.calls() if "-m venv" in call).count("--system-site-packages") == 1


def test_a_second_run_changes_nothing(rig: Rig) -> None:
    before = tree(installed(rig).root)
    done = rig.run()
    assert done.returncode == 0, done.stderr
    assert tree(rig.root) == before
    assert sum("-m venv" in call for call in rig.calls()) == 1
    assert sum(call.startswith("systemctl restart") for call in rig.calls()) == 1


def test_settings_of_the_user_are_never_overwritten(rig: Rig) -> None:
    mine = 'server = "http://mine:1"\nsensitivity = 0.9\n'
    rig.etc.mkdir(parents=True)
    (rig.etc / "camera.toml").write_text(mine, encoding="utf-8")
    done = rig.run(*SERVER, token=TOKEN)
    assert (rig.etc / "camera.toml").read_text(encoding="utf-8") == mine
    assert "stays as it is" in done.stdout


def test_the_token_is_in_one_file_and_nowhere_else(rig: Rig) -> None:
    done = rig.run(*SERVER, token=TOKEN)
    assert TOKEN not in done.stdout + done.stderr
    assert [call for call in rig.calls() if TOKEN in call] == []
    holding = [name for name, content in tree(rig.folder).items() if TOKEN.encode() in bytes(str(content), "utf-8")]
    assert holding == ["root/etc/picam/token"]


if _can_trace():

    def test_no_process_of_the_installation_gets_the_token_as_an_argument(rig: Rig) -> None:
        # The stand-ins note only their own calls; strace shows every program that is started.
        trace = rig.folder / "trace"
        done = rig.run(
            *SERVER, token=TOKEN, shell=["strace", "-f", "-s", "4096", "-e", "execve", "-o", str(trace), "sh"]
        )
        assert done.returncode == 0, done.stderr
        started = trace.read_text(encoding="utf-8", errors="replace")
        assert started.count("execve(") > 20
        assert TOKEN not in started


def test_without_a_token_nothing_is_started_and_the_next_step_is_said(rig: Rig) -> None:
    done = rig.run(*SERVER)
    assert done.returncode == 0, done.stderr
    assert "Not started yet" in done.stdout
    assert rig.lines("active") == []
    assert rig.lines("enabled") == ["picam-agent.service"]


def test_an_empty_token_is_refused(rig: Rig) -> None:
    done = rig.run(*SERVER, token="\n")
    assert done.returncode == 1
    assert "no token" in done.stderr
    assert not (rig.etc / "token").exists()


@pytest.mark.parametrize("address", ["192.168.1.10", "ftp://x", 'http://x"\nsource = "evil', "http://x\\"])
def test_an_address_that_would_break_the_settings_is_refused(rig: Rig, address: str) -> None:
    done = rig.run("--server", address, token=TOKEN)
    assert done.returncode == 1
    assert "--server" in done.stderr
    assert tree(rig.root) == {}


def test_a_32_bit_system_is_told_what_to_do(rig: Rig) -> None:
    (rig.folder / "architecture").write_text("armhf\n", encoding="ascii")
    done = rig.run(*SERVER, token=TOKEN)
    assert done.returncode == 1
    assert "Raspberry Pi OS (64-bit)" in done.stderr
    assert tree(rig.root) == {"run/picam-install.lock": b""}


def test_an_upgrade_keeps_settings_and_remembers_the_release_before(rig: Rig) -> None:
    before = installed(rig).current
    settings = (rig.etc / "camera.toml").read_bytes()
    rig.offer("1.1.0")
    done = rig.run("--upgrade")
    assert done.returncode == 0, done.stderr
    assert rig.current.startswith("1.1.0")
    assert (rig.etc / "camera.toml").read_bytes() == settings
    assert before in rig.releases
    assert rig.run("--rollback").returncode == 0
    assert rig.current == before


def test_an_upgrade_that_crashes_goes_back_by_itself(rig: Rig) -> None:
    before = tree(installed(rig).root)
    rig.offer("1.1.0", "CRASHES")
    done = rig.run("--upgrade")
    assert done.returncode == 1
    assert "is back at work" in done.stderr
    assert tree(rig.root) == before
    assert rig.run().returncode == 1, "the same flawed release again"
    assert tree(rig.root) == before


@pytest.mark.parametrize("flaw", ["BROKEN", "pip"])
def test_an_upgrade_that_cannot_be_installed_touches_nothing(rig: Rig, flaw: str) -> None:
    before = tree(installed(rig).root)
    restarts = sum(call.startswith("systemctl restart") for call in rig.calls())
    rig.offer("1.1.0", flaw)
    if flaw == "pip":
        (rig.folder / "venv-python").write_text('#!/bin/sh\ncase "$*" in *pip*) exit 1 ;; esac\n', encoding="ascii")
    assert rig.run("--upgrade").returncode == 1
    assert tree(rig.root) == before
    assert sum(call.startswith("systemctl restart") for call in rig.calls()) == restarts


def test_a_release_that_a_power_cut_left_half_made_is_made_again(rig: Rig) -> None:
    release = installed(rig).root / "opt" / "picam-agent" / "releases" / rig.current
    (release / "complete").unlink()
    (release / "site" / "auxiliary" / "camera_client.py").unlink()
    assert rig.run().returncode == 0
    assert (release / "site" / "auxiliary" / "camera_client.py").exists()
    assert (release / "complete").exists()


def test_only_two_releases_are_kept(rig: Rig) -> None:
    installed(rig)
    for version in ("1.1.0", "1.2.0", "1.3.0"):
        rig.offer(version)
        assert rig.run("--upgrade").returncode == 0
    assert [name.partition("-")[0] for name in rig.releases] == ["1.2.0", "1.3.0"]


def test_a_second_camera_has_everything_of_its_own(rig: Rig) -> None:
    installed(rig)
    done = rig.run(*SERVER, "--camera", "garden", "--source", "/dev/video0", token="other-token")
    assert done.returncode == 0, done.stderr
    assert (rig.etc / "garden.token").read_text(encoding="ascii") == "other-token\n"
    assert (rig.etc / "token").read_text(encoding="ascii") == f"{TOKEN}\n"
    settings = tomllib.loads((rig.etc / "garden.toml").read_text(encoding="utf-8"))
    assert settings["spool"] == "/var/lib/picam-garden/spool"
    assert sorted(rig.lines("enabled")) == ["picam-agent.service", "picam-agent@garden.service"]
    assert "picam-agent --camera garden check" in done.stdout
    assert rig.run("--uninstall", "--camera", "garden").returncode == 0
    assert rig.lines("enabled") == ["picam-agent.service"]
    assert rig.current


@pytest.mark.parametrize("name", ["", "../x", "A", "a b", "-x"])
def test_a_camera_name_that_is_no_name_is_refused(rig: Rig, name: str) -> None:
    assert rig.run("--camera", name).returncode == 1
    assert tree(rig.root) == {}


def test_uninstalling_keeps_settings_and_unsent_pictures(rig: Rig) -> None:
    picture = installed(rig).spool_a_picture()
    done = rig.run("--uninstall")
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes() == b"evidence"
    assert sorted(name for name in tree(rig.root) if not name.startswith("run/")) == [
        "etc/picam/camera.toml",
        "etc/picam/token",
        "var/lib/picam/spool/events/event/picture.jpg",
    ]
    assert rig.lines("enabled") == []
    assert rig.run("--uninstall").returncode == 0
    assert rig.run().returncode == 0, "and installing again takes up where it stopped"
    assert picture.exists()


def test_purging_removes_everything_and_says_what_is_lost(rig: Rig) -> None:
    installed(rig).spool_a_picture()
    done = rig.run("--uninstall", "--purge")
    assert "1 unsent pictures" in done.stdout
    assert set(tree(rig.root)) == {"run/picam-install.lock"}


def test_purging_without_uninstalling_is_refused(rig: Rig) -> None:
    before = tree(installed(rig).root)
    assert rig.run("--purge").returncode == 1
    assert tree(rig.root) == before


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
def test_it_installs_from_an_archive_too(rig: Rig, kind: str) -> None:
    archive = shutil.make_archive(
        str(rig.folder / "download"), {"tar.gz": "gztar", "zip": "zip"}[kind], rig.folder / "source"
    )
    done = rig.run("--from", archive, *SERVER, token=TOKEN)
    assert done.returncode == 0, done.stderr
    assert rig.current.startswith("1.0.0")


def test_logs_go_to_memory_only_when_asked(rig: Rig) -> None:
    drop_in = installed(rig).root / "etc" / "systemd" / "journald.conf.d" / "picam.conf"
    assert not drop_in.exists()
    assert rig.run("--logs-in-memory").returncode == 0
    assert "Storage=volatile" in drop_in.read_text(encoding="ascii")


def test_a_download_that_was_cut_off_does_nothing(rig: Rig) -> None:
    script = (rig.folder / "source" / "auxiliary" / "install" / "install.sh").read_text(encoding="utf-8")
    assert script.rstrip().endswith('main "$@"')
    cut = script[: script.rindex('main "$@"')]
    done = subprocess.run(["sh"], input=cut, cwd=rig.folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_new_token_reaches_a_camera_that_runs(rig: Rig) -> None:
    installed(rig)
    done = rig.run(token="new-token")
    assert done.returncode == 0, done.stderr
    assert (rig.etc / "token").read_text(encoding="ascii") == "new-token\n"
    assert sum(call == "systemctl restart picam-agent.service" for call in rig.calls()) == 2


PIN = "sha256//3vFJ0qk3mCz4Jm1oJ1yDqJ2g4l8w3Z9o0c7gQkqk0xE="
PAIRED = ("--server", "https://192.168.1.10:8000", "--pin", PIN, "--pair", "7GK2-M9RT")


def test_the_line_of_the_page_installs_and_pairs(rig: Rig) -> None:
    done = rig.run(*PAIRED)
    assert done.returncode == 0, done.stderr
    (call,) = [call for call in rig.calls() if "camera_client pair" in call]
    config, token = rig.etc / "camera.toml", rig.etc / "token"
    assert call.endswith(
        f"-m auxiliary.camera_client pair 7GK2-M9RT --server https://192.168.1.10:8000 --config {config} "
        f"--token-file {token} --pin {PIN}"
    )
    assert (rig.root / "etc/systemd/system/picam-pairing.service").is_file()


def test_a_second_camera_is_paired_as_itself(rig: Rig) -> None:
    assert rig.run(*PAIRED, "--camera", "garden").returncode == 0
    (call,) = [call for call in rig.calls() if "camera_client pair" in call]
    assert f"--config {rig.etc / 'garden.toml'} --token-file {rig.etc / 'garden.token'}" in call


@pytest.mark.parametrize(
    "words", [("--pair", "7GK2-M9RT"), (*PAIRED, "--token-file", "-"), ("--pair", 'x"y', "--server", "https://x:8000")]
)
def test_half_a_line_does_nothing(rig: Rig, words: tuple[str, ...]) -> None:
    done = rig.run(*words)
    assert done.returncode == 1
    assert not rig.etc.exists()


def test_the_code_of_a_paired_machine_changes_no_other_setting(rig: Rig) -> None:
    installed(rig)
    before = (rig.etc / "camera.toml").read_bytes()
    assert rig.run(*PAIRED).returncode == 0
    assert (rig.etc / "camera.toml").read_bytes() == before, "the agent changes what it must, and here it is a stand-in"
