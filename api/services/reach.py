"""Where cameras reach this server, and by what they know that it is this one."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from api.addresses import is_loopback, reachable_address
from api.settings import Settings
from api.tls import ServerIdentity


@dataclass(frozen=True, slots=True)
class Reach:
    """`reachable` is False where only cameras on the server's own machine get through."""

    server: str
    reachable: bool
    pin: str | None
    ca_pem: str | None


def reach(settings: Settings, identity: ServerIdentity | None, asked_as: str) -> Reach:
    """`asked_as` is the origin under which an admin has this server's page open, such as `https://192.168.1.10:8000`.

    What works for the admin's browser works for a camera beside it, unless it is the server's own machine.
    """
    pin, ca_pem = (None, None) if identity is None else (identity.pin, identity.ca_pem)
    if settings.public_url:
        return Reach(settings.public_url, True, None, None)
    parts = urlsplit(asked_as)
    host = parts.hostname or "localhost"
    if not is_loopback(host):
        return Reach(asked_as, True, pin, ca_pem)
    address = None if is_loopback(settings.host) else reachable_address()
    if address is None:
        return Reach(asked_as, False, pin, ca_pem)
    shown = f"[{address}]" if address.version == 6 else str(address)
    port = "" if parts.port is None else f":{parts.port}"
    return Reach(f"{parts.scheme}://{shown}{port}", True, pin, ca_pem)
