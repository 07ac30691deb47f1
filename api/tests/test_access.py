"""Scripts' tokens and share links: what they open, and that they end when they should."""

from typing import Any

import httpx
import pytest

from api.clock import FakeClock
from api.models import Role, Scope
from api.tests.support import CameraAccess, PersonAccess, Server, jpeg, raise_alert, upload


@pytest.fixture
async def event(server: Server, camera: CameraAccess, clock: FakeClock) -> dict[str, Any]:
    """An alert with a picture, as `alert` and `image`."""
    client = server.client(camera)
    alert = await raise_alert(client, camera, clock)
    image = (await upload(client, camera, jpeg(), clock, alert_id=alert["id"])).json()
    return {"alert": alert["id"], "image": image["id"]}


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_a_token_is_shown_once_used_and_revoked(
    server: Server, as_owner: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    made = (await as_owner.post("/tokens", json={"name": "Home Assistant", "camera_ids": [str(camera.id)]})).json()
    server.add_camera("Barn")
    script = server.client()
    headers = bearer(made["token"])
    assert [item["id"] for item in (await script.get("/cameras", headers=headers)).json()["items"]] == [str(camera.id)]
    [listed] = (await as_owner.get("/tokens")).json()["items"]
    assert "token" not in listed
    assert (listed["scope"], listed["last_used_at"] is not None) == ("read", True)
    stored = b"".join(path.read_bytes() for path in server.settings.data_dir.rglob("*") if path.is_file())
    assert made["token"].encode() not in stored
    assert (await as_owner.delete(f"/tokens/{made['id']}")).status_code == 204
    assert (await script.get("/cameras", headers=headers)).status_code == 401
    late = (await as_owner.post("/tokens", json={"name": "Late", "expires_in_days": 1})).json()
    clock.advance(86_400)
    assert (await script.get("/cameras", headers=bearer(late["token"]))).status_code == 401


async def test_a_token_reaches_no_further_than_its_person(server: Server, owner: PersonAccess) -> None:
    viewer = server.add_person(Role.VIEWER)
    as_viewer = server.client(viewer)
    for scope in ("write", "admin"):
        refused = await as_viewer.post("/tokens", json={"name": "x", "scope": scope})
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    script = server.add_script(Scope.ADMIN, owner=owner)
    assert (await server.client(script).get("/audit")).status_code == 200
    other = server.client(server.add_person(Role.ADMIN))
    assert (await other.patch(f"/users/{owner.id}", json={"role": "viewer"})).status_code == 200
    assert (await server.client(script).get("/audit")).status_code == 403
    assert (await other.delete(f"/users/{owner.id}")).status_code == 200
    assert (await server.client(script).get("/cameras")).status_code == 401


async def test_nobody_revokes_somebody_elses_token(server: Server, as_owner: httpx.AsyncClient) -> None:
    made = (await as_owner.post("/tokens", json={"name": "x"})).json()
    member = server.client(server.add_person(Role.MEMBER))
    assert (await member.get("/tokens")).json()["items"] == []
    assert (await member.delete(f"/tokens/{made['id']}")).status_code == 404


async def test_a_link_shows_one_event_and_nothing_else(
    server: Server, as_owner: httpx.AsyncClient, as_nobody: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock,
    event: dict[str, Any],
) -> None:  # fmt: skip
    """T20 of the threat list: a credential in an address."""
    other = (await upload(server.client(camera), camera, jpeg(seed=1), clock)).json()
    made = (await as_owner.post("/shares", json={"alert_id": event["alert"]})).json()
    assert len(made["token"]) >= 43, "256 random bits"
    stored = b"".join(path.read_bytes() for path in server.settings.data_dir.rglob("*") if path.is_file())
    assert made["token"].encode() not in stored
    base = f"/shares/{made['token']}"
    shown = await as_nobody.get(base)
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert [image["id"] for image in shown.json()["images"]] == [event["image"]]
    assert shown.json()["alert"]["id"] == event["alert"]
    file = await as_nobody.get(f"{base}/images/{event['image']}/file")
    assert (file.content, file.headers["cache-control"]) == (jpeg(), "private, no-cache")
    assert file.headers["referrer-policy"] == "no-referrer"
    etag = {"if-none-match": file.headers["etag"]}
    assert (await as_nobody.get(f"{base}/images/{event['image']}/file", headers=etag)).status_code == 304
    assert (await as_nobody.get(f"{base}/images/{event['image']}/thumbnail")).status_code == 200
    assert (await as_nobody.get(f"{base}/images/{other['id']}/file")).status_code == 404
    assert (await as_nobody.get(f"/images/{event['image']}/file")).status_code == 401
    [listed] = (await as_owner.get("/shares")).json()["items"]
    assert listed["last_used_at"] is not None
    assert (await as_owner.delete(f"/shares/{made['id']}")).status_code == 204
    unknown = await as_nobody.get("/shares/unknown")
    for path in (base, f"{base}/images/{event['image']}/file"):
        gone = await as_nobody.get(path, headers=etag)
        assert (gone.status_code, gone.content) == (404, unknown.content)


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"camera_ids": []}, None])
async def test_a_link_is_as_good_as_whoever_made_it(
    server: Server, as_owner: httpx.AsyncClient, as_nobody: httpx.AsyncClient, event: dict[str, Any], change: Any
) -> None:
    member = server.add_person(Role.MEMBER)
    made = (await server.client(member).post("/shares", json={"image_id": event["image"]})).json()
    base = f"/shares/{made['token']}"
    assert (await as_nobody.get(base)).json()["alert"] is None
    user = f"/users/{member.id}"
    answer = await (as_owner.delete(user) if change is None else as_owner.patch(user, json=change))
    assert answer.status_code == 200
    assert (await as_nobody.get(base)).status_code == 404


async def test_a_link_ends_with_its_time_and_with_what_it_shows(
    as_owner: httpx.AsyncClient, as_nobody: httpx.AsyncClient, event: dict[str, Any], clock: FakeClock
) -> None:
    short = (await as_owner.post("/shares", json={"image_id": event["image"], "expires_in_hours": 1})).json()
    long = (await as_owner.post("/shares", json={"image_id": event["image"], "expires_in_hours": 48})).json()
    clock.advance(3600)
    assert (await as_nobody.get(f"/shares/{short['token']}")).status_code == 404
    assert (await as_nobody.get(f"/shares/{long['token']}")).status_code == 200
    assert (await as_owner.post("/deletions", json={"image_ids": [event["image"]]})).status_code == 201
    assert (await as_nobody.get(f"/shares/{long['token']}")).status_code == 404


@pytest.mark.parametrize("wrong", [{}, {"expires_in_hours": 0}, {"alert_id": "x"}])
async def test_a_link_to_nothing_is_refused(as_owner: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    assert (await as_owner.post("/shares", json=wrong)).status_code == 422
