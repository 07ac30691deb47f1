"""Pairing: a code works once, for a while, for whoever was shown it; and a camera's credential can be changed and taken away."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.clock import FakeClock
from api.models import Role, cameras, pairings
from api.services.installer import install_script
from api.tests.support import CameraAccess, Server, jpeg, running, upload

NONCE = "0123456789abcdef-nonce"


async def offered(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    response = await client.post("/pairings", json=body)
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def claim(client: httpx.AsyncClient, code: str, **more: Any) -> httpx.Response:
    return await client.post("/pairings/claim", json={"code": code, **more})


async def test_a_device_becomes_a_camera_with_a_code(
    server: Server, as_owner: httpx.AsyncClient, as_nobody: httpx.AsyncClient, clock: FakeClock
) -> None:
    offer = await offered(as_owner, name="Porch")
    assert (await as_owner.get(f"/pairings/{offer['id']}")).json()["camera_id"] is None
    paired = (await claim(as_nobody, offer["code"], name="raspberrypi", nonce=NONCE)).json()
    assert paired["name"] == "Porch"
    assert (await as_owner.get(f"/pairings/{offer['id']}")).json()["camera_id"] == paired["camera_id"]
    access = CameraAccess(paired["camera_id"], paired["token"])
    response = await upload(server.client(access), access, jpeg(), clock)
    assert response.status_code == 201, response.text


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code[:4]} {code[5:]} "]
)
async def test_however_the_code_is_typed(as_owner: httpx.AsyncClient, as_nobody: httpx.AsyncClient, typed: Any) -> None:
    offer = await offered(as_owner)
    assert (await claim(as_nobody, typed(offer["code"]))).status_code == 201


async def test_a_code_works_once_and_again_only_for_the_same_device(
    server: Server, as_owner: httpx.AsyncClient, as_nobody: httpx.AsyncClient
) -> None:
    offer = await offered(as_owner)
    first = await claim(as_nobody, offer["code"], nonce=NONCE)
    again = await claim(as_nobody, offer["code"], nonce=NONCE)
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    for more in ({}, {"nonce": NONCE[::-1]}):
        other = await claim(as_nobody, offer["code"], **more)
        assert (other.status_code, other.json()["code"]) == (403, "wrong_code")
    assert server.count(cameras) == 1


async def test_of_many_at_once_one_gets_it(
    server: Server, as_owner: httpx.AsyncClient, as_nobody: httpx.AsyncClient
) -> None:
    offer = await offered(as_owner)
    answers = await asyncio.gather(*(claim(as_nobody, offer["code"], nonce=f"{NONCE}{n}") for n in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201, *[403] * 7]
    assert server.count(cameras) == 1


@pytest.mark.parametrize(("kind", "seconds"), [("typed", 600), ("card", 86_400)])
async def test_a_code_runs_out(
    as_owner: httpx.AsyncClient, as_nobody: httpx.AsyncClient, clock: FakeClock, kind: str, seconds: float
) -> None:
    late, in_time = await offered(as_owner, kind=kind), await offered(as_owner, kind=kind)
    clock.advance(seconds - 1)
    assert (await claim(as_nobody, in_time["code"])).status_code == 201
    clock.advance(1)
    assert (await claim(as_nobody, late["code"])).json()["code"] == "wrong_code"


async def test_a_cancelled_code_is_worth_nothing(as_owner: httpx.AsyncClient, as_nobody: httpx.AsyncClient) -> None:
    offer = await offered(as_owner)
    assert (await as_owner.delete(f"/pairings/{offer['id']}")).status_code == 204
    assert (await claim(as_nobody, offer["code"])).status_code == 403
    assert (await as_owner.delete(f"/pairings/{offer['id']}")).status_code == 404


async def test_guessing_ends_soon_and_others_go_on(server: Server, as_owner: httpx.AsyncClient) -> None:
    offer = await offered(as_owner)
    guesser = server.client(address=("203.0.113.9", 1))
    answers = [await claim(guesser, f"2222-{n:04d}".replace("0", "Z").replace("1", "Y")) for n in range(12)]
    assert [answer.status_code for answer in answers] == [*[403] * 10, 429, 429]
    assert int(answers[-1].headers["retry-after"]) in range(1, 61)
    assert (await claim(guesser, offer["code"])).status_code == 429, "not even the right one"
    assert (await claim(server.client(address=("203.0.113.10", 1)), offer["code"])).status_code == 201


async def test_one_ipv6_network_is_one_guesser(server: Server) -> None:
    for n in range(10):
        await claim(server.client(address=(f"2001:db8:1:2::{n}", 1)), "WRNG-WRNG")
    assert (await claim(server.client(address=("2001:db8:1:2:ffff::1", 1)), "WRNG-WRNG")).status_code == 429
    assert (await claim(server.client(address=("2001:db8:1:3::1", 1)), "WRNG-WRNG")).status_code == 403


async def test_wrong_codes_leave_nothing_behind(server: Server, as_nobody: httpx.AsyncClient) -> None:
    await claim(as_nobody, "2345-6789")
    assert (server.count(pairings), server.count(cameras)) == (0, 0)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
async def test_only_an_admin_pairs_and_changes_credentials(server: Server, camera: CameraAccess, role: Role) -> None:
    client = server.client(server.add_person(role))
    for method, path in [
        ("POST", "/pairings"),
        ("GET", f"/pairings/{uuid4()}"),
        ("DELETE", f"/pairings/{uuid4()}"),
        ("POST", f"/cameras/{camera.id}/token"),
        ("DELETE", f"/cameras/{camera.id}/token"),
    ]:
        response = await client.request(method, path, json={})
        assert (response.status_code, response.json()["code"]) == (403, "forbidden"), (method, path)


async def test_unknown_things_are_not_found(as_owner: httpx.AsyncClient) -> None:
    for method, path, body in [
        ("POST", "/pairings", {"camera_id": str(uuid4())}),
        ("GET", f"/pairings/{uuid4()}", None),
        ("POST", f"/cameras/{uuid4()}/token", None),
        ("DELETE", f"/cameras/{uuid4()}/token", None),
    ]:
        assert (await as_owner.request(method, path, json=body)).status_code == 404, (method, path)


async def me(server: Server, token: str) -> httpx.Response:
    return await server.client().get("/cameras/self", headers={"authorization": f"Bearer {token}"})


async def test_a_new_token_takes_over_at_its_first_use(
    server: Server, camera: CameraAccess, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    token = (await as_owner.post(f"/cameras/{camera.id}/token")).json()["token"]
    assert (await me(server, camera.token)).status_code == 200, "until the new one is used"
    assert (await me(server, token)).status_code == 200
    answer = await me(server, camera.token)
    assert (answer.status_code, answer.json()["code"]) == (401, "revoked")
    assert (await me(server, token)).status_code == 200


async def test_of_two_new_tokens_the_later_counts(
    server: Server, camera: CameraAccess, as_owner: httpx.AsyncClient
) -> None:
    first, second = [(await as_owner.post(f"/cameras/{camera.id}/token")).json()["token"] for _ in range(2)]
    assert (await me(server, first)).json()["code"] == "unauthenticated"
    assert (await me(server, second)).status_code == 200


async def test_a_revoked_camera_is_told_so_and_comes_back_by_pairing(
    server: Server, camera: CameraAccess, as_owner: httpx.AsyncClient, as_nobody: httpx.AsyncClient, clock: FakeClock
) -> None:
    stored = await upload(server.client(camera), camera, jpeg(), clock)
    assert (await as_owner.delete(f"/cameras/{camera.id}/token")).status_code == 204
    refused = await upload(server.client(camera), camera, jpeg(seed=1), clock)
    assert (refused.status_code, refused.json()["code"]) == (401, "revoked")
    assert "pair it anew" in refused.json()["detail"]
    assert (await as_owner.get(f"/cameras/{camera.id}")).json()["revoked_at"] is not None
    assert (await as_owner.get(f"/images/{stored.json()['id']}")).status_code == 200, "its history stays"

    offer = await offered(as_owner, camera_id=str(camera.id))
    paired = (await claim(as_nobody, offer["code"])).json()
    assert (paired["camera_id"], paired["name"]) == (str(camera.id), "Porch")
    assert (await me(server, paired["token"])).json() == {"id": str(camera.id), "name": "Porch"}
    assert (await as_owner.get(f"/cameras/{camera.id}")).json()["revoked_at"] is None
    assert (await me(server, camera.token)).json()["code"] == "revoked"


async def test_the_audit_log_says_which_camera_was_paired_and_which_was_sent_away(
    as_owner: httpx.AsyncClient, as_nobody: httpx.AsyncClient, clock: FakeClock
) -> None:
    offer = await offered(as_owner)
    camera_id = (await claim(as_nobody, offer["code"])).json()["camera_id"]
    clock.advance(1)
    await as_owner.post(f"/cameras/{camera_id}/token")
    clock.advance(1)
    await as_owner.delete(f"/cameras/{camera_id}/token")
    entries = (await as_owner.get("/audit")).json()["items"]
    about = [
        (entry["action"], entry["actor"].partition(":")[0])
        for entry in entries
        if entry["target"] == f"camera:{camera_id}"
    ]
    assert about == [("camera_revoked", "person"), ("camera_changed", "person"), ("camera_paired", "nobody")]
    assert entries[-1]["details"]["pairing"] == offer["id"]


async def test_offers_are_bounded(as_owner: httpx.AsyncClient) -> None:
    answers = [(await as_owner.post("/pairings", json={})).status_code for _ in range(32)]
    assert answers == [*[201] * 30, 429, 429]


async def test_what_is_shown_leads_here_and_cannot_end_a_word_of_a_shell(server: Server) -> None:
    owner = server.add_person()
    offer = await offered(server.client(owner, base_url="http://192.168.1.10:8000"))
    assert offer["server"] == "http://192.168.1.10:8000"
    assert offer["install_command"] == (
        "curl -fsS http://192.168.1.10:8000/install.sh | sudo sh -s -- "
        f"--server http://192.168.1.10:8000 --in-clear --pair {offer['code']}"
    )
    assert offer["code"] in offer["card_file"]
    assert offer["code"] in offer["user_data"]
    assert offer["qr_svg"].startswith("<svg")
    assert offer["pin"] is None
    here = await offered(server.client(owner))
    assert (here["server"], here["reachable"]) == ("http://localhost:8000", False)


async def test_the_installer_is_for_everybody_and_carries_the_agent(as_nobody: httpx.AsyncClient) -> None:
    response = await as_nobody.get("/install.sh")
    assert response.headers["content-type"] == "text/x-shellscript; charset=utf-8"
    assert response.content == install_script()
    assert response.text.startswith("#!/bin/sh\n")
    assert response.text.endswith('\nmain "$@"\n'), "what was cut off does nothing"


async def test_whom_to_tell_of_a_weakness(tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock=clock, security_contact="mailto:ann@example.org") as server:
        text = (await server.client().get("/.well-known/security.txt")).text
    assert text.startswith("Contact: mailto:ann@example.org\nExpires: 2026-12-20T")
