"""Who may knock at all, plain ASGI: only the trusted proxies where there are some, and only by names that are ours."""

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.addresses import host_names
from api.errors import DomainError, Forbidden, Misdirected
from api.routers.guards import refuse
from api.settings import Settings, words_of

Network = IPv4Network | IPv6Network


def behind_proxies(app: ASGIApp, settings: Settings) -> ASGIApp:
    """`app`, for those alone that come by a trusted proxy, which says who they are; `app` itself where there is none."""
    proxies = words_of(settings.trusted_proxies)
    if not proxies:
        return app
    believing: ASGIApp = ProxyHeadersMiddleware(app, trusted_hosts=proxies)  # type: ignore[arg-type, assignment]
    return _ProxiesOnly(believing, [ip_network(word, strict=False) for word in proxies])


class _ProxiesOnly:
    """Between server and proxy nothing is encrypted: whoever else comes this way is sent to the proxy."""

    def __init__(self, app: ASGIApp, proxies: Collection[Network]) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and not self._may_knock(scope):
            await refuse(
                Forbidden("not_by_the_proxy", "This server is reached by its proxy only: call the proxy's address."),
                scope,
                receive,
                send,
            )
            return
        await self._app(scope, receive, send)

    def _may_knock(self, scope: Scope) -> bool:
        try:
            address = ip_address(scope["client"][0])
        except (KeyError, TypeError, ValueError):
            return False
        return address.is_loopback or any(address in network for network in self._proxies)


class AllowedHosts:
    """`Host` must be a name of ours, or no name that somebody else could have made point here (DNS rebinding): an address,
    or a single word, which only the local network knows."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        public = urlsplit(settings.public_url).hostname
        allowed = {*host_names(), *(word.lower() for word in words_of(settings.allowed_hosts))}
        self._allowed = allowed | ({public} if public else set())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"} and not self._is_ours(Headers(scope=scope).getlist("host")):
            await refuse(_MISDIRECTED, scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, hosts: list[str]) -> bool:
        # Only a program speaks without `Host`, and none can be made to by a page.
        return len(hosts) == 0 or (len(hosts) == 1 and self._is_allowed(hosts[0]))

    def _is_allowed(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        name = name.rstrip(".")
        if name in self._allowed or name.endswith(".localhost"):
            return True
        try:
            ip_address(name)
        except ValueError:
            return name.isascii() and name.replace("-", "").replace("_", "").isalnum()
        return True


_MISDIRECTED: DomainError = Misdirected(
    "unknown_host", "This server is not known by this name: add it to PICAM_ALLOWED_HOSTS, or use its address."
)
