"""Commands to cameras: sent on the control connection and answered with what the camera says came of it.

Arming and disarming are settings, so they reach a camera that is away as soon as it is back. The others mean now: a camera
that is not connected gets them never, and whoever asked is told so.
"""

import asyncio
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Connection

from api.broadcast import Change
from api.clock import Clock
from api.db import Database
from api.db.camera_rows import CameraOverview, overviews
from api.db.camera_state_rows import get_state
from api.errors import Conflict, Unavailable
from api.models import Role
from api.schemas.camera_settings import CommandAnswer, CommandName, CommandResult
from api.services.camera_settings import ControlPort, RemoteSettings, patch_settings, settings_entry
from api.services.cameras import camera_view, require_overview
from api.services.changes import camera_change
from api.services.principal import PersonPrincipal, require_role

_ANSWER_SECONDS = 10.0
_DONE = {
    CommandName.SNAPSHOT: "A picture was taken.",
    CommandName.RESTART: "The camera starts anew.",
    CommandName.IDENTIFY: "The camera's light blinks.",
}


class CameraCommands:
    """Use cases of telling cameras what to do."""

    def __init__(self, database: Database, settings: RemoteSettings, control: ControlPort, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._control = control
        self._clock = clock
        self._awaited: dict[tuple[UUID, str], asyncio.Future[CommandResult]] = {}

    async def run(self, camera_id: UUID, command: CommandName, person: PersonPrincipal) -> CommandAnswer:
        """Carry out one command.

        Raises `NotFound`, `Forbidden`, `Conflict` (`camera_offline`; or the camera's own word for why it could not),
        `Unavailable` (`camera_silent`: it was told and did not answer).
        """
        if command in (CommandName.ARM, CommandName.DISARM):
            return (await self._arm([camera_id], command, person))[0]
        require_role(person, *((Role.ADMIN,) if command is CommandName.RESTART else (Role.ADMIN, Role.MEMBER)))
        await self._database.read(lambda connection: require_overview(connection, camera_id, person))
        result = await self._ask(camera_id, command)
        if not result.ok:
            raise Conflict(result.code or "camera_failed", result.message or "The camera could not do that.")
        return {
            "camera_id": camera_id,
            "command": command,
            "state": "done",
            "message": result.message or _DONE[command],
            "alert_id": result.alert_id,
            "settings_version": None,
        }

    async def arm_all(self, *, armed: bool, person: PersonPrincipal) -> list[CommandAnswer]:
        """Arm or disarm every camera that the person may see, in one transaction. Raises `Forbidden`."""
        found = await self._database.read(overviews)
        command = CommandName.ARM if armed else CommandName.DISARM
        return await self._arm([each.camera.id for each in found if person.sees(each.camera.id)], command, person)

    async def answered(self, camera_id: UUID, message: Mapping[str, Any]) -> None:
        """`command_result` of a camera. One that nobody waits for any more is passed over."""
        try:
            result = CommandResult.model_validate({name: message[name] for name in message if name != "type"})
        except ValidationError:
            return
        waiting = self._awaited.get((camera_id, result.id))
        if waiting is not None and not waiting.done():
            waiting.set_result(result)

    async def _ask(self, camera_id: UUID, command: CommandName) -> CommandResult:
        key = (camera_id, secrets.token_hex(8))
        self._awaited[key] = asyncio.get_running_loop().create_future()
        try:
            if not await self._control.send(camera_id, {"type": "command", "id": key[1], "command": command.value}):
                raise Conflict(
                    "camera_offline",
                    "The camera is not connected just now: look at its power and its network, then try again.",
                )
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await self._awaited[key]
        except TimeoutError as error:
            raise Unavailable(
                "The camera was told, and has not answered: look at its page before trying again.", code="camera_silent"
            ) from error
        finally:
            del self._awaited[key]

    async def _arm(self, camera_ids: list[UUID], command: CommandName, person: PersonPrincipal) -> list[CommandAnswer]:
        require_role(person, Role.ADMIN, Role.MEMBER)
        given, now = {"armed": command is CommandName.ARM}, self._clock.now()
        entries = {camera_id: settings_entry(person, now, camera_id, given) for camera_id in camera_ids}

        def commit(connection: Connection) -> list[CameraOverview]:
            for camera_id in sorted(camera_ids):
                require_overview(connection, camera_id, person)
                state = get_state(connection, camera_id, for_update=True)
                patch_settings(connection, state, given, person, now, entries[camera_id])
            return [require_overview(connection, camera_id) for camera_id in camera_ids]

        def announce(found: list[CameraOverview]) -> list[Change]:
            return [camera_change(camera_view(each, now), "updated") for each in found]

        changed = await self._database.write(commit, announce)
        told = await asyncio.gather(*(self._settings.push(each.camera.id) for each in changed))
        return [_armed_view(each, command, reached=reached) for each, reached in zip(changed, told, strict=True)]


def _armed_view(overview: CameraOverview, command: CommandName, *, reached: bool) -> CommandAnswer:
    word = "armed" if command is CommandName.ARM else "disarmed"
    message = f"The camera is {word}." if reached else f"The camera is away and will be {word} when it is back."
    return {
        "camera_id": overview.camera.id,
        "command": command,
        "state": "done" if reached else "waiting",
        "message": message,
        "alert_id": None,
        "settings_version": overview.state.settings_version,
    }
