"""The gallery in headless Chromium over a real server: what 100 frames cost, what they ask for, what they leave in memory.

The CPU time is that of the page's main thread, from `/proc/PID/task/PID/schedstat` (nanoseconds on a processor), so other
work on the machine counts little; without a GPU, so drawing costs more than on any desk. A frame is one
`requestAnimationFrame`. Slow is 40 pixels a frame, as one reads; a fling is 1,500. Of three runs the median.
"""

import contextlib
import os
import shutil
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from bench.server.report import Line, not_measured
from bench.viewer.gallery_seed import seeded_gallery
from e2e.site import Site
from e2e.viewer import chromium
from tools.system_programs import find_chromium

# Taken on 2026-11-22 on such a machine: 5,000 pictures in the page, as Frigate's review maps its items.
FRIGATE = "10,053 nodes, 20.1-24.4 ms slow, 36.9-40.4 ms fling, 4,526 requests at 5,000"
FRAMES = 100
RUNS = 3
_VIEW = {"width": 1440, "height": 900}


def measure(folder: Path, *, quick: bool = False) -> list[Line]:
    """Target 27 at 100,000 and at 1,000,000 pictures (`quick`: at 5,000)."""
    path = find_chromium()
    if path is None:
        return [not_measured("27", "gallery", "no chromium on this machine")]
    os.environ["PICAM_CHROMIUM"] = path
    lines: list[Line] = []
    for rows, days in ((5_000, 20),) if quick else ((100_000, 100), (1_000_000, 100)):
        data = folder / str(rows) / "data"
        shutil.copytree(seeded_gallery(rows, days), data)
        with Site(data.parent) as site, chromium() as browser:
            site.start_server()
            site.create_owner()
            lines += _at(site, browser, rows)
        shutil.rmtree(data)
    return [*lines, Line("27", "Frigate's way, quoted", FRIGATE)]


def _at(site: Site, browser: Browser, rows: int) -> list[Line]:
    slow, fling, asked, nodes, heap, jump = [], [], [], [], [], []
    for _ in range(RUNS):
        with _gallery(site, browser) as (page, tools, thumbnails):
            slow.append(_frames(page, tools, 40))
            thumbnails.clear()
            fling.append(_frames(page, tools, 1500))
            asked.append(len(thumbnails))
            nodes.append(page.evaluate("document.querySelectorAll('*').length"))
            page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
            heap.append(page.evaluate("performance.memory.usedJSHeapSize") / 1e6)
            jump.append(_jump(page))
    where = f"{rows:,} pictures"
    return [
        _line(where, "main thread, slow scroll", slow, "ms a frame", 6),
        _line(where, "main thread, fling", fling, "ms a frame", 8),
        _line(where, "thumbnails asked for by a fling of 100 frames", asked, "requests", 250),
        _line(where, "elements in the page", nodes, "nodes", 400),
        _line(where, "script heap after it", heap, "MB", 20),
        _line(where, "jump to the middle until its pictures are drawn", jump, "ms", 500),
    ]


def _line(where: str, what: str, values: list[Any], unit: str, most: float) -> Line:
    middle = statistics.median(values)
    spread = ", ".join(f"{value:.4g}" for value in sorted(values))
    return Line("27", f"{where}: {what}", f"{middle:.4g} {unit} ({spread})", f"<= {most:g} {unit}", middle <= most)


@contextlib.contextmanager
def _gallery(site: Site, browser: Browser) -> Iterator[tuple[Page, CDPSession, list[str]]]:
    context = browser.new_context(base_url=site.url, viewport=_VIEW, color_scheme="dark", service_workers="block")  # type: ignore[arg-type]
    context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in site.owner.cookies.items()])
    page = context.new_page()
    thumbnails: list[str] = []
    page.on("request", lambda request: thumbnails.append(request.url) if "/thumbnail" in request.url else None)
    page.goto("/gallery")
    page.wait_for_selector("a[data-at] img")
    # What is loaded when nobody waits for it is not the scrolling's.
    page.wait_for_timeout(4000)
    session = browser.new_browser_cdp_session()
    yield page, session, thumbnails
    session.detach()
    context.close()


def _frames(page: Page, tools: CDPSession, pixels: int) -> float:
    """Milliseconds of the main thread a frame."""
    before = _on_processor(tools)
    page.evaluate(
        """async ([frames, pixels]) => {
            for (let frame = 0; frame < frames; frame += 1) {
                window.scrollBy(0, pixels);
                await new Promise(requestAnimationFrame);
            }
        }""",
        [FRAMES, pixels],
    )
    after = _on_processor(tools)
    # One page is open: of all renderers, spare ones among them, it is the one that worked.
    return max(spent - before.get(pid, 0) for pid, spent in after.items()) / 1e6 / FRAMES


def _on_processor(tools: CDPSession) -> dict[int, int]:
    """Nanoseconds that the main thread of each renderer has run so far."""
    found = tools.send("SystemInfo.getProcessInfo")["processInfo"]
    spent: dict[int, int] = {}
    for process in found:
        pid = process["id"]
        if process["type"] == "renderer":
            with contextlib.suppress(OSError):
                spent[pid] = int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0])
    return spent


def _jump(page: Page) -> float:
    slider = page.get_by_role("slider", name="Go to a day")
    box = slider.bounding_box()
    assert box is not None
    begun = time.perf_counter()
    page.mouse.click(box["x"] + box["width"] - 10, box["y"] + box["height"] / 2)
    page.wait_for_function(
        """() => {
            const seen = [...document.querySelectorAll('a[data-at] img')].filter((image) => {
                const box = image.getBoundingClientRect();
                return box.bottom > 0 && box.top < innerHeight;
            });
            return seen.length > 6 && seen.every((image) => image.complete && image.naturalWidth > 0);
        }"""
    )
    return (time.perf_counter() - begun) * 1000
