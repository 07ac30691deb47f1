"""MQTT: the message as JSON at QoS 1, not retained, and the picture beside it."""

from collections.abc import Mapping
from typing import Any

import orjson

from api.notify.port import SEND_SECONDS, Gone, Message, Receipt, TryLater
from api.notify.reach import host_of
from api.outbound import Allowed

_BAD_PASSWORD = {4, 5, 134, 135}


class MqttNotifier:
    """Publishes to `<topic>` and `<topic>/picture` of one broker, over a connection of its own for each message."""

    replaces = True

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed

    async def send(self, config: Mapping[str, Any], message: Message) -> Receipt:
        import aiomqtt

        host = await host_of(self._allowed, config, by_name=bool(config.get("tls")))

        body = {
            "id": message.id,
            "type": message.phase.value,
            "thread_id": message.thread_id,
            "title": message.title,
            "text": message.text,
            "link": message.link,
            "camera_name": message.camera_name,
            "alert": message.alert,
        }
        try:
            async with aiomqtt.Client(
                host,
                config["port"],
                username=config.get("username") or None,
                password=config.get("password") or None,
                tls_params=aiomqtt.TLSParameters() if config.get("tls") else None,
                timeout=SEND_SECONDS / 2,
            ) as client:
                if message.picture is not None:
                    await client.publish(f"{config['topic']}/picture", message.picture, qos=1)
                await client.publish(config["topic"], orjson.dumps(body), qos=1)
        except aiomqtt.MqttCodeError as error:
            # A number with MQTT 3.1.1's answers, an object with MQTT 5's.
            if getattr(error.rc, "value", error.rc) in _BAD_PASSWORD:
                raise Gone("The broker does not accept this name and password.") from error
            raise TryLater(f"The broker could not be reached: {error}.") from error
        except (aiomqtt.MqttError, OSError) as error:
            raise TryLater("The broker could not be reached.") from error
        return Receipt()
