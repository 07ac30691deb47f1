"""Where the channels that do not speak HTTP connect to."""

from collections.abc import Mapping
from typing import Any

import httpcore

from api.notify.port import SEND_SECONDS, Refused, TryLater
from api.outbound import Allowed, OutboundRefused

IN_OWN_NETWORK = "It leads into the server's own network. An admin may allow it: PICAM_ALLOWED_OUTBOUND."


async def host_of(allowed: Allowed, config: Mapping[str, Any], *, by_name: bool) -> str:
    """The host to connect to: an address that was checked, or its name where TLS needs it.

    With TLS a name that changes its address after the check gains nothing: whoever answers needs the name's certificate.
    Raises `Refused` for the server's own networks, `TryLater` when the name is not known now.
    """
    host: str = config["host"]
    try:
        address = await allowed.resolve(host, config["port"], SEND_SECONDS / 2)
    except OutboundRefused as error:
        raise Refused(IN_OWN_NETWORK) from error
    except httpcore.ConnectError as error:
        raise TryLater(f"{host} cannot be looked up.") from error
    return host if by_name else str(address)
