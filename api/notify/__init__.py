"""Ways to reach a person, behind the port `Notifier`. The adapters know nothing of each other nor of who is told what."""

from api.notify.port import SEND_SECONDS, Gone, Message, Notifier, NotSent, Receipt, Refused, TryLater

__all__ = ["SEND_SECONDS", "Gone", "Message", "NotSent", "Notifier", "Receipt", "Refused", "TryLater"]
