"""Web Push: RFC 8030 (delivery), 8291 (encryption), 8292 (VAPID). The push service sees nothing but the size."""

import base64
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from api.notify.http import HttpSender, receipt
from api.notify.port import Message, Receipt

LARGEST_TEXT_BYTES = 3_993
"""What fits into the 4,096 bytes that every push service takes, once encrypted."""
_TOKEN_LASTS_SECONDS = 12 * 3600


class WebPushNotifier:
    """Sends to one browser's subscription. `private_pem` gives the site's VAPID key; `contact` is a mailto: or https:
    address that a push service may write to."""

    replaces = True

    def __init__(self, sender: HttpSender, private_pem: Callable[[], Awaitable[bytes]], contact: str) -> None:
        self._sender = sender
        self._private_pem = private_pem
        self._contact = contact
        self._tokens: dict[str, tuple[float, str]] = {}

    async def send(self, config: Mapping[str, Any], message: Message) -> Receipt:
        headers = {
            "authorization": await self._token(config["endpoint"]),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            # A phone that sleeps gets it when it wakes, and of one thread only the last.
            "ttl": str(message.expires_in_seconds),
            "urgency": "high" if message.urgent else "normal",
            "topic": base64.urlsafe_b64encode(message.thread_id.bytes).rstrip(b"=").decode(),
        }
        body = encrypt(payload_of(message), config["p256dh"], config["auth"])
        return receipt(await self._sender.send("POST", config["endpoint"], content=body, headers=headers))

    async def _token(self, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        origin = f"{parts.scheme}://{parts.netloc}"
        now = time.time()
        until, token = self._tokens.get(origin, (0.0, ""))
        if until - now < _TOKEN_LASTS_SECONDS / 2:
            until = now + _TOKEN_LASTS_SECONDS
            claims = {"aud": origin, "exp": int(until), "sub": self._contact}
            # Imported here, with cryptography below it: an installation without push does without.
            from py_vapid import Vapid02

            token = Vapid02.from_pem(await self._private_pem()).sign(claims)["Authorization"]
            self._tokens[origin] = (until, token)
        return token


def payload_of(message: Message) -> bytes:
    """What the service worker is told: enough to show the notification without asking the server."""
    body = {
        "id": message.id,
        "phase": message.phase.value,
        "thread_id": message.thread_id,
        "title": message.title,
        "text": message.text,
        "path": message.path,
        "silent": not message.urgent,
        "alert_id": None if message.alert is None else message.alert["id"],
        "camera_id": None if message.alert is None else message.alert["camera_id"],
        "timestamp": None if message.alert is None else message.alert["timestamp"],
        "key_image_id": None if message.alert is None else message.alert["key_image_id"],
    }
    encoded = orjson.dumps(body)
    if len(encoded) > LARGEST_TEXT_BYTES:
        encoded = orjson.dumps({**body, "title": message.title[:100], "text": message.text[:400]})
    return encoded


def encrypt(payload: bytes, p256dh: str, auth: str) -> bytes:
    """The payload for the browser that made these keys (base64url, as its subscription gives them)."""
    import http_ece
    from cryptography.hazmat.primitives.asymmetric import ec

    encrypted: bytes = http_ece.encrypt(
        payload,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_bytes_of(p256dh),
        auth_secret=_bytes_of(auth),
        version="aes128gcm",
    )
    return encrypted


def _bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
