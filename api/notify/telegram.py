"""Telegram's bot interface: a photo with a caption, or a text."""

from collections.abc import Mapping
from typing import Any

import orjson

from api.notify.http import HttpSender, receipt
from api.notify.port import Message, Receipt

_LONGEST_CAPTION = 1024
API = "https://api.telegram.org"


class TelegramNotifier:
    """Sends to one chat. `api` is the service's address, another one where somebody runs a relay of their own."""

    replaces = False

    def __init__(self, sender: HttpSender, api: str = API) -> None:
        self._sender = sender
        self._api = api

    async def send(self, config: Mapping[str, Any], message: Message) -> Receipt:
        words = "\n".join(part for part in (message.title, message.text, message.link) if part)
        fields: dict[str, Any] = {"chat_id": config["chat_id"], "disable_notification": not message.urgent}
        request: dict[str, Any]
        if message.picture is None:
            method, request = "sendMessage", {"json": {**fields, "text": words}}
        else:
            form = {
                name: value if isinstance(value, str) else orjson.dumps(value).decode()
                for name, value in fields.items()
            }
            request = {
                "data": {**form, "caption": words[:_LONGEST_CAPTION]},
                "files": {"photo": ("event.jpg", message.picture, "image/jpeg")},
            }
            method = "sendPhoto"
        # 401: the bot's token; 403: the bot was thrown out of the chat.
        url = f"{self._api}/bot{config['token']}/{method}"
        return receipt(await self._sender.send("POST", url, gone=frozenset({401, 403, 404}), **request))
