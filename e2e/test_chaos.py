"""A short turn of faults of `make chaos`; the server's kills have a test of their own beside the server."""

import os
from pathlib import Path

import pytest

from e2e.chaos.agent import AGENT_SCENARIOS, AgentPlan
from e2e.chaos.picture import small_picture
from e2e.chaos.scenarios import SCENARIOS, Plan


@pytest.mark.parametrize("name", ["full-disk", "disk-error", "store-away", "database-away", "replica-killed"])
def test_nothing_acknowledged_is_lost(name: str, tmp_path: Path) -> None:
    if name == "full-disk" and os.geteuid() != 0:
        pytest.skip("a small file system in memory can be mounted by root only")
    report = SCENARIOS[name](tmp_path / "site", small_picture(), Plan(uploads=60, faults=2, seed=7))
    assert report.verdict.good, report
    assert report.verdict.acknowledged >= 60


def test_a_camera_that_is_killed_beside_its_server_delivers_everything_once(tmp_path: Path) -> None:
    report = AGENT_SCENARIOS["agent-kills"](tmp_path / "site", AgentPlan(events=40, faults=3, seed=7))
    assert report.good, report
    assert report.alerts >= 35
    assert report.dropped == 0
