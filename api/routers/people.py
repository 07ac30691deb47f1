"""`/users`, `/sessions`, `/session/password`: people for admins, and one's own account."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.routers.answers import json_answer
from api.routers.dependencies import BrowserDep, PersonDep, ServicesDep, address_of
from api.routers.problems import problems
from api.schemas.people import PasswordChange, SessionList, User, UserList, UserPatch, UserRemoval

router = APIRouter(tags=["people"])


@router.get("/users", response_model=UserList, summary="Everybody, by name", responses=problems(401, 403))
async def list_users(services: ServicesDep, person: PersonDep) -> Response:
    """For admins."""
    return json_answer({"items": await services.people.list(person), "next_cursor": None})


@router.patch(
    "/users/{user_id}",
    response_model=User,
    summary="Change what a person may do and see",
    responses=problems(401, 403, 404, 409, 413, 422),
)
async def change_user(user_id: UUID, patch: UserPatch, services: ServicesDep, person: BrowserDep) -> Response:
    """For admins. It holds at once; open pages follow within five seconds."""
    return json_answer(await services.people.change(user_id, patch, person))


@router.delete(
    "/users/{user_id}",
    response_model=UserRemoval,
    summary="Remove a person",
    responses=problems(401, 403, 404, 409, 422),
)
async def remove_user(user_id: UUID, services: ServicesDep, person: BrowserDep) -> Response:
    """For admins. The person is signed out everywhere; for an hour `PATCH` with `removed: false` brings them back."""
    return json_answer(await services.people.remove(user_id, person))


@router.post(
    "/session/password",
    status_code=204,
    response_class=Response,
    summary="Change one's own password",
    responses=problems(401, 403, 413, 422, 429),
)
async def change_password(
    change: PasswordChange, request: Request, services: ServicesDep, person: BrowserDep
) -> Response:
    """Ends one's other sessions."""
    await services.own_account.change_password(change, person, address_of(request))
    return Response(status_code=204)


@router.get("/sessions", response_model=SessionList, summary="One's own browsers", responses=problems(401, 403))
async def list_sessions(services: ServicesDep, person: BrowserDep) -> Response:
    return json_answer({"items": await services.own_account.sessions(person), "next_cursor": None})


@router.delete(
    "/sessions",
    status_code=204,
    response_class=Response,
    summary="Sign out everywhere else",
    responses=problems(401, 403, 422),
)
async def end_sessions(
    services: ServicesDep,
    person: BrowserDep,
    include_this: Annotated[bool, Query(description="Sign the asking browser out too.")] = False,
) -> Response:
    await services.own_account.end_sessions(person, include_this=include_this)
    return Response(status_code=204)


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    response_class=Response,
    summary="Sign one browser out",
    responses=problems(401, 403, 404, 422),
)
async def end_session(session_id: UUID, services: ServicesDep, person: BrowserDep) -> Response:
    await services.own_account.end_session(session_id, person)
    return Response(status_code=204)
