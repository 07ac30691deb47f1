"""The service outside hears from a server that works, and nothing from one that does not."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from api.services.dead_man import DeadMan
from api.services.readiness import Readiness, Report
from api.settings import Settings
from api.tests.http_sink import Sink, http_sink
from api.tests.support import running

SECRET_PATH = "/ping/5d1c0e"


@dataclass
class Condition:
    """Stands for the checks, which have tests of their own."""

    storage: str = "ok"

    async def check(self) -> Report:
        return Report({"database": "ok", "storage": self.storage}, {})


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with http_sink() as opened:
        yield opened


async def test_it_is_called_while_the_server_is_ready_and_says_once_why_not(
    sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    condition = Condition()
    dead_man = DeadMan(sink.address + SECRET_PATH, cast(Readiness, condition))
    with caplog.at_level(logging.INFO, "api"):
        assert await dead_man.beat()
        condition.storage = "the store does not answer"
        assert [await dead_man.beat() for _ in range(3)] == [False] * 3
        condition.storage = "ok"
        sink.answer = lambda _request: (500, {})
        assert not await dead_man.beat()
        sink.answer = lambda _request: (200, {})
        assert await dead_man.beat()
    assert [(request.method, request.path) for request in sink.received] == [("GET", SECRET_PATH)] * 3
    said = [record.getMessage() for record in caplog.records if record.name == "api.services.dead_man"]
    assert said == ["dead_man withheld, because the server is not ready: storage", "dead_man_well"]


async def test_a_line_that_is_cut_is_no_end_and_the_address_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    async with http_sink() as opened:
        address = opened.address + SECRET_PATH
    with caplog.at_level(logging.INFO, "api"):
        assert not await DeadMan(address, cast(Readiness, Condition())).beat()
    assert "not taken: ConnectError" in caplog.text
    assert SECRET_PATH not in caplog.text


async def test_a_server_that_is_told_to_calls_by_itself(
    tmp_path: Path, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.main.EVERY_SECONDS", 0.05)
    async with running(tmp_path, dead_man_url=sink.address + SECRET_PATH):
        await sink.until(2)


@pytest.mark.parametrize("address", ["healthchecks.io/x", "ftp://example.org", "https://"])
def test_an_address_that_cannot_be_called_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="dead_man_url"):
        Settings(dead_man_url=address)
