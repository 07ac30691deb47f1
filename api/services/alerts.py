"""Alerts: begun and ended by cameras, starred and reviewed by people, listed newest first."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from api.broadcast import Change
from api.clock import SECOND, Clock
from api.db import Database
from api.db.activity_rows import Counted, count
from api.db.alert_rows import (
    AlertFilter,
    get_alert,
    insert_alert,
    is_reviewed,
    list_alerts,
    set_reviewed,
    update_alert,
)
from api.db.camera_rows import require_camera, update_camera
from api.db.deletion_rows import is_deleted
from api.db.image_rows import get_image, images_of_alert, unlink_foreign_images
from api.db.keyset import CursorSeal, Position
from api.db.upload_batch import lock_alerts
from api.errors import Conflict, Forbidden, Invalid, NotFound
from api.ids import uuid7
from api.models import AlertRecord, Role
from api.schemas.alert import AlertPatch, NewAlert
from api.services.changes import alert_change, review_change
from api.services.instants import AHEAD, believe
from api.services.page import Page, cut
from api.services.principal import CameraPrincipal, PersonPrincipal, Principal, require_role, require_writer

# A sensor speaks at most so long before the alert that it causes; anything else is a fault of the camera's clock.
_SENSOR_AHEAD = 60 * SECOND
_BY_CAMERA = {"ended_at", "score", "key_image_id"}


@dataclass(frozen=True, slots=True)
class SeenAlert:
    """An alert as one person sees it."""

    alert: AlertRecord
    reviewed: bool


class Alerts:
    """Use cases of alerts."""

    def __init__(self, database: Database, clock: Clock, seal: CursorSeal) -> None:
        self._database = database
        self._clock = clock
        self._seal = seal

    async def open(self, new: NewAlert, principal: Principal) -> tuple[AlertRecord, bool]:
        """Store an alert; the second value is False for a repeat, which changes nothing.

        Raises `Forbidden`, `Invalid` (`timestamp_out_of_range`, `unknown_camera`), `Conflict` (another camera has the id).
        """
        require_writer(principal, new.camera_id)
        now = self._clock.now()
        record = _new_record(new, now)
        by_camera = isinstance(principal, CameraPrincipal)

        def commit(connection: Connection) -> tuple[AlertRecord, bool]:
            lock_alerts(connection, {record.id})
            stored = get_alert(connection, record.id)
            if stored is not None:
                if stored.camera_id != record.camera_id:
                    raise Conflict("conflict", "Another camera's alert has this id: make a new id for each alert.")
                return stored, False
            if is_deleted(connection, record.id):
                return record, False
            if by_camera:
                update_camera(connection, record.camera_id, last_seen_at=now)
            else:
                require_camera(connection, record.camera_id)
            adopted = _adopt_images(connection, record)
            insert_alert(connection, adopted)
            count(connection, [Counted(adopted.camera_id, adopted.timestamp, alerts=1)])
            return adopted, True

        def announce(result: tuple[AlertRecord, bool]) -> list[Change]:
            return [alert_change(result[0], "created")] if result[1] else []

        return await self._database.write(commit, announce)

    async def change(self, alert_id: UUID, patch: AlertPatch, principal: Principal) -> SeenAlert:
        """Apply a patch. Cameras end, score and choose the key picture of their own; people star and review."""
        given = patch.model_dump(exclude_unset=True)
        if isinstance(principal, CameraPrincipal):
            record = await self._change_by_camera(alert_id, given, patch, principal)
            return SeenAlert(record, reviewed=False)
        return await self._change_by_person(alert_id, given, principal)

    async def get(self, alert_id: UUID, person: PersonPrincipal) -> SeenAlert:
        """Raises `NotFound`."""

        def find(connection: Connection) -> SeenAlert:
            record = _require(connection, alert_id, person)
            return SeenAlert(record, is_reviewed(connection, alert_id, person.user_id))

        return await self._database.read(find)

    async def list(
        self, wanted: AlertFilter, person: PersonPrincipal, cursor: str | None, limit: int
    ) -> Page[SeenAlert]:
        """One page, newest first. Raises `Invalid` (`bad_cursor`)."""
        after = None if cursor is None else self._seal.read(cursor)
        wanted = replace(wanted, camera_ids=person.narrow(wanted.camera_ids))
        found = await self._database.read(
            lambda connection: list_alerts(connection, wanted, person.user_id, after, limit)
        )
        items = [SeenAlert(record, reviewed) for record, reviewed in found]
        return cut(items, limit, self._seal, lambda item: Position(item.alert.timestamp, item.alert.id))

    async def _change_by_camera(
        self, alert_id: UUID, given: dict[str, object], patch: AlertPatch, camera: CameraPrincipal
    ) -> AlertRecord:
        if given.keys() - _BY_CAMERA:
            raise Forbidden("forbidden", "A camera may set `ended_at`, `score` and `key_image_id` only.")
        now = self._clock.now()

        def commit(connection: Connection) -> AlertRecord:
            record = _require(connection, alert_id)
            if record.camera_id != camera.camera_id:
                raise Forbidden("foreign_alert", "This alert belongs to another camera.")
            changed = _patched(connection, record, patch, now)
            update_camera(connection, camera.camera_id, last_seen_at=now)
            return changed

        return await self._database.write(commit, lambda record: [alert_change(record, "updated")])

    async def _change_by_person(self, alert_id: UUID, given: dict[str, object], person: PersonPrincipal) -> SeenAlert:
        if given.keys() & _BY_CAMERA:
            raise Forbidden("forbidden", "`ended_at`, `score` and `key_image_id` are set by the camera.")
        shared = _shared_marks(given)
        if shared:
            require_role(person, Role.ADMIN, Role.MEMBER)
        now = self._clock.now()

        def commit(connection: Connection) -> SeenAlert:
            record = _require(connection, alert_id, person)
            if shared:
                record = replace(record, **shared)
                update_alert(connection, alert_id, **shared)
            if given.get("reviewed") is not None:
                set_reviewed(connection, record, person.user_id, now if given["reviewed"] else None)
            return SeenAlert(record, is_reviewed(connection, alert_id, person.user_id))

        def announce(seen: SeenAlert) -> list[Change]:
            changes = []
            if shared:
                changes.append(alert_change(seen.alert, "updated"))
            if given.get("reviewed") is not None:
                changes.append(review_change(seen.alert, person.user_id, reviewed=seen.reviewed))
            return changes

        return await self._database.write(commit, announce)


def _shared_marks(given: dict[str, object]) -> dict[str, Any]:
    """What a person says of an alert for everybody. Null takes a verdict or a note back, and says nothing of the rest."""
    marks = {name: given[name] for name in ("starred", "tags") if given.get(name) is not None}
    marks |= {name: given[name] or None for name in ("verdict", "note") if name in given}
    return marks


def _require(connection: Connection, alert_id: UUID, person: PersonPrincipal | None = None) -> AlertRecord:
    """The alert; one of a camera that the person may not see is not there."""
    record = get_alert(connection, alert_id)
    if record is None or (person is not None and not person.sees(record.camera_id)):
        raise NotFound("not_found", "There is no alert with this id: it may have been deleted.")
    return record


def _new_record(new: NewAlert, now: int) -> AlertRecord:
    believed = believe(new.timestamp, now, synchronized=new.clock_synchronized)
    ended_at = new.ended_at
    if ended_at is not None:
        ended_at = _end(ended_at, new.timestamp, believed.timestamp, now, synchronized=new.clock_synchronized)
    return AlertRecord(
        id=new.id or uuid7(now),
        timestamp=believed.timestamp,
        type=new.type.value,
        camera_id=new.camera_id,
        ended_at=ended_at,
        score=new.score,
        image_count=0,
        key_image_id=None,
        key_image_score=None,
        starred=False,
        clock_synchronized=new.clock_synchronized,
        reported_timestamp=believed.reported,
        boot_id=new.boot_id,
        monotonic_seconds=new.monotonic_seconds,
        received_at=now,
        time_uncertainty_seconds=new.time_uncertainty_seconds,
        triggered_at=_sensor_time(new, believed.timestamp),
    )


def _sensor_time(new: NewAlert, believed: int) -> int | None:
    """The sensor's time on the clock of `timestamp`: where that was moved, this moves with it."""
    if new.triggered_at is None or not 0 <= new.timestamp - new.triggered_at <= _SENSOR_AHEAD:
        return None
    return believed - (new.timestamp - new.triggered_at)


def _end(ended_at: int, stated_start: int, start: int, now: int, *, synchronized: bool) -> int:
    """The end on the same clock as the start: where the start was moved, the length is what is believed.

    A clock that was not set may have been set, or have stepped, while the alert lasted. Then the stated end is believed
    if it can be true; if not, what is known is that the alert has ended by now.
    """
    if synchronized:
        believe(ended_at, now, synchronized=True, field="ended_at")
        if ended_at < stated_start:
            raise Invalid(
                "timestamp_out_of_range", "`ended_at` lies before `timestamp`: an alert ends after it begins."
            )
        return ended_at
    for end in (start + (ended_at - stated_start), ended_at):
        if start <= end <= now + AHEAD:
            return end
    return max(start, now)


def _adopt_images(connection: Connection, record: AlertRecord) -> AlertRecord:
    """Count the pictures that came before their alert; those of other cameras only guessed the id."""
    unlink_foreign_images(connection, record.id, record.camera_id)
    waiting = images_of_alert(connection, record.id, record.camera_id)
    if not waiting:
        return record
    return replace(
        record, image_count=len(waiting), key_image_id=waiting[0].id, key_image_score=waiting[0].score or 0.0
    )


def _patched(connection: Connection, record: AlertRecord, patch: AlertPatch, now: int) -> AlertRecord:
    values: dict[str, object] = {}
    if patch.ended_at is not None:
        stated = record.timestamp if record.reported_timestamp is None else record.reported_timestamp
        # A start that the server has corrected says nothing of the clock that the end was stamped with.
        trusted = record.clock_synchronized and record.reported_timestamp is None
        values["ended_at"] = _end(patch.ended_at, stated, record.timestamp, now, synchronized=trusted)
    if patch.score is not None:
        values["score"] = patch.score
    if patch.key_image_id is not None:
        image = get_image(connection, patch.key_image_id)
        if image is None or image.alert_id != record.id:
            raise Invalid("unknown_image", "`key_image_id` names no picture of this alert: send the picture first.")
        values |= {"key_image_id": image.id, "key_image_score": None}
    if values:
        update_alert(connection, record.id, **values)
    return replace(record, **values)  # type: ignore[arg-type]
