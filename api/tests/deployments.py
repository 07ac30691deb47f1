"""The three ways to run the server that are supported. The fixture `deployment` goes through them:
whatever uses it is held to the same on all.

SQLite and the local disk; PostgreSQL and S3; two replicas on one PostgreSQL and one bucket, called in turn, so that hardly
two calls of a test reach the same process.
"""

from dataclasses import dataclass, field
from itertools import cycle

import httpx

from api.clock import FakeClock
from api.storage import BlobStore
from api.tests import conformance
from api.tests.support import ORIGIN, CameraAccess, PersonAccess, Server


@dataclass
class Deployment:
    """Running servers on one database and one store, and clients that use them in turn."""

    servers: list[Server]
    store: BlobStore
    clock: FakeClock
    _clients: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def server(self) -> Server:
        """One of them, to look into the database by."""
        return self.servers[0]

    def client(self, who: CameraAccess | PersonAccess) -> httpx.AsyncClient:
        """A client whose every call goes to the next server, and whose every answer is checked against the contract."""
        client = httpx.AsyncClient(
            transport=_InTurn(self.servers),
            base_url=ORIGIN,
            headers=who.headers,
            event_hooks={"response": [conformance.check]},
        )
        self._clients.append(client)
        return client

    def pictures(self) -> list[str]:
        """The names of the pictures' files."""
        return sorted(key.rpartition("/")[2] for key, _ in self.store.keys("images"))

    async def sweep(self) -> int:
        """What the retention worker does, on one of the servers."""
        gone: int = await self.server.app.state.services.retention.sweep()
        return gone

    async def purge(self) -> None:
        """What the purging worker does, on another server where there is one."""
        await self.servers[-1].app.state.purging.purge()

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


class _InTurn(httpx.AsyncBaseTransport):
    def __init__(self, servers: list[Server]) -> None:
        self._transports = cycle(httpx.ASGITransport(server.app, client=("127.0.0.1", 50000)) for server in servers)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await next(self._transports).handle_async_request(request)
