"""What is wrong is refused with a problem that says what to do; nothing of it is left behind, and nothing breaks.

The tables stand in `bad_request_tables.py`. All run against one server, which still takes a good picture at the end.
"""

import string
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from api.clock import FakeClock
from api.db.keyset import CursorSeal, Position
from api.errors import Invalid
from api.ids import uuid7
from api.models import Role
from api.tests.bad_request_tables import BY_THE_OWNER, CASES, PATHS
from api.tests.bad_requests import END, GOOD, MOST_BYTES, Build, Place, alert, fields_of, form, multipart, part, raw
from api.tests.conformance import check_problem
from api.tests.support import at, jpeg, running, upload

in_one_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    clock = FakeClock()
    data_dir = tmp_path_factory.mktemp("bad-input")
    async with running(data_dir, clock=clock, max_image_bytes=MOST_BYTES) as server:
        camera, other = server.add_camera("Porch"), server.add_camera("Garden")
        owner, viewer = server.add_person(Role.ADMIN), server.add_person(Role.VIEWER)
        alerts, cursor, image_id = [], "", str(uuid7(clock.now()))
        for each in (camera, other):
            body = {"camera_id": str(each.id), "timestamp": at(clock), "type": "motion"}
            alerts.append((await server.client(each).post("/alerts", json=body)).json()["id"])
        await upload(server.client(camera), camera, GOOD, clock, id=image_id)
        await upload(server.client(camera), camera, jpeg(seed=1), clock)
        as_owner = server.client(owner)
        cursor = (await as_owner.get("/images?limit=1")).json()["next_cursor"]
        for item in (await as_owner.get("/images")).json()["items"]:
            assert (await as_owner.get(f"/images/{item['id']}/thumbnail")).status_code == 200
        yield Place(server, clock, camera, other, owner, viewer, alerts[0], alerts[1], image_id, cursor)


async def refuse(client: httpx.AsyncClient, place: Place, status: int, code: str, build: Build) -> None:
    before = place.server.left_behind()
    response = await client.request(**build(place))
    assert response.status_code == status, response.text
    body = check_problem(response)
    assert body["code"] == code, body
    assert "Traceback" not in response.text
    assert place.server.left_behind() == before


@in_one_loop
@pytest.mark.parametrize("name", CASES)
async def test_a_camera_that_errs_is_told_and_nothing_is_left(place: Place, name: str) -> None:
    await refuse(place.server.client(place.camera), place, *CASES[name])


@in_one_loop
@pytest.mark.parametrize("name", BY_THE_OWNER)
async def test_a_person_who_errs_is_told_and_nothing_is_left(place: Place, name: str) -> None:
    await refuse(place.server.client(place.owner), place, *BY_THE_OWNER[name])


@in_one_loop
@pytest.mark.parametrize("token", ["wrong", "picam_" + "A" * 43, "x" * 5000, "\xff\xfe", "picam_ space"])
async def test_a_foreign_token_is_refused_before_the_body_is_read(place: Place, token: str) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b"\xff" * 1000

    before = place.server.left_behind()
    headers = [(b"authorization", b"Bearer " + token.encode("latin-1")), (b"content-type", b"image/jpeg")]
    response = await place.server.client().post("/images", params=place.fields(), content=body(), headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, "unauthenticated")
    assert read == 0
    assert place.server.left_behind() == before


@in_one_loop
async def test_wrong_parameters_are_refused_before_the_picture_is_read(place: Place) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield GOOD

    client = place.server.client(place.camera)
    headers = {"content-type": "image/jpeg"}
    response = await client.post("/images", params=place.fields(score="2"), content=body(), headers=headers)
    assert (response.status_code, read) == (422, 0)


@in_one_loop
async def test_json_without_a_stated_length_is_bounded_too(place: Place) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        yield b'{"boot_id": "'
        for _ in range(1000):
            read += 1
            yield b"x" * 10_000

    headers = {"content-type": "application/json"}
    response = await place.server.client(place.camera).post("/alerts", content=body(), headers=headers)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert read < 20


@in_one_loop
async def test_field_problems_name_each_field(place: Place) -> None:
    request = form(score="7", camera_id="x", timestamp=None)(place)
    response = await place.server.client(place.camera).request(**request)
    assert {error["field"] for error in response.json()["errors"]} == {"score", "camera_id", "timestamp"}
    assert "and 2 more" in response.json()["detail"]


@in_one_loop
@pytest.mark.parametrize(
    "name", [quote(path, safe="") for path in PATHS] + ["C:\\a.jpg", "%252e%252e%252fa", "\uff0e\uff0e\uff0fa", "$(id)"]
)
@pytest.mark.parametrize(
    "spelling", ['filename="{}"', "filename*=utf-8''{}", "filename=\"a.jpg\"; filename*=utf-8''{}"]
)
async def test_a_file_name_in_code_names_no_file(place: Place, name: str, spelling: str) -> None:
    """RFC 7578 knows no encoded file names: whatever they would decode to, the server makes its own."""
    body = lambda place: fields_of(place) + part("file", GOOD, "; " + spelling.format(name)) + END  # noqa: E731
    response = await place.server.client(place.camera).request(**multipart(body)(place))
    assert response.status_code in {201, 422}
    if response.status_code == 201:
        image = response.json()
        assert image["filename"].startswith(image["id"])
        assert any(path.endswith(f"/{image['filename']}") for path in place.server.left_behind().files)


@in_one_loop
async def test_what_was_sent_is_not_repeated(place: Place) -> None:
    secret = "s3cret-value-of-somebody"
    client = place.server.client(place.camera)
    for request in (form(score=secret)(place), alert(type=secret)(place), raw(boot_id=f"{secret} x")(place)):
        assert secret not in (await client.request(**request)).text


seal = CursorSeal(b"k" * 32)
good_cursor = seal.write(Position(1_790_000_000_000_000, uuid7(1_790_000_000_000_000)))


@settings(max_examples=1000, deadline=None)
@given(st.integers(0, len(good_cursor) - 1), st.sampled_from(string.printable))
def test_a_cursor_with_any_character_changed_is_refused(where: int, character: str) -> None:
    changed = good_cursor[:where] + character + good_cursor[where + 1 :]
    if changed == good_cursor:
        assert seal.write(seal.read(changed)) == changed
    else:
        with pytest.raises(Invalid):
            seal.read(changed)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60))
def test_a_cursor_that_is_made_up_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        seal.read(text)
    with pytest.raises(Invalid):
        seal.read(good_cursor + (text or "="))


@settings(max_examples=200, deadline=None)
@given(st.integers(-(2**63), 2**63 - 1), st.uuids())
def test_a_cursor_says_what_was_written(timestamp: int, identity: Any) -> None:
    position = Position(timestamp, identity)
    assert seal.read(seal.write(position)) == position
    with pytest.raises(Invalid):
        CursorSeal(b"x" * 32).read(seal.write(position))


@in_one_loop
async def test_a_cursor_of_another_server_is_refused(place: Place) -> None:
    client = place.server.client(place.owner)
    assert (await client.get("/images", params={"cursor": place.cursor})).status_code == 200
    for changed in (place.cursor[:-1], place.cursor + "=", place.cursor.swapcase(), good_cursor):
        response = await client.get("/images", params={"cursor": changed})
        assert (response.status_code, response.json()["code"]) == (422, "bad_cursor")


@in_one_loop
async def test_after_all_that_the_server_takes_a_good_picture(place: Place) -> None:
    stored = await upload(place.server.client(place.camera), place.camera, GOOD, place.clock)
    assert stored.status_code == 201
    assert (await place.server.client(place.owner).get(f"/images/{stored.json()['id']}/file")).content == GOOD
