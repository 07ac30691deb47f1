"""`/dav`: pictures from motionEye, Motion and whatever else uploads files by WebDAV. As much of it as they use."""

import asyncio
import hashlib

from fastapi import APIRouter, Request, Response

from api.errors import Forbidden
from api.routers.dependencies import PrincipalDep, ServicesDep
from api.routers.problems import problems
from api.routers.upload_body import read_raw, stated_bytes
from api.services.principal import CameraPrincipal, Principal

router = APIRouter(prefix="/dav", tags=["images"])


@router.put(
    "/{path:path}",
    status_code=201,
    response_class=Response,
    summary="Take a picture in as a file",
    responses={
        204: {"description": "This picture is stored already; nothing was changed."},
        **problems(401, 403, 408, 409, 413, 422, 507),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def put_file(path: str, request: Request, services: ServicesDep, principal: PrincipalDep) -> Response:
    """For programs that upload files; the password is the camera's token. A path that ends in
    `2026-01-31/23-59-58.jpg` says when the picture was taken, in the site's time. Answered like `POST /images`."""
    camera = _camera(principal)
    with services.metrics.upload() as outcome:
        services.ingest.admit(stated_bytes(request))
        settings = services.settings
        body = await read_raw(request, max_bytes=settings.max_image_bytes, stall_seconds=settings.upload_stall_seconds)
        digest = (await asyncio.to_thread(hashlib.sha256, body.data)).digest()
        upload = await services.file_uploads.describe(camera.camera_id, path, digest)
        strip = await services.privacy.strips_metadata()
        accepted = await services.ingest.accept(upload, body.data, None, camera, strip=strip)
        outcome.word = "created" if accepted.created else "repeated"
    return Response(status_code=201 if accepted.created else 204)


@router.api_route("/{path:path}", methods=["MKCOL"], status_code=201, include_in_schema=False)
async def make_folder(path: str, principal: PrincipalDep) -> Response:
    """Folders exist by name alone, so there is nothing to make; asked for before each upload."""
    _camera(principal)
    return Response(status_code=201)


@router.delete(
    "/{path:path}",
    status_code=204,
    response_class=Response,
    summary="Remove a folder of uploads, which is nothing",
    responses=problems(401, 403),
)
async def remove_folder(path: str, principal: PrincipalDep) -> Response:
    """motionEye tries an account by making a folder and removing it. A camera deletes no picture."""
    _camera(principal)
    if path.rstrip("/").lower().endswith((".jpg", ".jpeg")):
        raise Forbidden("forbidden", "A camera deletes no pictures: a person does, on the page Images.")
    return Response(status_code=204)


def _camera(principal: Principal) -> CameraPrincipal:
    if not isinstance(principal, CameraPrincipal):
        raise Forbidden("forbidden", "This takes a camera's token as the password.")
    return principal
