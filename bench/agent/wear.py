"""What goes to the card: in a day on which nothing moves, and for each byte of pictures.

By the kernel's account of each process (`write_bytes`), which knows block devices only: a folder in memory would measure 0.
"""

import asyncio
import os
import time
from pathlib import Path

from auxiliary.clock import FakeClock
from auxiliary.spool import Spool, SpoolLimits
from auxiliary.tests.material import opened, picture
from bench.agent.processes import running, written_bytes
from bench.agent_memory import processes_of
from bench.server.report import Line

_PICTURE_BYTES = 150_000


def measure(folder: Path, quick: bool) -> list[Line]:
    idle = asyncio.run(_idle(folder, 10 if quick else 120))
    ratio = _ratio(folder / "ratio", 20 if quick else 200)
    return [
        Line("18", "written in an idle day", f"{idle / 1e6:.2f} MB", "< 20 MB", idle < 20e6),
        Line("18", "written for each byte of pictures (150 kB)", f"{ratio:.3f}", "<= 1.1", ratio <= 1.1),
    ]


async def _idle(folder: Path, seconds: int) -> float:
    """A still scene, heartbeats and proofs of life every five seconds instead of every minute: more than in earnest."""
    still = folder / "still"
    still.mkdir()
    _still_pictures(still)
    async with running(folder / "agent", still, "--loop", "--still-every-seconds", "5") as agent:
        await asyncio.sleep(5)
        before, begun = written_bytes(processes_of(agent.process_id)), time.monotonic()
        await asyncio.sleep(seconds)
        after = written_bytes(processes_of(agent.process_id))
        assert agent.server.images, "no proof of life came: the agent did not work"
        assert not agent.server.alerts, "something moved: this was no idle day"
        return (after - before) / (time.monotonic() - begun) * 86_400


def _still_pictures(folder: Path) -> None:
    from PIL import Image

    gradient = Image.linear_gradient("L").resize((640, 360)).convert("RGB")
    for number in range(10):
        gradient.save(folder / f"{number:02}.png")


def _ratio(folder: Path, pictures: int) -> float:
    spool, clock = Spool(folder, SpoolLimits(free_bytes=0)), FakeClock()
    alert = opened(clock)
    spool.put(alert)
    data = os.urandom(_PICTURE_BYTES)
    before = written_bytes([os.getpid()])
    for number in range(pictures):
        spool.put(picture(alert, clock, "more" if number else "first"), jpeg=data, thumbnail=data[:6000])
    return (written_bytes([os.getpid()]) - before) / (pictures * (_PICTURE_BYTES + 6000))
