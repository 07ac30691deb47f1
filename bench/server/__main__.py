"""`python -m bench.server [--only NAME] [--quick] [--full]`: measure, print a table, end with 0 even where a target is missed.

Figures belong to the machine and the hour; what is compared was run in turn on the same core.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.server import fan_out, lists, object_store, start, thumbnails, upload
from bench.server.processes import cores, machine
from bench.server.report import Line, table

PARTS: dict[str, Callable[..., list[Line]]] = {
    "upload": upload.measure,
    "thumbnails": thumbnails.measure,
    "lists": lists.measure,
    "fan-out": fan_out.measure,
    "object-store": object_store.measure,
    "start": start.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.server", description="Measure the server's targets.")
    parser.add_argument("--only", choices=sorted(PARTS), action="append", help="only this part; may come several times")
    parser.add_argument("--quick", action="store_true", help="few and small: shows that it runs, not how fast")
    parser.add_argument("--full", action="store_true", help="ten million rows even where they have to be made first")
    options = parser.parse_args()
    os.sched_setaffinity(0, {cores()[1]})
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}", flush=True)
    lines: list[Line] = []
    for name in options.only or PARTS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="picam-bench-") as folder:
            lines += PARTS[name](Path(folder), quick=options.quick, full=options.full)
    print(table(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
