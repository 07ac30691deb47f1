"""A new camera, paired by following the page only: its one line is run as it stands there, by the real agent, over https.

The server listens to the network, so it speaks https with its own certificate, and the line carries that certificate's pin.
"""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.tests.processes import ServerProcess
from e2e.footage import YARD
from e2e.site import OWNER, PASSWORD, PATIENCE_SECONDS
from e2e.viewer import OUTPUT, Troubles, axe_violations
from tools.stages import ROOT


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    data_dir = tmp_path_factory.mktemp("pairing") / "data"
    with ServerProcess(data_dir, PICAM_HOST="0.0.0.0") as started:
        yield started


@pytest.fixture
def page(browser: Browser, server: ServerProcess) -> Iterator[tuple[Page, Troubles]]:
    # As a person who has told the browser to trust the server: the certificate is its own.
    context = browser.new_context(viewport={"width": 1440, "height": 900}, ignore_https_errors=True)
    page, troubles = context.new_page(), Troubles()
    troubles.watch(page)
    page.goto(f"https://localhost:{server.port}")
    yield page, troubles
    context.close()


def test_a_camera_is_paired_by_following_the_page(page: tuple[Page, Troubles], tmp_path: Path) -> None:
    shown, troubles = page
    shown.get_by_label("Name").fill(OWNER)
    shown.get_by_label("Password", exact=True).fill(PASSWORD)
    shown.get_by_role("button", name="Create the owner").click()
    expect(shown.get_by_role("heading", name="Events", level=1)).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
    shown.get_by_role("link", name="Cameras").first.click()
    shown.get_by_role("link", name="Add a camera").click()
    install = shown.locator('[data-line="install"]')
    expect(install).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
    code = shown.locator("[data-pairing-code]").inner_text()
    assert code in install.inner_text()
    assert "--pinnedpubkey sha256//" in install.inner_text()
    for width in (390, 1440):
        shown.set_viewport_size({"width": width, "height": 900})
        shown.screenshot(path=OUTPUT / f"pairing-{width}.png")
        assert axe_violations(shown) == []

    shown.get_by_text("The agent is installed already").click()
    words = shlex.split(shown.locator('[data-line="pair"]').inner_text())
    assert words[:2] == ["sudo", "picam-agent"]
    config = tmp_path / "etc" / "camera.toml"
    paired = agent(*words[2:], "--config", str(config))
    assert paired.wait(PATIENCE_SECONDS) == 0
    expect(shown.get_by_text("first picture is on its way").first).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
    running = agent("--config", str(config), "--spool", str(tmp_path / "spool"), "--source", str(YARD))
    try:
        picture = shown.locator("[data-first-picture] img")
        expect(picture).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
        name = shown.get_by_label("Name")
        name.fill("Garden gate")
        shown.get_by_role("button", name="Save the name").click()
        expect(shown.get_by_role("heading", name="This is what Garden gate sees")).to_be_visible()
        shown.screenshot(path=OUTPUT / "paired-1440.png")
        assert axe_violations(shown) == []
    finally:
        running.terminate()
        running.wait(PATIENCE_SECONDS)
    # With a certificate of the server's own a browser takes no service worker; the pages do without, and that is all.
    assert [trouble for trouble in troubles.found if "SSL certificate error" not in trouble] == []


def agent(*words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "auxiliary.camera_client", *words], cwd=ROOT)
