"""Privacy: metadata is cut out without touching the picture, and a time is deleted for some cameras only."""

import io

import httpx
import numpy as np
import pytest
from PIL import Image

from api.clock import FakeClock
from api.services.metadata import without_metadata
from api.tests.support import CameraAccess, Server, at, jpeg, raise_alert, upload


def tagged(orientation: int | None = None) -> bytes:
    """A JPEG that tells where it was taken, with what, and which way is up."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    exif.get_ifd(0x8769)[0xA431] = "SERIAL-4711"
    exif[0x010F] = "Maker"
    if orientation is not None:
        exif[0x0112] = orientation
    return jpeg(exif=exif.tobytes(), comment=b"SERIAL-4711 in a comment")


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


@pytest.mark.parametrize("orientation", [None, 1, 3, 6, 8])
def test_only_which_way_is_up_is_kept(orientation: int | None) -> None:
    before = tagged(orientation)
    after = without_metadata(before)
    assert b"SERIAL-4711" in before
    assert b"SERIAL" not in after
    assert b"Maker" not in after
    exif = Image.open(io.BytesIO(after)).getexif()
    assert dict(exif) == ({} if orientation in {None, 1} else {0x0112: orientation})
    assert dict(exif.get_ifd(0x8825)) == {}
    assert np.array_equal(pixels(before), pixels(after)), "lossless"
    assert without_metadata(after) == after


def test_a_picture_without_metadata_stays_byte_for_byte() -> None:
    for data in (jpeg(), jpeg(progressive=True), b"", b"\xff\xd8", b"no picture", jpeg()[:30]):
        assert without_metadata(data) == data
    icc = jpeg(icc_profile=b"p" * 500)
    assert without_metadata(icc) == icc, "colours are part of the picture"


async def test_new_pictures_lose_it_once_an_admin_says_so(
    as_owner: httpx.AsyncClient, as_camera: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    assert (await as_owner.get("/privacy")).json() == {"strip_metadata": False}
    data, identity = tagged(6), "019ab1c2-7d10-7a3b-8c55-0123456789ab"
    kept = await upload(as_camera, camera, data, clock, id=identity)
    assert (await as_owner.get(f"/images/{kept.json()['id']}/file")).content == data
    assert (await as_owner.patch("/privacy", json={"strip_metadata": True})).json() == {"strip_metadata": True}
    again = await upload(as_camera, camera, data, clock, id=identity)
    assert (again.status_code, again.json()["sha256"]) == (200, kept.json()["sha256"]), "a repeat stays a repeat"
    new = await upload(as_camera, camera, data, clock)
    stored = (await as_owner.get(f"/images/{new.json()['id']}/file")).content
    assert (b"SERIAL" in stored, len(stored) == new.json()["size_bytes"]) == (False, True)
    await as_owner.patch("/privacy", json={"strip_metadata": False})
    repeat = await upload(as_camera, camera, data, clock, id=new.json()["id"])
    assert (repeat.status_code, repeat.json()["sha256"]) == (200, new.json()["sha256"])
    other = await upload(as_camera, camera, jpeg(seed=3), clock, id=identity)
    assert other.status_code == 409, "another picture is another picture"


async def test_a_time_is_deleted_for_some_cameras_and_can_be_undone(
    server: Server, as_owner: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    barn = server.add_camera("Barn")
    found: dict[str, list[str]] = {"Porch": [], "Barn": []}
    for name, one in (("Porch", camera), ("Barn", barn)):
        client = server.client(one)
        for seconds in (-7200, -60, 0):
            alert = await raise_alert(client, one, clock, timestamp=at(clock, seconds))
            made = await upload(client, one, jpeg(), clock, timestamp=at(clock, seconds), alert_id=alert["id"])
            found[name].append(made.json()["id"])
    await as_owner.patch(f"/images/{found['Porch'][2]}", json={"starred": True})
    body = {"from": at(clock, -3600), "to": at(clock, 60), "camera_ids": [str(camera.id)]}
    erased = (await as_owner.post("/erasures", json=body)).json()
    assert (erased["images"], erased["alerts"], erased["more"]) == (1, 1, False), "what is starred stays"

    async def left() -> set[str]:
        return {image["id"] for image in (await as_owner.get("/images")).json()["items"]}

    everything = {*found["Porch"], *found["Barn"]}
    assert await left() == everything - {found["Porch"][1]}
    assert (await as_owner.delete(f"/deletions/{erased['id']}")).status_code == 200
    assert await left() == everything
    erased = (await as_owner.post("/erasures", json={**body, "include_starred": True})).json()
    assert (erased["images"], erased["alerts"]) == (2, 2)
    told = [item["details"] for item in (await as_owner.get("/audit?action=deleted")).json()["items"]]
    assert sorted(details["include_starred"] for details in told) == [False, True]
    assert {tuple(details["cameras"]) for details in told} == {(str(camera.id),)}


async def test_a_stretch_of_time_can_be_taken_away(
    server: Server, as_owner: httpx.AsyncClient, camera: CameraAccess, clock: FakeClock
) -> None:
    await upload(server.client(camera), camera, jpeg(), clock)
    span = {"from": at(clock, -60), "to": at(clock, 60)}
    answer = await as_owner.get("/exports", params=span)
    assert (answer.headers["content-type"], answer.headers["picam-pictures"]) == ("application/zip", "1")
    gone = await as_owner.get("/exports", params={**span, "camera_id": "019ab1c2-7d10-7a3b-8c55-0123456789ab"})
    assert gone.status_code == 404
    [entry] = (await as_owner.get("/audit?action=exported")).json()["items"]
    assert entry["details"]["pictures"] == 1


@pytest.mark.parametrize(
    "wrong", [{}, {"from": "2026-09-21T10:00:00Z"}, {"from": "2026-09-21T10:00:00Z", "to": "2026-09-21T09:00:00Z"}]
)
async def test_a_time_that_is_none_is_refused(as_owner: httpx.AsyncClient, wrong: dict[str, str]) -> None:
    assert (await as_owner.post("/erasures", json=wrong)).status_code == 422
