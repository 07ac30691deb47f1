"""A person at the browser: a headless Chromium that notes every error of the pages, and reads what they really draw."""

import base64
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, sync_playwright

from e2e.footage import Picture, decoded
from tools.stages import ROOT

# Without these Chromium looks for updates and a GPU, and will not run as root.
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_AXE = ROOT / "client" / "node_modules" / "axe-core" / "axe.min.js"
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OUTPUT = ROOT / "e2e" / "output"


@dataclass
class Troubles:
    """Everything that a page complained about: script errors, console errors (policy violations among them), 5xx answers."""

    found: list[str] = field(default_factory=list)
    # Asking who is signed in is answered 401 to a stranger, and Chromium logs that as an error.
    expected: re.Pattern[str] = re.compile(r"status of 401")

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(f"script: {error}"))
        page.on("console", self._on_console)
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not self.expected.search(message.text):
            self.found.append(f"console: {message.text}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.found.append(f"{response.status}: {response.url}")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["PICAM_CHROMIUM"], args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def drawn_picture(image: Locator) -> Picture:
    """The pixels of an `<img>` as the page has them, at the picture's own size."""
    image.scroll_into_view_if_needed()
    data_url = image.evaluate(
        """async (image) => {
            await image.decode();
            const canvas = document.createElement("canvas");
            canvas.width = image.naturalWidth;
            canvas.height = image.naturalHeight;
            canvas.getContext("2d").drawImage(image, 0, 0);
            return canvas.toDataURL("image/png");
        }"""
    )
    return decoded(base64.b64decode(data_url.partition(",")[2]))


def wait_for_pictures(page: Page) -> None:
    """Until every picture in sight is loaded, and fonts and transitions have settled."""
    page.wait_for_function(
        """() => [...document.images].every((image) => {
            const box = image.getBoundingClientRect();
            const inSight = box.bottom > 0 && box.top < innerHeight && box.width > 0;
            return !inSight || (image.complete && image.naturalWidth > 0);
        }) && document.getAnimations().every((animation) => animation.playState !== "running"
            || animation.effect.getComputedTiming().iterations === Infinity)"""
    )


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong: rule, and the elements it concerns."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", _AXE_TAGS)
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
