"""`GET /ws`: every change this viewer may see, as it happens."""

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from api.errors import Unavailable
from api.routers.audience import SIGN_IN_AGAIN, TRY_AGAIN, Audience
from api.routers.dependencies import identify
from api.routers.guards import own_origin
from api.services.principal import PersonPrincipal

router = APIRouter()


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
