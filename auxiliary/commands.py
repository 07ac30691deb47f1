"""What the server tells the camera to do now: take a picture, start anew, show which one it is. Each is answered with what came of it.

Runs in the event loop. Arming and disarming are settings (`remote`), so that they reach a camera that was away.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from typing import Any

from auxiliary.light import LightError, blink
from auxiliary.status import Status

logger = logging.getLogger(__name__)

_PICTURE_SECONDS = 6.0
_BLINK_SECONDS = 10.0

Tell = Callable[[Mapping[str, Any]], Awaitable[object]]


class Commands:
    """`photograph` asks for a picture, `restart` makes the agent end and start anew, `tell` sends on the control connection."""

    def __init__(
        self,
        *,
        photograph: Callable[[], "Future[str]"],
        restart: Callable[[], object],
        tell: Tell,
        status: Status,
        show: Callable[[float], Awaitable[None]] = blink,
    ) -> None:
        self._photograph = photograph
        self._restart = restart
        self._tell = tell
        self._status = status
        self._show = show
        self._running: set[asyncio.Task[None]] = set()

    def handle(self, message: Mapping[str, Any]) -> None:
        """`command` of the control connection."""
        task = asyncio.create_task(self._answer(str(message["id"]), str(message["command"])))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _answer(self, command_id: str, command: str) -> None:
        try:
            result = await self._run(command)
        except Exception:  # one command must not end the agent
            logger.exception("command %s failed", command)
            result = _failed("camera_failed", "The camera could not do that; its log says why.")
        await self._tell({"type": "command_result", "id": command_id, **result})

    async def _run(self, command: str) -> dict[str, Any]:
        match command:
            case "snapshot":
                return await self._snapshot()
            case "identify":
                return await self._identify()
            case "restart":
                self._status.say("Starting anew, as the server asked.")
                asyncio.get_running_loop().call_later(0.5, self._restart)  # the answer leaves first
                return {"ok": True}
        return _failed("unknown_command", "The program on this camera is too old for that: update it.")

    async def _snapshot(self) -> dict[str, Any]:
        asked = self._photograph()
        try:
            async with asyncio.timeout(_PICTURE_SECONDS):
                return {"ok": True, "alert_id": await asyncio.wrap_future(asked)}
        except TimeoutError:
            asked.cancel()
            return _failed("no_picture", "The camera gives no picture just now: look at its cable, or restart it.")

    async def _identify(self) -> dict[str, Any]:
        self._status.say("The server asks which camera this is: it is this one.")
        try:
            await self._show(_BLINK_SECONDS)
        except LightError as error:
            return _failed("no_light", str(error))
        return {"ok": True}


def _failed(code: str, message: str) -> dict[str, Any]:
    return {"ok": False, "code": code, "message": message}
