"""`python -m e2e.chaos`: run the faults and print a table. `make chaos` runs all of it."""

import argparse
import os
import random
import sys
import tempfile
from pathlib import Path

from e2e.chaos.picture import small_picture
from e2e.chaos.scenarios import SCENARIOS, Plan, Report

_UPLOADS, _FAULTS = 10_000, 200


def main() -> int:
    """Exit code 0 when nothing acknowledged was lost, doubled or changed, and no answer was wrong."""
    options = _parser().parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    print(f"Seed {seed} (give it as --seed to repeat the order of faults).")
    reports = []
    for name in options.scenario or SCENARIOS:
        if name == "full-disk" and os.geteuid() != 0:
            print("full-disk: not run, it needs root for a small file system in memory.")
            continue
        print(f"{name}: {SCENARIOS[name].__doc__}", flush=True)
        share = 1 if name == "kill-server" else options.share
        plan = Plan(max(1, round(options.uploads * share)), max(1, round(options.faults * share)), seed)
        with tempfile.TemporaryDirectory(prefix="picam-chaos-") as folder:
            reports.append(SCENARIOS[name](Path(folder), small_picture(), plan))
        print(_line(reports[-1]), flush=True)
    print("\n" + "\n".join([_head(), *map(_line, reports)]))
    good = all(report.verdict.good for report in reports)
    print("\nNothing acknowledged was lost." if good else "\nSOMETHING WAS LOST: see above.")
    return 0 if good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m e2e.chaos", description="Real faults under load: what was acknowledged must be there, once."
    )
    parser.add_argument(
        "--scenario", action="append", choices=list(SCENARIOS), help="only this one; may come several times"
    )
    parser.add_argument("--uploads", type=int, default=_UPLOADS, help=f"acknowledged pictures (default {_UPLOADS})")
    parser.add_argument("--faults", type=int, default=_FAULTS, help=f"kills (default {_FAULTS})")
    parser.add_argument(
        "--share", type=float, default=0.1, help="how much of both the other scenarios get (default 0.1)"
    )
    parser.add_argument("--seed", type=int, help="repeat a run")
    return parser


def _head() -> str:
    columns = f"{'scenario':34} {'faults':>6} {'acknowledged':>12} {'lost':>5} {'doubled':>7} {'changed':>7} {'unreadable':>10}"
    return f"{columns} {'wrong answers':>14} {'seconds':>8}"


def _line(report: Report) -> str:
    verdict = report.verdict
    wrong = ", ".join(f"{number} x {answer}" for answer, number in verdict.wrong_answers.items()) or "0"
    counts = f"{verdict.lost:5} {verdict.doubled:7} {verdict.changed:7} {verdict.unreadable:10}"
    return f"{report.name:34} {report.faults:6} {verdict.acknowledged:12} {counts} {wrong:>14} {report.seconds:8.0f}"


if __name__ == "__main__":
    sys.exit(main())
