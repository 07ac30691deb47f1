"""Hears of every alert in the transaction that stores it, whoever raised it, and has it told: none is told of without the other.

It stands beside the bus: what a write announces passes here, too. So no service that raises alerts knows of notifications.
"""

import logging
from collections.abc import Callable, Sequence
from uuid import UUID

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from api.broadcast import Change
from api.clock import Clock
from api.db.alert_rows import get_alert
from api.services.notifications.fan_out import tell

_CREATED = b'{"kind":"alert","action":"created"'
_LOG = logging.getLogger(__name__)


class Teller:
    """`carry` runs in the writing thread, inside the transaction; `wake` on the event loop, after the commit."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._replacing_kinds: frozenset[str] = frozenset()
        self._wake: Callable[[], None] | None = None

    def connect(self, replacing_kinds: frozenset[str], wake: Callable[[], None]) -> None:
        """`replacing_kinds`: channels that put a message in the place of another. `wake`: there may be something to send."""
        self._replacing_kinds = replacing_kinds
        self._wake = wake

    def carry(self, connection: Connection, changes: Sequence[Change]) -> None:
        """Write the jobs of new alerts. Raises what the connection raises; nothing else may cost a picture its commit."""
        for change in changes:
            if not change.payload.startswith(_CREATED):
                continue
            try:
                with connection.begin_nested():
                    alert = get_alert(connection, UUID(orjson.loads(change.payload)["alert_id"]))
                    if alert is not None:
                        tell(connection, alert, self._clock.now(), self._replacing_kinds)
            except DBAPIError:
                raise
            except Exception:  # noqa: BLE001 - the edge: an alert that cannot be told is stored all the same
                _LOG.exception("alert_not_told")

    def published(self, changes: Sequence[Change]) -> None:
        """The transaction has been committed."""
        if self._wake is not None and any(change.payload.startswith(_CREATED) for change in changes):
            self._wake()
