"""Resident memory of the whole agent: see `bench/agent_memory.py`, which says how and prints more."""

import asyncio
import statistics
from pathlib import Path

from bench import agent_memory
from bench.server.report import Line


def measure(folder: Path, quick: bool) -> list[Line]:
    seconds = 10 if quick else 60
    lines = []
    for name, more in (("camera in the same process", []), ("camera in a process of its own", ["--isolated"])):
        samples, _ = asyncio.run(agent_memory.measure(seconds, agent_memory.SAMPLE, more))
        once = [ours for _, ours in samples]
        words = f"median {statistics.median(once):.1f} MB, highest {max(once):.1f} MB"
        lines.append(Line("18", f"resident, {name}, shared pages once", words, "< 100 MB", max(once) < 100))
    return lines
