"""Reads the body of an upload: bounded in size and in time, multipart or raw, digest checked.

The body is streamed; a part that grows over its limit ends the upload at once. Nothing is kept on disk on the way.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Request
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from api.errors import FieldProblem, Invalid, TimedOut, TooLarge

_FIELD_BYTES = 16_384
_MOST_PARTS = 24
_FORM_BYTES = 262_144
"""What a multipart body may hold besides its picture: fields, part headers, thumbnail."""


@dataclass(slots=True)
class UploadBody:
    """What an upload carried: the picture, the camera's thumbnail if any, and the other fields as text."""

    data: bytes
    thumbnail: bytes | None = None
    fields: dict[str, str] = field(default_factory=dict)


_SLOWEST_BYTES_A_SECOND = 500


@dataclass(slots=True)
class _Part:
    name: str
    filename: str | None
    digest: str | None
    limit: int
    chunks: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, chunk: bytes | bytearray) -> None:
        self.size += len(chunk)
        if self.size > self.limit:
            raise (
                _too_large(self.limit)
                if self.filename is not None
                else Invalid("invalid_request", f"The field `{self.name}` is longer than {self.limit} bytes.")
            )
        self.chunks.append(bytes(chunk))

    def value(self) -> bytes:
        return b"".join(self.chunks)


def stated_bytes(request: Request) -> int:
    """What the client says that it will send; 0 where it says nothing usable."""
    stated = request.headers.get("content-length", "")
    return int(stated) if stated.isdecimal() and len(stated) < 16 else 0


async def read_raw(request: Request, *, max_bytes: int, stall_seconds: float) -> UploadBody:
    """A body that is the picture itself. Raises `TooLarge`, `TimedOut`, `Invalid` (`digest_mismatch`)."""
    _check_length(request, max_bytes)
    part = _Part("body", "body", request.headers.get("content-digest"), max_bytes)
    await _receive(request, stall_seconds, part.add)
    data = part.value()
    if part.digest is not None:
        check_digest(part.digest, data)
    return UploadBody(data)


async def read_multipart(request: Request, *, max_bytes: int, stall_seconds: float) -> UploadBody:
    """A multipart form with the part `file`. Raises `TooLarge`, `TimedOut`, `Invalid`."""
    _check_length(request, max_bytes, form_bytes=_FORM_BYTES)
    _, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get("boundary", "")
    digest = request.headers.get("content-digest")
    whole = hashlib.sha256() if digest is not None else None
    seen = 0
    try:
        form = _Form(boundary, max_bytes)

        def take(chunk: bytes) -> None:
            # The parts are bounded one by one; what stands before and behind them is not.
            nonlocal seen
            seen += len(chunk)
            if seen > max_bytes + _FORM_BYTES:
                raise _too_large(max_bytes)
            if whole is not None:
                whole.update(chunk)
            form.feed(chunk)

        await _receive(request, stall_seconds, take)
        parts = form.finish()
    except (MultipartError, UnicodeDecodeError, ValueError) as error:
        raise Invalid("invalid_request", f"This is no well-formed multipart form: {error}.") from error
    return _body(parts, digest, None if whole is None else whole.digest())


class _Form:
    def __init__(self, boundary: str, max_bytes: int) -> None:
        self._parser = PushMultipartParser(
            boundary, max_header_size=4096, max_header_count=8, max_segment_count=_MOST_PARTS
        )
        self._max_bytes = max_bytes
        self._current: _Part | None = None
        self._parts: list[_Part] = []

    def feed(self, chunk: bytes) -> None:
        for event in self._parser.parse(chunk):
            if isinstance(event, MultipartSegment):
                self._current = self._begin(event)
            elif event is not None and self._current is not None:
                self._current.add(event)
            else:
                self._current = None

    def finish(self) -> list[_Part]:
        self._parser.close()
        return self._parts

    def _begin(self, segment: MultipartSegment) -> _Part:
        name = segment.name or ""
        limit = {"file": self._max_bytes, "thumbnail": _FORM_BYTES}.get(name, _FIELD_BYTES)
        if any(part.name == name for part in self._parts):
            raise Invalid("invalid_request", f"The field `{name[:64]}` comes twice: send each field once.")
        part = _Part(name, segment.filename, segment.header("Content-Digest"), limit)
        self._parts.append(part)
        return part


def _body(parts: list[_Part], digest: str | None, whole: bytes | None) -> UploadBody:
    body = UploadBody(b"")
    picture: _Part | None = None
    for part in parts:
        if part.name == "file":
            picture = part
            body.data = part.value()
        elif part.name == "thumbnail":
            body.thumbnail = part.value()
        else:
            body.fields[part.name] = _text(part)
    if picture is None:
        raise Invalid(
            "invalid_request",
            "The picture is missing: send it as the form field `file`.",
            errors=(FieldProblem("file", "is missing"),),
        )
    if picture.filename is not None and _is_path(picture.filename):
        raise Invalid(
            "invalid_request",
            "The file's name holds a path: send the bare name, like picture.jpg.",
            errors=(FieldProblem("file", "its file name must not hold a path"),),
        )
    if picture.digest is not None:
        check_digest(picture.digest, body.data)
    # RFC 9530 means the whole form; senders that mean the picture alone are understood too.
    if digest is not None and whole is not None and not _digest_is(digest, whole):
        check_digest(digest, body.data)
    return body


def _text(part: _Part) -> str:
    try:
        return part.value().decode()
    except UnicodeDecodeError as error:
        raise Invalid("invalid_request", f"The field `{part.name[:64]}` is no UTF-8 text.") from error


def check_digest(header: str, data: bytes) -> None:
    """Compare `Content-Digest` (RFC 9530) with the data. Raises `Invalid` (`digest_mismatch`, `invalid_request`)."""
    if not _digest_is(header, hashlib.sha256(data).digest()):
        raise Invalid(
            "digest_mismatch",
            "The bytes do not match `Content-Digest`: they were changed on their way, send them again.",
        )


def _digest_is(header: str, sha256: bytes) -> bool:
    """Whether the header's sha-256 is this one; other algorithms are left alone, as RFC 9530 says."""
    for item in header.split(","):
        algorithm, _, value = item.strip().partition("=")
        if algorithm.strip().lower() != "sha-256":
            continue
        value = value.strip()
        try:
            if len(value) < 2 or value[0] != ":" or value[-1] != ":":
                raise ValueError(value)
            stated = base64.b64decode(value[1:-1].encode("ascii"), validate=True)
        except (binascii.Error, ValueError) as error:
            raise Invalid("invalid_request", "`Content-Digest` must look like `sha-256=:BASE64:`.") from error
        return hmac.compare_digest(stated, sha256)
    return True


def _is_path(filename: str) -> bool:
    return any(mark in filename for mark in ("/", "\\", "\0")) or filename in {".", ".."}


def _check_length(request: Request, max_bytes: int, *, form_bytes: int = 0) -> None:
    """Refuse by the stated length before a byte of the body is read."""
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and int(stated[:18]) > max_bytes + form_bytes:
        raise _too_large(max_bytes)


async def _receive(request: Request, stall_seconds: float, take: Callable[[bytes], None]) -> None:
    """Hand over the body as it comes. Raises `TimedOut` when nothing came for so long, or far too little, and what `take`
    raises."""
    loop = asyncio.get_running_loop()
    began, seen = loop.time(), 0
    try:
        # One deadline, moved on with each chunk: a timeout for each chunk costs as much as the chunk does.
        async with asyncio.timeout(stall_seconds) as deadline:
            async for chunk in request.stream():
                seen += len(chunk)
                # A byte now and then keeps a connection no longer than silence would.
                deadline.reschedule(min(loop.time(), began + seen / _SLOWEST_BYTES_A_SECOND) + stall_seconds)
                if chunk:
                    take(chunk)
    except TimeoutError as error:
        raise TimedOut(
            "upload_stalled", f"Nothing came for {stall_seconds:g} seconds: send the picture again."
        ) from error
    except ClientDisconnect as error:
        raise Invalid("disconnected", "The sender hung up before the end.") from error


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        "too_large", f"A picture may have at most {limit / 1e6:g} MB: send it smaller or with a lower quality."
    )
