"""Keyset pages, newest first: a cursor names the last row seen, so a page costs the same at any depth.

A cursor is `base64url(timestamp, id, seal)`. The seal is a truncated HMAC: a cursor that was changed, cut or made up
is refused instead of becoming a strange query.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, literal, select, tuple_, union_all

from api.errors import Invalid
from api.models.base import Id

_LAYOUT = struct.Struct(">q16s")
_SEAL_BYTES = 8


@dataclass(frozen=True, slots=True)
class Position:
    """The sort key of a row: instant in microseconds and id."""

    timestamp: int
    id: UUID


class CursorSeal:
    """Writes and reads cursors with one site's key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def write(self, position: Position) -> str:
        body = _LAYOUT.pack(position.timestamp, position.id.bytes)
        return base64.urlsafe_b64encode(body + self._seal(body)).rstrip(b"=").decode()

    def read(self, text: str) -> Position:
        """The position of a cursor. Raises `Invalid` (`bad_cursor`) for anything this site did not write."""
        try:
            raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (UnicodeEncodeError, binascii.Error, ValueError) as error:
            raise _bad_cursor() from error
        body, seal = raw[: _LAYOUT.size], raw[_LAYOUT.size :]
        if len(body) != _LAYOUT.size or not hmac.compare_digest(seal, self._seal(body)):
            raise _bad_cursor()
        timestamp, identity = _LAYOUT.unpack(body)
        position = Position(timestamp, UUID(bytes=identity))
        # Base64 has several spellings of the same bytes; this site writes one.
        if self.write(position) != text:
            raise _bad_cursor()
        return position

    def _seal(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, hashlib.sha256)[:_SEAL_BYTES]


def page_of(
    query: Select[*tuple[Any, ...]],
    timestamp: ColumnElement[int],
    identity: ColumnElement[UUID],
    after: Position | None,
    limit: int,
) -> Select[*tuple[Any, ...]]:
    """The query for one page in the order of two columns, newest first, plus one row that tells whether there are more."""
    if after is not None:
        query = query.where(
            tuple_(timestamp, identity) < tuple_(literal(after.timestamp, BigInteger), literal(after.id, Id))
        )
    return query.order_by(timestamp.desc(), identity.desc()).limit(limit + 1)


def merged(pages: Sequence[Select[*tuple[Any, ...]]], limit: int) -> Select[*tuple[Any, ...]]:
    """One page out of the pages of several cameras, each found through its own index.

    A plain `camera_id IN (...)` would sort everything that these cameras ever sent.
    """
    if len(pages) == 1:
        return pages[0]
    together = union_all(*(select(page.subquery()) for page in pages)).subquery()
    return select(together).order_by(together.c.timestamp.desc(), together.c.id.desc()).limit(limit + 1)


def _bad_cursor() -> Invalid:
    return Invalid("bad_cursor", "This cursor was not made by this server: start again without `cursor`.")
