"""`python -m bench.agent [--only NAME] [--quick]`: measure the camera's targets 16, 18 and 19, print a table, end with 0 even where one
is missed. Needs no camera: real processes of the agent, recorded or drawn pictures, a small server on the loopback.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.agent import hang, latency, memory, start, wear
from bench.server.processes import machine
from bench.server.report import Line, table

PARTS: dict[str, Callable[[Path, bool], list[Line]]] = {
    "latency": latency.measure,
    "memory": memory.measure,
    "start": start.measure,
    "wear": wear.measure,
    "hang": hang.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.agent", description="Measure the camera agent's targets.")
    parser.add_argument("--only", choices=sorted(PARTS), action="append", help="only this part; may come several times")
    parser.add_argument("--quick", action="store_true", help="short and few: shows that it runs, not how well")
    options = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}", flush=True)
    lines: list[Line] = []
    for name in options.only or PARTS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="picam-bench-") as folder:
            lines += PARTS[name](Path(folder), options.quick)
    print(table(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
