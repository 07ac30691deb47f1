"""How the started server speaks https: its own identity, and a certificate that is renewed while it runs."""

import asyncio
import logging
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

from api.addresses import host_names, own_addresses
from api.settings import Settings, words_of
from api.tls import ServerIdentity, own_identity

_LOOK_EVERY_SECONDS = 6 * 3600.0
_LOG = logging.getLogger(__name__)


def server_identity(settings: Settings) -> ServerIdentity | None:
    """The server's own identity, made or renewed; None where it speaks plain HTTP. Raises OSError, ValueError."""
    if not settings.serves_tls:
        return None
    public = urlsplit(settings.public_url).hostname
    names = {"localhost", *host_names(), *map(str, own_addresses()), *words_of(settings.allowed_hosts)}
    return own_identity(settings.data_dir / "tls", names | ({public} if public else set()), datetime.now(UTC))


def server_context(identity: ServerIdentity) -> ssl.SSLContext:
    """TLS 1.2 or newer, for a server that is this identity."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(identity.certificate_file, identity.key_file)
    return context


async def keep_renewed(settings: Settings, identity: ServerIdentity, context: ssl.SSLContext) -> None:
    """Until cancelled: new connections get a new certificate before the old one runs out. Cameras trust the authority
    that signs both, so they notice nothing."""
    while True:
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        if not identity.is_due(datetime.now(UTC)):
            continue
        try:
            renewed = await asyncio.to_thread(server_identity, settings)
            if renewed is not None:
                context.load_cert_chain(renewed.certificate_file, renewed.key_file)
                identity = renewed
        except (OSError, ValueError):
            _LOG.exception("certificate_not_renewed")
