"""`POST /images`: what is stored, what a repeat does, what is checked, and when it is answered."""

import asyncio
import base64
import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.clock import FakeClock, to_rfc3339
from api.ids import uuid7
from api.models import Role, images
from api.storage import DiskStore
from api.tests.support import CameraAccess, Server, at, digest, jpeg, raise_alert, upload

BOXES = [{"x": 0.25, "y": 0.5, "w": 0.125, "h": 0.25}, {"x": 0.0, "y": 0.0, "w": 1.0, "h": 1.0}]


async def post_raw(client: httpx.AsyncClient, data: bytes, fields: dict[str, Any], **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/images", params=fields, content=data, headers={"content-type": "image/jpeg", **named})


def every_field(camera: CameraAccess, clock: FakeClock) -> dict[str, str]:
    return {
        "camera_id": str(camera.id),
        "timestamp": at(clock, -1.5),
        "id": str(uuid7(clock.now())),
        "alert_id": str(uuid7(clock.now())),
        "motion_boxes": json.dumps(BOXES),
        "score": "0.625",
        "clock_synchronized": "true",
        "boot_id": "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        "monotonic_seconds": "1234.5",
    }


@pytest.mark.parametrize("way", ["multipart", "raw"])
async def test_every_field_is_kept(
    server: Server,
    camera: CameraAccess,
    as_camera: httpx.AsyncClient,
    as_owner: httpx.AsyncClient,
    clock: FakeClock,
    way: str,
) -> None:
    data, fields = jpeg(200, 100), every_field(camera, clock)
    if way == "raw":
        response = await post_raw(as_camera, data, fields)
    else:
        response = await upload(as_camera, camera, data, clock, **fields)
    assert response.status_code == 201
    image = response.json()
    assert response.headers["location"] == f"/images/{fields['id']}"
    assert image == {
        "id": fields["id"],
        "timestamp": fields["timestamp"],
        "filename": image["filename"],
        "camera_id": str(camera.id),
        "alert_id": fields["alert_id"],
        "received_at": at(clock),
        "size_bytes": len(data),
        "width": 200,
        "height": 100,
        "sha256": hashlib.sha256(data).hexdigest(),
        "starred": False,
        "labels": [],
        "motion_boxes": BOXES,
        "score": 0.625,
        "clock_synchronized": True,
        "time_uncertainty_seconds": 1.0,
        "damaged": False,
        "average_color": None,
    }
    assert image["filename"].startswith(fields["id"])
    assert (await as_owner.get(f"/images/{fields['id']}/file")).content == data
    row = server.transaction(lambda connection: connection.execute(images.select()).one())
    assert (row.boot_id, row.monotonic_seconds) == (fields["boot_id"], 1234.5)


@pytest.mark.parametrize("way", ["multipart", "raw"])
async def test_only_camera_and_time_are_needed_and_the_id_is_made(
    camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock, way: str
) -> None:
    fields = {"camera_id": str(camera.id), "timestamp": at(clock)}
    answers = []
    for seed in range(2):
        if way == "raw":
            answers.append(await post_raw(as_camera, jpeg(seed=seed), fields))
        else:
            answers.append(await upload(as_camera, camera, jpeg(seed=seed), clock))
    assert [answer.status_code for answer in answers] == [201, 201]
    first, second = (UUID(answer.json()["id"]) for answer in answers)
    assert first != second
    assert first.version == second.version == 7
    assert answers[0].json()["motion_boxes"] == []
    assert answers[0].json()["score"] is None


async def test_a_repeat_is_answered_with_what_is_stored_and_stores_nothing(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    data, image_id = jpeg(), str(uuid7(clock.now()))
    first = await upload(as_camera, camera, data, clock, id=image_id, score="0.5")
    before = server.left_behind()
    clock.advance(60)
    again = await upload(as_camera, camera, data, clock, id=image_id.upper(), score="0.9")
    raw = await post_raw(as_camera, data, {"id": image_id, "camera_id": str(camera.id), "timestamp": at(clock)})
    assert (first.status_code, again.status_code, raw.status_code) == (201, 200, 200)
    stored = {**first.json(), "average_color": None}
    assert {**again.json(), "average_color": None} == stored
    assert {**raw.json(), "average_color": None} == stored
    assert again.headers["location"] == first.headers["location"]
    after = server.left_behind()
    assert after.rows == before.rows
    assert {name for name in after.files if name.startswith("images")} == {
        name for name in before.files if name.startswith("images")
    }


async def test_the_same_id_with_other_bytes_is_a_conflict_and_changes_nothing(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    image_id = str(uuid7(clock.now()))
    data = jpeg(seed=1)
    await upload(as_camera, camera, data, clock, id=image_id)
    files = {name for name in server.left_behind().files if name.startswith("images")}
    other = await upload(as_camera, camera, jpeg(seed=2), clock, id=image_id)
    assert other.status_code == 409
    assert other.json()["code"] == "conflict"
    assert {name for name in server.left_behind().files if name.startswith("images")} == files
    assert (await as_owner.get(f"/images/{image_id}/file")).content == data


async def test_the_same_id_from_another_camera_is_a_conflict_and_tells_nothing(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    other = server.add_camera("Garden")
    image_id = str(uuid7(clock.now()))
    await upload(as_camera, camera, jpeg(), clock, id=image_id)
    theirs = await upload(server.client(other), other, jpeg(), clock, id=image_id)
    assert theirs.status_code == 409
    assert str(camera.id) not in theirs.text


async def test_twenty_repeats_at_once_make_one_image_and_one_file(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    data, image_id = jpeg(300, 200), str(uuid7(clock.now()))
    alert = await raise_alert(as_camera, camera, clock)
    answers = await asyncio.gather(
        *(upload(as_camera, camera, data, clock, id=image_id, alert_id=alert["id"]) for _ in range(20))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["filename"] for answer in answers}) == 1
    left = server.left_behind()
    assert left.rows["images"] == 1
    assert len([name for name in left.files if name.startswith("images")]) == 1
    again = await as_camera.patch(f"/alerts/{alert['id']}", json={"score": 0.5})
    assert again.json()["image_count"] == 1


async def test_an_admin_may_send_for_a_camera_and_others_may_not(
    server: Server, camera: CameraAccess, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    assert (await upload(as_owner, camera, jpeg(), clock)).status_code == 201
    for role in (Role.MEMBER, Role.VIEWER):
        refused = await upload(server.client(server.add_person(role)), camera, jpeg(), clock)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def form(parts: list[tuple[str, str, bytes]]) -> tuple[bytes, str]:
    """A multipart body from (name, further part headers, value)."""
    body = b"".join(
        b'--b0undary\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        % (name.encode(), headers.encode(), value)
        for name, headers, value in parts
    )
    return body + b"--b0undary--\r\n", "multipart/form-data; boundary=b0undary"


async def send_with_digest(
    client: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock, way: str, data: bytes, stated: str
) -> httpx.Response:
    fields = {"camera_id": str(camera.id), "timestamp": at(clock)}
    if way == "raw":
        return await post_raw(client, data, fields, content_digest=stated)
    part = f'; filename="a.jpg"\r\nContent-Digest: {stated}' if way == "part" else '; filename="a.jpg"'
    body, kind = form([*((name, "", value.encode()) for name, value in fields.items()), ("file", part, data)])
    headers = {"content-type": kind}
    if way == "request":
        headers["content-digest"] = stated
    return await client.post("/images", content=body, headers=headers)


@pytest.mark.parametrize("way", ["part", "request", "raw"])
async def test_the_digest_is_checked(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock, way: str
) -> None:
    data = jpeg()
    for unknown in (digest(data), f"sha-512=:AAAA:, {digest(data)}", "md5=:AAAA:", "SHA-256=" + digest(data)[8:]):
        right = await send_with_digest(as_camera, camera, clock, way, data, unknown)
        assert right.status_code == 201, unknown
    before = server.left_behind()
    wrong = await send_with_digest(as_camera, camera, clock, way, data, digest(data + b"x"))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "digest_mismatch")
    for broken in ("sha-256=:::", "sha-256=abc", "sha-256=:%%%:", "sha-256"):
        answer = await send_with_digest(as_camera, camera, clock, way, data, broken)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), broken
    after = server.left_behind()
    assert after.rows == before.rows
    assert {name for name in after.files if name.startswith("images")} == {
        name for name in before.files if name.startswith("images")
    }


async def test_a_digest_of_the_whole_form_is_what_the_standard_means(
    camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    body, kind = form(
        [
            ("camera_id", "", str(camera.id).encode()),
            ("timestamp", "", at(clock).encode()),
            ("file", '; filename="a.jpg"', jpeg()),
        ]
    )
    whole = base64.b64encode(hashlib.sha256(body).digest()).decode()
    headers = {"content-type": kind, "content-digest": f"sha-256=:{whole}:"}
    assert (await as_camera.post("/images", content=body, headers=headers)).status_code == 201


@pytest.mark.parametrize("reported", ["1970-01-01T00:00:12.000000Z", "2100-01-01T00:00:00.000000Z"])
async def test_a_camera_without_a_clock_is_believed_about_nothing_but_what_it_saw(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock, reported: str
) -> None:
    response = await upload(as_camera, camera, jpeg(), clock, timestamp=reported, clock_synchronized="false")
    assert response.status_code == 201
    image = response.json()
    assert (image["timestamp"], image["clock_synchronized"]) == (at(clock), False)
    row = server.transaction(lambda connection: connection.execute(images.select()).one())
    assert to_rfc3339(row.reported_timestamp) == reported


async def test_a_clock_that_is_a_little_ahead_is_believed(
    camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    ahead = at(clock, 299)
    response = await upload(as_camera, camera, jpeg(), clock, timestamp=ahead)
    assert (response.status_code, response.json()["timestamp"]) == (201, ahead)


@pytest.mark.parametrize(
    ("stated", "stored"),
    [
        ("2026-03-04T05:06:07Z", "2026-03-04T05:06:07.000000Z"),
        ("2026-03-04t05:06:07.1z", "2026-03-04T05:06:07.100000Z"),
        ("2026-03-04T05:06:07.123456789Z", "2026-03-04T05:06:07.123456Z"),
        ("2026-03-04T05:06:07+05:30", "2026-03-03T23:36:07.000000Z"),
        ("2026-03-04T05:06:07 05:30", "2026-03-03T23:36:07.000000Z"),
        ("2026-03-04T05:06:07-00:00", "2026-03-04T05:06:07.000000Z"),
    ],
)
async def test_every_spelling_of_a_time_names_the_same_instant(
    camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock, stated: str, stored: str
) -> None:
    response = await upload(as_camera, camera, jpeg(), clock, timestamp=stated)
    assert (response.status_code, response.json().get("timestamp")) == (201, stored), response.text


async def test_it_is_answered_only_when_file_and_row_are_durable(
    server: Server,
    camera: CameraAccess,
    as_camera: httpx.AsyncClient,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each fsync is held in turn; as long as one is, there is no row, and no answer."""
    loop = asyncio.get_running_loop()
    real_fsync = os.fsync
    held: asyncio.Queue[tuple[Path, threading.Event]] = asyncio.Queue()

    def fsync(descriptor: int) -> None:
        leave = threading.Event()
        loop.call_soon_threadsafe(held.put_nowait, (Path(f"/proc/self/fd/{descriptor}").readlink(), leave))
        assert leave.wait(10)
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    answer = asyncio.create_task(upload(as_camera, camera, jpeg(), clock))
    synced: list[Path] = []
    while not any(path.suffix == ".jpg" for path in synced) or synced[-1].suffix == ".jpg":
        name, leave = await held.get()
        assert not answer.done()
        assert server.count(images) == 0
        synced.append(name)
        leave.set()
    assert (await answer).status_code == 201
    assert server.count(images) == 1
    assert synced[-1] == synced[-2].parent


async def test_a_store_that_fails_is_told_and_nothing_is_stored(
    server: Server,
    camera: CameraAccess,
    as_camera: httpx.AsyncClient,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = server.left_behind()
    for number, status, code in ((28, 507, "storage_full"), (5, 503, "unavailable")):

        def fail(_descriptor: int, number: int = number) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "fsync", fail)
        answer = await upload(as_camera, camera, jpeg(), clock)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert int(answer.headers["retry-after"]) > 0
        monkeypatch.undo()
        assert server.left_behind() == before


async def test_the_camera_is_seen_by_its_uploads(
    camera: CameraAccess, as_camera: httpx.AsyncClient, as_owner: httpx.AsyncClient, clock: FakeClock
) -> None:
    assert (await as_owner.get(f"/cameras/{camera.id}")).json()["last_seen_at"] is None
    image = (await upload(as_camera, camera, jpeg(), clock)).json()
    shown = (await as_owner.get(f"/cameras/{camera.id}")).json()
    assert (shown["last_seen_at"], shown["online"], shown["latest_image_id"]) == (at(clock), True, image["id"])


async def test_files_lie_by_camera_and_hour_of_arrival(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, clock: FakeClock
) -> None:
    image = (await upload(as_camera, camera, jpeg(), clock, timestamp="2026-01-02T03:04:05Z")).json()
    hour = at(clock)[:13].replace("T", "/")
    key = f"images/{camera.id}/{hour}/{image['filename']}"
    assert DiskStore(server.settings.data_dir / "media").read(key) == jpeg()
