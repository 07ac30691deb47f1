"""Target 11: from the start of the process to `GET /readyz`, with the largest seeded database; memory of an empty one."""

import sys
import time
from pathlib import Path
from statistics import median

from bench.server.ours import prepare, serving
from bench.server.report import Line
from bench.server.seed import seeded, seeded_dir

_SETTLE_SECONDS = 3.0


def measure(folder: Path, *, quick: bool, full: bool) -> list[Line]:
    rows = 10_000_000 if full or ((seeded_dir(10_000_000) / "done").exists() and not quick) else 10_000
    large = seeded(rows)
    rounds = 1 if quick else 5
    waits: dict[str, list[float]] = {"large": [], "empty": []}
    resident, cpu = [], []
    for number in range(rounds):
        with serving(large) as server:
            waits["large"].append(server.ready_seconds)
            cpu.append(server.cpu_seconds())
        place = folder / str(number)
        place.mkdir()
        prepare(place)
        with serving(place) as server:
            waits["empty"].append(server.ready_seconds)
            time.sleep(_SETTLE_SECONDS)
            resident.append(server.resident_bytes() / 1e6)
        print(f"  round {number + 1}/{rounds}", file=sys.stderr, flush=True)
    took, memory = median(waits["large"]), median(resident)
    return [
        Line(
            "11",
            f"start to ready, {rows:,} pictures",
            f"{took:.2f} s, of which {median(cpu):.2f} s CPU; empty, never started before {median(waits['empty']):.2f} s",
            "< 2 s",
            took < 2,
        ),
        Line("11", "resident, empty install", f"{memory:.0f} MB", "< 100 MB", memory < 100),
    ]
