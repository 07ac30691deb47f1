"""Find the browser that the whole-system tests drive, or install it where that needs no question asked."""

import os
import shutil
import subprocess

from tools.stages import tool_environment

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APT = ["apt-get", "-o", "DPkg::Lock::Timeout=600"]


def find_chromium() -> str | None:
    """Path of the browser: PICAM_CHROMIUM when set, else the first on the PATH, else None."""
    named = os.environ.get("PICAM_CHROMIUM")
    return named or next((path for name in _NAMES if (path := shutil.which(name))), None)


def need_chromium() -> str | None:
    """Like find_chromium; installs the Debian package first when this is root on a machine with apt-get and without one."""
    found = find_chromium()
    if found or os.geteuid() != 0 or shutil.which("apt-get") is None:
        if not found:
            print("No Chromium on this machine, so the whole-system tests are skipped.", end=" ")
            print("To run them:  sudo apt-get install chromium", flush=True)
        return found
    print("Installing the system package chromium for the whole-system tests ...", flush=True)
    environment = tool_environment({"DEBIAN_FRONTEND": "noninteractive"})
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run([*_APT, *arguments], env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"That did not work: {done.stderr.strip().splitlines()[-1:]}", flush=True)
            return None
    return find_chromium()
