"""Images in a real browser over a server with many pictures: exact places, few elements, few requests; choosing, taking
away and deleting by keyboard; and a start without the server."""

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bench.viewer.gallery_seed import drawn, fill
from e2e.site import Site, wait_until
from e2e.viewer import OUTPUT, Troubles, axe_violations, wait_for_pictures

PICTURES = 12_000
DAYS = 40
MOST_NODES = 400
MOST_REQUESTS_OF_A_FLING = 250
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("gallery")
    (folder / "data").mkdir()
    fill(folder / "data", PICTURES, DAYS, [drawn(number) for number in range(12)])
    with Site(folder) as running:
        running.start_server()
        running.create_owner()
        yield running


def signed_in(browser: Browser, site: Site, **options: object) -> BrowserContext:
    context = browser.new_context(base_url=site.url, **options)  # type: ignore[arg-type]
    context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in site.owner.cookies.items()])
    return context


def opened(context: BrowserContext, address: str = "/gallery") -> Page:
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("a[data-at] img")
    return page


def day_on_top(page: Page) -> str | None:
    return page.get_by_role("slider", name="Go to a day").get_attribute("aria-valuetext")


def test_the_gallery_stays_small_and_asks_for_nothing_that_flies_past(browser: Browser, site: Site) -> None:
    troubles = Troubles()
    with signed_in(browser, site, viewport=DESK, color_scheme="dark") as context:
        page = context.new_page()
        troubles.watch(page)
        thumbnails: list[str] = []
        page.on("request", lambda request: thumbnails.append(request.url) if "/thumbnail" in request.url else None)
        page.goto("/gallery")
        page.wait_for_selector("a[data-at] img")
        expect(page.get_by_text(f"{PICTURES:,} pictures")).to_be_visible()
        height = page.evaluate("document.documentElement.scrollHeight")
        thumbnails.clear()
        page.evaluate(
            """async () => {
                for (let frame = 0; frame < 100; frame += 1) {
                    window.scrollBy(0, 1500);
                    await new Promise(requestAnimationFrame);
                }
            }"""
        )
        assert len(thumbnails) <= MOST_REQUESTS_OF_A_FLING
        assert page.evaluate("document.querySelectorAll('*').length") <= MOST_NODES
        # Where every picture stands was known before: nothing grew on the way.
        assert page.evaluate("document.documentElement.scrollHeight") == height
        wait_until(lambda: page.locator("a[data-at] img").count() > 12, "it shows what it came to rest on")
    assert troubles.found == []


def test_a_jump_lands_on_its_day_exactly_and_the_pictures_there_open(browser: Browser, site: Site) -> None:
    with signed_in(browser, site, viewport=DESK, color_scheme="dark") as context:
        page = opened(context)
        slider = page.get_by_role("slider", name="Go to a day")
        slider.focus()
        for _ in range(9):
            slider.press("ArrowDown")
        wait_for_pictures(page)
        before = day_on_top(page)
        first = page.locator("h2").first
        wait_until(lambda: first.inner_text() == before, "the day's title stands on top")
        box = slider.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] - 10, box["y"] + 5)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 10, box["y"] + box["height"] / 2, steps=4)
        expect(page.get_by_test_id("scrub-bubble")).to_be_visible()
        wait_for_pictures(page)
        page.screenshot(path=OUTPUT / "gallery-scrub-1440-dark.png")
        page.mouse.up()
        # The larger the tiles, the fewer in a row: the picture that was looked at stays where it was.
        day = day_on_top(page)
        page.get_by_role("button", name="Larger pictures").click()
        wait_until(lambda: day_on_top(page) == day, "the same day is looked at")
        wanted = page.locator("a[data-at]").nth(8).get_attribute("data-image-id")
        tile = page.locator(f"a[data-image-id='{wanted}']")
        tile.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        place = tile.bounding_box()
        tile.click()
        expect(page.locator("figure")).to_have_attribute("data-image-id", wanted or "")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Escape")
        expect(page.locator("dialog[data-full]")).to_have_count(0)
        back = wait_until(lambda: tile.bounding_box() if tile.count() else None, "the gallery is where it was")
        assert place is not None
        assert back is not None
        assert abs(back["y"] - place["y"]) < 4


def test_pictures_are_chosen_by_keyboard_taken_away_deleted_and_brought_back(browser: Browser, site: Site) -> None:
    with signed_in(browser, site, viewport=DESK, color_scheme="dark") as context:
        page = opened(context)
        page.locator("a[data-at='0']").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
        page.keyboard.press("Shift+ArrowDown")
        expect(page.get_by_text("7 pictures selected")).to_be_visible()
        page.screenshot(path=OUTPUT / "gallery-selection-1440-dark.png")
        with page.expect_download() as download:
            page.keyboard.press("d")
        data = Path(download.value.path()).read_bytes()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            assert len([name for name in archive.namelist() if name.endswith(".jpg")]) == 7
        first = page.locator("a[data-at='0']").get_attribute("data-image-id")
        page.locator("a[data-at='0']").focus()
        page.keyboard.press("Space")
        page.get_by_role("button", name="Delete").click()
        expect(page.locator(f"a[data-image-id='{first}']")).to_have_count(0)
        expect(page.get_by_text(f"{PICTURES - 1:,} pictures")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(f"a[data-image-id='{first}']")).to_have_count(1)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [DESK, PHONE, NARROW], ids=["1440", "390", "320"])
def test_nothing_stands_in_anybody_s_way(browser: Browser, site: Site, size: dict[str, int], theme: str) -> None:
    with signed_in(browser, site, viewport=size, color_scheme=theme) as context:
        page = opened(context)
        wait_for_pictures(page)
        page.screenshot(path=OUTPUT / f"gallery-{size['width']}-{theme}.png")
        assert axe_violations(page) == []
        page.get_by_role("button", name="Select").click()
        page.locator("a[data-at]").first.click()
        assert axe_violations(page) == []
        page.keyboard.press("Escape")
        page.locator("a[data-at]").nth(1).click()
        page.wait_for_selector("figure img")
        wait_for_pictures(page)
        page.screenshot(path=OUTPUT / f"picture-{size['width']}-{theme}.png")
        assert axe_violations(page) == []
        # Zoom to 400 % is a screen of 320 pixels: nothing is to be found by scrolling sideways.
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_the_server_the_pages_start_with_what_they_knew(browser: Browser, site: Site) -> None:
    """Last: it stops the server."""
    with signed_in(browser, site, viewport=PHONE, color_scheme="dark") as context:
        page = opened(context)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.goto("/")
        page.wait_for_selector("h1")
        wait_until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"), "the worker has taken hold")
        wait_until(lambda: "picam-offline" in kept_names(page), "the session is kept")
        page.goto("/gallery")
        page.wait_for_selector("a[data-at] img")
        time.sleep(0.5)
        site.stop_server()
        page.goto("/settings/cameras")
        expect(page.get_by_test_id("away")).to_contain_text("This is how things stood at", timeout=20_000)
        expect(page.get_by_role("heading", name="Garage")).to_be_visible()
        page.screenshot(path=OUTPUT / "offline-390-dark.png")
        assert axe_violations(page) == []
        assert page.evaluate("caches.open('thumbnails').then((cache) => cache.keys()).then((keys) => keys.length)") > 0
        site.start_server()
        expect(page.get_by_test_id("away")).to_have_count(0, timeout=30_000)


def kept_names(page: Page) -> list[str]:
    names: list[str] = page.evaluate(
        """() => new Promise((resolve) => {
            const opening = indexedDB.open("keyval-store");
            opening.onerror = () => resolve([]);
            opening.onsuccess = () => {
                const database = opening.result;
                if (!database.objectStoreNames.contains("keyval")) { database.close(); return resolve([]); }
                const asked = database.transaction("keyval").objectStore("keyval").getAllKeys();
                asked.onsuccess = () => { database.close(); resolve(asked.result); };
                asked.onerror = () => resolve([]);
            };
        })"""
    )
    return names
