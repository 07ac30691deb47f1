"""`GET /cameras/{id}/control`: the camera's own WebSocket, open as long as it is on. JSON texts in both directions."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from api.errors import Unavailable
from api.routers.audience import SIGN_IN_AGAIN, TRY_AGAIN
from api.routers.dependencies import identify, services_of
from api.services.principal import CameraPrincipal

router = APIRouter()

_LONGEST_MESSAGE = 65_536


class _Connection:
    """Implements `ControlConnection`."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket

    async def send(self, message: Mapping[str, Any]) -> None:
        try:
            await self._socket.send_text(orjson.dumps(message).decode())
        except WebSocketDisconnect as error:
            raise OSError("the camera is gone") from error

    async def close(self, code: int) -> None:
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.close(code)


@router.websocket("/cameras/{camera_id}/control")
async def camera_control(socket: WebSocket, camera_id: UUID) -> None:
    """For the camera itself, with its token. A text that is no JSON object ends the connection."""
    try:
        camera = await identify(socket)
    except Unavailable:
        await socket.close(TRY_AGAIN)
        return
    if not isinstance(camera, CameraPrincipal) or camera.camera_id != camera_id:
        await socket.close(SIGN_IN_AGAIN)
        return
    await socket.accept()
    control, connection = services_of(socket).control, _Connection(socket)
    await control.connected(camera_id, connection)
    try:
        while True:
            text = await socket.receive_text()
            message = orjson.loads(text) if len(text) <= _LONGEST_MESSAGE else None
            if not isinstance(message, dict):
                break
            await control.received(camera_id, message)
    except (WebSocketDisconnect, KeyError, ValueError):
        pass
    finally:
        control.disconnected(camera_id, connection)
    await connection.close(1003)
