"""Fixtures that need more than the application: a real S3 server, one a run."""

from collections.abc import Iterator

import pytest

from api.tests.seaweed import Seaweed


@pytest.fixture(scope="session")
def seaweed() -> Iterator[Seaweed]:
    server = Seaweed()
    yield server
    server.remove()
