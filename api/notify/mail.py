"""E-mail with the picture inside. Mails of one thread stand together, by their `References`."""

from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formatdate
from html import escape
from typing import Any

import aiosmtplib

from api.notify.port import SEND_SECONDS, Gone, Message, Receipt, Refused, TryLater
from api.notify.reach import host_of
from api.outbound import Allowed

_DOMAIN = "picam.invalid"
_PERMANENT = 500


class MailNotifier:
    """Speaks SMTP to the server that its owner named. A name and a password are sent over TLS only."""

    replaces = False

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed

    async def send(self, config: Mapping[str, Any], message: Message) -> Receipt:
        host = await host_of(self._allowed, config, by_name=config["security"] != "none")
        try:
            await aiosmtplib.send(
                mail_of(config, message),
                hostname=host,
                port=config["port"],
                username=config.get("username") or None,
                password=config.get("password") or None,
                use_tls=config["security"] == "tls",
                start_tls=config["security"] == "starttls",
                timeout=SEND_SECONDS,
            )
        except aiosmtplib.SMTPAuthenticationError as error:
            raise Gone("The mail server does not accept this name and password.", error.code) from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise Refused("The mail server does not take mail for this address.") from error
        except aiosmtplib.SMTPResponseException as error:
            kind = Refused if error.code >= _PERMANENT else TryLater
            raise kind(f"The mail server answered {error.code}: {error.message[:120]}", error.code) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TryLater(f"The mail server could not be reached: {type(error).__name__}.") from error
        return Receipt()


def mail_of(config: Mapping[str, Any], message: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = config["sender"]
    mail["To"] = config["recipient"]
    mail["Subject"] = message.title
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{message.id}@{_DOMAIN}>"
    mail["References"] = f"<{message.thread_id}@{_DOMAIN}>"
    mail["Auto-Submitted"] = "auto-generated"
    words = [message.text, *([message.link] if message.link else [])]
    mail.set_content("\n\n".join(words) + "\n")
    if message.picture is not None:
        link = f'<p><a href="{escape(message.link)}">{escape(message.link)}</a></p>' if message.link else ""
        mail.add_alternative(
            f'<p>{escape(message.text)}</p><p><img src="cid:{message.id}" alt="{escape(message.title)}"></p>{link}',
            subtype="html",
        )
        page = mail.get_payload()[1]  # type: ignore[index]
        page.add_related(message.picture, "image", "jpeg", cid=f"<{message.id}>", filename="event.jpg")  # type: ignore[union-attr]
    return mail
