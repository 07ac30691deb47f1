"""Web Push from the camera's alert to the notification on a device: a push service of the test's own, the browser's real
service worker. Only the way between the two is not there: browsers take messages from their maker's push service alone."""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect
from py_vapid import Vapid02

from e2e.seeded import SeededCamera, cookies_of, minutes_ago
from e2e.site import Site, wait_until
from e2e.viewer import OUTPUT, Troubles, axe_violations

# What the browser says of its subscription, but for the address: that is the test's own.
SUBSCRIBE = """(made) => {
  PushManager.prototype.getSubscription = async () => null;
  PushManager.prototype.subscribe = async (options) => {
    globalThis.applicationServerKey = [...options.applicationServerKey];
    return { toJSON: () => made };
  };
}"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(
  ({ title, body, tag, image, silent, data, actions }) =>
    ({ title, body, tag, image, silent, data, actions: actions.map(({ action }) => action) }))"""


def text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class PushService:
    """A real HTTP server in the place of the browser maker's, and the keys that the browser would keep to itself."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"sixteen bytes..."
    status: int = 201
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""

    def subscription(self) -> dict[str, Any]:
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"endpoint": f"{self.address}/phone", "keys": {"p256dh": text_of(point), "auth": text_of(self.auth)}}

    def messages(self) -> list[dict[str, Any]]:
        """Everything that came, decrypted as the browser would."""
        return [
            json.loads(http_ece.decrypt(body, private_key=self.private, auth_secret=self.auth, version="aes128gcm"))
            for _, body in self.received
        ]


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    made = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("push") / "site"
    with Site(folder, {"PICAM_ALLOWED_OUTBOUND": "127.0.0.1"}) as site:
        site.start_server()
        site.create_owner()
        site.sign_in()
        yield site


@pytest.fixture(scope="module")
def porch(site: Site) -> Iterator[SeededCamera]:
    camera = SeededCamera(site, "Porch")
    yield camera
    camera.close()


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    with browser.new_context(base_url=site.url, viewport={"width": 390, "height": 844}) as context:
        context.add_cookies(cookies_of(site))
        context.grant_permissions(["notifications"], origin=site.url)
        yield context


class Worker:
    """The page's service worker, as the browser's push client sees it."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self._url = url
        self._ids: list[str] = []
        self._cdp: CDPSession = context.new_cdp_session(page)
        self._cdp.on("ServiceWorker.workerRegistrationUpdated", self._updated)
        self._cdp.send("ServiceWorker.enable")
        while not self._ids:
            page.wait_for_timeout(50)

    def _updated(self, event: dict[str, Any]) -> None:
        self._ids += [one["registrationId"] for one in event["registrations"] if one["scopeURL"] == f"{self._url}/"]

    def gets(self, text: str) -> None:
        to = {"origin": self._url, "registrationId": self._ids[-1], "data": text}
        self._cdp.send("ServiceWorker.deliverPushMessage", to)


def signed_for(header: str, origin: str, application_key: bytes) -> bool:
    """Whether a push service would believe who sent this (RFC 8292)."""
    token, key = (part.split("=", 1)[1] for part in header.removeprefix("vapid ").split(","))
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    sent = base64.urlsafe_b64decode(key + "==")
    return bool(Vapid02.verify(header)) and claims["aud"] == origin and sent == application_key


def test_an_alert_reaches_the_screen_of_a_phone(
    site: Site, porch: SeededCamera, service: PushService, context: BrowserContext
) -> None:
    page = context.new_page()
    troubles = Troubles()
    troubles.watch(page)
    page.goto("/settings/notifications")
    page.evaluate(SUBSCRIBE, service.subscription())
    page.get_by_label("Kind", exact=True).select_option("This browser (push)")
    page.get_by_label("Name").first.fill("Robin's phone")
    page.screenshot(path=OUTPUT / "push-390.png", full_page=True)
    assert axe_violations(page) == []
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Robin's phone").first).to_be_visible()
    application_key = bytes(page.evaluate("() => globalThis.applicationServerKey"))

    event = porch.event(minutes_ago(0.02), kind="person")
    wait_until(lambda: any(one["key_image_id"] for one in service.messages()), "a push with a picture")
    told = next(one for one in service.messages() if one["key_image_id"])
    headers = service.received[0][0]
    assert (told["alert_id"], told["path"]) == (event, f"/events/{event}")
    assert signed_for(headers["authorization"], service.address, application_key)
    assert (headers["ttl"] > "0", headers["urgency"], headers["content-encoding"]) == (True, "high", "aes128gcm")

    worker = Worker(context, page, site.url)
    worker.gets(json.dumps(told))
    (shown,) = wait_until(lambda: page.evaluate(SHOWN), "it is shown")
    assert shown["title"] == told["title"] == "Person - Porch"
    assert shown["actions"] == ["snooze", "not_an_alarm"]
    assert shown["image"].startswith("data:image/jpeg;base64,/9j/")
    assert shown["data"]["path"] == f"/events/{event}"

    def seen() -> bool:
        log = site.owner.get("/notifications", params={"alert_id": event}).json()["items"]
        return any(item["seen_at"] for item in log)

    wait_until(seen, "the server knows that the phone has shown it")
    worker.gets("not a message of ours")
    wait_until(lambda: len(page.evaluate(SHOWN)) == 2, "something is shown for every push")
    assert troubles.found == []


def test_a_browser_that_is_gone_is_said_to_be(site: Site, porch: SeededCamera, service: PushService) -> None:
    """Runs after the one above, whose channel it takes away."""
    service.status = 410
    porch.event(minutes_ago(0.01), kind="vehicle")

    def dead() -> bool:
        return any(item["dead"] for item in site.owner.get("/notifications/channels").json()["items"])

    wait_until(dead, "the channel is dead")
