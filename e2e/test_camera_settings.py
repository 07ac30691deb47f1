"""A camera's settings as a person changes them: drawn on its picture by keyboard and by mouse, tried by the real agent,
seen in the pictures that it sends from then on, and undone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from e2e.footage import YARD, decoded
from e2e.site import Site, wait_until
from e2e.viewer import OUTPUT, Troubles, axe_violations

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
NEARLY_BLACK = 24


@dataclass
class Yard:
    site: Site
    camera_id: str
    context: BrowserContext

    def settings(self) -> dict[str, Any]:
        found: dict[str, Any] = self.site.owner.get(f"/cameras/{self.camera_id}/settings").json()
        return found

    def effective(self) -> dict[str, Any]:
        report = self.settings()["report"]
        found: dict[str, Any] = {} if report is None else report["effective"]
        return found

    def open(self) -> Page:
        page = self.context.new_page()
        page.goto(f"/settings/cameras/{self.camera_id}")
        expect(page.get_by_role("heading", name="Yard", level=1)).to_be_visible()
        return page


@pytest.fixture(scope="module")
def yard(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    with Site(tmp_path_factory.mktemp("settings") / "site") as site:
        site.start_server()
        site.create_owner()
        token = site.create_camera("Yard")
        # Footage without an end: whatever is changed, something moves again soon.
        options = ["--source", str(YARD), "--loop", "--quiet-seconds", "1.5", "--still-every-seconds", "10"]
        site.start_camera(token, site.folder / "yard", options)
        camera_id = site.everything("/cameras")[0]["id"]
        context = browser.new_context(base_url=site.url, viewport=DESK, color_scheme="dark")  # type: ignore[arg-type]
        cookies = [{"name": name, "value": value, "url": site.url} for name, value in site.owner.cookies.items()]
        context.add_cookies(cookies)  # type: ignore[arg-type]
        found = Yard(site, camera_id, context)
        wait_until(lambda: found.settings()["report"] is not None, "the camera has said what it runs with")
        wait_until(lambda: site.everything("/images") != [], "it has sent a picture")
        yield found
        context.close()


def send(page: Page, yard: Yard) -> None:
    version = yard.settings()["version"] + 1
    button = page.get_by_role("button", name="Send to the camera")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Changes not sent yet")).to_have_count(0)
    expect(page.get_by_text(f"Version {version} is in use.")).to_be_visible(timeout=60_000)


def test_a_mask_is_drawn_by_keyboard_alone_and_reaches_the_camera(yard: Yard) -> None:
    troubles = Troubles()
    page = yard.context.new_page()
    troubles.watch(page)
    page.goto(f"/settings/cameras/{yard.camera_id}")
    add = page.get_by_role("button", name="Add an area")
    add.focus()
    page.keyboard.press("Enter")
    corner = page.get_by_role("button", name="Corner 1: 35 % from the left, 35 % from the top")
    corner.focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="Corner 1: 20 % from the left, 34 % from the top")).to_be_focused()
    page.screenshot(path=OUTPUT / "camera-settings-mask-1440-dark.png")
    send(page, yard)
    assert yard.effective()["masks"][0][0] == [0.2, 0.34]
    page.get_by_role("button", name="Undo the last change").click()
    wait_until(lambda: yard.effective().get("masks") in (None, []), "the camera has no mask any more")
    page.close()
    # The camera's picture may be asked for before it can give one.
    assert [found for found in troubles.found if "503" not in found and "snapshot.jpg" not in found] == []


def test_what_is_covered_with_the_mouse_is_black_in_the_pictures_that_come(yard: Yard) -> None:
    page = yard.open()
    page.get_by_text("Privacy (0)").click()
    page.get_by_role("button", name="Add an area").click()
    frame = page.get_by_test_id("areas")
    box = frame.bounding_box()
    assert box is not None
    corner = page.get_by_role("button", name="Corner 1:")
    at = corner.bounding_box()
    assert at is not None
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.1, steps=5)
    page.mouse.up()
    page.screenshot(path=OUTPUT / "camera-settings-privacy-1440-dark.png")
    send(page, yard)
    first = yard.effective()["privacy_masks"][0][0]
    assert first == pytest.approx([0.1, 0.1], abs=0.02)
    known = {image["id"] for image in yard.site.everything("/images")}

    def covered() -> bool:
        for image in yard.site.everything("/images"):
            if image["id"] in known:
                continue
            picture = decoded(yard.site.owner.get(f"/images/{image['id']}/file").content)
            height, width = picture.shape[:2]
            inside = picture[int(height * 0.45) : int(height * 0.55), int(width * 0.45) : int(width * 0.55)]
            if float(np.mean(inside)) < NEARLY_BLACK:
                return True
        return False

    wait_until(covered, "a picture comes whose middle is black", 90)
    page.get_by_role("button", name="Undo the last change").click()
    wait_until(lambda: yard.effective().get("privacy_masks") in (None, []), "the camera sees everything again")
    page.close()


def test_what_would_be_deleted_is_said_before_it_is(yard: Yard) -> None:
    page = yard.open()
    page.get_by_label("Keep pictures for").fill("1")
    expect(page.get_by_text("Nothing would be deleted now.")).to_be_visible()
    page.get_by_role("button", name="Keep so long").click()
    expect(page.get_by_text("Changed.")).to_be_visible()
    assert yard.site.everything("/cameras")[0]["retention_days"] == 1
    assert page.locator("[data-setting]:visible").count() <= 12
    page.close()


def test_one_tap_disarms_all_cameras_and_undo_arms_them(yard: Yard) -> None:
    page = yard.context.new_page()
    page.goto("/settings/cameras")
    page.get_by_role("button", name="Disarm all").click()
    expect(page.get_by_text("Disarmed: motion raises no events")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Disarm all")).to_be_visible()
    wait_until(lambda: yard.settings()["report"]["armed_now"], "the camera is armed again")
    page.close()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1440", "390"])
def test_nothing_stands_in_anybody_s_way(yard: Yard, size: dict[str, int], theme: str) -> None:
    page = yard.open()
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.get_by_role("button", name="Add an area").click()
    expect(page.get_by_role("button", name="Corner 4:")).to_be_visible()
    page.wait_for_timeout(1500)
    page.screenshot(path=OUTPUT / f"camera-settings-{size['width']}-{theme}.png", full_page=True)
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for section in ("storage", "about"):
        page.goto(f"/settings/{section}")
        page.wait_for_selector("h3")
        page.screenshot(path=OUTPUT / f"settings-{section}-{size['width']}-{theme}.png")
        assert axe_violations(page) == []
    page.close()
