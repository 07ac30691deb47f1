"""`make test`: every test of the project, with one plain line of totals at the end.

The fast tests run side by side; the whole-system tests run after them, two files at a time, because they start several
processes and a browser and mostly wait for them. A failing part does not hide the others. `PICAM_ALL_TESTS_MUST_RUN=1`
(set by .ci/run) counts a skipped whole-system test as a failure.
"""

import os
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from tools.stages import ROOT, Stage
from tools.system_programs import need_chromium, need_mosquitto

REPORTS = ROOT / "e2e" / "output" / "reports"
WORKERS = 3  # more than there are cores: many tests wait for a process or a clock


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


@dataclass(frozen=True)
class Part:
    """A stage with the report that it writes. Where every test must run, `may_skip` parts may still leave out what needs
    a Pi's own hardware."""

    stage: Stage
    report: Path
    may_skip: bool = True


def parts(chromium: str | None) -> list[Part]:
    web, fast, whole = (REPORTS / f"{name}.xml" for name in ("web", "fast", "whole"))
    # A plain `vitest` prints every passing test through its default reporter only when asked; the dots are enough here.
    vitest = ["npm", "test", "--silent", "--", "--reporter=dot", "--reporter=junit", f"--outputFile.junit={web}"]
    folders = ["api", "auxiliary", "contract", "tools"]
    return [
        Part(Stage("tests of the web pages", vitest, folder="client"), web),
        Part(
            Stage(
                "tests of server, camera, contract and tools",
                ["pytest", "-q", "-n", str(WORKERS), f"--junitxml={fast}", *folders],
            ),
            fast,
        ),
        Part(
            Stage(
                "whole-system tests (server, camera, browser)",
                ["pytest", "-v", "-n", "2", "--dist", "loadfile", f"--junitxml={whole}", "e2e"],
                environment={"PICAM_CHROMIUM": chromium} if chromium else {},
            ),
            whole,
            may_skip=False,
        ),
    ]


def main() -> int:
    REPORTS.mkdir(parents=True, exist_ok=True)
    must_run = os.environ.get("PICAM_ALL_TESTS_MUST_RUN") == "1"
    total = Counts()
    all_succeeded = True
    need_mosquitto()
    for part in parts(need_chromium()):
        part.report.unlink(missing_ok=True)
        all_succeeded &= part.stage.run()
        counts = counts_of(part.report)
        if counts.skipped and must_run and not part.may_skip:
            print(f"\n{counts.skipped} {part.stage.name} were skipped, and on this machine all must run.")
            counts = Counts(counts.passed, counts.failed + counts.skipped)
        total += counts
    # A runner can fail beyond its tests (a warning at exit, a broken report): that must not look like a success.
    if not all_succeeded and total.failed == 0:
        total += Counts(failed=1)
    print(f"\n{total}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
