"""Remote settings: what people want of a camera, in versions; pushed to the camera, which tries them and reports.

A version holds only what differs from the camera's own settings file. The camera is told at once where it is connected to
this process, and learns of a newer version by the answer to its next heartbeat in any case. Neighbours: `control` carries
messages, `commands` arms and disarms through `patch_settings`.
"""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Connection

from api.broadcast import Change
from api.clock import Clock, to_rfc3339
from api.db import Database
from api.db.audit_rows import append_audit
from api.db.camera_rows import CameraOverview, overviews
from api.db.camera_state_rows import add_settings, get_settings, get_state, list_settings, put_state
from api.db.person_rows import get_site
from api.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from api.models import AuditAction, AuditRecord, Role, SettingsRecord, StateRecord
from api.schemas.camera_settings import CameraSettings, CameraSettingsView, SettingsPatch, SettingsVersion
from api.schemas.settings_report import SettingsReportIn, report_view, settings_state
from api.services.audit import entry_by
from api.services.cameras import camera_view, require_overview
from api.services.changes import camera_change
from api.services.principal import CameraPrincipal, PersonPrincipal, Principal, require_role


class ControlPort(Protocol):
    async def send(self, camera_id: UUID, message: Mapping[str, Any]) -> bool: ...


class RemoteSettings:
    """Use cases of remote settings."""

    def __init__(self, database: Database, control: ControlPort, clock: Clock) -> None:
        self._database = database
        self._control = control
        self._clock = clock

    async def get(self, camera_id: UUID, principal: Principal) -> CameraSettingsView:
        """The newest version. A camera reads its own only. Raises `NotFound`, `Forbidden`."""
        if isinstance(principal, CameraPrincipal) and principal.camera_id != camera_id:
            raise Forbidden("foreign_camera", "A camera reads its own settings only.")
        person = principal if isinstance(principal, PersonPrincipal) else None

        def find(connection: Connection) -> CameraSettingsView:
            require_overview(connection, camera_id, person)
            return _view(connection, camera_id)

        return await self._database.read(find)

    async def change(self, camera_id: UUID, patch: SettingsPatch, person: PersonPrincipal) -> CameraSettingsView:
        """A new version with these fields changed; null takes the camera's own value. No change, no version.

        Raises `NotFound`, `Forbidden`, `Invalid`, `Conflict` (`settings_changed`).
        """
        require_role(person, Role.ADMIN)
        given = patch.model_dump(mode="json", exclude_unset=True)
        base = given.pop("base_version", None)
        if not given:
            raise Invalid("invalid_request", "Say what to change, such as `sensitivity`: GET shows every field.")

        entry = settings_entry(person, self._clock.now(), camera_id, given)

        def commit(connection: Connection) -> CameraSettingsView:
            require_overview(connection, camera_id, person)
            state = get_state(connection, camera_id, for_update=True)
            if base is not None and base != state.settings_version:
                raise Conflict(
                    "settings_changed",
                    f"Somebody has changed these settings since: they are at version {state.settings_version}. "
                    "Read them again, then change them.",
                )
            patch_settings(connection, state, given, person, self._clock.now(), entry)
            return _view(connection, camera_id)

        return await self._written(camera_id, commit)

    async def restore(self, camera_id: UUID, version: int, person: PersonPrincipal) -> CameraSettingsView:
        """A new version with what an old one said; version 0 takes everything back. Raises `NotFound`, `Forbidden`."""
        require_role(person, Role.ADMIN)
        target = f"camera:{camera_id}"
        entry = entry_by(person, self._clock.now(), AuditAction.CAMERA_CHANGED, target, restored_settings=version)

        def commit(connection: Connection) -> CameraSettingsView:
            require_overview(connection, camera_id, person)
            state = get_state(connection, camera_id, for_update=True)
            old = get_settings(connection, camera_id, version)
            if old is None and version != 0:
                raise NotFound("not_found", "This camera's settings have no such version (any more).")
            settings = {} if old is None else old.settings
            add_settings(connection, [_record(state, settings, person, self._clock.now(), restored_from=version)])
            append_audit(connection, entry)
            return _view(connection, camera_id)

        return await self._written(camera_id, commit)

    async def versions(self, camera_id: UUID, person: PersonPrincipal) -> list[SettingsVersion]:
        """Newest first. Raises `NotFound`."""

        def find(connection: Connection) -> list[SettingsRecord]:
            require_overview(connection, camera_id, person)
            return list_settings(connection, camera_id)

        records = await self._database.read(find)
        before: list[dict[str, Any]] = [*(record.settings for record in records[1:]), {}][: len(records)]
        return [_version_view(record, older) for record, older in zip(records, before, strict=True)]

    async def reported(self, camera_id: UUID, message: Mapping[str, Any]) -> None:
        """What a camera says of its settings on its control connection. What cannot be understood is passed over."""
        try:
            report = SettingsReportIn.model_validate(message)
        except ValidationError:
            return

        def commit(connection: Connection) -> CameraOverview:
            put_state(connection, camera_id, settings_report=report.stored())
            return require_overview(connection, camera_id)

        now = self._clock.now()
        await self._database.write(commit, lambda found: [camera_change(camera_view(found, now), "updated")])

    async def push(self, camera_id: UUID) -> bool:
        """Tell the camera its newest settings. False when it is not connected here: it asks for them itself."""
        view = await self._database.read(lambda connection: _view(connection, camera_id))
        message = {name: view[name] for name in ("version", "settings", "time_zone")}
        return await self._control.send(camera_id, {"type": "settings", **message})

    async def _written(self, camera_id: UUID, commit: Any) -> CameraSettingsView:
        now = self._clock.now()

        def both(connection: Connection) -> tuple[CameraSettingsView, CameraOverview]:
            return commit(connection), require_overview(connection, camera_id)

        def announce(result: tuple[CameraSettingsView, CameraOverview]) -> list[Change]:
            return [camera_change(camera_view(result[1], now), "updated")]

        view, _ = await self._database.write(both, announce)
        await self.push(camera_id)
        return view


def settings_entry(person: PersonPrincipal, now: int, camera_id: UUID, given: Mapping[str, Any]) -> AuditRecord:
    """Who changed which settings; of arming also how, because that is what one asks of the log. Call on the loop."""
    details = {"settings": sorted(given)} | {name: given[name] for name in ("armed",) if name in given}
    return entry_by(person, now, AuditAction.CAMERA_CHANGED, f"camera:{camera_id}", **details)


def patch_settings(
    connection: Connection,
    state: StateRecord,
    given: Mapping[str, Any],
    person: PersonPrincipal,
    now: int,
    entry: AuditRecord,
) -> int:
    """Store the newest version with these fields changed, and `entry` with it; return its number, or the present one if
    nothing differs.

    Raises `Invalid` when the whole makes no sense.
    """
    newest = get_settings(connection, state.camera_id, state.settings_version)
    before = {} if newest is None else newest.settings
    wanted = {name: value for name, value in {**before, **given}.items() if value is not None}
    if wanted == before:
        return state.settings_version
    try:
        CameraSettings.model_validate(wanted)
    except ValidationError as error:
        problems = tuple(
            FieldProblem(".".join(map(str, found["loc"])) or "body", str(found["msg"]).removeprefix("Value error, "))
            for found in error.errors()
        )
        raise Invalid("invalid_request", "These settings do not go together.", errors=problems) from error
    record = _record(state, wanted, person, now)
    add_settings(connection, [record])
    append_audit(connection, entry)
    return record.version


def _record(
    state: StateRecord, settings: dict[str, Any], person: PersonPrincipal, now: int, restored_from: int | None = None
) -> SettingsRecord:
    version = state.settings_version + 1
    return SettingsRecord(state.camera_id, version, settings, now, person.user_id, person.name, restored_from)


def _view(connection: Connection, camera_id: UUID) -> CameraSettingsView:
    found = overviews(connection, camera_id)
    site = get_site(connection)
    if not found or site is None:
        raise NotFound("not_found", "There is no camera with this id.")
    state = found[0].state
    newest = get_settings(connection, camera_id, state.settings_version)
    return {
        "camera_id": camera_id,
        "version": state.settings_version,
        "settings": _settings_view({} if newest is None else newest.settings),
        "changed_at": None if newest is None else to_rfc3339(newest.created_at),
        "changed_by": None if newest is None else newest.user_name,
        "restored_from": None if newest is None else newest.restored_from,
        "time_zone": site.time_zone,
        "state": settings_state(state.settings_version, state.settings_report),
        "report": report_view(state.settings_report),
    }


def _settings_view(settings: Mapping[str, Any]) -> Any:
    """Every field, so that a form need not know what is missing."""
    return {name: settings.get(name) for name in CameraSettings.model_fields}


def _version_view(record: SettingsRecord, before: Mapping[str, Any]) -> SettingsVersion:
    fields = CameraSettings.model_fields
    return {
        "version": record.version,
        "settings": _settings_view(record.settings),
        "changed_at": to_rfc3339(record.created_at),
        "changed_by": record.user_name,
        "restored_from": record.restored_from,
        "changed_fields": [name for name in fields if record.settings.get(name) != before.get(name)],
    }
