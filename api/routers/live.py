"""Live view: the camera's media connection, the viewer's, and single pictures for programs that know nothing else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse

from api.errors import DomainError, NotFound, TooMany
from api.routers.audience import SIGN_IN_AGAIN, TRY_AGAIN
from api.routers.dependencies import PersonDep, ServicesDep, identify, services_of
from api.routers.guards import own_origin
from api.routers.media import media_answer
from api.routers.problems import problems
from api.services.live import AWAY
from api.services.live_unit import LiveUnit
from api.services.live_viewer import LiveViewer
from api.services.principal import CameraPrincipal, PersonPrincipal

router = APIRouter(prefix="/cameras/{camera_id}", tags=["live"])

NOBODY_WATCHES = 4404
NOT_ALLOWED = 4403
_NO_UNIT = 1003
_CHECK_RIGHTS_SECONDS = 2.0
_SNAPSHOT_SECONDS = 3.0
_LONGEST_NUMBER = 10
_JPEG = {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}
_MIXED = {"multipart/x-mixed-replace": {"schema": {"type": "string", "format": "binary"}}}
_NOT_KEPT = {"Cache-Control": "no-store", "Content-Security-Policy": "sandbox; default-src 'none'"}


class _Media:
    """Implements `MediaPort` on a camera's socket, which may be gone."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def send_text(self, text: str) -> None:
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.send_text(text)

    async def close(self, code: int) -> None:
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.close(code)


@router.websocket("/media")
async def camera_media(socket: WebSocket, camera_id: UUID) -> None:
    """What a camera sends while it is watched; opened by the camera, with its token, when it is told `live_start`."""
    camera = await identify(socket)
    if not isinstance(camera, CameraPrincipal) or camera.camera_id != camera_id:
        await socket.close(SIGN_IN_AGAIN)
        return
    await socket.accept()
    media = _Media(socket)

    async def messages() -> AsyncIterator[bytes]:
        with suppress(WebSocketDisconnect, KeyError):
            while True:
                yield await socket.receive_bytes()

    try:
        watched = await services_of(socket).live.receive(camera_id, media, messages())
    except ValueError:
        await media.close(_NO_UNIT)
        return
    await media.close(1000 if watched else NOBODY_WATCHES)


@router.websocket("/live")
async def watch_live(socket: WebSocket, camera_id: UUID, pictures: bool = False) -> None:
    """A camera's live view, for people: units as `docs/design/live.md` says, and notes as JSON texts.

    The page sends each unit's sequence number back, and `k` when it needs a key unit. `?pictures=true`: JPEGs instead of
    video. Close 4401 means sign in again, 4403 not allowed, 4404 no such camera.
    """
    if not own_origin(socket.headers):
        await socket.close(SIGN_IN_AGAIN)
        return
    services = services_of(socket)
    person = await identify(socket)
    await socket.accept()
    if not isinstance(person, PersonPrincipal):
        await socket.close(SIGN_IN_AGAIN)
        return
    try:
        await services.cameras.get(camera_id, person)
        async with services.live.watch(camera_id, pictures=pictures) as viewer:
            await socket.send_text(_note("hello", server_time_us=services.clock.now()))
            code = await _serve(socket, camera_id, viewer)
    except NotFound:
        code = NOBODY_WATCHES
    except DomainError:
        code = TRY_AGAIN
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code)


@router.get(
    "/snapshot.jpg",
    response_class=Response,
    summary="What the camera sees now",
    responses={200: {"description": "A JPEG.", "content": _JPEG}, **problems(401, 403, 404, 422)},
)
async def get_snapshot(camera_id: UUID, request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """A picture taken for this call; where the camera does not answer in time, the newest one it sent."""
    camera = await services.cameras.get(camera_id, person)
    with suppress(TooMany, TimeoutError):
        async with asyncio.timeout(_SNAPSHOT_SECONDS), services.live.watch(camera_id, pictures=True) as viewer:
            while (item := await viewer.take()) != AWAY:
                if isinstance(item, LiveUnit):
                    return Response(item.data, headers=_NOT_KEPT, media_type="image/jpeg")
    latest = camera["latest_image_id"]
    if latest is None:
        raise NotFound("no_picture", "The camera cannot be reached and has not sent a picture yet.")
    record = await services.gallery.get(latest, person)
    answer = await media_answer(request, record.sha256.hex(), record.filename, lambda: services.gallery.file(record))
    answer.headers["Cache-Control"] = "no-store"  # the next call may get another picture
    return answer


@router.get(
    "/stream.mjpeg",
    response_class=Response,
    summary="Live pictures for programs that take nothing else",
    responses={
        200: {"description": "One JPEG after the other.", "content": _MIXED},
        **problems(401, 403, 404, 422, 429),
    },
)
async def get_mjpeg(camera_id: UUID, request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """`multipart/x-mixed-replace`: a few pictures a second. Ends when the right to see the camera does."""
    await services.cameras.get(camera_id, person)

    async def parts() -> AsyncIterator[bytes]:
        holds = asyncio.create_task(_until_not_allowed(lambda: _may_watch(request, camera_id)))
        try:
            async with services.live.watch(camera_id, pictures=True) as viewer:
                while not holds.done():
                    item = await _take(viewer)
                    if item is not None:
                        yield _part(item.data)
                        viewer.acknowledge(item.sequence)
        finally:
            holds.cancel()

    return StreamingResponse(parts(), headers=_NOT_KEPT, media_type="multipart/x-mixed-replace; boundary=picture")


async def _take(viewer: LiveViewer) -> LiveUnit | None:
    """The next picture; None when there is none for a moment, so that the caller can look about."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_CHECK_RIGHTS_SECONDS):
            item = await viewer.take()
            return item if isinstance(item, LiveUnit) else None
    return None


def _part(jpeg: bytes) -> bytes:
    head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
    return head.encode() + jpeg + b"\r\n"


async def _serve(socket: WebSocket, camera_id: UUID, viewer: LiveViewer) -> int:
    """Until the viewer is gone or may not watch any more; the code to close with."""

    async def send() -> None:
        while True:
            item = await viewer.take()
            if isinstance(item, str):
                await socket.send_text(_note("state", state=item))
            else:
                await socket.send_bytes(item.message)

    async def listen() -> None:
        while True:
            text = await socket.receive_text()
            if text == "k":
                viewer.ask_anew()
            elif text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER:
                viewer.acknowledge(int(text))

    allowed = _until_not_allowed(lambda: _may_watch(socket, camera_id))
    tasks = [asyncio.create_task(listen()), asyncio.create_task(send()), asyncio.create_task(allowed)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not tasks[2].done():
            return 1000
        return NOT_ALLOWED if isinstance(await identify(socket), PersonPrincipal) else SIGN_IN_AGAIN
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _until_not_allowed(allowed: Callable[[], Awaitable[bool]]) -> None:
    while True:
        await asyncio.sleep(_CHECK_RIGHTS_SECONDS)
        with suppress(DomainError):  # while the database is away nobody can sign out either
            if not await allowed():
                return


async def _may_watch(connection: Request | WebSocket, camera_id: UUID) -> bool:
    """Asked again all the time: signing out, and losing a camera, ends watching."""
    found = await identify(connection)
    return isinstance(found, PersonPrincipal) and found.sees(camera_id)


def _note(kind: str, **more: object) -> str:
    return orjson.dumps({"type": kind, **more}).decode()
