"""`/passkeys` and `/session/passkey`: adding passkeys, and signing in with one."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.routers.answers import json_answer
from api.routers.dependencies import BrowserDep, ServicesDep
from api.routers.problems import problems
from api.routers.session import signed_in_answer
from api.schemas.passkey import NewPasskey, Passkey, PasskeyList, PasskeyOptions, PasskeySignIn
from api.schemas.session import Session
from api.services.passkeys import Site, site_of

router = APIRouter(tags=["passkeys"])


@router.post(
    "/passkeys/options",
    response_model=PasskeyOptions,
    summary="Begin to add a passkey",
    responses=problems(401, 403, 422),
)
async def passkey_options(request: Request, services: ServicesDep, person: BrowserDep) -> Response:
    """On https and on localhost only; good for five minutes."""
    return json_answer({"publicKey": await services.passkeys.registration_options(person, _site(request))})


@router.post(
    "/passkeys",
    status_code=201,
    response_model=Passkey,
    summary="Add a passkey",
    responses=problems(401, 403, 409, 413, 422),
)
async def add_passkey(new: NewPasskey, request: Request, services: ServicesDep, person: BrowserDep) -> Response:
    return json_answer(await services.passkeys.add(new.name, new.credential, person, _site(request)), 201)


@router.get("/passkeys", response_model=PasskeyList, summary="One's own passkeys", responses=problems(401, 403))
async def list_passkeys(services: ServicesDep, person: BrowserDep) -> Response:
    return json_answer({"items": await services.passkeys.list(person), "next_cursor": None})


@router.delete(
    "/passkeys/{passkey_id}",
    status_code=204,
    response_class=Response,
    summary="Remove a passkey",
    responses=problems(401, 403, 404, 422),
)
async def remove_passkey(passkey_id: UUID, services: ServicesDep, person: BrowserDep) -> Response:
    await services.passkeys.remove(passkey_id, person)
    return Response(status_code=204)


@router.post(
    "/session/passkey/options",
    response_model=PasskeyOptions,
    summary="Begin to sign in with a passkey",
    responses=problems(403, 422),
)
async def sign_in_options(request: Request, services: ServicesDep) -> Response:
    return json_answer({"publicKey": services.passkeys.sign_in_options(_site(request))})


@router.post(
    "/session/passkey",
    response_model=Session,
    summary="Sign in with a passkey",
    responses=problems(401, 403, 413, 422),
)
async def sign_in_with_passkey(answer: PasskeySignIn, request: Request, services: ServicesDep) -> Response:
    """Sets the session cookie."""
    signed_in = await services.passkeys.sign_in(answer.credential, _site(request), request.headers.get("user-agent"))
    return signed_in_answer(request, signed_in, 200)


def _site(request: Request) -> Site:
    return site_of(request.url.scheme, request.headers.get("host", "").lower())
