"""`/storage`, `/retention`, `/deletions`: how full it is, how long things are kept, and deleting by hand with undo."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.clock import to_rfc3339
from api.errors import Invalid
from api.routers.answers import json_answer
from api.routers.dependencies import PersonDep, ServicesDep
from api.routers.problems import problems
from api.schemas.storage import (
    Days,
    DeletionView,
    NewDeletion,
    RetentionPatch,
    RetentionPreview,
    RetentionView,
    StorageView,
)
from api.services.deletions import Deletion

router = APIRouter(tags=["storage"])


@router.get("/storage", response_model=StorageView, summary="How full it is", responses=problems(401, 403))
async def get_storage(services: ServicesDep, person: PersonDep) -> Response:
    """With a forecast of when the oldest pictures begin to go for want of room. Who may see some cameras only is told of
    theirs, and nothing of the disk."""
    report = await services.retention.report(person.narrow(()))
    view: StorageView = {
        "images": report.images,
        "size_bytes": report.size_bytes,
        "free_bytes": report.free_bytes,
        "budget_bytes": report.budget_bytes,
        "bytes_per_day": report.bytes_per_day,
        "full_at": None if report.full_at is None else to_rfc3339(report.full_at),
        "oldest_at": None if report.oldest_at is None else to_rfc3339(report.oldest_at),
    }
    return json_answer(view)


@router.get(
    "/retention", response_model=RetentionView, summary="How long pictures are kept", responses=problems(401, 403)
)
async def get_retention(services: ServicesDep, _person: PersonDep) -> Response:
    """The site's rule; cameras may have their own (`PATCH /cameras/{id}`). Starred things are kept for ever."""
    return json_answer({"retention_days": await services.retention.days()})


@router.patch(
    "/retention",
    response_model=RetentionView,
    summary="Change how long pictures are kept",
    responses=problems(401, 403, 413, 422),
)
async def change_retention(patch: RetentionPatch, services: ServicesDep, person: PersonDep) -> Response:
    await services.retention.set_days(patch.retention_days, person)
    return json_answer({"retention_days": patch.retention_days})


@router.get(
    "/retention/preview",
    response_model=RetentionPreview,
    summary="What a rule would delete",
    responses=problems(401, 403, 422),
)
async def preview_retention(
    services: ServicesDep,
    person: PersonDep,
    retention_days: Annotated[Days, Query(description="As if pictures were kept for this many days.")],
    camera_id: Annotated[UUID | None, Query(description="Only of this camera.")] = None,
) -> Response:
    """Nothing is deleted by asking. Counted by whole hours."""
    preview = await services.retention.preview(retention_days, person.narrow(() if camera_id is None else (camera_id,)))
    body: RetentionPreview = {
        "images": preview.images,
        "size_bytes": preview.size_bytes,
        "kept_starred": preview.kept_starred,
    }
    return json_answer(body)


@router.post(
    "/deletions",
    status_code=201,
    response_model=DeletionView,
    summary="Delete images and alerts",
    responses=problems(401, 403, 404, 409, 413, 422),
)
async def create_deletion(new: NewDeletion, services: ServicesDep, person: PersonDep) -> Response:
    """They leave the screen at once and the disk after an hour; until then the deletion can be undone."""
    if not new.image_ids and not new.alert_ids:
        raise Invalid("invalid_request", "Say what to delete: `image_ids`, `alert_ids`, or both.")
    deletion = await services.deletions.delete(new.image_ids, new.alert_ids, person)
    return json_answer(_view(deletion), 201, {"Location": f"/deletions/{deletion.batch_id}"})


@router.delete(
    "/deletions/{deletion_id}",
    response_model=DeletionView,
    summary="Undo a deletion",
    responses=problems(401, 403, 404, 422),
)
async def undo_deletion(deletion_id: UUID, services: ServicesDep, person: PersonDep) -> Response:
    """Everything that was deleted together comes back as it was."""
    return json_answer(_view(await services.deletions.undo(deletion_id, person)))


def _view(deletion: Deletion) -> DeletionView:
    return {
        "id": deletion.batch_id,
        "image_ids": list(deletion.image_ids),
        "alert_ids": list(deletion.alert_ids),
        "kept_starred": deletion.kept_starred,
        "undo_until": to_rfc3339(deletion.undo_until),
    }
