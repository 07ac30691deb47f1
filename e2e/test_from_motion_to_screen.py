"""From motion in the footage to the picture on the screen, as a person lives through it, in one browser.

One story, told once: first start in the browser, a camera begins to send, events appear by themselves. The tests below then look
at what it left, each at another promise. The footage plays at a multiple of its speed; its times are those of real time.
"""

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.footage import FRAMES_PER_SECOND, YARD, best_match, decoded, truth_of
from e2e.site import OWNER, PASSWORD, PATIENCE_SECONDS, Site, wait_until
from e2e.viewer import OUTPUT, Troubles, axe_violations, drawn_picture, wait_for_pictures

SPEED = 4
# JPEG costs a few decibels; a neighbouring frame with somebody in it is further away than this.
ALIKE_DB = 30.0
# A thumbnail was made smaller by somebody else's filter, so it is never as close.
THUMBNAIL_ALIKE_DB = 26.0
TIMING_SECONDS = 0.15
# Width and height of a phone and of a desk, in CSS pixels.
VIEWPORTS = {390: 844, 1440: 900}
SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")


@dataclass
class Story:
    site: Site
    page: Page
    troubles: Troubles
    events_that_appeared: int
    picture_is_of_frame: dict[str, int]
    began_at: datetime
    welcome_violations: list[str]


def capture_time(item: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(item["timestamp"])


@pytest.fixture(scope="module")
def story(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with Site(tmp_path_factory.mktemp("story") / "site") as site:
        site.start_server()
        context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
        page = context.new_page()
        troubles = Troubles()
        troubles.watch(page)

        page.goto(site.url)
        expect(page).to_have_url(f"{site.url}/welcome")
        welcome_violations = _looks_of_welcome(page)
        page.get_by_label("Name").fill(OWNER)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Create the owner").click()
        expect(page.get_by_role("heading", name="Events", level=1)).to_be_visible()
        expect(page.locator("article[data-alert-id]")).to_have_count(0)
        site.sign_in()

        # Whatever appears from here on, appears in this very page: a reload would lose the mark.
        page.evaluate("() => { window.neverReloaded = true; }")
        camera = site.start_camera(site.create_camera("Yard"), site.folder / "yard", _options())
        expect(page.locator("article[data-alert-id]").first).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
        assert camera.wait(PATIENCE_SECONDS) == 0, site.log_of("yard")
        alerts = site.everything("/alerts")
        wait_until(
            lambda: page.locator("article[data-alert-id]").count() == len(alerts), "every event is on the page", 15
        )
        assert page.evaluate("() => window.neverReloaded") is True

        frames = {image["id"]: _frame_of(site, image["id"]) for image in site.everything("/images")}
        yield Story(site, page, troubles, len(alerts), frames, _beginning(site, frames), welcome_violations)
        context.close()


def _looks_of_welcome(page: Page) -> list[str]:
    """Screenshots of the first page of all, which exists only before there is an owner; what axe says about it."""
    violations = []
    for width, height in VIEWPORTS.items():
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.get_by_role("heading", level=1).wait_for()
            page.screenshot(path=OUTPUT / f"welcome-{width}-{scheme}.png")
            violations += axe_violations(page)
    page.emulate_media(color_scheme="dark")
    return violations


def _options() -> list[str]:
    # People come and go with little quiet in between: a short patience makes several events of it.
    return ["--source", str(YARD), "--speed", str(SPEED), "--picture-every-seconds", "1", "--quiet-seconds", "1.5"]


def _frame_of(site: Site, image_id: str) -> int:
    """The frame that the stored picture shows, found by its content alone."""
    frame, likeness = best_match(decoded(site.owner.get(f"/images/{image_id}/file").content), YARD)
    assert likeness > ALIKE_DB, f"image {image_id} is like no frame of the footage ({likeness:.1f} dB)"
    return frame


def _beginning(site: Site, frames: dict[str, int]) -> datetime:
    """When frame 0 was, by the pictures' capture times."""
    images = site.everything("/images")
    return datetime.fromtimestamp(
        median(capture_time(image).timestamp() - frames[image["id"]] / FRAMES_PER_SECOND for image in images),
        tz=capture_time(images[0]).tzinfo,
    )


def test_every_picture_is_the_frame_of_its_time(story: Story) -> None:
    images = story.site.everything("/images")
    assert len(images) >= 10
    for image in images:
        expected = story.began_at + timedelta(seconds=story.picture_is_of_frame[image["id"]] / FRAMES_PER_SECOND)
        assert abs((capture_time(image) - expected).total_seconds()) <= TIMING_SECONDS, image


def test_the_events_are_those_of_the_footage(story: Story) -> None:
    truth = truth_of(YARD)
    found = [
        (
            (capture_time(alert) - story.began_at).total_seconds(),
            (datetime.fromisoformat(alert["ended_at"]) - story.began_at).total_seconds(),
        )
        for alert in story.site.everything("/alerts")
    ]
    for begins, ends in truth["people"]:
        assert any(start < ends and end > begins for start, end in found), f"nobody saw {begins}-{ends} s: {found}"
    for begins, ends in truth["quiet"]:
        assert not any(begins < start < ends for start, _ in found), (
            f"an event began in the quiet {begins}-{ends} s: {found}"
        )
        assert not any(start < begins and end > ends for start, end in found), f"{begins}-{ends} s is quiet: {found}"


def test_pictures_belong_to_the_event_in_which_they_were_captured(story: Story) -> None:
    alerts = {alert["id"]: alert for alert in story.site.everything("/alerts")}
    for image in story.site.everything("/images"):
        alert = alerts[image["alert_id"]]
        assert (
            capture_time(alert) - timedelta(seconds=9)  # pictures of the last eight seconds before it
            <= capture_time(image)
            <= datetime.fromisoformat(alert["ended_at"])
        )
    for alert in alerts.values():
        assert len(story.site.everything("/images", alert_id=alert["id"])) == alert["image_count"] > 0


def test_the_list_draws_each_events_own_picture(story: Story) -> None:
    page = story.page
    page.goto(story.site.url)
    cards = page.locator("article[data-alert-id]")
    expect(cards).to_have_count(story.events_that_appeared)
    alerts = {alert["id"]: alert for alert in story.site.everything("/alerts")}
    for card in cards.all():
        alert = alerts[card.get_attribute("data-alert-id") or ""]
        frame, likeness = best_match(drawn_picture(card.locator("img")), YARD)
        assert likeness > THUMBNAIL_ALIKE_DB
        assert abs(frame - story.picture_is_of_frame[alert["key_image_id"]]) <= TIMING_SECONDS * FRAMES_PER_SECOND


def test_an_event_draws_the_captured_frame(story: Story) -> None:
    page = story.page
    page.goto(story.site.url)
    newest = page.locator("article[data-alert-id]").first
    alert_id = newest.get_attribute("data-alert-id")
    newest.get_by_role("link").click()
    expect(page).to_have_url(f"{story.site.url}/events/{alert_id}")
    big = page.locator("main img").first
    expect(big).to_be_visible()
    image_id = (big.get_attribute("src") or "").split("/")[2]
    frame, likeness = best_match(drawn_picture(big), YARD)
    assert likeness > ALIKE_DB
    assert frame == story.picture_is_of_frame[image_id]
    assert image_id in {image["id"] for image in story.site.everything("/images", alert_id=alert_id or "")}


def test_the_first_page_is_accessible(story: Story) -> None:
    assert story.welcome_violations == []


PAGES = {"events": "/", "event": "/events/{alert}", "images": "/gallery", "cameras": "/settings/cameras"}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", VIEWPORTS)
@pytest.mark.parametrize("name", [*PAGES, "image", "login"])
def test_every_page_is_accessible_and_fits(
    story: Story, browser: Browser, name: str, width: int, scheme: Literal["dark", "light"]
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": VIEWPORTS[width]},
        color_scheme=scheme,
        reduced_motion="reduce",
        storage_state=None if name == "login" else story.page.context.storage_state(),
    )
    page = context.new_page()
    story.troubles.watch(page)
    alert = story.site.everything("/alerts")[0]["id"]
    image = story.site.everything("/images")[0]["id"]
    path = {**PAGES, "image": f"/gallery/{image}", "login": "/login"}[name].format(alert=alert)
    page.goto(story.site.url + path)
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_load_state("networkidle") if name == "login" else wait_until(
        lambda: page.locator("img").count() > 0, f"pictures are on {path}", 15
    )
    wait_for_pictures(page)
    page.screenshot(path=OUTPUT / f"{name}-{width}-{scheme}.png")
    assert axe_violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (
        "the page is wider than the screen"
    )
    context.close()


def test_no_page_complained(story: Story) -> None:
    assert story.troubles.found == []


def test_a_second_start_goes_on_with_the_same_data(story: Story) -> None:
    before = {alert["id"] for alert in story.site.everything("/alerts")}
    # uvicorn finishes what it accepted and then ends by the signal that it was sent.
    assert story.site.stop_server() in {0, -signal.SIGTERM}
    assert "Traceback" not in story.site.log_of("server")
    story.site.start_server()
    story.page.goto(story.site.url)
    expect(story.page.locator("article[data-alert-id]")).to_have_count(len(before))
    shown = story.page.locator("article[data-alert-id]").evaluate_all(
        "cards => cards.map(card => card.dataset.alertId)"
    )
    assert set(shown) == before
