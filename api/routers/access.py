"""`/invitations`, `/tokens`, `/shares`: ways in besides a password, and what is behind each of them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from api.models import ImageRecord
from api.routers.answers import json_answer
from api.routers.dependencies import BrowserDep, PersonDep, Services, ServicesDep
from api.routers.images import MEDIA
from api.routers.media import media_answer
from api.routers.problems import problems
from api.routers.session import signed_in_answer
from api.schemas.access import (
    CreatedShare,
    CreatedToken,
    NewShare,
    NewToken,
    Shared,
    ShareList,
    TokenList,
)
from api.schemas.people import (
    CreatedInvitation,
    InvitationAnswer,
    InvitationList,
    InvitationOffer,
    NewInvitation,
)
from api.schemas.session import Session

router = APIRouter(tags=["access"])

Secret = Annotated[str, Path(max_length=64, description="The secret of the link; to revoke it, its id.")]


@router.post(
    "/invitations",
    status_code=201,
    response_model=CreatedInvitation,
    summary="Invite somebody",
    responses=problems(401, 403, 409, 413, 422),
)
async def create_invitation(new: NewInvitation, services: ServicesDep, person: BrowserDep) -> Response:
    """For admins. The link is shown this once and works once."""
    return json_answer(await services.invitations.create(new, person), 201)


@router.get(
    "/invitations",
    response_model=InvitationList,
    summary="Invitations that can still be used",
    responses=problems(401, 403),
)
async def list_invitations(services: ServicesDep, person: BrowserDep) -> Response:
    """For admins."""
    return json_answer({"items": await services.invitations.list(person), "next_cursor": None})


@router.get(
    "/invitations/{invitation}",
    response_model=InvitationOffer,
    summary="What an invitation offers",
    responses=problems(404, 422),
)
async def look_at_invitation(invitation: Secret, services: ServicesDep) -> Response:
    """For whoever has the link."""
    return json_answer(await services.invitations.look(invitation))


@router.post(
    "/invitations/{invitation}",
    status_code=201,
    response_model=Session,
    summary="Accept an invitation",
    responses=problems(403, 404, 409, 413, 422),
)
async def accept_invitation(
    invitation: Secret, answer: InvitationAnswer, request: Request, services: ServicesDep
) -> Response:
    """Makes the account and signs in. Works once."""
    signed_in = await services.invitations.accept(invitation, answer, request.headers.get("user-agent"))
    return signed_in_answer(request, signed_in, 201)


@router.delete(
    "/invitations/{invitation}",
    status_code=204,
    response_class=Response,
    summary="Take an invitation back",
    responses=problems(401, 403, 404, 422),
)
async def revoke_invitation(invitation: UUID, services: ServicesDep, person: BrowserDep) -> Response:
    """For admins; by its id."""
    await services.invitations.revoke(invitation, person)
    return Response(status_code=204)


@router.post(
    "/tokens",
    status_code=201,
    response_model=CreatedToken,
    summary="Make a token for a script",
    responses=problems(401, 403, 409, 413, 422),
)
async def create_token(new: NewToken, services: ServicesDep, person: BrowserDep) -> Response:
    """Shown this once. It does what its person may do, cut down to its scope and cameras, and no more."""
    return json_answer(await services.scripts.create(new, person), 201)


@router.get("/tokens", response_model=TokenList, summary="Tokens of scripts", responses=problems(401, 403))
async def list_tokens(services: ServicesDep, person: BrowserDep) -> Response:
    """One's own; for an admin everybody's."""
    return json_answer({"items": await services.scripts.list(person), "next_cursor": None})


@router.delete(
    "/tokens/{token_id}",
    status_code=204,
    response_class=Response,
    summary="Revoke a script's token",
    responses=problems(401, 403, 404, 422),
)
async def revoke_script(token_id: UUID, services: ServicesDep, person: BrowserDep) -> Response:
    await services.scripts.revoke(token_id, person)
    return Response(status_code=204)


@router.post(
    "/shares",
    status_code=201,
    response_model=CreatedShare,
    summary="Share an event or a picture by a link",
    responses=problems(401, 403, 404, 409, 413, 422),
)
async def create_share(new: NewShare, services: ServicesDep, person: PersonDep) -> Response:
    """For members and admins. Whoever has the link sees this one thing, and nothing else, until it expires."""
    return json_answer(await services.shares.create(new, person), 201)


@router.get("/shares", response_model=ShareList, summary="Links that hold", responses=problems(401, 403))
async def list_shares(services: ServicesDep, person: PersonDep) -> Response:
    """One's own; for an admin everybody's."""
    return json_answer({"items": await services.shares.list(person), "next_cursor": None})


@router.get("/shares/{share}", response_model=Shared, summary="What a link shows", responses=problems(404, 422))
async def look_at_share(share: Secret, services: ServicesDep) -> Response:
    """For whoever has the link."""
    return json_answer(await services.shares.look(share))


@router.delete(
    "/shares/{share}",
    status_code=204,
    response_class=Response,
    summary="Revoke a link",
    responses=problems(401, 403, 404, 422),
)
async def revoke_share(share: UUID, services: ServicesDep, person: PersonDep) -> Response:
    """By its id. It leads nowhere at once."""
    await services.shares.revoke(share, person)
    return Response(status_code=204)


@router.get(
    "/shares/{share}/images/{image_id}/file",
    response_class=Response,
    summary="A shared picture",
    responses={**MEDIA, **problems(404, 416, 422)},
)
async def get_shared_file(share: Secret, image_id: UUID, request: Request, services: ServicesDep) -> Response:
    record = await services.shares.image(share, image_id)
    return await _shared_media(request, services, record, thumbnail=False)


@router.get(
    "/shares/{share}/images/{image_id}/thumbnail",
    response_class=Response,
    summary="A shared picture's thumbnail",
    responses={**MEDIA, **problems(404, 416, 422, 507)},
)
async def get_shared_thumbnail(share: Secret, image_id: UUID, request: Request, services: ServicesDep) -> Response:
    record = await services.shares.image(share, image_id)
    return await _shared_media(request, services, record, thumbnail=True)


async def _shared_media(request: Request, services: Services, record: ImageRecord, *, thumbnail: bool) -> Response:
    find = services.gallery.thumbnail if thumbnail else services.gallery.file
    etag = f"{record.sha256.hex()}-thumbnail" if thumbnail else record.sha256.hex()
    answer = await media_answer(request, etag, record.filename, lambda: find(record))
    # Asked for again each time: a revoked link shows nothing from the moment on.
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
