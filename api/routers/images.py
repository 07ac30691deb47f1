"""`/images`: taking pictures in, listing them, one of them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams

from api.db.image_rows import ImageFilter
from api.errors import Invalid, Unsupported
from api.models import ImageRecord
from api.routers.answers import json_answer, list_answer, prefers_image
from api.routers.dependencies import PersonDep, PrincipalDep, Services, ServicesDep, person, principal, services_of
from api.routers.direct import query_of
from api.routers.media import media_answer
from api.routers.problems import field_problems, problems, summary
from api.routers.upload_body import UploadBody, read_multipart, read_raw, stated_bytes
from api.schemas.common import InstantIn, Label
from api.schemas.image import UPLOAD_FIELDS, Image, ImageList, ImagePatch, ImageUpload, image_view
from api.services.ingest import MOST_THUMBNAIL_BYTES

router = APIRouter(prefix="/images", tags=["images"])

CameraIds = Annotated[list[UUID], Query(description="Only of these cameras; may come several times.", max_length=100)]
Since = Annotated[InstantIn | None, Query(alias="from", description="Not before this time.")]
Until = Annotated[InstantIn | None, Query(alias="to", description="Before this time.")]
Limit = Annotated[int, Query(ge=1, le=500, description="Items on a page.")]
Cursor = Annotated[str | None, Query(max_length=128, description="`next_cursor` of the page before.")]

_JPEG = {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}
MEDIA: dict[int | str, dict[str, Any]] = {
    200: {"description": "The JPEG.", "content": _JPEG},
    206: {"description": "The asked range of it."},
    307: {"description": "The bytes are at `Location`, for at most five minutes."},
    304: {"description": "The client has it."},
}
_UPLOAD_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": {"$ref": "#/components/schemas/ImageForm"}},
            "image/jpeg": {"schema": {"type": "string", "format": "binary"}},
        },
    },
    "parameters": [
        {
            "name": "Content-Digest",
            "in": "header",
            "description": "RFC 9530, `sha-256=:BASE64:`; checked when sent. In a multipart form it may stand in the part `file`.",
            "schema": {"type": "string"},
        },
        {"$ref": "#/components/parameters/RawUploadFields"},
    ],
}


@router.post(
    "",
    status_code=201,
    response_model=Image,
    summary="Take a picture in",
    responses={
        200: {"description": "This picture is stored already; nothing was changed.", "model": Image},
        **problems(401, 403, 408, 409, 413, 415, 422, 507),
    },
    openapi_extra=_UPLOAD_BODY,
)
async def create_image(request: Request, services: ServicesDep, principal: PrincipalDep) -> Response:
    """Answered only when file and row are on stable storage. The `id` is the idempotency key: send it again after any
    doubt. A multipart form, or the bare JPEG with the same names as query parameters."""
    with services.metrics.upload() as outcome:
        services.ingest.admit(stated_bytes(request))
        body, upload = await _read_upload(request, services)
        accepted = await services.ingest.accept(
            upload, body.data, body.thumbnail, principal, strip=await services.privacy.strips_metadata()
        )
        outcome.word = "created" if accepted.created else "repeated"
    location = {"Location": f"/images/{accepted.image.id}"}
    return json_answer(image_view(accepted.image), 201 if accepted.created else 200, location)


async def create_image_directly(request: Request) -> Response:
    """The same, for `DirectRoutes`."""
    return await create_image(request, services_of(request), await principal(request))


@router.get("", response_model=ImageList, summary="List images, newest first", responses=problems(401, 403, 422))
async def list_images(
    request: Request,
    services: ServicesDep,
    person: PersonDep,
    camera_id: CameraIds = [],  # noqa: B006 - FastAPI copies it
    alert_id: Annotated[UUID | None, Query(description="Only of this alert.")] = None,
    since: Since = None,
    until: Until = None,
    label: Annotated[Label | None, Query(description="Only with this label.")] = None,
    starred: Annotated[bool | None, Query(description="Only starred, or only not starred ones.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Keyset pages: each costs the same, however deep. Follow `next_cursor` or the `Link` header."""
    wanted = ImageFilter(tuple(camera_id), alert_id, since, until, label, starred)
    page = await services.gallery.list(wanted, person, cursor, limit)
    return list_answer(request, page.items, page.next_cursor)


class _ImageQuery(BaseModel):
    camera_id: CameraIds = []
    alert_id: UUID | None = None
    since: Since = None
    until: Until = None
    label: Label | None = None
    starred: bool | None = None
    limit: Limit = 50
    cursor: Cursor = None


async def list_images_directly(request: Request) -> Response:
    """The same, for `DirectRoutes`."""
    person_ = await person(await principal(request))
    asked = query_of(request, _ImageQuery, {"camera_id"})
    return await list_images(request, services_of(request), person_, **dict(asked))


@router.get(
    "/{image_id}",
    response_model=Image,
    summary="One image: its data, or the picture itself",
    responses={
        200: {"description": "JSON, or the JPEG where `Accept` prefers `image/*`.", "content": _JPEG},
        206: {"description": "The asked range of the JPEG."},
        307: {"description": "The JPEG is at `Location`, for at most five minutes."},
        304: {"description": "The client has the JPEG."},
        **problems(401, 403, 404, 416, 422),
    },
)
async def get_image(image_id: UUID, request: Request, services: ServicesDep, person: PersonDep) -> Response:
    record = await services.gallery.get(image_id, person)
    if prefers_image(request.headers.get("accept")):
        return await _file(record, request, services)
    return json_answer(image_view(record), headers={"Vary": "Accept"})


@router.get(
    "/{image_id}/file",
    response_class=Response,
    summary="The picture",
    responses={**MEDIA, **problems(401, 403, 404, 416, 422)},
)
async def get_image_file(image_id: UUID, request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """The JPEG as the camera sent it. It never changes: strong ETag, `Range`, cached for ever."""
    record = await services.gallery.get(image_id, person)
    return await _file(record, request, services)


@router.get(
    "/{image_id}/thumbnail",
    response_class=Response,
    summary="The thumbnail",
    responses={**MEDIA, **problems(401, 403, 404, 416, 422, 507)},
)
async def get_thumbnail(image_id: UUID, request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """At most 320 pixels wide; every stored image has one."""
    record = await services.gallery.get(image_id, person)
    etag = f"{record.sha256.hex()}-thumbnail"
    return await media_answer(request, etag, record.filename, lambda: services.gallery.thumbnail(record))


@router.put(
    "/{image_id}/thumbnail",
    status_code=204,
    response_class=Response,
    summary="Send the camera's own thumbnail",
    responses=problems(401, 403, 404, 408, 413, 415, 422, 507),
    openapi_extra={"requestBody": {"required": True, "content": _JPEG}},
)
async def put_thumbnail(image_id: UUID, request: Request, services: ServicesDep, principal: PrincipalDep) -> Response:
    """A JPEG at most 320 pixels wide. The first one stays; a repeat changes nothing."""
    if _content_type(request) != "image/jpeg":
        raise Unsupported("unsupported_content", "Send the thumbnail as `Content-Type: image/jpeg`.")
    stall = services.settings.upload_stall_seconds
    body = await read_raw(request, max_bytes=MOST_THUMBNAIL_BYTES, stall_seconds=stall)
    await services.gallery.put_thumbnail(image_id, body.data, services.ingest, principal)
    return Response(status_code=204)


@router.patch(
    "/{image_id}", response_model=Image, summary="Star or label an image", responses=problems(401, 403, 404, 413, 422)
)
async def change_image(image_id: UUID, patch: ImagePatch, services: ServicesDep, person: PersonDep) -> Response:
    return json_answer(image_view(await services.gallery.change(image_id, patch, person)))


async def _file(record: ImageRecord, request: Request, services: Services) -> Response:
    return await media_answer(request, record.sha256.hex(), record.filename, lambda: services.gallery.file(record))


async def _read_upload(request: Request, services: ServicesDep) -> tuple[UploadBody, ImageUpload]:
    size, stall = services.settings.max_image_bytes, services.settings.upload_stall_seconds
    kind = _content_type(request)
    if kind == "multipart/form-data":
        body = await read_multipart(request, max_bytes=size, stall_seconds=stall)
        return body, _upload(body.fields)
    if kind == "image/jpeg":
        # Refuse wrong parameters before the picture crosses a thin link.
        upload = _upload(_once(request.query_params))
        return await read_raw(request, max_bytes=size, stall_seconds=stall), upload
    raise Unsupported(
        "unsupported_content", "Send a picture as `multipart/form-data` with the part `file`, or as `image/jpeg`."
    )


def _once(parameters: QueryParams) -> dict[str, str]:
    """Each parameter's one value: of two cameras named in one call, neither is guessed to be meant."""
    pairs = parameters.multi_items()
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Invalid("invalid_request", "A parameter comes twice: send each parameter once.")
    return fields


def _upload(fields: dict[str, str]) -> ImageUpload:
    try:
        return UPLOAD_FIELDS.validate_python({name: value for name, value in fields.items() if value != ""})
    except ValidationError as error:
        found = field_problems(error.errors(include_url=False, include_input=False))
        raise Invalid("invalid_request", summary(found), errors=found) from error


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
