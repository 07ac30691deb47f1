"""`EventBus` between replicas: PostgreSQL LISTEN/NOTIFY, as quick as a message broker here and one service less.

A notification is part of the transaction that causes it, so it is sent exactly when the change is committed. Every
committing NOTIFY takes one lock in the whole database: therefore one (or few) for each group commit, never one a row.
A replica hears its own notifications too and drops them: its viewers were told directly.
"""

import asyncio
import logging
import secrets
import selectors
import socket
import threading
from collections.abc import Iterator, Sequence
from uuid import UUID

import orjson
import psycopg
from sqlalchemy import Connection, text

from api.broadcast.in_process import InProcessBus
from api.broadcast.port import Change, Subscription

_LOG = logging.getLogger(__name__)
_CHANNEL = "picam_changes"
# PostgreSQL takes payloads of under 8000 bytes.
_LARGEST_PAYLOAD = 7_900
_RETRY_SECONDS = 1.0
_LOST = "lost"


class PostgresBus:
    """The ring of `InProcessBus` for this replica's viewers, fed by all replicas."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._origin = secrets.token_hex(8)
        self._ring = InProcessBus()
        self._stopping = threading.Event()
        # What ends the wait of the listening thread at once: a stop of the server need not sit out a timeout.
        self._woken, self._wake = socket.socketpair()
        self._listening = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._listen_for_ever, name="bus-listen", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        self._stopping.set()
        self._wake.send(b".")
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)
        self._wake.close()
        self._woken.close()

    def carry(self, connection: Connection, changes: Sequence[Change]) -> None:
        statement = text("SELECT pg_notify(:channel, :payload)")
        for payload in _payloads(self._origin, changes):
            connection.execute(statement, {"channel": _CHANNEL, "payload": payload})

    def publish(self, changes: Sequence[Change]) -> None:
        self._ring.publish(changes)

    def subscribe(self, cursor: str | None = None) -> Subscription:
        return self._ring.subscribe(cursor)

    @property
    def connected(self) -> bool:
        """Whether other replicas are heard just now."""
        return self._listening.is_set()

    def _listen_for_ever(self) -> None:
        lost = False
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._conninfo, autocommit=True, connect_timeout=5) as connection:
                    connection.execute(f"LISTEN {_CHANNEL}")
                    self._listening.set()
                    if lost:
                        # Whatever was told while nobody listened is gone: have it read again.
                        self._on_loop(None)
                    self._listen(connection)
            except psycopg.Error as error:
                lost = True
                self._listening.clear()
                _LOG.warning("bus_lost error=%s", error)
                self._stopping.wait(_RETRY_SECONDS)

    def _listen(self, connection: psycopg.Connection) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while not self._stopping.is_set():
                # First what came with the answer to LISTEN, then wait: nothing is left lying in the connection.
                for notification in connection.notifies(timeout=0):
                    origin, changes = _parse(notification.payload)
                    if origin != self._origin:
                        self._on_loop(changes)
                selector.select()

    def _on_loop(self, changes: list[Change] | None) -> None:
        assert self._loop is not None
        if changes is None:
            self._loop.call_soon_threadsafe(self._ring.lose)
        else:
            self._loop.call_soon_threadsafe(self._ring.publish, changes)


def _payloads(origin: str, changes: Sequence[Change]) -> Iterator[str]:
    """The changes as few payloads as they fit in; one that fits in none is replaced by "read again"."""
    head = f'["{origin}",'
    room = _LARGEST_PAYLOAD - len(head) - 2
    batch: list[bytes] = []
    size = 0
    for change in changes:
        encoded = orjson.dumps([change.camera_id, change.user_id, change.payload.decode()])
        if len(encoded) > room:
            yield f'{head}"{_LOST}"]'
            continue
        if size + len(encoded) + 1 > room:
            yield head + "[" + b",".join(batch).decode() + "]]"
            batch, size = [], 0
        batch.append(encoded)
        size += len(encoded) + 1
    if batch:
        yield head + "[" + b",".join(batch).decode() + "]]"


def _parse(payload: str) -> tuple[str, list[Change] | None]:
    origin, rows = orjson.loads(payload)
    if rows == _LOST:
        return origin, None
    return origin, [
        Change(UUID(camera_id), body.encode(), None if user_id is None else UUID(user_id))
        for camera_id, user_id, body in rows
    ]
