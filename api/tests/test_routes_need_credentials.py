"""Every route, found in the application itself, needs a credential unless it is on the short list here.

A new route fails this test until it asks for one, or until somebody puts it on the list and says why.
"""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from api.main import create_app
from api.routers.client import PAGES
from api.settings import Settings
from api.tests import conformance
from api.tests.support import Server

ID = "019ab1c2-7d10-7a3b-8c55-0123456789ab"
# Design: what may be called by anybody.
OPEN = {
    "GET /healthz",
    "GET /readyz",
    "GET /setup",
    "POST /setup",
    "POST /session",
}
# The viewer's own files: the same for everybody.
CLIENT_FILES = {"GET /", "GET /{name}"} | {f"GET /{page}{rest}" for page in PAGES for rest in ("", "/{rest:path}")}
# What a camera may call; everything else is for people.
FOR_CAMERAS = {
    "GET /cameras/self",
    "POST /cameras/{camera_id}/heartbeat",
    "POST /images",
    "PUT /images/{image_id}/thumbnail",
    "POST /alerts",
    "PATCH /alerts/{alert_id}",
}
FOR_CAMERAS_ONLY = {"GET /cameras/self", "POST /cameras/{camera_id}/heartbeat"}


def leaves(routes: list[Any]) -> Iterator[tuple[str, BaseRoute]]:
    """Every route of the application, also those inside included routers."""
    for route in routes:
        inner = getattr(getattr(route, "original_router", None), "routes", None)
        if inner is not None:
            yield from leaves(inner)
        elif isinstance(route, Route | APIRoute):
            for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
                yield f"{method} {route.path}", route
        else:
            yield f"{type(route).__name__} {getattr(route, 'path', '?')}", route


def found() -> dict[str, BaseRoute]:
    app = create_app(Settings())
    return dict(leaves(list(app.routes)))


CALLS = sorted(name for name, route in found().items() if isinstance(route, Route | APIRoute))


def described() -> set[str]:
    return {
        f"{method.upper()} {path}" for path, methods in conformance.document()["paths"].items() for method in methods
    }


def test_the_walk_finds_every_route_and_the_contract_describes_it() -> None:
    assert len(CALLS) > 30
    assert set(CALLS) - CLIENT_FILES == described()


def test_there_is_no_other_kind_of_route() -> None:
    others = {name: route for name, route in found().items() if not isinstance(route, Route | APIRoute)}
    assert {name for name, route in others.items() if isinstance(route, Mount)} <= {"Mount /assets"}
    sockets = {name.partition(" ")[2] for name, route in others.items() if isinstance(route, WebSocketRoute)}
    # Who may open each of them is tested where it is: test_live_updates.py, test_live.py.
    assert sockets == {"/ws", *(f"/cameras/{{camera_id}}/{path}" for path in ("control", "live", "media"))}
    assert all(isinstance(route, Mount | WebSocketRoute) for route in others.values())


async def call(client: httpx.AsyncClient, name: str, **options: Any) -> httpx.Response:
    method, _, path = name.partition(" ")
    return await client.request(method, re.sub(r"\{[^}]+\}", ID, path), **options)


@pytest.mark.parametrize("name", [name for name in CALLS if name not in OPEN | CLIENT_FILES])
async def test_without_a_credential_nobody_gets_in(server: Server, name: str) -> None:
    wrong: list[dict[str, str]] = [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Bearer "},
        {"authorization": "Basic YWRtaW46YWRtaW4="},
        {"cookie": "picam_session=wrong"},
        {"authorization": f"Bearer {server.add_person().token}"},
        {"cookie": f"picam_session={server.add_camera().token}"},
    ]
    before = server.left_behind()
    for headers in wrong:
        response = await call(server.client(), name, headers=headers)
        assert (response.status_code, response.json()["code"]) == (401, "unauthenticated"), headers
        assert response.headers["www-authenticate"] == "Bearer"
    assert server.left_behind() == before


@pytest.mark.parametrize("name", sorted(OPEN))
async def test_what_is_open_is_open(server: Server, name: str) -> None:
    response = await call(server.client(), name, json={})
    assert response.status_code in {200, 422}


@pytest.mark.parametrize("name", [name for name in CALLS if name not in OPEN | CLIENT_FILES | FOR_CAMERAS])
async def test_a_camera_reads_and_changes_nothing_of_people(server: Server, name: str) -> None:
    response = await call(server.client(server.add_camera()), name, json={})
    assert response.status_code in ({403, 422} if name.startswith("PATCH") else {403})
    assert response.json()["code"] in {"forbidden", "invalid_request"}


@pytest.mark.parametrize("name", sorted(FOR_CAMERAS_ONLY))
async def test_a_person_is_no_camera(server: Server, name: str) -> None:
    response = await call(server.client(server.add_person()), name, json={"agent_version": "1"})
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("name", sorted(FOR_CAMERAS))
async def test_what_is_for_cameras_lets_a_camera_in(server: Server, name: str) -> None:
    response = await call(server.client(server.add_camera()), name, json={"agent_version": "1"})
    assert response.status_code not in {401, 500}
    if response.status_code == 403:
        assert response.json()["code"] == "foreign_camera", "it is let in, but not to another camera's"


def test_the_contract_says_who_may_call_what() -> None:
    document = conformance.document()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            schemes = {scheme for entry in operation["security"] for scheme in entry}
            if name in OPEN:
                assert schemes == set(), name
            elif name in FOR_CAMERAS_ONLY:
                assert schemes == {"camera"}, name
            else:
                assert schemes == ({"camera", "session"} if name in FOR_CAMERAS else {"session"}), name
