"""People: what an admin may change, invitations, one's own account, and how guessing passwords is slowed down."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from api.clock import FakeClock
from api.errors import TooMany
from api.models import Role, audit, invitations, passkeys, sessions, users
from api.services.sign_in_guard import FREE_TRIES, LONGEST_SECONDS, SignInGuard, network_of
from api.tests.support import CameraAccess, PersonAccess, Server, jpeg, upload

OWNER = {"name": "Ann", "password": "a sentence to remember"}
BEN = {"name": "Ben", "password": "another long sentence"}


@pytest.fixture
async def ann(server: Server) -> httpx.AsyncClient:
    """The owner, signed in with a real password."""
    client = server.client()
    assert (await client.post("/setup", json=OWNER)).status_code == 201
    return client


async def invited(server: Server, ann: httpx.AsyncClient, **rights: Any) -> httpx.AsyncClient:
    made = await ann.post("/invitations", json=rights)
    client = server.client()
    answer = await client.post(f"/invitations/{made.json()['token']}", json=BEN)
    assert answer.status_code == 201, answer.text
    return client


async def actions(client: httpx.AsyncClient) -> list[str]:
    return [entry["action"] for entry in (await client.get("/audit")).json()["items"]]


async def test_an_invitation_makes_one_account_with_the_rights_it_names(
    server: Server, ann: httpx.AsyncClient, camera: CameraAccess
) -> None:
    other = server.add_camera("Barn")
    made = (
        await ann.post("/invitations", json={"role": "member", "camera_ids": [str(camera.id)], "note": "Ben"})
    ).json()
    assert made["path"] == f"/join/{made['token']}"
    assert [item["id"] for item in (await ann.get("/invitations")).json()["items"]] == [made["id"]]
    offer = (await server.client().get(f"/invitations/{made['token']}")).json()
    assert (offer["invited_by"], offer["role"]) == ("Ann", "member")
    ben = server.client()
    assert (await ben.post(f"/invitations/{made['token']}", json=BEN)).json()["user"]["role"] == "member"
    assert [item["id"] for item in (await ben.get("/cameras")).json()["items"]] == [str(camera.id)]
    assert (await ben.get(f"/cameras/{other.id}")).status_code == 404
    for again in (
        await ben.post(f"/invitations/{made['token']}", json={**BEN, "name": "Eve"}),
        await ben.get(f"/invitations/{made['token']}"),
    ):
        assert (again.status_code, again.json()["code"]) == (404, "not_found")
    assert server.count(users) == 2
    assert made["token"].encode() not in b"".join(
        path.read_bytes() for path in server.settings.data_dir.rglob("*") if path.is_file()
    )


async def test_of_two_who_accept_at_once_one_gets_in(server: Server, ann: httpx.AsyncClient) -> None:
    token = (await ann.post("/invitations", json={})).json()["token"]
    answers = await asyncio.gather(
        *(server.client().post(f"/invitations/{token}", json={**BEN, "name": name}) for name in ("Ben", "Eve", "Zoe"))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 404, 404]


async def test_an_invitation_ends_when_it_is_taken_back_expires_or_its_maker_goes(
    server: Server, ann: httpx.AsyncClient, clock: FakeClock
) -> None:
    taken, late = [(await ann.post("/invitations", json={"expires_in_hours": 1})).json() for _ in range(2)]
    assert (await ann.delete(f"/invitations/{taken['id']}")).status_code == 204
    assert (await ann.delete(f"/invitations/{taken['id']}")).status_code == 404
    clock.advance(3600)
    admin = await invited(server, ann, role="admin")
    of_ben = (await admin.post("/invitations", json={})).json()
    ben = next(user for user in (await ann.get("/users")).json()["items"] if user["name"] == "Ben")
    assert (await ann.delete(f"/users/{ben['id']}")).status_code == 200
    for dead in (taken, late, of_ben):
        answer = await server.client().post(f"/invitations/{dead['token']}", json={**BEN, "name": "Eve"})
        assert answer.status_code == 404
    assert server.count(invitations) <= 2


async def test_rights_hold_at_once_and_a_removed_person_can_be_brought_back(
    server: Server, ann: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    image = (await upload(server.client(camera), camera, jpeg(), clock)).json()
    ben = await invited(server, ann, role="member")
    url, user = f"/images/{image['id']}/file", (await ben.get("/session")).json()["user"]["id"]
    assert (await ben.get(url)).status_code == 200
    changed = await ann.patch(f"/users/{user}", json={"role": "viewer", "camera_ids": []})
    assert (changed.json()["role"], changed.json()["camera_ids"]) == ("viewer", [])
    assert (await ben.get(url)).status_code == 404
    assert (await ben.get("/cameras")).json()["items"] == []
    assert (await ann.patch(f"/users/{user}", json={"role": "admin"})).json()["camera_ids"] is None
    assert (await ben.get(url)).status_code == 200
    assert (await ann.delete(f"/users/{user}")).json()["id"] == user
    assert (await ben.get(url)).status_code == 401
    assert (await ben.post("/session", json=BEN)).status_code == 401
    assert [item["name"] for item in (await ann.get("/users")).json()["items"]] == ["Ann"]
    assert (await ann.patch(f"/users/{user}", json={"removed": False})).status_code == 200
    assert (await ben.post("/session", json=BEN)).status_code == 200
    assert (await ann.delete(f"/users/{user}")).status_code == 200
    clock.advance(3601)
    await ann.post("/session", json=OWNER)
    assert (await ann.patch(f"/users/{user}", json={"removed": False})).status_code == 404
    told = await actions(ann)
    assert {"user_changed", "user_removed", "user_restored", "invitation_used", "owner_set"} <= set(told)
    entries = (await ann.get("/audit")).json()["items"]
    assert {entry["address"] for entry in entries} == {"127.0.0.1"}, "and each says from where"


async def test_the_last_admin_stays(server: Server, ann: httpx.AsyncClient) -> None:
    me = (await ann.get("/session")).json()["user"]["id"]
    for answer in (await ann.patch(f"/users/{me}", json={"role": "viewer"}), await ann.delete(f"/users/{me}")):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    await invited(server, ann, role="admin")
    assert (await ann.patch(f"/users/{me}", json={"role": "viewer"})).status_code == 200
    assert (await ann.get("/users")).status_code == 403


@pytest.mark.parametrize(
    "wrong", [{}, {"role": "owner"}, {"role": None}, {"removed": True}, {"camera_ids": ["x"]}, {"x": 1}]
)
async def test_a_change_of_rights_that_says_nothing_is_refused(
    as_owner: httpx.AsyncClient, owner: PersonAccess, wrong: dict[str, Any]
) -> None:
    answer = await as_owner.patch(f"/users/{owner.id}", json=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_ones_own_password_and_browsers(server: Server, ann: httpx.AsyncClient) -> None:
    phone = server.client()
    await phone.post("/session", json=OWNER, headers={"user-agent": "Phone"})
    wrong = await ann.post("/session/password", json={"current": "wrong", "new": "a new sentence"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
    listed = (await ann.get("/sessions")).json()["items"]
    assert {(item["this"], item["user_agent"]) for item in listed} >= {(False, "Phone")}
    other = next(item for item in listed if not item["this"])
    assert (await ann.delete(f"/sessions/{other['id']}")).status_code == 204
    assert (await phone.get("/session")).status_code == 401
    await phone.post("/session", json=OWNER)
    changed = await ann.post("/session/password", json={"current": OWNER["password"], "new": "a new sentence"})
    assert changed.status_code == 204
    assert ((await phone.get("/session")).status_code, (await ann.get("/session")).status_code) == (401, 200)
    assert (await phone.post("/session", json=OWNER)).status_code == 401
    await phone.post("/session", json={**OWNER, "password": "a new sentence"})
    assert (await ann.delete("/sessions")).status_code == 204
    assert ((await phone.get("/session")).status_code, (await ann.get("/session")).status_code) == (401, 200)
    assert (await ann.delete("/sessions?include_this=true")).status_code == 204
    assert (await ann.get("/session")).status_code == 401
    assert server.count(sessions) == 0


async def test_nobody_ends_somebody_elses_session(server: Server, ann: httpx.AsyncClient) -> None:
    ben = await invited(server, ann)
    [mine] = (await ann.get("/sessions")).json()["items"]
    assert (await ben.delete(f"/sessions/{mine['id']}")).status_code == 404


async def test_guessing_is_slowed_down_for_one_name_from_one_address_only(
    server: Server, ann: httpx.AsyncClient, clock: FakeClock
) -> None:
    """T19 of the threat list: login abuse."""
    guesser = server.client(address=("203.0.113.9", 50000))
    waits: list[int] = []
    for number in range(20):
        answer = await guesser.post("/session", json={**OWNER, "password": f"guess {number}"})
        if answer.status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            clock.advance(waits[-1])
        else:
            assert answer.status_code == 401
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]
    await guesser.post("/session", json={**OWNER, "password": "one more"})
    assert (await guesser.post("/session", json=OWNER)).status_code == 429, "not even the right one"
    assert (await guesser.post("/session", json=BEN)).status_code == 401, "another name"
    assert (await server.client(address=("203.0.113.10", 1)).post("/session", json=OWNER)).status_code == 200
    assert (await ann.get("/session")).status_code == 200, "a session that is there"
    assert {"sign_in_failed", "sign_in_locked"} <= set(await actions(ann))


def test_the_delay_is_bounded_and_a_hundred_at_once_are_a_hundred() -> None:
    clock = FakeClock()
    guard = SignInGuard(clock)
    for _ in range(FREE_TRIES - 1):
        assert guard.admit("ann", "1.2.3.4") is False
    assert guard.admit("ann", "1.2.3.4") is True
    with pytest.raises(TooMany):
        guard.admit("ann", "1.2.3.4")
    longest = 0.0
    for _ in range(40):
        clock.advance(longest)
        guard.admit("ann", "1.2.3.4") if longest else None
        try:
            guard.admit("ann", "1.2.3.4")
        except TooMany as error:
            longest = float(error.retry_after_seconds or 0)
    assert longest == LONGEST_SECONDS
    clock.advance(3601 + LONGEST_SECONDS)
    assert guard.admit("ann", "1.2.3.4") is False, "an hour later it is forgotten"
    guard.forget("ann", "1.2.3.4")


def test_one_guesser_is_one_network() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1")
    assert network_of("2001:db8::1") != network_of("2001:db8:0:1::1")
    assert network_of("::ffff:1.2.3.4") == network_of("1.2.3.4")
    assert network_of(None) == network_of("") == ""
    assert network_of("no address") == "no address"


async def test_an_unknown_name_costs_the_same_hash(server: Server, ann: httpx.AsyncClient, monkeypatch: Any) -> None:
    del ann
    hashed: list[str] = []
    passwords = server.app.state.services.accounts._passwords
    verify = passwords._hasher.verify

    def counted(password: str, password_hash: str) -> bool:
        hashed.append(password_hash)
        return bool(verify(password, password_hash))

    monkeypatch.setattr(passwords._hasher, "verify", counted)
    for name in ("Ann", "nobody"):
        assert (
            await server.client().post("/session", json={**OWNER, "name": name, "password": "x"})
        ).status_code == 401
    assert len(hashed) == 2
    assert len({value.rpartition("$")[0].rpartition("$")[0] for value in hashed}) == 1, "the same parameters"


async def test_what_somebody_typed_into_the_wrong_field_is_not_kept(server: Server, ann: httpx.AsyncClient) -> None:
    await server.client().post("/session", json={"name": "my secret password", "password": "x"})
    [failed] = (await ann.get("/audit?action=sign_in_failed")).json()["items"]
    assert (failed["actor"], failed["details"], failed["address"]) == ("nobody", {}, "127.0.0.1")


async def test_the_audit_log_is_append_only(server: Server, ann: httpx.AsyncClient) -> None:
    del ann
    assert server.count(audit) > 0
    with pytest.raises(DatabaseError, match="append-only"):
        server.transaction(lambda connection: connection.execute(update(audit).values(actor="nobody")))
    with pytest.raises(DatabaseError, match="append-only"):
        server.transaction(lambda connection: connection.execute(delete(audit)))
    if server.engine.dialect.name == "postgresql":
        with pytest.raises(DatabaseError, match="append-only"):
            server.transaction(lambda connection: connection.execute(text("TRUNCATE audit")))
    assert server.transaction(lambda connection: connection.execute(select(audit.c.action)).scalars().all())


async def test_the_log_comes_in_pages_and_as_files(server: Server, ann: httpx.AsyncClient) -> None:
    await invited(server, ann)
    await ann.patch("/users/019ab1c2-7d10-7a3b-8c55-0123456789ab", json={"role": "viewer"})
    first = (await ann.get("/audit?limit=1")).json()
    second = (await ann.get("/audit", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert first["items"][0]["id"] != second["items"][0]["id"]
    assert first["items"][0]["at"] >= second["items"][0]["at"]
    table = (await ann.get("/audit/export?format=csv")).text.splitlines()
    assert table[0] == "at,actor,actor_name,action,target,details,address,id"
    lines = (await ann.get("/audit/export?format=jsonl")).text.splitlines()
    assert len(lines) == len(table), "and the first export is an entry of the second"
    assert (await ann.get("/audit?cursor=x")).status_code == 422


async def test_a_name_that_begins_like_a_formula_is_none_in_the_table(server: Server, ann: httpx.AsyncClient) -> None:
    token = (await ann.post("/invitations", json={})).json()["token"]
    await server.client().post(f"/invitations/{token}", json={**BEN, "name": "=1+1"})
    assert ",'=1+1," in (await ann.get("/audit/export")).text


@pytest.mark.parametrize(
    "credential", [{}, {"id": "x"}, {"id": 5, "response": []}, {"response": {"clientDataJSON": "e30"}}]
)
async def test_what_is_no_passkey_is_refused(
    server: Server, ann: httpx.AsyncClient, credential: dict[str, Any]
) -> None:
    added = await ann.post("/passkeys", json={"name": "Key", "credential": credential})
    assert (added.status_code, added.json()["code"]) == (422, "passkey_refused")
    answer = await server.client().post("/session/passkey", json={"credential": credential})
    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_passkey")
    assert server.count(passkeys) == 0


async def test_passkeys_need_a_place_that_browsers_trust(server: Server) -> None:
    away = server.client(base_url="http://192.168.1.2:8000")
    refused = await away.post("/session/passkey/options")
    assert (refused.status_code, refused.json()["code"]) == (422, "passkeys_need_https")
    options = (await server.client(base_url="https://localhost:8000").post("/session/passkey/options")).json()
    assert options["publicKey"]["rpId"] == "localhost"
    assert options["publicKey"]["userVerification"] == "required"


async def test_roles_of_people_made_by_hand(server: Server) -> None:
    viewer = server.client(server.add_person(Role.VIEWER))
    assert (await viewer.get("/users")).status_code == 403
    assert (await viewer.post("/invitations", json={})).status_code == 403


async def test_what_is_changed_stands_in_the_log(
    as_owner: httpx.AsyncClient, as_camera: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    image = (await upload(as_camera, camera, jpeg(), clock)).json()
    await as_owner.patch(f"/cameras/{camera.id}", json={"name": "Gate"})
    await as_owner.patch("/retention", json={"retention_days": 7})
    gone = (await as_owner.post("/deletions", json={"image_ids": [image["id"]]})).json()
    await as_owner.delete(f"/deletions/{gone['id']}")
    await as_owner.post(f"/cameras/{camera.id}/token")
    await as_owner.delete(f"/cameras/{camera.id}/token")
    told = await actions(as_owner)
    expected = ["camera_changed", "settings_changed", "deleted", "deletion_undone", "camera_changed", "camera_revoked"]
    assert sorted(told) == sorted(expected)
    refused = await as_camera.patch("/retention", json={"retention_days": 7})
    assert refused.status_code in {401, 403}
    assert len(await actions(as_owner)) == len(expected), "what was refused changed nothing"
