"""T10, request forgery by the server: an address that a person typed never leads into the server's own networks."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from api.outbound import Allowed, OutboundRefused, check_url, outbound_client

OWN = [
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://0x7f000001:{port}/",
    "http://2130706433:{port}/",
    "http://127.1:{port}/",
    "http://0.0.0.0:{port}/",
    "http://[::]:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://[fd00::1]/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
]


class Listener:
    """Counts who connects, and redirects whoever asks."""

    def __init__(self) -> None:
        self.connections = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 302 X\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    made = Listener()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize("url", OWN)
async def test_own_networks_are_not_called(listener: Listener, url: str) -> None:
    async with outbound_client(Allowed()) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(url.format(port=listener.port))
    assert listener.connections == 0


async def test_the_refusal_says_that_an_admin_may_allow_it(listener: Listener) -> None:
    async with outbound_client(Allowed()) as client:
        with pytest.raises(OutboundRefused, match="an admin may allow it"):
            await client.get(f"http://127.0.0.1:{listener.port}/")


@pytest.mark.parametrize("word", ["127.0.0.1", "127.0.0.0/8", "localhost"])
async def test_what_an_admin_allowed_is_called_and_a_redirect_is_not_followed(listener: Listener, word: str) -> None:
    async with outbound_client(Allowed([word])) as client:
        host = "localhost" if word == "localhost" else "127.0.0.1"
        response = await client.get(f"http://{host}:{listener.port}/")
    assert (response.status_code, listener.connections) == (302, 1)


async def test_a_name_that_changes_its_address_gains_nothing(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked up once: the address that was checked is the one that is connected to."""
    answers = iter(["203.0.113.7", "127.0.0.1", "127.0.0.1"])
    asked: list[str] = []

    async def getaddrinfo(_loop: Any, host: str, port: int, **_options: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(type(asyncio.get_running_loop()), "getaddrinfo", getaddrinfo)
    async with outbound_client(Allowed(), timeout=httpx.Timeout(0.3)) as client:
        with pytest.raises(httpx.TransportError):
            await client.get(f"http://changing.example:{listener.port}/")
    assert "changing.example" in asked
    assert listener.connections == 0


async def test_one_private_address_among_public_ones_is_enough_to_refuse(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def getaddrinfo(_loop: Any, _host: str, port: int, **_options: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (word, port)) for word in ("93.184.215.14", "127.0.0.1")]

    monkeypatch.setattr(type(asyncio.get_running_loop()), "getaddrinfo", getaddrinfo)
    async with outbound_client(Allowed()) as client:
        with pytest.raises(OutboundRefused):
            await client.get(f"http://two.example:{listener.port}/")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/", "gopher://x/", "//x", "http://", "http://a:b@example.org/", "x"]
)
def test_only_plain_addresses_are_kept(url: str) -> None:
    with pytest.raises(ValueError, match="must"):
        check_url(url)


def test_a_good_address_is_kept() -> None:
    assert check_url(" https://example.org/hook?x=1 ") == "https://example.org/hook?x=1"
