"""motionEye's list of a day, from its package, over files of its own naming: what a page of pictures costs there.

It is installed into an environment of its own, next to the seeded databases; where that fails the figure is quoted.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path

VERSION = "0.44.0"
DAYS, PICTURES_A_DAY = 50, 2_000
_INSTALL_SECONDS = 300
_PROGRAM = """
import asyncio, json, os, sys, time
from motioneye import mediafiles
from tornado.ioloop import IOLoop

async def one(folder, day):
    before = os.times()
    begun = time.perf_counter()
    found = await mediafiles.list_media({"target_dir": folder}, "picture", prefix=day)
    after = os.times()
    return time.perf_counter() - begun, sum(after[:4]) - sum(before[:4]), len(found)

async def main(folder, day):
    return [await one(folder, day) for _ in range(5)]

print(json.dumps(IOLoop.current().run_sync(lambda: main(*sys.argv[1:3]))))
"""


def day_list_seconds(folder: Path) -> float | str:
    """Median wall time of one day's list among 100,000 pictures; or why it was not measured."""
    python = folder / f"motioneye-{VERSION}" / "bin" / "python"
    try:
        if not python.exists():
            venv.create(python.parent.parent, with_pip=True)
            install = [str(python), "-m", "pip", "install", "--quiet", f"motioneye=={VERSION}"]
            subprocess.run(install, check=True, capture_output=True, timeout=_INSTALL_SECONDS)
        command = [str(python), "-c", _PROGRAM, str(_pictures(folder / "motioneye-pictures")), "2026-09-01"]
        ended = subprocess.run(command, check=True, capture_output=True, timeout=_INSTALL_SECONDS, text=True)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"  motionEye: {error}", file=sys.stderr, flush=True)
        return f"motionEye {VERSION} could not be installed or run"
    rounds = json.loads(ended.stdout.splitlines()[-1])
    if any(found != PICTURES_A_DAY for _, _, found in rounds):
        return f"motionEye {VERSION} found other pictures than there are"
    seconds: float = sorted(wall for wall, _, _ in rounds)[len(rounds) // 2]
    return seconds


def _pictures(folder: Path) -> Path:
    """Day folders of small files: their content is not looked at."""
    if (folder / "done").exists():
        return folder
    for day in range(DAYS):
        place = folder / f"2026-{9 + day // 28:02}-{day % 28 + 1:02}"
        place.mkdir(parents=True, exist_ok=True)
        for number in range(PICTURES_A_DAY):
            seconds = number * 43
            (place / f"{seconds // 3600:02}-{seconds // 60 % 60:02}-{seconds % 60:02}.jpg").write_bytes(
                b"\xff\xd8\xff\xd9"
            )
    (folder / "done").touch()
    return folder
