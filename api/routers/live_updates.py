"""`GET /ws`: every change this viewer may see, as it happens.

Bursts are coalesced: what came within a tick goes out in one frame, assembled from bytes that were encoded once for all
viewers. A viewer that does not read is waited for by its own task only; when the ring has overtaken it, it is told.
"""

import asyncio

import orjson
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from api.broadcast import Change, EventBus, Subscription, TooSlow
from api.clock import to_rfc3339
from api.routers.dependencies import Services, identify
from api.routers.guards import own_origin
from api.services.principal import PersonPrincipal

router = APIRouter()

SIGN_IN_AGAIN = 4401
_TICK_SECONDS = 0.03
_HEARTBEAT_SECONDS = 20.0
_CHECK_SESSION_SECONDS = 5.0


@router.websocket("/ws")
async def live_updates(socket: WebSocket, cursor: str | None = None) -> None:
    """Cookie-authenticated, same origin only. `?cursor=` resumes where an earlier connection ended."""
    # Browsers always send `Origin` with a WebSocket; a page of another site must not ride on this site's cookie.
    if not own_origin(socket.headers):
        await socket.close(SIGN_IN_AGAIN)
        return
    person = await identify(socket)
    await socket.accept()
    if not isinstance(person, PersonPrincipal):
        # Accepted first: a browser does not tell its page why a handshake was refused, and the viewer has to know.
        await socket.close(SIGN_IN_AGAIN)
        return
    bus: EventBus = socket.app.state.bus
    viewer = _Viewer(socket, person, bus.subscribe(cursor), socket.app.state.services)
    await viewer.serve()


class _Viewer:
    def __init__(
        self, socket: WebSocket, person: PersonPrincipal, subscription: Subscription, services: Services
    ) -> None:
        self._socket = socket
        self._person = person
        self._subscription = subscription
        self._services = services
        self._metrics = services.metrics
        self._sequence = 0
        # The changes task and the heartbeat task both send; frames must carry their numbers in order.
        self._sending = asyncio.Lock()

    async def serve(self) -> None:
        self._metrics.viewer_came()
        tasks = [
            asyncio.create_task(work)
            for work in (self._send_changes(), self._send_heartbeats(), self._watch_session(), self._drain())
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._subscription.close()
            self._metrics.viewer_went()

    async def _send_changes(self) -> None:
        now = to_rfc3339(self._services.clock.now())
        await self._send(
            "hello", b',"resumed":%s,"server_time":"%s"' % (_json(self._subscription.resumed), now.encode())
        )
        while True:
            try:
                received = await self._subscription.receive()
            except TooSlow:
                self._metrics.resync_sent()
                await self._send("resync")
                continue
            visible = [change.payload for change in received.changes if self._may_see(change)]
            if visible:
                self._metrics.changes_sent(len(visible))
                await self._send("changes", b',"changes":[' + b",".join(visible) + b"]")
            await asyncio.sleep(_TICK_SECONDS)

    async def _send_heartbeats(self) -> None:
        while True:
            await asyncio.sleep(_HEARTBEAT_SECONDS)
            await self._send("heartbeat")

    async def _watch_session(self) -> None:
        """Signing out ends the connection too, wherever it was done."""
        while True:
            await asyncio.sleep(_CHECK_SESSION_SECONDS)
            if await identify(self._socket) != self._person:
                break
        await self._socket.close(SIGN_IN_AGAIN)

    async def _drain(self) -> None:
        """The client has nothing to say; reading tells when it has gone."""
        try:
            while True:
                await self._socket.receive_text()
        except (WebSocketDisconnect, KeyError):
            return

    def _may_see(self, change: Change) -> bool:
        return change.user_id is None or change.user_id == self._person.user_id

    async def _send(self, kind: str, rest: bytes = b"") -> None:
        async with self._sending:
            cursor = self._subscription.cursor.encode()
            head = b'{"type":"%s","seq":%d,"cursor":"%s"' % (kind.encode(), self._sequence, cursor)
            self._sequence += 1
            await self._socket.send_text((head + rest + b"}").decode())


def _json(value: bool) -> bytes:
    return orjson.dumps(value)
