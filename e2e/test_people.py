"""People in a real browser: a passkey (Chromium's virtual authenticator), an invitation, a shared event; and how it looks."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from e2e.seeded import SeededCamera, cookies_of, minutes_ago
from e2e.site import Site
from e2e.viewer import OUTPUT, Troubles, axe_violations, wait_for_pictures

VIEWPORTS = {390: 844, 1440: 900}
SECTIONS = ("account", "people", "shares", "tokens", "privacy", "audit")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("people") / "site") as site:
        site.start_server()
        site.create_owner()
        site.sign_in()
        yield site


@pytest.fixture(scope="module")
def porch(site: Site) -> Iterator[SeededCamera]:
    camera = SeededCamera(site, "Porch")
    yield camera
    camera.close()


def as_owner(browser: Browser, site: Site) -> BrowserContext:
    context = browser.new_context(base_url=site.url, viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    context.add_cookies(cookies_of(site))
    return context


def test_a_passkey_signs_in(browser: Browser, site: Site) -> None:
    context = as_owner(browser, site)
    page = context.new_page()
    authenticator = context.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    authenticator.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto("/settings/account")
    page.get_by_role("textbox", name="Name of this passkey").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("never used")).to_be_visible()
    context.clear_cookies()
    page.goto("/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1, name="Events")).to_be_visible()
    page.goto("/settings/account")
    page.get_by_role("button", name="Remove the passkey Laptop").click()
    expect(page.get_by_role("button", name="Remove the passkey Laptop")).to_have_count(0)
    page.goto("/login")
    context.close()


def test_an_invited_person_sees_what_they_may(browser: Browser, site: Site, porch: SeededCamera) -> None:
    barn = SeededCamera(site, "Barn")
    porch.event(minutes_ago(5))
    context = as_owner(browser, site)
    page = context.new_page()
    page.goto("/settings/people")
    invite = page.get_by_role("region", name="Invite somebody")
    invite.get_by_role("textbox", name="For whom").fill("Ben")
    invite.get_by_role("checkbox", name="All cameras").uncheck()
    invite.get_by_role("checkbox", name="Barn").check()
    invite.get_by_role("button", name="Make the link").click()
    link = page.get_by_role("textbox", name="Send this link").input_value()
    guest = browser.new_context(base_url=site.url)
    theirs = guest.new_page()
    theirs.goto(link)
    theirs.get_by_role("textbox", name="Name").fill("Ben")
    theirs.get_by_label("Password", exact=True).fill("another long sentence")
    theirs.get_by_role("button", name="Join").click()
    expect(theirs.get_by_role("heading", level=1, name="Events")).to_be_visible()
    theirs.goto("/settings/cameras")
    expect(theirs.get_by_role("heading", name="Barn")).to_be_visible()
    expect(theirs.get_by_text("Porch")).to_have_count(0)
    guest.close()
    context.close()
    barn.close()


def test_a_shared_event_opens_for_whoever_has_the_link(browser: Browser, site: Site, porch: SeededCamera) -> None:
    event = porch.event(minutes_ago(3), pictures=3)
    made = site.owner.post("/shares", json={"alert_id": event}).json()
    stranger = browser.new_context(base_url=site.url, viewport={"width": 390, "height": VIEWPORTS[390]})
    page = stranger.new_page()
    troubles = Troubles()
    troubles.watch(page)
    page.goto(made["path"])
    expect(page.get_by_role("heading", level=1, name="Porch")).to_be_visible()
    wait_for_pictures(page)
    assert axe_violations(page) == []
    OUTPUT.mkdir(exist_ok=True)
    page.screenshot(path=OUTPUT / "share-390.png")
    assert troubles.found == []
    assert site.owner.delete(f"/shares/{made['id']}").status_code == 204
    page.reload()
    expect(page.get_by_role("heading", level=1, name="This link is over")).to_be_attached()
    stranger.close()


@pytest.mark.parametrize("width", VIEWPORTS)
def test_the_settings_are_for_everybody(browser: Browser, site: Site, porch: SeededCamera, width: int) -> None:
    del porch
    context = as_owner(browser, site)
    page: Page = context.new_page()
    page.set_viewport_size({"width": width, "height": VIEWPORTS[width]})
    troubles = Troubles()
    troubles.watch(page)
    OUTPUT.mkdir(exist_ok=True)
    for section in SECTIONS:
        page.goto(f"/settings/{section}")
        expect(page.locator("#section-title")).to_be_visible()
        expect(page.get_by_text("Loading")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, section
        page.screenshot(path=OUTPUT / f"settings-{section}-{width}.png", full_page=True)
        assert axe_violations(page) == [], section
    assert troubles.found == []
    context.close()
