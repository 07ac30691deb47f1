"""Calls to addresses that a person typed (webhooks, push services, mail servers, brokers): never into the server's own
networks, unless an admin has allowed it.

The name is looked up once, every address that it has is checked, and the connection goes to a checked address: a name that
changes its address in between gains nothing. Redirects are not followed, and no proxy of the environment is used.
"""

import asyncio
import ipaddress
import socket
import typing
from collections.abc import Iterable
from urllib.parse import urlsplit

import httpcore
import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class OutboundRefused(httpx.ConnectError):
    """The address is in one of the server's own networks, and no admin has allowed it."""


class Allowed:
    """What an admin has allowed beyond the public internet: networks, addresses, and names whatever they resolve to."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        """Raises nothing: a word that is no network is a name."""
        self._networks: list[Network] = []
        self._names: set[str] = set()
        for word in words:
            try:
                self._networks.append(ipaddress.ip_network(word, strict=False))
            except ValueError:
                self._names.add(word.lower().rstrip("."))

    def name(self, host: str) -> bool:
        return host.lower().rstrip(".") in self._names

    def address(self, address: Address) -> bool:
        """Whether it is public, or allowed. An IPv4 address inside an IPv6 one counts as itself."""
        inner = _inner(address)
        if any(inner in network for network in self._networks if network.version == inner.version):
            return True
        return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)

    async def resolve(self, host: str, port: int, timeout: float | None) -> Address:
        """The address to connect to. Raises `OutboundRefused` when any that the name has is neither public nor allowed,
        `httpcore.ConnectError` when it has none within `timeout` seconds."""
        addresses = await _look_up(host, port, timeout)
        if not self.name(host) and not all(map(self.address, addresses)):
            raise OutboundRefused(f"{host} is an address of the server's own networks: an admin may allow it.")
        return addresses[0]


def check_url(url: str) -> str:
    """The address as it may be kept. Raises ValueError saying what is wrong; where it leads is checked with each call."""
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address that begins with https:// or http://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user or a password")
    if parts.port == 0:
        raise ValueError("must not name port 0")
    return parts.geturl()


def outbound_client(allowed: Allowed, *, timeout: httpx.Timeout = _TIMEOUT) -> httpx.AsyncClient:
    """A client whose calls raise `OutboundRefused` for what is neither public nor allowed. Close it after use."""
    transport = httpx.AsyncHTTPTransport(trust_env=False)
    # httpx offers no way to name the backend of its pool.
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=_CheckedBackend(allowed)
    )
    return httpx.AsyncClient(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False)


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: typing.Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        address = await self._allowed.resolve(host, port, timeout)
        return await self._inner.connect_tcp(str(address), port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: typing.Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise OutboundRefused("sockets of this machine are not called")


async def _look_up(host: str, port: int, timeout: float | None) -> list[Address]:
    try:
        async with asyncio.timeout(timeout):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    except (OSError, UnicodeError, TimeoutError) as error:
        raise httpcore.ConnectError(f"{host} cannot be looked up") from error


def _inner(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
