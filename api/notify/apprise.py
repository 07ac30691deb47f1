"""Apprise: the hundred services that have no adapter of their own. An optional extra of the package."""

import asyncio
from collections.abc import Mapping
from typing import Any

from api.notify.port import SEND_SECONDS, Message, Receipt, Refused, TryLater


class AppriseNotifier:
    """Hands one message to one Apprise address. Its plugins block, so each call has a thread of its own."""

    replaces = False

    async def send(self, config: Mapping[str, Any], message: Message) -> Receipt:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                taken = await asyncio.to_thread(_notify, config["url"], message)
        except TimeoutError as error:
            raise TryLater("The service did not answer in time.") from error
        if not taken:
            raise TryLater("The service did not take the message; the server's log has what Apprise says.")
        return Receipt()


def _notify(url: str, message: Message) -> bool:
    try:
        import apprise
        from apprise.attachment.memory import AttachMemory
    except ImportError as error:
        raise Refused("Apprise is not installed on this server: see docs/guide/notifications/apprise.md.") from error
    target = apprise.Apprise()
    if not target.add(url):
        raise Refused("Apprise does not know this kind of address.")
    body = "\n".join(part for part in (message.text, message.link) if part)
    attach = None
    if message.picture is not None:
        attach = apprise.AppriseAttachment()
        attach.add(AttachMemory(content=message.picture, name="event.jpg", mimetype="image/jpeg"))  # type: ignore[no-untyped-call]
    return bool(target.notify(body=body, title=message.title, attach=attach))
