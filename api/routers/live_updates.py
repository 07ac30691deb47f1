"""`GET /ws`: every change this viewer may see, as it happens."""

from urllib.parse import urlsplit

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from api.errors import Unavailable
from api.routers.audience import SIGN_IN_AGAIN, TRY_AGAIN, Audience
from api.routers.dependencies import identify
from api.services.principal import PersonPrincipal

router = APIRouter()


@router.websocket("/ws")
async def live_updates(socket: WebSocket, cursor: str | None = None) -> None:
    """Cookie-authenticated, same origin only. `?cursor=` resumes where an earlier connection ended."""
    person = await identify(socket) if _same_origin(socket) else None
    if not isinstance(person, PersonPrincipal):
        await socket.close(SIGN_IN_AGAIN)
        return
    await socket.accept()

    async def until_gone() -> None:
        # The client has nothing to say; reading tells when it has gone.
        try:
            while True:
                await socket.receive_text()
        except (WebSocketDisconnect, KeyError):
            return

    audience: Audience = socket.app.state.audience
    await audience.attend(person, cursor, socket.send_text, socket.close, until_gone)


async def live_updates_directly(socket: WebSocket) -> None:
    """The same, for `DirectRoutes`."""
    try:
        await live_updates(socket, socket.query_params.get("cursor"))
    except Unavailable:
        # Not accepted yet: the client takes it for a failed connection and tries again.
        await socket.close(TRY_AGAIN)


def _same_origin(socket: WebSocket) -> bool:
    """Browsers always send `Origin` with a WebSocket; a page of another site must not ride on this site's cookie."""
    origin = socket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == socket.headers.get("host", "").lower()
