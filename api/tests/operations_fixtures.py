"""Fixtures that need more than the application: a real S3 server, one a run; the ways to run the server."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from api.clock import FakeClock
from api.storage import BlobStore, DiskStore
from api.tests.deployments import Deployment
from api.tests.postgres import PostgresCluster
from api.tests.seaweed import Seaweed, s3_store
from api.tests.support import running


@pytest.fixture(scope="session")
def seaweed() -> Iterator[Seaweed]:
    server = Seaweed()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite+disk", "postgresql+s3", "two replicas"])
async def deployment(
    request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Deployment]:
    number, url = 1, ""
    store: BlobStore = DiskStore(tmp_path / "media")
    if request.param != "sqlite+disk":
        postgres: PostgresCluster = request.getfixturevalue("postgres")
        seaweed: Seaweed = request.getfixturevalue("seaweed")
        url, store = postgres.create_database(), s3_store(seaweed, monkeypatch)
        number = 2 if request.param == "two replicas" else 1
    async with AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(running(tmp_path, clock=clock, store=store, database_url=url))
            for _ in range(number)
        ]
        found = Deployment(servers, store, clock)
        yield found
        await found.close()
