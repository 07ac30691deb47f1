"""Share links: one event or one picture, to look at without signing in; expiring, revocable. Only the hash is kept.

A link is as good as whoever made it: when they are removed, lose the camera or may not share any more, it ends.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, or_, select

from api.clock import SECOND, Clock, to_rfc3339
from api.db import Database
from api.db.access_rows import (
    count_shares,
    delete_expired_shares,
    delete_share,
    find_share,
    get_share,
    insert_share,
    list_shares,
    touch_share,
)
from api.db.alert_rows import get_alert
from api.db.audit_rows import append_audit
from api.db.image_rows import get_image
from api.db.person_rows import get_site
from api.errors import Conflict, Invalid, NotFound
from api.ids import uuid7
from api.models import AlertRecord, AuditAction, ImageRecord, Role, ShareRecord, cameras, images
from api.schemas.access import CreatedShare, NewShare, Share, Shared, SharedImage
from api.schemas.alert import alert_core_view
from api.services.accounts import cameras_of
from api.services.audit import Audit
from api.services.cameras import hash_token
from api.services.principal import PersonPrincipal, require_role

MOST_SHARES = 200
MOST_IMAGES = 200
_HOUR = 3600 * SECOND
_NOTE_VIEW_EVERY = 3600 * SECOND


@dataclass(frozen=True, slots=True)
class _Target:
    """What a link shows, as it is now."""

    share: ShareRecord
    alert: AlertRecord | None
    image: ImageRecord | None


class Shares:
    """Use cases of share links."""

    def __init__(self, database: Database, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def create(self, new: NewShare, person: PersonPrincipal) -> CreatedShare:
        """Raises `Forbidden`, `NotFound` for what the person may not see, `Conflict`, `Invalid`."""
        require_role(person, Role.ADMIN, Role.MEMBER)
        if (new.alert_id is None) == (new.image_id is None):
            raise Invalid("invalid_request", "Share one thing: send `alert_id` or `image_id`.")
        now, token = self._clock.now(), secrets.token_urlsafe(32)
        share_id = uuid7(now)
        what = {"alert_id": new.alert_id and str(new.alert_id), "image_id": new.image_id and str(new.image_id)}
        entry = self._audit.entry(person, AuditAction.SHARE_CREATED, f"share:{share_id}", **what)

        def commit(connection: Connection) -> ShareRecord:
            record = ShareRecord(
                share_id,
                hash_token(token),
                person.user_id,
                _camera_of(connection, new, person),
                new.alert_id,
                new.image_id,
                now,
                now + new.expires_in_hours * _HOUR,
                None,
            )
            delete_expired_shares(connection, now)
            if count_shares(connection, person.user_id, now) >= MOST_SHARES:
                raise Conflict("too_many_shares", f"You have {MOST_SHARES} links that hold: revoke some first.")
            insert_share(connection, record)
            append_audit(connection, entry)
            return record

        record = await self._database.write(commit)
        return {**_view(record, person.name), "token": token, "path": f"/share/{token}"}

    async def list(self, person: PersonPrincipal) -> list[Share]:
        """One's own links that hold; for an admin everybody's."""
        now, whose = self._clock.now(), None if person.role is Role.ADMIN else person.user_id
        found = await self._database.read(lambda connection: list_shares(connection, whose, now))
        return [_view(record, user.name) for record, user in found if person.sees(record.camera_id)]

    async def revoke(self, share_id: UUID, person: PersonPrincipal) -> None:
        """It ends at once. Raises `NotFound`, also for somebody else's."""
        entry = self._audit.entry(person, AuditAction.SHARE_REVOKED, f"share:{share_id}")

        def commit(connection: Connection) -> None:
            record = get_share(connection, share_id)
            mine = record is not None and (person.role is Role.ADMIN or record.user_id == person.user_id)
            if record is None or not mine or not person.sees(record.camera_id):
                raise _gone()
            delete_share(connection, share_id)
            append_audit(connection, entry)

        await self._database.write(commit)

    async def look(self, token: str) -> Shared:
        """What a link shows. Raises `NotFound` for one that does not hold, whatever the reason."""
        now = self._clock.now()
        shared, record = await self._database.read(lambda connection: _shared(connection, token, now))
        if now - (record.last_used_at or 0) >= _NOTE_VIEW_EVERY:
            entry = self._audit.entry(None, AuditAction.SHARE_VIEWED, f"share:{record.id}")

            def commit(connection: Connection) -> None:
                touch_share(connection, record.id, now)
                append_audit(connection, entry)

            await self._database.write(commit)
        return shared

    async def image(self, token: str, image_id: UUID) -> ImageRecord:
        """One picture that a link shows. Raises `NotFound`."""
        now = self._clock.now()

        def ask(connection: Connection) -> ImageRecord:
            target = _require(connection, token, now)
            image = get_image(connection, image_id)
            if image is None or image.camera_id != target.share.camera_id:
                raise _gone()
            shown = image.id == target.share.image_id or (
                target.share.alert_id is not None and image.alert_id == target.share.alert_id
            )
            if not shown:
                raise _gone()
            return image

        return await self._database.read(ask)


def _camera_of(connection: Connection, new: NewShare, person: PersonPrincipal) -> UUID:
    """The camera of what is to be shared. Raises `NotFound`."""
    found: AlertRecord | ImageRecord | None = None
    if new.alert_id is not None:
        found = get_alert(connection, new.alert_id)
    elif new.image_id is not None:
        found = get_image(connection, new.image_id)
    if found is None or not person.sees(found.camera_id):
        raise NotFound("not_found", "There is nothing with this id: it may have been deleted.")
    return found.camera_id


def _require(connection: Connection, token: str, now: int) -> _Target:
    found = find_share(connection, hash_token(token))
    if found is None or found[0].expires_at <= now:
        raise _gone()
    share, maker = found
    sees = cameras_of(maker.camera_ids)
    if maker.removed_at is not None or maker.role == Role.VIEWER.value:
        raise _gone()
    if sees is not None and share.camera_id not in sees:
        raise _gone()
    alert = None if share.alert_id is None else get_alert(connection, share.alert_id)
    image = None if share.image_id is None else get_image(connection, share.image_id)
    if alert is None and image is None:
        raise _gone()
    return _Target(share, alert, image)


def _shared(connection: Connection, token: str, now: int) -> tuple[Shared, ShareRecord]:
    target = _require(connection, token, now)
    site = get_site(connection)
    name = connection.execute(select(cameras.c.name).where(cameras.c.id == target.share.camera_id)).scalar()
    wanted = or_(images.c.id == target.share.image_id, images.c.alert_id == target.share.alert_id)
    query = select(images).where(wanted, images.c.camera_id == target.share.camera_id)
    found = connection.execute(query.order_by(images.c.timestamp, images.c.id).limit(MOST_IMAGES))
    shared: Shared = {
        "site": "" if site is None else site.name,
        "time_zone": "UTC" if site is None else site.time_zone,
        "camera": name or "",
        "expires_at": to_rfc3339(target.share.expires_at),
        "alert": None if target.alert is None else alert_core_view(target.alert),
        "images": [_image(ImageRecord(*row)) for row in found],
    }
    return shared, target.share


def _image(record: ImageRecord) -> SharedImage:
    return {
        "id": record.id,
        "timestamp": to_rfc3339(record.timestamp),
        "width": record.width,
        "height": record.height,
        "motion_boxes": [{"x": x, "y": y, "w": w, "h": h} for x, y, w, h in record.motion_boxes or ()],
    }


def _gone() -> NotFound:
    """The one answer for a link that does not hold, whatever the reason."""
    return NotFound("not_found", "This link does not hold any more: ask whoever sent it for a new one.")


def _view(record: ShareRecord, user_name: str) -> Share:
    return {
        "id": record.id,
        "alert_id": record.alert_id,
        "image_id": record.image_id,
        "camera_id": record.camera_id,
        "user_id": record.user_id,
        "user_name": user_name,
        "created_at": to_rfc3339(record.created_at),
        "expires_at": to_rfc3339(record.expires_at),
        "last_used_at": None if record.last_used_at is None else to_rfc3339(record.last_used_at),
    }
