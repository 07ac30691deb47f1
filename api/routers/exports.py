"""`/exports`: many pictures as one zip."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.routers.dependencies import PersonDep, Services, ServicesDep
from api.routers.images import CameraIds
from api.routers.problems import problems
from api.routers.streamed import Streamed
from api.schemas.common import InstantIn
from api.schemas.export import NewExport
from api.services.exports import Export

router = APIRouter(tags=["exports"])

_ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The zip, written while it is sent.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        "headers": {
            "Picam-Pictures": {"description": "How many pictures it holds.", "schema": {"type": "integer"}},
            "Picam-Picture-Bytes": {
                "description": "What they take: the zip is a little larger.",
                "schema": {"type": "integer"},
            },
        },
    }
}


@router.post(
    "/exports",
    response_class=Response,
    summary="Download many pictures as one zip",
    responses={**_ZIP, **problems(401, 403, 404, 413, 422, 429)},
)
async def create_export(new: NewExport, services: ServicesDep, person: PersonDep) -> Response:
    """At most 500 pictures, a folder for each camera, and a table with the time and the SHA-256 of each. Nothing is kept
    on the server. A picture that was deleted meanwhile is left out."""
    return await _sent(services, await services.exports.of_images(new.image_ids, person))


@router.get(
    "/exports",
    response_class=Response,
    summary="Download all pictures of a time as one zip",
    responses={**_ZIP, **problems(401, 403, 404, 422, 429)},
)
async def export_time(
    services: ServicesDep,
    person: PersonDep,
    since: Annotated[InstantIn, Query(alias="from", description="Not before this time.")],
    until: Annotated[InstantIn, Query(alias="to", description="Before this time.")],
    camera_id: CameraIds = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """For members and admins: what is stored of these cameras (none named: all), with the SHA-256 of each picture. At most
    10,000 pictures at once."""
    return await _sent(services, await services.exports.of_time(camera_id, since, until, person))


async def _sent(services: Services, export: Export) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{export.filename}"',
        "Picam-Pictures": str(len(export.entries)),
        "Picam-Picture-Bytes": str(export.size_bytes),
    }
    pieces = services.exports.chunks(export)
    return await Streamed.begin(pieces, headers, "application/zip")
