"""`/setup` and `/session`: the first owner, signing in and out."""

from fastapi import APIRouter, Request, Response

from api.routers.answers import json_answer
from api.routers.dependencies import (
    BrowserDep,
    PersonDep,
    ServicesDep,
    address_of,
    cookie_name,
    from_this_machine,
    is_https,
)
from api.routers.problems import problems
from api.schemas.session import Session, Setup, SetupState, SignIn
from api.services.accounts import SESSION_LASTS, SignedIn

router = APIRouter(tags=["session"])


@router.get("/setup", response_model=SetupState, summary="Whether an owner has to be set", responses=problems())
async def get_setup(request: Request, services: ServicesDep) -> Response:
    needed = await services.accounts.owner_needed()
    return json_answer({"needed": needed, "code_required": needed and not from_this_machine(request)})


@router.post(
    "/setup", status_code=201, response_model=Session, summary="Set the owner", responses=problems(403, 409, 413, 422)
)
async def set_up(setup: Setup, request: Request, services: ServicesDep) -> Response:
    """Works once. From another machine it takes the one-time code that the server printed."""
    signed_in = await services.accounts.set_up(
        setup, from_this_machine=from_this_machine(request), user_agent=request.headers.get("user-agent")
    )
    return signed_in_answer(request, signed_in, 201)


@router.post("/session", response_model=Session, summary="Sign in", responses=problems(401, 403, 413, 422, 429))
async def sign_in(sign_in: SignIn, request: Request, services: ServicesDep) -> Response:
    """Sets the session cookie. Wrong passwords for one name from one address are answered ever later (429)."""
    signed_in = await services.accounts.sign_in(sign_in, address_of(request), request.headers.get("user-agent"))
    return signed_in_answer(request, signed_in, 200)


@router.get("/session", response_model=Session, summary="Who is signed in", responses=problems(401, 403))
async def get_session(services: ServicesDep, person: PersonDep) -> Response:
    return json_answer(await services.accounts.session(person))


@router.delete("/session", status_code=204, response_class=Response, summary="Sign out", responses=problems(401, 403))
async def sign_out(request: Request, services: ServicesDep, person: BrowserDep) -> Response:
    """Ends this browser's session and empties what it had cached."""
    await services.accounts.sign_out(person)
    response = Response(status_code=204, headers={"Clear-Site-Data": '"cache", "storage"'})
    response.delete_cookie(cookie_name(request), httponly=True, samesite="lax", secure=is_https(request))
    return response


def signed_in_answer(request: Request, signed_in: SignedIn, status: int) -> Response:
    response = json_answer(signed_in.session, status)
    response.set_cookie(
        cookie_name(request),
        signed_in.token,
        max_age=SESSION_LASTS // 1_000_000,
        httponly=True,
        samesite="lax",
        secure=is_https(request),
    )
    return response
