"""Wires the channels' adapters into the services that decide who is told what."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from api.clock import Clock
from api.db import Database
from api.db.keyset import CursorSeal
from api.models import ChannelKind, ImageRecord
from api.notify import Notifier
from api.notify.apprise import AppriseNotifier
from api.notify.http import HttpSender
from api.notify.mail import MailNotifier
from api.notify.mqtt import MqttNotifier
from api.notify.ntfy import NtfyNotifier
from api.notify.telegram import TelegramNotifier
from api.notify.web_push import WebPushNotifier
from api.notify.webhook import WebhookNotifier
from api.outbound import Allowed, outbound_client
from api.services.notifications.channels import Channels
from api.services.notifications.delivery import DeliveryWorker
from api.services.notifications.log import NotificationLog
from api.services.notifications.preferences import Preferences
from api.services.notifications.push_key import PushKey
from api.services.notifications.secret_box import open_secret_box
from api.services.notifications.teller import Teller
from api.settings import Settings


@dataclass(frozen=True, slots=True)
class Notifications:
    """What the routes use, and the worker."""

    channels: Channels
    preferences: Preferences
    log: NotificationLog
    push_key: PushKey
    worker: DeliveryWorker
    sender: HttpSender


def open_notifications(
    settings: Settings,
    database: Database,
    clock: Clock,
    seal: CursorSeal,
    teller: Teller,
    read_picture: Callable[[ImageRecord], Awaitable[bytes | None]],
    on_sent: Callable[[str, float], None],
) -> Notifications:
    """Raises OSError or ValueError when the key file cannot be used."""
    box = open_secret_box(settings.resolved_secret_key_file())
    push_key = PushKey(database, box)
    allowed = Allowed(word.strip() for word in settings.allowed_outbound.split(",") if word.strip())
    sender = HttpSender(lambda: outbound_client(allowed))
    contact = settings.public_url or "https://picam.invalid"
    notifiers: dict[str, Notifier] = {
        ChannelKind.WEB_PUSH: WebPushNotifier(sender, push_key.private_pem, contact),
        ChannelKind.NTFY: NtfyNotifier(sender),
        ChannelKind.EMAIL: MailNotifier(allowed),
        ChannelKind.TELEGRAM: TelegramNotifier(sender),
        ChannelKind.WEBHOOK: WebhookNotifier(sender, clock),
        ChannelKind.MQTT: MqttNotifier(allowed),
        ChannelKind.APPRISE: AppriseNotifier(),
    }
    worker = DeliveryWorker(
        database,
        notifiers,
        box,
        clock,
        read_picture=read_picture,
        public_url=settings.public_url or None,
        on_sent=on_sent,
    )
    teller.connect(frozenset(kind for kind, notifier in notifiers.items() if notifier.replaces), worker.wake)
    return Notifications(
        channels=Channels(database, box, clock, worker.wake),
        preferences=Preferences(database, clock),
        log=NotificationLog(database, clock, seal, worker.wake),
        push_key=push_key,
        worker=worker,
        sender=sender,
    )
