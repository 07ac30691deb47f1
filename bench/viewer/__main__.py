"""`python -m bench.viewer [--only NAME] [--quick]`: measure the viewer's targets, print a table, end with 0 even where one is missed."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.server.processes import machine
from bench.server.report import Line, table
from bench.viewer import cards, gallery

PARTS: dict[str, Callable[..., list[Line]]] = {
    "cards": cards.measure,
    "gallery": gallery.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.viewer", description="Measure the viewer's targets.")
    parser.add_argument("--only", choices=sorted(PARTS), action="append", help="only this part; may come several times")
    parser.add_argument("--quick", action="store_true", help="few and small: shows that it runs, not how fast")
    options = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}, load {os.getloadavg()[0]:.1f}", flush=True)
    lines: list[Line] = []
    for name in options.only or PARTS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="picam-bench-") as folder:
            lines += PARTS[name](Path(folder), quick=options.quick)
    print(table(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
