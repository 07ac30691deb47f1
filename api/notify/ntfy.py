"""ntfy: a free server or one of one's own. With a picture the picture is the body and the words are headers."""

from collections.abc import Mapping
from email.header import Header
from typing import Any

from api.notify.http import HttpSender, receipt
from api.notify.port import Message, Receipt

_URGENT, _NORMAL, _QUIET = "5", "3", "2"


class NtfyNotifier:
    """Publishes to one topic of one server."""

    replaces = False

    def __init__(self, sender: HttpSender) -> None:
        self._sender = sender

    async def send(self, config: Mapping[str, Any], message: Message) -> Receipt:
        headers = {
            "title": _header(message.title),
            "priority": _URGENT if message.urgent else _NORMAL,
            "tags": "camera",
            # The server keeps one message an id.
            "x-sequence-id": str(message.thread_id),
        }
        if message.link is not None:
            headers["click"] = message.link
            headers["actions"] = f"view, Open, {message.link}"
        if config.get("token"):
            headers["authorization"] = f"Bearer {config['token']}"
        content = message.text.encode()
        if message.picture is not None:
            headers |= {"message": _header(message.text), "filename": "event.jpg"}
            content = message.picture
        url = f"{config['server'].rstrip('/')}/{config['topic']}"
        answer = await self._sender.send("PUT", url, gone=frozenset({401, 403}), content=content, headers=headers)
        return receipt(answer)


def _header(text: str) -> str:
    """Text beyond ASCII as RFC 2047, which ntfy decodes, on one line."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=10_000).encode(linesep="")
