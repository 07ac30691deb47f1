"""`GET /images` against a brute-force model: any mixture of filters, walked in pages of any size."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from api.clock import FakeClock, to_rfc3339
from api.db.image_rows import insert_image, replace_labels
from api.ids import uuid7
from api.models import ImageRecord, ImageState
from api.tests.support import Server, running, statements

in_one_loop = pytest.mark.asyncio(loop_scope="module")
START = FakeClock().now()
MINUTE = 60_000_000
LABELS = ["person", "dog", "Ünïcode label", "a'b\"; --"]


def stored_image(number: int, camera_id: UUID, alert_id: UUID | None, timestamp: int, *, starred: bool) -> ImageRecord:
    image_id = uuid7(timestamp)
    return ImageRecord(
        id=image_id, timestamp=timestamp, filename=f"{image_id}-{number:08x}.jpg", camera_id=camera_id, alert_id=alert_id,
        received_at=timestamp, size_bytes=1000, width=64, height=48, sha256=number.to_bytes(32), score=None,
        motion_boxes=None, labels=None, starred=starred, clock_synchronized=True, reported_timestamp=None, boot_id=None,
        monotonic_seconds=None, state=ImageState.GOOD.value, thumbnail_stored=True, average_color=number,
    )  # fmt: skip


@dataclass
class Place:
    server: Server
    client: httpx.AsyncClient
    cameras: list[UUID]
    alerts: list[UUID]
    images: list[tuple[ImageRecord, set[str]]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    dice = random.Random(4)
    async with running(tmp_path_factory.mktemp("lists"), clock=FakeClock()) as server:
        cameras = [server.add_camera(f"Camera {n}").id for n in range(4)]
        alerts = [uuid7(START) for _ in range(3)]
        images: list[tuple[ImageRecord, set[str]]] = []
        for number in range(230):
            # Few distinct instants: most pages begin and end among equals.
            at = START - dice.randrange(20) * MINUTE
            owner = dice.choice([*alerts, None])
            record = stored_image(number, dice.choice(cameras[:3]), owner, at, starred=dice.random() < 0.3)
            images.append((record, set(dice.sample(LABELS, dice.choice((0, 0, 1, 2))))))

        def insert(connection: Connection) -> None:
            for record, labels in images:
                insert_image(connection, record)
                replace_labels(connection, record, sorted(labels))

        server.transaction(insert)
        yield Place(server, server.client(server.add_person()), cameras, alerts, images)


def expected(place: Place, asked: dict[str, Any]) -> list[str]:
    def wanted(record: ImageRecord, labels: set[str]) -> bool:
        return (
            (not asked["cameras"] or record.camera_id in asked["cameras"])
            and (asked["alert"] is None or record.alert_id == asked["alert"])
            and (asked["since"] is None or record.timestamp >= asked["since"])
            and (asked["until"] is None or record.timestamp < asked["until"])
            and (asked["label"] is None or asked["label"] in labels)
            and (asked["starred"] is None or record.starred == asked["starred"])
        )

    found = [record for record, labels in place.images if wanted(record, labels)]
    found.sort(key=lambda record: (record.timestamp, record.id.bytes), reverse=True)
    return [str(record.id) for record in found]


def query(asked: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = [("camera_id", str(camera_id)) for camera_id in asked["cameras"]]
    if asked["alert"] is not None:
        pairs.append(("alert_id", str(asked["alert"])))
    for name, value in (("from", asked["since"]), ("to", asked["until"])):
        if value is not None:
            pairs.append((name, to_rfc3339(value)))
    if asked["label"] is not None:
        pairs.append(("label", asked["label"]))
    if asked["starred"] is not None:
        pairs.append(("starred", str(asked["starred"]).lower()))
    return pairs


async def walk(client: httpx.AsyncClient, pairs: list[tuple[str, str]], limit: int) -> list[list[str]]:
    """All pages, by the `Link` header; `next_cursor` must say the same."""
    pages: list[list[str]] = []
    url = str(httpx.URL("/images", params=[*pairs, ("limit", str(limit))]))
    while True:
        response = await client.get(url)
        assert response.status_code == 200, response.text
        body = response.json()
        pages.append([item["id"] for item in body["items"]])
        if "next" not in response.links:
            assert body["next_cursor"] is None
            return pages
        url = response.links["next"]["url"]
        assert dict(parse_qsl(urlsplit(url).query))["cursor"] == body["next_cursor"]


instants = st.none() | st.integers(-21, 1).flatmap(
    lambda minute: st.sampled_from([START + minute * MINUTE, START + minute * MINUTE + 1, START + minute * MINUTE - 1])
)


@in_one_loop
@settings(max_examples=60, deadline=None)
@given(data=st.data(), limit=st.sampled_from([1, 7, 50, 229, 230, 500]))
async def test_any_mixture_of_filters_is_what_a_brute_force_search_finds(place: Place, data: Any, limit: int) -> None:
    asked = {
        "cameras": data.draw(st.sets(st.sampled_from(place.cameras), max_size=4)),
        "alert": data.draw(st.none() | st.sampled_from([*place.alerts, UUID(int=7)])),
        "since": data.draw(instants),
        "until": data.draw(instants),
        "label": data.draw(st.none() | st.sampled_from([*LABELS, "cat"])),
        "starred": data.draw(st.none() | st.booleans()),
    }
    found = expected(place, asked)
    if len(found) > 20:
        limit = max(limit, 7)
    pages = await walk(place.client, query(asked), limit)
    assert [item for page in pages for item in page] == found
    assert all(len(page) == limit for page in pages[:-1])


@in_one_loop
async def test_without_a_filter_it_is_the_50_newest(place: Place) -> None:
    nothing: dict[str, Any] = dict.fromkeys(["alert", "since", "until", "label", "starred"]) | {"cameras": set()}
    response = await place.client.get("/images")
    assert [item["id"] for item in response.json()["items"]] == expected(place, nothing)[:50]


@in_one_loop
async def test_a_walk_visits_each_image_once_while_new_ones_arrive(place: Place) -> None:
    before = {str(record.id) for record, _ in place.images}
    seen: list[str] = []
    url = "/images?limit=13"
    arrivals = 0
    while True:
        response = await place.client.get(url)
        seen += [item["id"] for item in response.json()["items"]]
        # One newer than everything, and one older: as a camera's spool delivers them.
        for at in (START + arrivals + 1, START - 30 * MINUTE - arrivals):
            record = stored_image(1000 + arrivals, place.cameras[3], None, at, starred=False)
            place.server.transaction(lambda connection, record=record: insert_image(connection, record))  # type: ignore[misc]
            place.images.append((record, set()))
            arrivals += 1
        if "next" not in response.links or arrivals > 100:
            break
        url = response.links["next"]["url"]
    assert len(seen) == len(set(seen)), "none twice"
    assert before <= set(seen), "none missed"


@in_one_loop
async def test_a_page_takes_the_same_number_of_statements_at_any_depth_and_size(place: Place) -> None:
    counts = set()
    cursor: str | None = None
    await place.client.get("/session")
    for limit in (1, 1, 10, 200):
        parameters = {"limit": limit} | ({} if cursor is None else {"cursor": cursor})
        with statements() as seen:
            response = await place.client.get("/images", params=parameters)
        counts.add(len(seen))
        cursor = response.json()["next_cursor"]
    assert counts == {1}, "the page; the session is remembered"


@in_one_loop
@pytest.mark.parametrize(
    "filters", ["", "camera_id={0}", "camera_id={0}&camera_id={1}", "alert_id={2}", "starred=true", "label=x"]
)
async def test_pages_are_found_through_an_index(place: Place, filters: str) -> None:
    named = filters.format(*place.cameras[:2], place.alerts[0])
    cursor = (await place.client.get("/images?limit=1")).json()["next_cursor"]
    with statements() as seen:
        await place.client.get(f"/images?cursor={cursor}&from=2020-01-01T00:00:00Z&{named}")
    page = seen[-1]

    def plan(connection: Connection) -> list[str]:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {page}", (None,) * page.count("?"))
        return [str(row[-1]) for row in rows]

    steps = place.server.transaction(plan)
    indexed = ("USING INDEX ix_image", "USING COVERING INDEX ix_image")
    assert any(index in step for step in steps for index in indexed), steps
    assert not any(step.startswith("SCAN images") and "USING" not in step for step in steps), steps
    # Only the pages of several cameras are sorted together, a page of each.
    assert filters.count("camera_id") > 1 or not any("TEMP B-TREE" in step for step in steps), steps


@in_one_loop
@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ("camera_id={0}", "ix_images_camera_id_timestamp_id (camera_id=? AND "),
        ("starred=true", "ix_images_starred (timestamp>? AND "),
        ("starred=true&camera_id={0}", "ix_images_starred_camera_id (camera_id=? AND "),
        ("label=x", "ix_image_labels_label_timestamp_image_id (label=? AND "),
        ("label=x&camera_id={0}", "ix_image_labels_label_camera_id_timestamp_image_id (label=? AND camera_id=? AND "),
        ("label=x&starred=true", "ix_image_labels_starred (label=? AND "),
        ("label=x&starred=true&camera_id={0}", "ix_image_labels_starred_camera_id (label=? AND camera_id=? AND "),
        ("label=x&alert_id={1}", "ix_images_alert_id_timestamp_id (alert_id=? AND "),
    ],
)
async def test_what_is_rare_together_is_found_together(place: Place, filters: str, index: str) -> None:
    """No walk over all of a label's, or all starred, pictures for the few of one camera."""
    named = filters.format(place.cameras[0], place.alerts[0])
    with statements() as seen:
        await place.client.get(f"/images?from=2020-01-01T00:00:00Z&{named}")
    page = seen[-1]

    def plan(connection: Connection) -> list[str]:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {page}", (None,) * page.count("?"))
        return [str(row[-1]) for row in rows]

    steps = place.server.transaction(plan)
    assert f"INDEX {index}" in steps[0].replace("timestamp>?)", "timestamp>? AND "), steps


@in_one_loop
@pytest.mark.parametrize(("limit", "status"), [(0, 422), (1, 200), (500, 200), (501, 422), (-1, 422)])
async def test_the_bounds_of_a_page(place: Place, limit: int, status: int) -> None:
    response = await place.client.get("/images", params={"limit": limit})
    assert response.status_code == status
    if status == 200:
        assert len(response.json()["items"]) == min(limit, len(place.images))


@in_one_loop
async def test_the_link_keeps_every_filter(place: Place) -> None:
    pairs = [("camera_id", str(place.cameras[0])), ("camera_id", str(place.cameras[1])), ("label", LABELS[3])]
    response = await place.client.get("/images", params=[*pairs, ("limit", "1")])
    link = response.headers["link"]
    assert link.startswith("</images?")
    assert link.endswith('>; rel="next"')
    kept = parse_qsl(urlsplit(response.links["next"]["url"]).query)
    assert [pair for pair in kept if pair[0] in {"camera_id", "label"}] == pairs
    assert [name for name, _ in kept].count("cursor") == 1
    following = await place.client.get(response.links["next"]["url"])
    kept = parse_qsl(urlsplit(following.links["next"]["url"]).query)
    assert [name for name, _ in kept].count("cursor") == 1
