"""The totals of `make test`: nothing that went wrong may end as a success."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import run_tests
from tools.stages import Stage

MainWith = Callable[..., int]


@pytest.fixture
def main_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MainWith:
    """Runs `make test`'s main with one part for each given piece of test code, by a real pytest of its own."""

    def run(*codes: str, all_must_run: bool = False, may_skip: bool = False) -> int:
        parts = []
        for number, code in enumerate(codes):
            path = tmp_path / f"test_part_{number}.py"
            path.write_text(code, encoding="utf-8")
            report = tmp_path / f"{number}.xml"
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                f"--junitxml={report}",
                str(path),
            ]
            parts.append(run_tests.Part(Stage(f"part {number}", command, folder=str(tmp_path)), report, may_skip))
        monkeypatch.setattr(run_tests, "REPORTS", tmp_path)
        monkeypatch.setattr(run_tests, "need_chromium", lambda: None)
        monkeypatch.setattr(run_tests, "need_mosquitto", lambda: None)
        monkeypatch.setattr(run_tests, "parts", lambda _chromium: parts)
        # These need none of the installed plugins, whose import is most of a start.
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        monkeypatch.setenv("PICAM_ALL_TESTS_MUST_RUN", "1" if all_must_run else "")
        return run_tests.main()

    return run


GOOD = "def test_a():\n    pass\n\ndef test_b():\n    pass\n"
BAD = "def test_a():\n    assert False\n"
SKIPPED = "import pytest\n\ndef test_a():\n    pytest.skip('no browser')\n"
DIES = "import os\n\ndef test_a():\n    os._exit(0)\n"
UNREADABLE = "this is no python\n"


def last_line(capfd: pytest.CaptureFixture[str]) -> str:
    return capfd.readouterr().out.strip().splitlines()[-1]


def test_adds_the_parts_up(main_with: MainWith, capfd: pytest.CaptureFixture[str]) -> None:
    assert main_with(GOOD, GOOD) == 0
    assert last_line(capfd) == "4 passed, 0 failed"


def test_a_failure_in_an_early_part_fails_the_whole(main_with: MainWith, capfd: pytest.CaptureFixture[str]) -> None:
    assert main_with(BAD, GOOD) == 1
    assert last_line(capfd) == "2 passed, 1 failed"


@pytest.mark.parametrize("code", [DIES, UNREADABLE], ids=["dies", "unreadable"])
def test_a_part_that_cannot_report_fails_the_whole(
    main_with: MainWith, capfd: pytest.CaptureFixture[str], code: str
) -> None:
    assert main_with(code, GOOD) == 1
    assert last_line(capfd) == "2 passed, 1 failed"


def test_a_skipped_test_is_counted_and_fails_where_every_test_must_run(
    main_with: MainWith, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main_with(GOOD, SKIPPED) == 0
    assert last_line(capfd) == "2 passed, 0 failed, 1 skipped"
    assert main_with(GOOD, SKIPPED, all_must_run=True) == 1
    assert last_line(capfd) == "2 passed, 1 failed"
    assert main_with(GOOD, SKIPPED, all_must_run=True, may_skip=True) == 0
