"""From the start of the process until systemd hears that the camera watches, on the sample recording."""

import asyncio
import statistics
from pathlib import Path

from bench.agent.processes import running
from bench.agent_memory import SAMPLE
from bench.server.report import Line


def measure(folder: Path, quick: bool) -> list[Line]:
    seconds = [asyncio.run(_start(folder / str(number))) for number in range(2 if quick else 7)]
    words = f"median {statistics.median(seconds):.2f} s, slowest {max(seconds):.2f} s"
    return [Line("-", "start to watching (READY=1)", words)]


async def _start(folder: Path) -> float:
    async with running(folder, SAMPLE) as agent:
        return agent.ready_seconds
