"""The first owner, signing in and out, and how long a session lasts."""

import asyncio
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.clock import FakeClock
from api.models import sessions, users
from api.services.accounts import SESSION_REMEMBERED_SECONDS, name_key
from api.services.passwords import Passwords
from api.tests.support import Server, running

OWNER = {"name": "Ann", "password": "a sentence to remember"}
DAY = 86_400
ELSEWHERE = ("192.168.1.5", 50000)


async def code_of(server: Server) -> str:
    """The one-time code, as the server prints it when it starts."""
    code = await server.app.state.services.accounts.offer_setup()
    assert isinstance(code, str)
    return code


def cookie(response: httpx.Response) -> Any:
    [morsel] = SimpleCookie(response.headers["set-cookie"]).values()
    assert morsel.key in {"picam_session", "__Host-picam_session"}
    return morsel


async def test_the_first_start_on_the_machine_itself(server: Server, as_nobody: httpx.AsyncClient) -> None:
    assert (await as_nobody.get("/setup")).json() == {"needed": True, "code_required": False}
    made = await as_nobody.post("/setup", json={**OWNER, "time_zone": "Europe/Berlin"})
    assert made.status_code == 201
    answer = made.json()
    assert answer["user"] == {"id": answer["user"]["id"], "name": "Ann", "role": "admin"}
    assert answer["site"] == {"name": "My place", "time_zone": "Europe/Berlin"}
    assert (await as_nobody.get("/session")).json() == answer, "the cookie signs in at once"
    assert (await as_nobody.get("/setup")).json() == {"needed": False, "code_required": False}
    again = await as_nobody.post("/setup", json={**OWNER, "name": "Ben"})
    assert (again.status_code, again.json()["code"]) == (409, "already_set_up")
    assert server.count(users) == 1


async def test_from_another_machine_it_takes_the_code(server: Server) -> None:
    client = server.client(address=ELSEWHERE, base_url="http://192.168.1.2:8000")
    assert (await client.get("/setup")).json() == {"needed": True, "code_required": True}
    earlier, code = await code_of(server), await code_of(server)
    for wrong in (None, "", "AAAAA-AAAAA", earlier, code[:-1]):
        refused = await client.post("/setup", json={**OWNER, "code": wrong})
        assert (refused.status_code, refused.json()["code"]) == (403, "wrong_code"), wrong
    typed = f" {code.lower().replace('-', ' ')} "
    assert (await client.post("/setup", json={**OWNER, "code": typed})).status_code == 201
    assert (await client.post("/setup", json={**OWNER, "name": "Eve", "code": code})).status_code == 409
    assert await server.app.state.services.accounts.offer_setup() is None


async def test_without_a_printed_code_no_code_is_right(server: Server) -> None:
    client = server.client(address=ELSEWHERE)
    for guess in ("", "AAAAA-AAAAA", None):
        assert (await client.post("/setup", json={**OWNER, "code": guess})).status_code == 403


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost:8000", True),
        ("localhost", True),
        ("LOCALHOST:8000", True),
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("192.168.1.2:8000", False),
        ("nas:8000", False),
    ],
)
async def test_a_page_whose_name_was_bent_to_this_machine_is_not_this_machine(
    as_nobody: httpx.AsyncClient, host: str, local: bool
) -> None:
    response = await as_nobody.get("/setup", headers={"host": host})
    assert response.json()["code_required"] is not local
    answer = await as_nobody.post("/setup", json=OWNER, headers={"host": host})
    assert answer.status_code == (201 if local else 403)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8000", "evil.example:127.0.0.1", ""],
)
async def test_a_name_that_is_not_ours_does_not_get_so_far(as_nobody: httpx.AsyncClient, host: str) -> None:
    for call in (
        as_nobody.get("/setup", headers={"host": host}),
        as_nobody.post("/setup", json=OWNER, headers={"host": host}),
    ):
        response = await call
        assert (response.status_code, response.json()["code"]) == (421, "unknown_host")


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host"])
async def test_behind_a_proxy_nobody_is_on_this_machine(as_nobody: httpx.AsyncClient, header: str) -> None:
    response = await as_nobody.get("/setup", headers={header: "127.0.0.1"})
    assert response.json()["code_required"] is True


async def test_two_who_set_up_at_once_make_one_owner(server: Server, as_nobody: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(
        *(server.client().post("/setup", json={**OWNER, "name": name}) for name in ("Ann", "Ben", "Eve"))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert server.count(users) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 65},
        {"name": "a\nb"},
        {"password": "seven77"},
        {"password": "x" * 257},
        {"password": None},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": "/etc/localtime"},
        {"time_zone": "Europe"},
        {"time_zone": "\u0000"},
        {"role": "admin"},
    ],
)
async def test_a_wrong_setup_is_refused_and_leaves_the_door_open(
    server: Server, as_nobody: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    refused = await as_nobody.post("/setup", json={**OWNER, **wrong})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    assert (OWNER["password"] if "password" not in wrong else "seven77") not in refused.text
    assert server.count(users) == 0
    assert (await as_nobody.post("/setup", json=OWNER)).status_code == 201


@pytest.fixture
async def owner_set(as_nobody: httpx.AsyncClient) -> dict[str, Any]:
    answer: dict[str, Any] = (await as_nobody.post("/setup", json=OWNER)).json()
    return answer


async def test_signing_in_and_out(server: Server, owner_set: dict[str, Any]) -> None:
    client = server.client()
    assert (await client.get("/session")).status_code == 401
    signed_in = await client.post("/session", json=OWNER)
    assert (signed_in.status_code, signed_in.json()) == (200, owner_set)
    assert (await client.get("/session")).json() == owner_set
    stolen = client.cookies["picam_session"]
    out = await client.delete("/session")
    assert (out.status_code, out.content) == (204, b"")
    assert cookie(out)["max-age"] == "0"
    assert set(out.headers["clear-site-data"].replace('"', "").split(", ")) == {"cache", "storage"}
    assert (await client.get("/session")).status_code == 401
    assert (await server.client().get("/session", headers={"cookie": f"picam_session={stolen}"})).status_code == 401


async def test_signing_out_ends_this_browser_s_session_only(server: Server, owner_set: dict[str, Any]) -> None:
    here, there = server.client(), server.client()
    for client in (here, there):
        await client.post("/session", json=OWNER)
    await here.delete("/session")
    assert (await there.get("/session")).status_code == 200


async def test_a_wrong_name_and_a_wrong_password_are_answered_alike(server: Server, owner_set: dict[str, Any]) -> None:
    answers = [
        await server.client().post("/session", json={"name": name, "password": password})
        for name, password in (("Ann", "wrong sentence"), ("Nobody", "wrong sentence"), ("Nobody", OWNER["password"]))
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    for answer in answers:
        del answer.headers["x-request-id"]
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert answers[0].json()["code"] == "wrong_password"
    assert "set-cookie" not in answers[0].headers
    del owner_set


async def test_an_unknown_name_costs_a_hash_too(
    server: Server, owner_set: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: the same work is done for a name that does not exist."""
    checked: list[str] = []
    passwords: Passwords = server.app.state.services.accounts._passwords
    real_verify = passwords._hasher.verify

    def verify(password: str, password_hash: str) -> bool:
        checked.append(password_hash.split("$")[3])
        return real_verify(password, password_hash)

    monkeypatch.setattr(passwords._hasher, "verify", verify)
    for name in ("Ann", "Nobody"):
        await server.client().post("/session", json={"name": name, "password": "wrong sentence"})
    assert checked == ["m=19456,t=2,p=1"] * 2
    del owner_set


async def test_a_name_is_the_same_however_it_is_written(server: Server, owner_set: dict[str, Any]) -> None:
    for name in ("ann", "ANN", " Ann ", "\uff21nn"):
        assert (await server.client().post("/session", json={**OWNER, "name": name})).status_code == 200
    assert name_key("Zoe\u0308") == name_key("ZO\u00cb")
    assert name_key("Stra\u00dfe") == name_key("STRASSE")
    del owner_set


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_the_cookie_is_for_this_server_s_pages_only(
    server: Server, owner_set: dict[str, Any], scheme: str
) -> None:
    client = server.client(base_url=f"{scheme}://localhost:8000")
    morsel = cookie(await client.post("/session", json=OWNER))
    assert morsel["httponly"] is True
    assert morsel["samesite"].lower() == "lax"
    assert morsel["path"] == "/"
    assert morsel["domain"] == ""
    assert int(morsel["max-age"]) == 30 * DAY
    assert bool(morsel["secure"]) is (scheme == "https")
    assert morsel.key.startswith("__Host-") is (scheme == "https"), "which no other host and no plain page can set"
    assert len(morsel.value) >= 43, "256 random bits"
    elsewhere = {"cookie": f"picam_session={morsel.value}"}
    expected = 401 if scheme == "https" else 200
    assert (
        await server.client(base_url=f"{scheme}://localhost:8000").get("/session", headers=elsewhere)
    ).status_code == expected
    del owner_set


async def test_neither_token_nor_password_is_stored(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        client = server.client()
        await client.post("/setup", json=OWNER)
        token = client.cookies["picam_session"]
        camera = server.add_camera()
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"$argon2id$v=19$m=19456,t=2,p=1$" in stored
    for secret in (token, OWNER["password"], camera.token, camera.token.removeprefix("picam_")):
        assert secret.encode() not in stored


async def test_a_session_that_is_used_lasts_a_month(
    server: Server, owner_set: dict[str, Any], clock: FakeClock
) -> None:
    client = server.client()
    await client.post("/session", json=OWNER)
    for _ in range(29):
        clock.advance(DAY)
        assert (await client.get("/session")).status_code == 200
    # A session is remembered for a few seconds, so its end is seen a few seconds late.
    clock.advance(DAY - SESSION_REMEMBERED_SECONDS - 1)
    assert (await client.get("/session")).status_code == 200
    clock.advance(SESSION_REMEMBERED_SECONDS + 1)
    assert (await client.get("/session")).status_code == 401
    del owner_set


async def test_a_session_that_is_not_used_lasts_two_weeks(
    server: Server, owner_set: dict[str, Any], clock: FakeClock
) -> None:
    client = server.client()
    await client.post("/session", json=OWNER)
    clock.advance(14 * DAY - 1)
    assert (await client.get("/session")).status_code == 200
    clock.advance(14 * DAY - 1)
    assert (await client.get("/session")).status_code == 200
    clock.advance(14 * DAY)
    assert (await client.get("/session")).status_code == 401
    del owner_set


async def test_expired_sessions_are_swept_when_somebody_signs_in(
    server: Server, owner_set: dict[str, Any], clock: FakeClock
) -> None:
    for _ in range(3):
        await server.client().post("/session", json=OWNER)
    assert server.count(sessions) == 4
    clock.advance(31 * DAY)
    await server.client().post("/session", json=OWNER)
    assert server.count(sessions) == 1
    del owner_set


async def test_every_sign_in_has_a_token_of_its_own(server: Server, owner_set: dict[str, Any]) -> None:
    fixed = {"cookie": "picam_session=chosen-by-somebody-else"}
    tokens = [cookie(await server.client().post("/session", json=OWNER, headers=fixed)).value for _ in range(3)]
    assert len(set(tokens)) == 3
    assert "chosen-by-somebody-else" not in tokens
    del owner_set


@pytest.mark.parametrize(
    "value", ["", "x", "x" * 300, '"quoted"', "\u00e9".encode().decode("latin-1"), "a; picam_session=b"]
)
async def test_a_cookie_that_is_none_of_ours_is_nobody(server: Server, value: str) -> None:
    headers = [(b"cookie", b"picam_session=" + value.encode("latin-1"))]
    response = await server.client().get("/session", headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")
