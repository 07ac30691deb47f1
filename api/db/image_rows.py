"""SQL of images. Functions of a connection, to be run by `Database.read` or `Database.write`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, delete, insert, select, update

from api.db.keyset import Position, merged, page_of
from api.models import ImageRecord, ImageState, image_labels, images
from api.models.base import values_of


@dataclass(frozen=True, slots=True)
class ImageFilter:
    """Which images; every part that is None asks for nothing. `until` is exclusive, instants in microseconds."""

    camera_ids: tuple[UUID, ...] = ()
    alert_id: UUID | None = None
    since: int | None = None
    until: int | None = None
    label: str | None = None
    starred: bool | None = None


def get_image(connection: Connection, image_id: UUID) -> ImageRecord | None:
    row = connection.execute(select(images).where(images.c.id == image_id)).one_or_none()
    return None if row is None else ImageRecord(*row)


def insert_image(connection: Connection, record: ImageRecord) -> None:
    connection.execute(insert(images), values_of(images, record))


BareRow = tuple[Any, ...]
"""A row of `images` as the driver has it: ids are bytes on SQLite, JSON is text."""


def list_images(connection: Connection, wanted: ImageFilter, after: Position | None, limit: int) -> list[BareRow]:
    """Newest first, one more than `limit` where there is more.

    Bare rows: making a thousand ids, records and booleans of a page, only to write them out again, was half of its cost.
    """
    by_label = _by_label(wanted)
    order = image_labels.c if by_label else images.c
    identity = image_labels.c.image_id if by_label else images.c.id
    cameras: Sequence[UUID | None] = wanted.camera_ids or (None,)
    pages = [page_of(filtered(wanted, camera), order.timestamp, identity, after, limit) for camera in cameras]
    with connection.execute(merged(pages, limit)) as result:
        return list(result.cursor.fetchall())


def update_image(connection: Connection, image_id: UUID, **values: object) -> None:
    connection.execute(update(images).where(images.c.id == image_id).values(**values))


def replace_labels(connection: Connection, image: ImageRecord, labels: Sequence[str]) -> None:
    connection.execute(delete(image_labels).where(image_labels.c.image_id == image.id))
    if labels:
        connection.execute(insert(image_labels), label_rows(image, labels))
    update_image(connection, image.id, labels=list(labels) or None)


def label_rows(image: ImageRecord, labels: Sequence[str]) -> list[dict[str, Any]]:
    owner = {name: getattr(image, name) for name in ("timestamp", "camera_id", "starred")}
    return [{"image_id": image.id, "label": label, **owner} for label in labels]


def star_image(connection: Connection, image_id: UUID, *, starred: bool) -> None:
    """Set or take the star, on the picture and on what repeats it."""
    update_image(connection, image_id, starred=starred)
    connection.execute(update(image_labels).where(image_labels.c.image_id == image_id).values(starred=starred))


def pending_images(connection: Connection, limit: int) -> list[ImageRecord]:
    """Images that no worker has decoded yet, oldest arrival first."""
    query = select(images).where(images.c.state == ImageState.PENDING.value).order_by(images.c.received_at).limit(limit)
    return [ImageRecord(*row) for row in connection.execute(query)]


def images_of_alert(connection: Connection, alert_id: UUID, camera_id: UUID) -> list[ImageRecord]:
    """Images that name this alert and come from its camera, best score first."""
    query = select(images).where(images.c.alert_id == alert_id, images.c.camera_id == camera_id)
    return [
        ImageRecord(*row)
        for row in connection.execute(query.order_by(images.c.score.desc().nulls_last(), images.c.timestamp))
    ]


def unlink_foreign_images(connection: Connection, alert_id: UUID, camera_id: UUID) -> None:
    """Take the alert from images of other cameras that guessed its id before it was known."""
    connection.execute(
        update(images).where(images.c.alert_id == alert_id, images.c.camera_id != camera_id).values(alert_id=None)
    )


def filtered(wanted: ImageFilter, camera_id: UUID | None) -> Select[*tuple[Any, ...]]:
    """All that a filter asks for, of one camera (None: of any), in no order. `wanted.camera_ids` is not looked at."""
    query: Select[*tuple[Any, ...]] = select(images)
    found_by = image_labels.c if _by_label(wanted) else images.c
    if wanted.label is not None:
        query = query.join(image_labels, image_labels.c.image_id == images.c.id)
        query = query.where(image_labels.c.label == wanted.label)
    if camera_id is not None:
        query = query.where(found_by.camera_id == camera_id)
    if wanted.alert_id is not None:
        query = query.where(images.c.alert_id == wanted.alert_id)
    if wanted.since is not None:
        query = query.where(found_by.timestamp >= wanted.since)
    if wanted.until is not None:
        query = query.where(found_by.timestamp < wanted.until)
    if wanted.starred is not None:
        query = query.where(found_by.starred.is_(wanted.starred))
    return query


def _by_label(wanted: ImageFilter) -> bool:
    """Whether the label's own indexes give the order: a label may be rare. An alert's few pictures are fewer still."""
    return wanted.label is not None and wanted.alert_id is None
