"""Review as a person does it: a hundred events by keyboard alone, a server that goes away and returns, and how it all looks."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from e2e.seeded import SeededCamera, cookies_of, minutes_ago
from e2e.site import Site, wait_until
from e2e.viewer import OUTPUT, Troubles, axe_violations, wait_for_pictures

EVENTS = 100
# However many events there are, so many elements and cards are on the page at most.
MOST_NODES = 2500
MOST_CARDS = 60
VIEWPORTS = {390: 844, 1440: 900}
SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
FOCUSED = "() => document.activeElement?.closest('article')?.dataset.alertId ?? null"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("review") / "site") as site:
        site.start_server()
        site.create_owner()
        site.sign_in()
        yield site


@pytest.fixture(scope="module")
def porch(site: Site) -> Iterator[SeededCamera]:
    camera = SeededCamera(site, "Porch")
    for number in range(EVENTS):
        camera.event(minutes_ago(9 * number + 2), pictures=4 if number == 0 else 1, number=number)
    yield camera
    camera.close()


@pytest.fixture
def context(browser: Browser, site: Site, porch: SeededCamera) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark", reduced_motion="reduce")
    context.add_cookies(cookies_of(site))
    yield context
    context.close()


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    expect(page.locator("article[data-alert-id]").first).to_be_visible(timeout=30_000)
    return page


def size(page: Page) -> tuple[int, int]:
    nodes, cards = page.evaluate(
        "() => [document.querySelectorAll('*').length, document.querySelectorAll('article').length]"
    )
    return nodes, cards


def looks(page: Page, name: str, width: int, scheme: str, covered: bool = False) -> None:
    """Keeps a screenshot; nothing is wrong with the page for axe, nor is it wider than the screen.

    `covered`: an open panel hides parts of what is below it, which axe takes for targets that are too small.
    """
    wait_for_pictures(page)
    page.screenshot(path=OUTPUT / f"{name}-{width}-{scheme}.png")
    found = axe_violations(page)
    assert [one for one in found if not (covered and one.startswith("target-size"))] == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "wider than the screen"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", VIEWPORTS)
def test_how_review_looks(
    site: Site, context: BrowserContext, porch: SeededCamera, width: int, scheme: Literal["dark", "light"]
) -> None:
    fault = site.owner.get("/alerts", params={"type": "hot"}).json()["items"]
    if not fault:
        porch.event(minutes_ago(5), pictures=0, kind="hot")
    page = opened(context, site.url)
    page.set_viewport_size({"width": width, "height": VIEWPORTS[width]})
    page.emulate_media(color_scheme=scheme)
    looks(page, "review", width, scheme)

    page.get_by_role("button", name="Day:").click()
    page.get_by_role("table").wait_for()
    looks(page, "review-calendar", width, scheme, covered=True)
    page.keyboard.press("Escape")

    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("2 selected")).to_be_visible()
    looks(page, "review-selected", width, scheme)
    page.keyboard.press("Escape")

    page.get_by_role("button", name="More for the event").nth(1).click()
    page.get_by_role("dialog").wait_for()
    looks(page, "review-menu", width, scheme)
    page.keyboard.press("Escape")

    event = next(alert["id"] for alert in site.everything("/alerts") if alert["image_count"] == 4)
    site.owner.patch(f"/alerts/{event}", json={"tags": ["post van"], "note": "The side gate was open."})
    page.goto(f"{site.url}/events/{event}")
    page.get_by_test_id("latency").wait_for()
    looks(page, "event-page", width, scheme)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_more_contrast_and_the_system_s_own_colours(
    site: Site, context: BrowserContext, porch: SeededCamera, scheme: Literal["dark", "light"]
) -> None:
    page = opened(context, site.url)
    page.set_viewport_size({"width": 390, "height": VIEWPORTS[390]})
    colour = "(what) => getComputedStyle(document.querySelector(what)).color"
    page.emulate_media(color_scheme=scheme, contrast="more")
    assert page.evaluate(colour, "h1 + p") == page.evaluate(colour, "body"), "no grey words"
    looks(page, "contrast", 390, scheme)
    page.get_by_role("button", name="To review").click()
    page.emulate_media(color_scheme=scheme, contrast="no-preference", forced_colors="active")
    chosen = page.get_by_role("button", name="To review")
    expect(chosen).to_have_css("outline-style", "solid")
    looks(page, "forced", 390, scheme)


def test_the_list_is_light_wherever_one_is(site: Site, context: BrowserContext) -> None:
    page = opened(context, site.url)
    for _ in range(12):
        page.keyboard.press("End")
        page.wait_for_timeout(150)
        nodes, cards = size(page)
        assert nodes <= MOST_NODES, f"{nodes} elements"
        assert cards <= MOST_CARDS, f"{cards} cards"
    expect(page.get_by_text("That is everything so far.")).to_be_visible()


def test_a_hundred_events_are_triaged_by_keyboard_alone(site: Site, context: BrowserContext) -> None:
    wanted = {alert["id"] for alert in site.everything("/alerts")}
    page = opened(context, site.url)
    troubles = Troubles()
    troubles.watch(page)
    page.keyboard.press("j")
    seen: list[str] = []
    pressed = 1
    while len(seen) < len(wanted):
        page.wait_for_function(
            f"id => {{ const now = ({FOCUSED})(); return now && now !== id; }}", arg=seen[-1] if seen else ""
        )
        seen.append(page.evaluate(FOCUSED))
        if len(seen) == 3:
            page.keyboard.press("s")
            pressed += 1
        page.keyboard.press("e")
        pressed += 1
        nodes, cards = size(page)
        assert nodes <= MOST_NODES, f"{nodes} elements after {len(seen)} events"
        assert cards <= MOST_CARDS, f"{cards} cards after {len(seen)} events"
    assert set(seen) == wanted
    assert pressed == len(wanted) + 2
    expect(page.get_by_text("All caught up")).to_be_visible()
    wait_until(lambda: not site.everything("/alerts", reviewed="false"), "the server knows of every review", 30)
    assert [alert["id"] for alert in site.everything("/alerts", starred="true")] == [seen[2]]

    page.keyboard.press("u")
    wait_until(lambda: len(site.everything("/alerts", reviewed="false")) == 1, "the last is not reviewed again", 15)
    page.keyboard.press("#")
    expect(page.get_by_text("1 event deleted.")).to_be_visible()
    page.get_by_role("button", name="Undo").press("Enter")
    wait_until(lambda: len(site.everything("/alerts")) == len(wanted), "the deletion is undone", 15)
    assert troubles.found == []


def test_a_mark_that_did_not_arrive_is_sent_again(site: Site, context: BrowserContext) -> None:
    page = opened(context, site.url)
    first = page.evaluate("() => document.querySelector('article[data-alert-id]').dataset.alertId")
    starred = site.owner.get(f"/alerts/{first}").json()["starred"]
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method != "PATCH":
            return route.continue_()
        lost.append(route.request.url)
        return route.abort("connectionreset")

    page.route("**/alerts/*", lose)
    page.keyboard.press("j")
    page.wait_for_function(f"id => ({FOCUSED})() === id", arg=first)
    page.keyboard.press("s")
    while not lost:
        page.wait_for_timeout(50)
    page.unroute("**/alerts/*")
    wait_until(lambda: site.owner.get(f"/alerts/{first}").json()["starred"] != starred, "the star arrives", 30)


def test_everything_recovers_by_itself(site: Site, porch: SeededCamera, context: BrowserContext) -> None:
    page = opened(context, site.url)
    page.evaluate("() => { window.neverReloaded = true; }")
    site.kill_server()
    expect(page.get_by_test_id("away")).to_be_visible(timeout=30_000)
    expect(page.locator("article[data-alert-id]").first).to_be_visible()
    site.start_server()
    new = porch.event(minutes_ago(0.1), number=7)
    expect(page.locator(f'article[data-alert-id="{new}"]')).to_be_visible(timeout=40_000)
    expect(page.get_by_test_id("away")).to_have_count(0)
    assert page.evaluate("() => window.neverReloaded") is True
