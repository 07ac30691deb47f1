"""A signed POST of JSON, after the Standard Webhooks specification: `webhook-id`, `webhook-timestamp`, `webhook-signature`."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson

from api.clock import SECOND, Clock
from api.notify.http import HttpSender, receipt
from api.notify.port import Message, Receipt


class WebhookNotifier:
    """Gives the alert itself, so that a program can act on it. The receiver collapses by `thread_id`."""

    replaces = True

    def __init__(self, sender: HttpSender, clock: Clock) -> None:
        self._sender = sender
        self._clock = clock

    async def send(self, config: Mapping[str, Any], message: Message) -> Receipt:
        body = orjson.dumps(
            {
                "type": message.phase.value,
                "id": message.id,
                "thread_id": message.thread_id,
                "title": message.title,
                "text": message.text,
                "link": message.link,
                "camera_name": message.camera_name,
                "alert": message.alert,
            }
        )
        at = str(self._clock.now() // SECOND)
        headers = {
            "content-type": "application/json",
            "webhook-id": str(message.id),
            "webhook-timestamp": at,
            "webhook-signature": sign(config["secret"], str(message.id), at, body),
        }
        answer = await self._sender.send("POST", config["url"], gone=frozenset({410}), content=body, headers=headers)
        return receipt(answer)


def sign(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body` under the secret."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()
