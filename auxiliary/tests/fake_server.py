"""A small server that speaks the wire contract over real HTTP, remembers what it was told, and fails as it is told.

It checks what the real one checks as far as the agent can get it wrong: fields, digests, repeated ids with other bytes.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from typing import Any

from auxiliary.clock import rfc3339

CAMERA_ID = "01900000-0000-7000-8000-00000000cafe"
TOKEN = "test-token"


@dataclass
class Call:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """`apply`: the server takes the request in. `send`: the answer leaves. `hang`: it never does."""

    status: int = 200
    body: dict[str, Any] | bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    apply: bool = True
    send: bool = True
    hang: bool = False


def problem(status: int, code: str, **headers: str) -> Answer:
    body = {"type": "about:blank", "title": code, "status": status, "detail": f"{code}.", "code": code}
    return Answer(status, body, {"content-type": "application/problem+json", **headers}, apply=False)


@dataclass
class FakeServer:
    """`fault` may give an Answer instead of the usual one (None: as usual)."""

    url: str = ""
    fault: Callable[[Call], Answer | None] = lambda call: None
    alerts: dict[str, dict[str, Any]] = field(default_factory=dict)
    images: dict[str, dict[str, Any]] = field(default_factory=dict)
    heartbeats: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    repeats: int = 0
    connections: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    token: str = TOKEN
    server_time_ns: Callable[[], int] = lambda: 0

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something that the server was told makes the condition true."""
        async with asyncio.timeout(20):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    def answer(self, call: Call) -> Answer:
        self.calls.append(f"{call.method} {call.path}")
        self.changed.set()
        if call.headers.get("authorization") != f"Bearer {self.token}":
            return problem(401, "unauthenticated")
        fault = self.fault(call)
        if fault is not None and not fault.apply:
            return fault
        usual = self._apply(call)
        return fault or usual

    def _apply(self, call: Call) -> Answer:
        match call.method, call.path.strip("/").split("/"):
            case "GET", ["cameras", "self"]:
                answer = Answer(body={"id": CAMERA_ID, "name": "yard"})
            case "POST", ["cameras", _, "heartbeat"]:
                self.heartbeats.append(json.loads(call.body))
                answer = Answer(body={"server_time": rfc3339(self.server_time_ns())})
            case "POST", ["alerts"]:
                answer = self._alert(json.loads(call.body))
            case "PATCH", ["alerts", alert_id]:
                answer = self._change_alert(alert_id, json.loads(call.body))
            case "POST", ["images"]:
                answer = self._image(call)
            case _:
                answer = problem(404, "not_found")
        return answer

    def _change_alert(self, alert_id: str, changes: dict[str, Any]) -> Answer:
        if alert_id not in self.alerts:
            return problem(404, "not_found")
        if "key_image_id" in changes and changes["key_image_id"] not in self.images:
            return problem(422, "invalid_request")
        self.alerts[alert_id] |= changes
        return Answer(body=self.alerts[alert_id])

    def _alert(self, body: dict[str, Any]) -> Answer:
        if body["id"] in self.alerts:
            self.repeats += 1
            return Answer(200, self.alerts[body["id"]])
        assert body["camera_id"] == CAMERA_ID
        self.alerts[body["id"]] = body
        return Answer(201, body)

    def _image(self, call: Call) -> Answer:
        head = f"content-type: {call.headers['content-type']}\r\n\r\n".encode()
        parts: dict[Any, Any] = {}
        form: Any = BytesParser().parsebytes(head + call.body).get_payload()
        for part in form:
            parts[part.get_param("name", header="content-disposition")] = part
        data: bytes = parts["file"].get_payload(decode=True)
        fields = {n: p.get_payload(decode=True).decode() for n, p in parts.items() if n not in ("file", "thumbnail")}
        thumbnail = parts["thumbnail"].get_payload(decode=True) if "thumbnail" in parts else None
        return self.take_image(fields, parts["file"].get_filename(), data, parts["file"]["content-digest"], thumbnail)

    def take_image(
        self, fields: dict[str, str], filename: str | None, data: bytes, claimed: str | None, thumbnail: bytes | None
    ) -> Answer:
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        if claimed != f"sha-256=:{digest}:":
            return problem(400, "digest_mismatch")
        image = {**fields, "filename": filename, "file": data, "thumbnail": thumbnail}
        known = self.images.get(fields["id"])
        if known is not None:
            self.repeats += 1
            return Answer(200, {"id": fields["id"]}) if known["file"] == data else problem(409, "conflict")
        self.images[fields["id"]] = image
        return Answer(201, {"id": fields["id"]})


@contextlib.asynccontextmanager
async def serving(server: FakeServer, port: int = 0) -> AsyncIterator[FakeServer]:
    """Listen on a loopback port while the context lasts; leaving it cuts every connection, as a crash would."""
    handlers: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        server.connections += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await _serve_one(server, reader, writer):
                pass
        writer.transport.abort()
        handlers.discard(task)

    listener = await asyncio.start_server(handle, "127.0.0.1", port)
    server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()
        for task in list(handlers):
            task.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)
        await listener.wait_closed()


async def _serve_one(server: FakeServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    answer = server.answer(Call(method, path, headers, body))
    if answer.hang:
        await asyncio.Event().wait()
    if not answer.send:
        return False
    payload = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    lines = {"content-type": "application/json", "content-length": str(len(payload)), **answer.headers}
    text = f"HTTP/1.1 {answer.status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(text.encode("latin-1") + b"\r\n" + payload)
    await writer.drain()
    return True
