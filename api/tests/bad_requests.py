"""What the table of wrong input is made of: a place to send it to, and builders of requests, well-formed and not."""

import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from api.clock import FakeClock
from api.tests.support import CameraAccess, PersonAccess, Server, at, jpeg

MOST_BYTES = 300_000
GOOD = jpeg()


@dataclass
class Place:
    """A server that knows two cameras, two alerts, some pictures and an owner."""

    server: Server
    clock: FakeClock
    camera: CameraAccess
    other: CameraAccess
    owner: PersonAccess
    viewer: PersonAccess
    alert_id: str
    foreign_alert_id: str
    image_id: str
    cursor: str

    def fields(self, **changed: Any) -> dict[str, Any]:
        known = {"camera_id": str(self.camera.id), "timestamp": at(self.clock)}
        return {name: value for name, value in {**known, **changed}.items() if value is not None}


Build = Callable[[Place], dict[str, Any]]


def form(data: bytes = GOOD, filename: str = "a.jpg", **changed: Any) -> Build:
    """A multipart upload by the camera with some fields changed, or, as None, left out."""
    return lambda place: {
        "method": "POST",
        "url": "/images",
        "data": place.fields(**changed),
        "files": {"file": (filename, data, "image/jpeg")},
    }


def raw(data: bytes = GOOD, headers: dict[str, str] | None = None, **changed: Any) -> Build:
    return lambda place: {
        "method": "POST",
        "url": "/images",
        "params": place.fields(**changed),
        "content": data,
        "headers": {"content-type": "image/jpeg", **(headers or {})},
    }


def multipart(body: bytes | Callable[[Place], bytes], boundary: str = "boundary=b0undary") -> Build:
    """A multipart body written by hand."""
    return lambda place: {
        "method": "POST",
        "url": "/images",
        "content": body if isinstance(body, bytes) else body(place),
        "headers": {"content-type": f"multipart/form-data; {boundary}"},
    }


def part(name: str, value: bytes, rest: str = "") -> bytes:
    return b'--b0undary\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (
        name.encode(),
        rest.encode(),
        value,
    )


def fields_of(place: Place, **changed: Any) -> bytes:
    return b"".join(part(name, str(value).encode()) for name, value in place.fields(**changed).items())


FILE = part("file", GOOD, '; filename="a.jpg"')
END = b"--b0undary--\r\n"


def post(url: str, body: Any, method: str = "POST") -> Build:
    return lambda place: {
        "method": method,
        "url": url.format(place=place),
        "json": body(place) if callable(body) else body,
    }


def text(url: str, body: bytes, method: str = "POST", kind: str = "application/json") -> Build:
    return lambda place: {
        "method": method,
        "url": url.format(place=place),
        "content": body,
        "headers": {"content-type": kind},
    }


def alert(**changed: Any) -> Build:
    return post("/alerts", lambda place: {**place.fields(type="motion"), **changed})


def get(url: str, headers: dict[str, str] | None = None) -> Build:
    return lambda place: {"method": "GET", "url": url.format(place=place), "headers": headers or {}}


def stating(width: int, height: int) -> bytes:
    where = GOOD.index(b"\xff\xc0") + 5
    return GOOD[:where] + struct.pack(">HH", height, width) + GOOD[where + 4 :]


async def streamed(size: int) -> AsyncIterator[bytes]:
    """A body without Content-Length."""
    for _ in range(size // 50_000):
        yield b"\xff" * 50_000


def streaming(kind: str, before: bytes = b"", size: int = 20_000_000) -> Build:
    async def body(place: Place) -> AsyncIterator[bytes]:
        start = fields_of(place) + before if before else b""
        for offset in range(0, len(start), 10_000):
            yield start[offset : offset + 10_000]
        async for chunk in streamed(size):
            yield chunk

    return lambda place: {
        "method": "POST",
        "url": "/images",
        "params": {} if before else place.fields(),
        "content": body(place),
        "headers": {"content-type": kind},
    }
