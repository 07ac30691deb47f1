"""Programs of the system that tests drive: found, or installed where that needs no question asked."""

import os
import shutil
import subprocess

from tools.stages import tool_environment

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APT = ["apt-get", "-o", "DPkg::Lock::Timeout=600"]


def find_chromium() -> str | None:
    """Path of the browser: PICAM_CHROMIUM when set, else the first on the PATH, else None."""
    return os.environ.get("PICAM_CHROMIUM") or next((path for name in _CHROMIUM if (path := shutil.which(name))), None)


def find_mosquitto() -> str | None:
    """Path of the MQTT broker, which Debian puts where only root looks; None: there is none."""
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")


def need_chromium() -> str | None:
    """Like `find_chromium`, after `_install` where there is none."""
    return find_chromium() or (find_chromium() if _install("chromium", "the whole-system tests") else None)


def need_mosquitto() -> str | None:
    """Like `find_mosquitto`, after `_install` where there is none."""
    return find_mosquitto() or (
        find_mosquitto() if _install("mosquitto", "the tests with a real MQTT broker") else None
    )


def _install(package: str, needed_by: str) -> bool:
    """Install a Debian package when this is root on a machine with apt-get; else say how. Whether it is there now."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"No {package} on this machine, so {needed_by} are skipped.", end=" ")
        print(f"To run them:  sudo apt-get install {package}", flush=True)
        return False
    print(f"Installing the system package {package} for {needed_by} ...", flush=True)
    environment = tool_environment({"DEBIAN_FRONTEND": "noninteractive"})
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", package]):
        done = subprocess.run([*_APT, *arguments], env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"That did not work: {done.stderr.strip().splitlines()[-1:]}", flush=True)
            return False
    return True
