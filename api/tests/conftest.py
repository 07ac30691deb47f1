"""Fixtures: a fresh server with its lifespan entered, a camera, people, and clients that act as them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from api.clock import FakeClock
from api.models import Role
from api.tests.postgres import PostgresCluster
from api.tests.support import CameraAccess, PersonAccess, Server, running


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresCluster]:
    """A real PostgreSQL, started when the first test asks for it."""
    cluster = PostgresCluster()
    yield cluster
    cluster.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database; whatever uses it runs on both. Empty: SQLite in the data directory."""
    if request.param == "sqlite":
        return ""
    cluster: PostgresCluster = request.getfixturevalue("postgres")
    return cluster.create_database()


@pytest.fixture
async def server(tmp_path: Path, clock: FakeClock, database_url: str) -> AsyncIterator[Server]:
    async with running(tmp_path, clock=clock, database_url=database_url) as started:
        yield started


@pytest.fixture
def camera(server: Server) -> CameraAccess:
    return server.add_camera()


@pytest.fixture
def owner(server: Server) -> PersonAccess:
    return server.add_person(Role.ADMIN)


@pytest.fixture
def as_camera(server: Server, camera: CameraAccess) -> httpx.AsyncClient:
    return server.client(camera)


@pytest.fixture
def as_owner(server: Server, owner: PersonAccess) -> httpx.AsyncClient:
    return server.client(owner)


@pytest.fixture
def as_nobody(server: Server) -> httpx.AsyncClient:
    return server.client()
