"""From ingest to the card on the screen, first paint, and the delay of a key: the Events page in a headless Chromium.

The clock of browser and server is one, so a card's time is that of the frame in which it was painted, less that of the answer to
its ingest. Server, browser and this program share the machine: wall times are upper bounds.
"""

import os
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from bench.server.report import Line, not_measured
from e2e.seeded import SeededCamera, cookies_of, minutes_ago
from e2e.site import Site
from e2e.viewer import chromium
from tools.stages import ROOT
from tools.system_programs import find_chromium

CARD_MS, LCP_THROTTLED_MS, LCP_MS, INP_MS, CLS = 300, 1500, 800, 100, 0.02
FRIGATE_KB = 447
_IDLE_SECONDS = 9
"""After this long without a movement the list counts as untouched, and shows what is new by itself."""
_FAST_4G = {"offline": False, "latency": 165, "downloadThroughput": 9_000_000 / 8, "uploadThroughput": 1_500_000 / 8}
_WATCH = """() => {
    window.painted = {};
    new MutationObserver(() => {
        for (const card of document.querySelectorAll("article[data-alert-id]")) {
            const id = card.dataset.alertId;
            if (id in window.painted) continue;
            window.painted[id] = null;
            requestAnimationFrame(() => requestAnimationFrame(() => {
                window.painted[id] = performance.timeOrigin + performance.now();
            }));
        }
    }).observe(document.body, { childList: true, subtree: true });
}"""
_VITALS = """
    window.vitals = { lcp: 0, cls: 0, keys: [] };
    new PerformanceObserver((list) => { for (const e of list.getEntries()) vitals.lcp = e.startTime; })
        .observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) vitals.cls += e.value; })
        .observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => { for (const e of list.getEntries()) if (e.interactionId) vitals.keys.push(e.duration); })
        .observe({ type: "event", durationThreshold: 16, buffered: true });
"""


def measure(folder: Path, *, quick: bool) -> list[Line]:
    """Lines for targets 26 and 28. Without a Chromium they say so."""
    path = find_chromium()
    if path is None:
        return [not_measured("28", "the Events page", "no chromium on this machine")]
    os.environ["PICAM_CHROMIUM"] = path
    tries, many = (5, 200) if quick else (30, 1000)
    with _site(folder) as (site, camera), chromium() as browser:
        lines = [_card_line(browser, site, camera, 0, tries)]
        for number in range(many):
            camera.event(minutes_ago(3 + number), pictures=1 if number < 60 else 0, number=number)
        lines.append(_card_line(browser, site, camera, many, tries))
        lines += _first_paint(browser, site, 3 if quick else 7)
        lines += _keys(browser, site, 20 if quick else 60)
    return [*lines, _bytes()]


@contextmanager
def _site(folder: Path) -> Iterator[tuple[Site, SeededCamera]]:
    with Site(folder / "site") as site:
        site.start_server()
        site.create_owner()
        site.sign_in()
        camera = SeededCamera(site, "Porch")
        yield site, camera
        camera.close()


def _page(browser: Browser, site: Site, throttled: bool = False) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies(cookies_of(site))
    context.add_init_script(_VITALS)
    page = context.new_page()
    if throttled:
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", _FAST_4G)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(site.url)
    page.get_by_role("heading", level=1).wait_for()
    return page


def _card_line(browser: Browser, site: Site, camera: SeededCamera, present: int, tries: int) -> Line:
    page = _page(browser, site)
    page.wait_for_timeout(1500)
    shown = -1
    # The whole list is in the page's memory before it is measured.
    while present and shown != (shown := page.evaluate("() => document.documentElement.scrollHeight")):
        page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
        page.wait_for_timeout(700)
    page.evaluate("() => scrollTo(0, 0)")
    page.wait_for_timeout(_IDLE_SECONDS * 1000)
    page.evaluate(_WATCH)
    took = []
    for _ in range(tries):
        identity = camera.event(minutes_ago(0), pictures=0)
        answered = time.time() * 1000
        page.wait_for_function("id => window.painted[id]", arg=identity, timeout=20_000)
        took.append(max(0.0, page.evaluate("id => window.painted[id]", identity) - answered))
        page.wait_for_timeout(150)
    page.context.close()
    median, worst = statistics.median(took), sorted(took)[int(len(took) * 0.95)]
    what = f"ingest answered to card painted, {present:,} events in the list, {tries} times"
    return Line("28", what, f"median {median:.0f} ms, p95 {worst:.0f} ms", f"<= {CARD_MS} ms", median <= CARD_MS)


def _first_paint(browser: Browser, site: Site, tries: int) -> list[Line]:
    lines = []
    for throttled, limit in ((False, LCP_MS), (True, LCP_THROTTLED_MS)):
        found: list[dict[str, Any]] = []
        for _ in range(tries):
            page = _page(browser, site, throttled)
            page.locator("article[data-alert-id] img").first.wait_for(timeout=60_000)
            page.wait_for_timeout(1200)
            found.append(page.evaluate("() => vitals"))
            page.context.close()
        paint = statistics.median(one["lcp"] for one in found)
        where = "Fast 4G (9 Mbit/s, 165 ms), processor 4x slower" if throttled else "same machine"
        what = f"largest contentful paint, empty cache, {where}, median of {tries}"
        lines.append(Line("28", what, f"{paint:.0f} ms", f"<= {limit} ms", paint <= limit))
        shift = max(one["cls"] for one in found)
        lines.append(Line("28", f"cumulative layout shift, {where}, worst", f"{shift:.3f}", f"<= {CLS}", shift <= CLS))
    return lines


def _keys(browser: Browser, site: Site, presses: int) -> list[Line]:
    page = _page(browser, site)
    page.locator("article[data-alert-id]").first.wait_for()
    page.wait_for_timeout(1000)
    page.keyboard.press("j")
    tools = page.context.new_cdp_session(page)
    # Time of the processor, not of the clock: that holds on a busy machine, too.
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = _task_seconds(tools)
    for _ in range(presses):
        page.keyboard.press("e")
        page.wait_for_timeout(120)
    spent = (_task_seconds(tools) - before) / presses * 1000
    keys: list[float] = page.evaluate("() => vitals.keys")
    page.context.close()
    # What took less than 16 ms is not reported by the browser: it stands in at 16.
    every = sorted(keys + [16.0] * max(0, presses - len(keys)))
    value = every[int(len(every) * 0.75)]
    what = f"interaction to next paint, p75 of {presses} reviews by key"
    return [
        Line("28", what, f"{value:.0f} ms (worst {every[-1]:.0f})", f"<= {INP_MS} ms", value <= INP_MS),
        Line("28", "main thread, processor time for one review by key, all that follows from it", f"{spent:.1f} ms"),
    ]


def _task_seconds(tools: CDPSession) -> float:
    metrics = tools.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


def _bytes() -> Line:
    node = ROOT / ".venv" / "nodejs" / "bin" / "node"
    program = [str(node if node.exists() else "node"), "scripts/check-budget.mjs"]
    done = subprocess.run(program, cwd=ROOT / "client", capture_output=True, text=True, check=False)
    first = next((line for line in done.stdout.splitlines() if "initial script" in line), "")
    kilobytes = float(first.split()[3]) if first else float("nan")
    measured = (
        f"{kilobytes:.1f} kB gz; Frigate 0.18: {FRIGATE_KB} kB (built 2026-11-22), {FRIGATE_KB / kilobytes:.1f} x"
    )
    return Line("26", "script that a first visit loads", measured, "<= 125 kB gz", kilobytes <= 125)
