"""`python -m e2e.chaos [--only server | --only agent]`: run the faults and print one table. `make chaos` runs all of it."""

import argparse
import os
import random
import sys
import tempfile
from pathlib import Path

from e2e.chaos.agent import AGENT_SCENARIOS, AgentPlan, AgentReport, why_not
from e2e.chaos.picture import small_picture
from e2e.chaos.scenarios import SCENARIOS, Plan, Report

_UPLOADS, _EVENTS, _FAULTS = 10_000, 10_000, 200
_WHOLE = {"kill-server", "agent-kills", "agent-outage"}  # the others get a share of the numbers
_SLOW_LINE_EVENTS = 100  # 64 kbit/s carry two of them a second at best


def main() -> int:
    """Exit code 0 when nothing acknowledged was lost, doubled or changed, and no answer was wrong."""
    options = _parser().parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    print(f"Seed {seed} (give it as --seed to repeat the order of faults).")
    rows = []
    for name in options.scenario or _part(options.only):
        reason = _why_not(name)
        if reason is not None:
            print(f"{name}: not run, {reason}.")
            continue
        run = SCENARIOS.get(name) or AGENT_SCENARIOS[name]
        print(f"{name}: {run.__doc__}", flush=True)
        with tempfile.TemporaryDirectory(prefix="picam-chaos-") as folder:
            rows.append(_run(name, Path(folder), options, seed))
        print(_line(rows[-1]), flush=True)
    print("\n" + "\n".join([_line(_HEAD), *map(_line, rows)]))
    good = all(row[-1] == "met" for row in rows)
    print("\nNothing acknowledged was lost." if good else "\nSOMETHING WAS LOST: see above.")
    return 0 if good else 1


def _part(only: str | None) -> list[str]:
    return [*(SCENARIOS if only != "agent" else ()), *(AGENT_SCENARIOS if only != "server" else ())]


def _why_not(name: str) -> str | None:
    is_root = os.geteuid() == 0
    if name == "full-disk" and not is_root:
        return "it needs root for a small file system in memory"
    return why_not(name, is_root=is_root)


def _run(name: str, folder: Path, options: argparse.Namespace, seed: int) -> tuple[str, ...]:
    share = 1 if name in _WHOLE else options.share
    faults = max(1, round(options.faults * share))
    if name in SCENARIOS:
        plan = Plan(max(1, round(options.uploads * share)), faults, seed)
        return _server_row(SCENARIOS[name](folder, small_picture(), plan))
    events = max(1, round(options.events * share))
    if name == "agent-thin-line":
        events = min(events, _SLOW_LINE_EVENTS)
    return _agent_row(AGENT_SCENARIOS[name](folder, AgentPlan(events, faults, seed)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m e2e.chaos", description="Real faults under load: what was acknowledged must be there, once."
    )
    parser.add_argument(
        "--scenario",
        action="append",
        choices=[*SCENARIOS, *AGENT_SCENARIOS],
        help="only this one; may come several times",
    )
    parser.add_argument("--only", choices=["server", "agent"], help="only this part")
    parser.add_argument("--uploads", type=int, default=_UPLOADS, help=f"acknowledged pictures (default {_UPLOADS})")
    parser.add_argument("--events", type=int, default=_EVENTS, help=f"events of the camera (default {_EVENTS})")
    parser.add_argument("--faults", type=int, default=_FAULTS, help=f"kills (default {_FAULTS})")
    parser.add_argument(
        "--share", type=float, default=0.1, help="how much of them the smaller scenarios get (default 0.1)"
    )
    parser.add_argument("--seed", type=int, help="repeat a run")
    return parser


_HEAD = (
    *("scenario", "faults", "kept", "dropped, reported", "lost", "doubled", "changed", "other", "seconds"),
    "zero lost, zero double",
)
_WIDTHS = (37, 6, 7, 17, 4, 7, 7, 24, 7, 0)


def _server_row(report: Report) -> tuple[str, ...]:
    verdict = report.verdict
    other = [f"{number} x {answer}" for answer, number in verdict.wrong_answers.items()]
    other += [f"{verdict.unreadable} unreadable"] if verdict.unreadable else []
    counts = (verdict.acknowledged, 0, verdict.lost, verdict.doubled, verdict.changed)
    return _row(report.name, report.faults, counts, ", ".join(other), report.seconds, good=verdict.good)


def _agent_row(report: AgentReport) -> tuple[str, ...]:
    other = f"{report.never_ended} alerts never end" if report.never_ended else ""
    counts = (report.alerts + report.pictures, report.dropped, report.lost, report.doubled, report.changed)
    return _row(report.name, report.faults, counts, other, report.seconds, good=report.good)


def _row(name: str, faults: int, counts: tuple[int, ...], other: str, seconds: float, *, good: bool) -> tuple[str, ...]:
    return (name, str(faults), *map(str, counts), other or "-", f"{seconds:.0f}", "met" if good else "MISSED")


def _line(row: tuple[str, ...]) -> str:
    cells = [
        cell.ljust(width) if number == 0 else cell.rjust(width)
        for number, (cell, width) in enumerate(zip(row, _WIDTHS, strict=True))
    ]
    return "  ".join(cells)


if __name__ == "__main__":
    sys.exit(main())
