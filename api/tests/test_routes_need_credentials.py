"""The walk: every route and every WebSocket, called by everybody there is, answers as its row in `route_table.py` says.

Routes are found in the application itself: a new one fails here until it has a row.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from api.clock import to_rfc3339
from api.db.alert_rows import update_alert
from api.main import create_app
from api.models import Role, Scope
from api.routers.audience import SIGN_IN_AGAIN
from api.routers.live import NOBODY_WATCHES
from api.settings import Settings
from api.tests import conformance
from api.tests.asgi_socket import REFUSED, knock
from api.tests.route_table import ABOUT_MESSAGES, CLIENT_FILES, ROWS, UNKNOWN, About, Row, Who, World
from api.tests.support import Server, jpeg, raise_alert, running, upload

HTTP = [row for row in ROWS if row.method != "WS"]
SOCKETS = [row for row in ROWS if row.method == "WS"]
pytestmark = pytest.mark.asyncio(loop_scope="module")


def leaves(routes: list[Any]) -> Iterator[tuple[str, BaseRoute]]:
    """Every route of the application, also those inside included routers."""
    for route in routes:
        inner = getattr(getattr(route, "original_router", None), "routes", None)
        if inner is not None:
            yield from leaves(inner)
        elif isinstance(route, Route | APIRoute):
            for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
                yield f"{method} {route.path.replace('/dav/{path:path}', '/dav/{path}')}", route
        elif isinstance(route, WebSocketRoute):
            yield f"WS {route.path}", route
        else:
            yield f"{type(route).__name__} {getattr(route, 'path', '?')}", route


FOUND = dict(leaves(list(create_app(Settings()).routes)))


@dataclass
class Caller:
    """Somebody who calls, and how far they get: `rank` 0 nobody, 1 viewer, 2 member, 3 admin."""

    headers: dict[str, str]
    rank: int = 0
    browser: bool = False
    sees: bool = True
    camera: bool = False
    known: bool = True

    def is_let_in(self, row: Row) -> bool:
        least = {Who.VIEWER: 1, Who.PERSON: 1, Who.CAMERA_OR_VIEWER: 1, Who.MEMBER: 2, Who.MEMBER_PERSON: 2}
        if row.who is Who.ANYBODY:
            return True
        if self.camera:
            return row.who in {Who.CAMERA, Who.ANY_CAMERA, Who.CAMERA_OR_ADMIN, Who.CAMERA_OR_VIEWER}
        if row.who in {Who.PERSON, Who.MEMBER_PERSON, Who.ADMIN_PERSON} and not self.browser:
            return False
        return row.who not in {Who.CAMERA, Who.ANY_CAMERA} and self.rank >= least.get(row.who, 3)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with running(tmp_path_factory.mktemp("walk")) as server:
        camera, other = server.add_camera("Porch"), server.add_camera("Barn")
        clock = server.clock
        alert = await raise_alert(server.client(camera), camera, clock)
        image = (await upload(server.client(camera), camera, jpeg(), clock, alert_id=alert["id"])).json()
        # Starred, so that a deletion that is let in is refused as a conflict, and the next caller finds it again.
        server.transaction(lambda connection: update_alert(connection, UUID(alert["id"]), starred=True))
        day = to_rfc3339(clock.now())[:10]
        owner = server.client(server.add_person())
        share = (await owner.post("/shares", json={"alert_id": alert["id"]})).json()["token"]
        yield World(server, camera, other, str(camera.id), alert["id"], image["id"], day, share=share)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def cookie(token: str) -> dict[str, str]:
    return {"cookie": f"picam_session={token}"}


def _script(world: World, scope: Scope, rank: int, role: Role = Role.ADMIN) -> Caller:
    return Caller(world.server.add_script(scope, owner=world.server.add_person(role)).headers, rank)


def _limited(world: World, role: Role, rank: int) -> Caller:
    person = world.server.add_person(role, cameras=[world.other])
    return Caller(person.headers, rank, browser=True, sees=False)


# A new caller for each call: some calls end their caller's session.
CALLERS: dict[str, Callable[[World], Caller]] = {
    "nobody": lambda _world: Caller({}, known=False),
    "wrong token": lambda _world: Caller(bearer("picam_script_wrong"), known=False),
    "wrong cookie": lambda _world: Caller(cookie("wrong"), known=False),
    "session as bearer": lambda world: Caller(bearer(world.server.add_person().token), known=False),
    "camera's token as cookie": lambda world: Caller(cookie(world.camera.token), known=False),
    "script's token as cookie": lambda world: Caller(cookie(world.server.add_script(Scope.ADMIN).token), known=False),
    "its camera": lambda world: Caller(world.camera.headers, camera=True),
    "another camera": lambda world: Caller(world.other.headers, camera=True, sees=False),
    "viewer": lambda world: Caller(world.server.add_person(Role.VIEWER).headers, 1, browser=True),
    "member": lambda world: Caller(world.server.add_person(Role.MEMBER).headers, 2, browser=True),
    "admin": lambda world: Caller(world.server.add_person(Role.ADMIN).headers, 3, browser=True),
    "limited viewer": lambda world: _limited(world, Role.VIEWER, 1),
    "limited member": lambda world: _limited(world, Role.MEMBER, 2),
    "script that reads": lambda world: _script(world, Scope.READ, 1),
    "script that writes": lambda world: _script(world, Scope.WRITE, 2),
    "script of an admin": lambda world: _script(world, Scope.ADMIN, 3),
    "script of a viewer with scope admin": lambda world: _script(world, Scope.ADMIN, 1, Role.VIEWER),
    "script limited to another camera": lambda world: Caller(
        world.server.add_script(Scope.ADMIN, [world.other]).headers, 3, sees=False
    ),
}


async def test_every_route_has_a_row_and_the_contract_describes_it() -> None:
    rows = [row.call for row in ROWS]
    assert len(rows) == len(set(rows)), "two rows for one route"
    routes = {name for name, route in FOUND.items() if not isinstance(route, Mount)} - CLIENT_FILES
    assert set(rows) == routes, "give a new route a row in api/tests/route_table.py"
    paths = conformance.document()["paths"]
    described = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert described == {row.call for row in HTTP if row.method != "MKCOL"}, "OpenAPI knows no such method"
    assert {name for name, route in FOUND.items() if isinstance(route, Mount)} <= {"Mount /assets"}


@pytest.mark.parametrize("row", HTTP, ids=lambda row: row.call)
async def test_the_walk(world: World, row: Row) -> None:
    before = world.server.left_behind()
    for name, made in CALLERS.items():
        who = made(world)
        let_in = who.is_let_in(row) and not (who.camera and row.who is Who.CAMERA and not who.sees and "{" in row.path)
        if let_in and row.path.endswith("stream.mjpeg") and who.sees:
            continue  # Does not end while it is watched; who may watch is walked at `WS .../live` and in test_live.py.
        async with _client(world.server, who) as client:
            answer = await _call(client, world, row)
            told = f"{row.call} by {name}: {answer.status_code} {answer.text[:200]}"
            if not who.known and row.who is not Who.ANYBODY:
                assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), told
                assert answer.headers["www-authenticate"] == "Bearer", told
            elif not let_in and row.about is About.ONE and not who.sees and answer.status_code == 404:
                await _hidden(client, world, row, answer, told)
            elif not let_in:
                assert answer.status_code == 403, told
            elif who.sees or row.about is About.NO_CAMERA:
                assert answer.status_code in {row.ok, 200 if row.ok == 201 else row.ok}, told
            elif who.camera:
                assert (answer.status_code, answer.json()["code"][:7]) == (403, "foreign"), told
            else:
                await _hidden(client, world, row, answer, told)
    if row.who is not Who.CAMERA_OR_ADMIN:
        after = world.server.left_behind()
        kept = [(rows["images"], rows["alerts"]) for rows in (before.rows, after.rows)]
        assert kept[0] == kept[1], f"{row.call} left something behind"


async def _hidden(client: httpx.AsyncClient, world: World, row: Row, answer: httpx.Response, told: str) -> None:
    """What somebody gets who may not see the camera: nothing that tells that there is one."""
    if row.about is About.MANY:
        assert answer.status_code == row.ok, told
        for secret in (world.camera_id, world.alert_id, world.image_id, "Porch"):
            assert secret not in answer.text, told
        if row.path == "/storage":
            assert (answer.json()["images"], answer.json()["free_bytes"]) == (0, None), told
        return
    unknown = await _call(client, world, row, unknown=True)
    assert answer.status_code == (422 if row.about is About.NAMED else 404), told
    assert (answer.status_code, answer.content) == (unknown.status_code, unknown.content), told
    varying = {"x-request-id"}
    assert {k: v for k, v in answer.headers.items() if k not in varying} == {
        k: v for k, v in unknown.headers.items() if k not in varying
    }, told


def _client(server: Server, who: Caller) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(server.app, client=("127.0.0.1", 50000))
    return httpx.AsyncClient(
        transport=transport,
        base_url="http://localhost:8000",
        headers=who.headers,
        event_hooks={"response": [conformance.check]},
    )


async def _call(client: httpx.AsyncClient, world: World, row: Row, *, unknown: bool = False) -> httpx.Response:
    world.user_id = str(world.victim().id) if "{user_id}" in row.path else ""
    # By its id, which is unknown, a link is revoked; by its secret it is looked at.
    values = vars(world) | ({"share": UNKNOWN} if row.method == "DELETE" else {})
    if row.path.endswith("/token"):  # a camera to spare: the others go on with theirs
        values |= {"camera_id": str(world.server.add_camera("Spare").id)}
    path = re.sub(
        r"\{(\w+)\}", lambda found: UNKNOWN if unknown and found[1] != "version" else values[found[1]], row.path
    )
    options = row.send(world)
    if unknown:
        text = json.dumps({key: value for key, value in options.items() if key in {"json", "params"}})
        for known in (world.camera_id, world.alert_id, world.image_id):
            text = text.replace(known, UNKNOWN)
        options |= json.loads(text)
    return await client.request(row.method, path, **options)


@pytest.mark.parametrize("row", SOCKETS, ids=lambda row: row.call)
async def test_the_walk_over_sockets(world: World, row: Row) -> None:
    path = row.path.replace("{camera_id}", world.camera_id)
    foreign = {"origin": "https://evil.example"}
    for name, made in CALLERS.items():
        who = made(world)
        got = await knock(world.server.app, path, who.headers)
        told = f"{row.call} by {name}: {got}"
        if not who.is_let_in(row) or (who.camera and not who.sees):
            assert got in {SIGN_IN_AGAIN, REFUSED}, told
        elif row.about is About.ONE and not who.sees:
            assert got == NOBODY_WATCHES, told
            assert got == await knock(world.server.app, row.path.replace("{camera_id}", UNKNOWN), who.headers), told
        elif row.who is Who.CAMERA:
            assert got in {None, NOBODY_WATCHES}, told
        else:
            assert isinstance(got, dict), told
            assert got["type"] == "hello", told
            assert await knock(world.server.app, path, {**who.headers, **foreign}) == REFUSED, told


async def test_every_message_says_whose_rights_decide() -> None:
    schema = json.loads((conformance.CONTRACT / "ws.schema.json").read_text(encoding="utf-8"))
    kinds = {
        shape["properties"]["kind"]["const"]: set(shape["required"])
        for shape in schema["$defs"].values()
        if "const" in shape.get("properties", {}).get("kind", {})
    }
    assert set(kinds) == set(ABOUT_MESSAGES), "give a new kind of change an entry in api/tests/route_table.py"
    for kind, field in ABOUT_MESSAGES.items():
        assert field in kinds[kind], kind


async def test_the_contract_says_who_may_call_what() -> None:
    expected = {
        Who.ANYBODY: set(),
        Who.CAMERA: {"camera"},
        Who.ANY_CAMERA: {"camera"},
        Who.CAMERA_OR_ADMIN: {"camera", "session", "token"},
        Who.CAMERA_OR_VIEWER: {"camera", "session", "token"},
        Who.PERSON: {"session"},
        Who.MEMBER_PERSON: {"session"},
        Who.ADMIN_PERSON: {"session"},
    }
    for row in (row for row in HTTP if row.method != "MKCOL"):
        operation = conformance.document()["paths"][row.path][row.method.lower()]
        schemes = {scheme for entry in operation["security"] for scheme in entry}
        assert schemes == expected.get(row.who, {"session", "token"}), row.call


async def test_what_is_open_is_short() -> None:
    assert len([row for row in ROWS if row.who is Who.ANYBODY]) <= 16
