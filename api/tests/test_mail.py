"""E-mail to a real SMTP server: the picture inside, threads, refusals, and no password in clear."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from api.clock import FakeClock
from api.tests.channels import add_channel, try_channel
from api.tests.support import CameraAccess, Server, jpeg, raise_alert, running, upload


class Postbox:
    """What a mail server was handed; `answer` is what it says to a mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.passwords: list[object] = []
        self.answer = "250 OK"

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.answer.startswith("250"):
            content = cast(bytes, envelope.content)
            self.mails.append(message_from_bytes(content, policy=policy.default))
        return self.answer

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        self.passwords.append(data)
        return AuthResult(success=False, handled=False)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def port(postbox: Postbox) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    options: dict[str, Any] = {"auth_require_tls": False, "authenticator": postbox.authenticate}
    controller = Controller(postbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    yield port
    controller.stop()


@pytest.fixture
async def server(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Server]:
    async with running(tmp_path, clock=clock, allowed_outbound="127.0.0.1") as started:
        yield started


async def add_mail(client: httpx.AsyncClient, port: int, **more: str) -> str:
    config: dict[str, object] = {"kind": "email", "host": "127.0.0.1", "port": port, "security": "none", **more}
    return await add_channel(client, **config, sender="yard@example.org", recipient="ann@example.org")


async def test_an_alert_is_a_mail_with_its_picture_inside(
    as_owner: httpx.AsyncClient,
    as_camera: httpx.AsyncClient,
    camera: CameraAccess,
    clock: FakeClock,
    postbox: Postbox,
    port: int,
) -> None:
    await add_mail(as_owner, port)
    picture = jpeg(seed=4)
    alert = await raise_alert(as_camera, camera, clock, type="person")
    await upload(as_camera, camera, picture, clock, alert_id=alert["id"])
    async with asyncio.timeout(30):
        while not postbox.mails:
            clock.advance(0.2)  # It waits a second for the picture.
            await asyncio.sleep(0.05)
    (mail,) = postbox.mails
    assert (mail["Subject"], mail["To"]) == ("Person - Porch", "ann@example.org")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["References"]
    page = cast(EmailMessage, mail.get_body(("html",)))
    images = [part for part in mail.walk() if part.get_content_type() == "image/jpeg"]
    assert len(images) == 1
    assert str(images[0]["Content-ID"]).strip("<>") in page.get_content()
    assert cast(bytes, images[0].get_payload(decode=True)).startswith(b"\xff\xd8\xff")


async def test_a_refusal_is_told_in_words(as_owner: httpx.AsyncClient, postbox: Postbox, port: int) -> None:
    channel = await add_mail(as_owner, port)
    postbox.answer = "554 No spam here"
    found = await try_channel(as_owner, channel)
    assert (found["state"], found["http_status"]) == ("dead", 554)
    assert "No spam here" in found["last_error"]


async def test_a_password_is_never_sent_in_clear(as_owner: httpx.AsyncClient, postbox: Postbox, port: int) -> None:
    config = {"kind": "email", "host": "127.0.0.1", "port": port, "security": "none", "username": "ann"}
    config |= {"password": "secret", "sender": "a@example.org", "recipient": "b@example.org"}
    answer = await as_owner.post("/notifications/channels", json={"name": "Mail", "config": config})
    assert answer.status_code == 422
    await try_channel(as_owner, await add_mail(as_owner, port, security="starttls", username="ann", password="secret"))
    assert postbox.passwords == [], "this server offers no TLS"


async def test_a_server_in_the_own_network_is_not_called_unless_allowed(
    tmp_path: Path, clock: FakeClock, postbox: Postbox, port: int
) -> None:
    async with running(tmp_path, clock=clock) as careful:
        client = careful.client(careful.add_person())
        found = await try_channel(client, await add_mail(client, port))
    assert (found["state"], postbox.mails) == ("dead", [])
    assert "PICAM_ALLOWED_OUTBOUND" in found["last_error"]
