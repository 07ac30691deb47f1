"""`make test`: every test of the project, with one plain line of totals at the end.

The fast tests run side by side; the whole-system tests run alone after them, because they start several processes and a
browser. A failing part does not hide the others. `PICAM_ALL_TESTS_MUST_RUN=1` (set by .ci/run) counts a skipped
whole-system test as a failure.
"""

import os
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from tools.chromium import need_chromium
from tools.stages import ROOT, Stage

REPORTS = ROOT / "e2e" / "output" / "reports"
WORKERS = 2


@dataclass(frozen=True)
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else "")


def counts_of(report: Path) -> Counts:
    """The totals of a JUnit report; a report that is missing or cut off counts as one failure."""
    try:
        suites = ET.parse(report).getroot()  # noqa: S314 (written by our own test runners a moment ago)
    except (OSError, ET.ParseError):
        return Counts(failed=1)
    cases = list(suites.iter("testcase"))
    failed = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
    skipped = sum(1 for case in cases if case.find("skipped") is not None)
    return Counts(len(cases) - failed - skipped, failed, skipped)


def stages(chromium: str | None) -> list[tuple[Stage, Path]]:
    """Each part with the report that it writes."""
    web, fast, whole = (REPORTS / f"{name}.xml" for name in ("web", "fast", "whole"))
    # A plain `vitest` prints every passing test through its default reporter only when asked; the dots are enough here.
    vitest = ["npm", "test", "--silent", "--", "--reporter=dot", "--reporter=junit", f"--outputFile.junit={web}"]
    folders = ["api", "auxiliary", "contract", "tools"]
    return [
        (Stage("tests of the web pages", vitest, folder="client"), web),
        (
            Stage(
                "tests of server, camera, contract and tools",
                ["pytest", "-q", "-n", str(WORKERS), f"--junitxml={fast}", *folders],
            ),
            fast,
        ),
        (
            Stage(
                "whole-system tests (server, camera, browser)",
                ["pytest", "-v", f"--junitxml={whole}", "e2e"],
                environment={"PICAM_CHROMIUM": chromium} if chromium else {},
            ),
            whole,
        ),
    ]


def main() -> int:
    REPORTS.mkdir(parents=True, exist_ok=True)
    must_run = os.environ.get("PICAM_ALL_TESTS_MUST_RUN") == "1"
    total = Counts()
    all_succeeded = True
    for stage, report in stages(need_chromium()):
        report.unlink(missing_ok=True)
        all_succeeded &= stage.run()
        total += counts_of(report)
    # A runner can fail beyond its tests (a warning at exit, a broken report): that must not look like a success.
    if not all_succeeded and total.failed == 0:
        total += Counts(failed=1)
    if must_run and total.skipped:
        print(f"\n{total.skipped} tests were skipped, and none may be on this machine.")
        total = Counts(total.passed, total.failed + total.skipped)
    print(f"\n{total}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
