"""Runs the application under uvicorn and says, in plain words, where it is and what to do next."""

import asyncio
import errno
import gc
import socket
import ssl
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from api.addresses import reachable_address
from api.http_protocol import BoundedHttp
from api.https import keep_renewed, server_context, server_identity
from api.log import configure_logging
from api.main import create_app
from api.routers.edge import behind_proxies
from api.services.accounts import Accounts
from api.services.live_unit import LONGEST_UNIT_BYTES
from api.settings import Settings

_BACKLOG = 2048
_FINISH_SECONDS = 20


class CannotStart(Exception):
    """Why the server does not start, as a sentence for the person at the terminal."""


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM and finish what was accepted. Raises `CannotStart`."""
    configure_logging(settings.log_level, as_json=settings.log_format == "json")
    try:
        identity = server_identity(settings)
    except (OSError, ValueError) as error:
        raise CannotStart(f"the server's own certificate cannot be made: {error}") from error
    context = None if identity is None else server_context(identity)
    listener = _listen(settings)
    app = create_app(settings, identity=identity)
    config = uvicorn.Config(
        behind_proxies(app, settings),
        # Entered by us, so that what keeps it from starting can be said in a sentence.
        lifespan="off",
        # Its records take the same form as ours, by the root logger.
        log_config=None,
        log_level="warning",
        access_log=False,
        # Believed of the proxies that the settings name, and of nobody else: `behind_proxies`.
        proxy_headers=False,
        ssl_context_factory=None if context is None else lambda _config, _default: context,
        server_header=False,
        # Measured: deflate doubles the CPU of a broadcast and adds 40 KB a viewer.
        ws_per_message_deflate=False,
        ws_max_size=LONGEST_UNIT_BYTES,
        timeout_graceful_shutdown=_FINISH_SECONDS,
        http=BoundedHttp,
    )
    server = _Server(config, settings, listener)
    with listener, asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(server, app, listener, context))


async def _serve(server: "_Server", app: FastAPI, listener: socket.socket, context: ssl.SSLContext | None) -> None:
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(app.router.lifespan_context(app))
        except (OSError, ValueError) as error:
            raise CannotStart(str(error)) from error
        except SQLAlchemyError as error:
            raise CannotStart(f"the database does not answer: {getattr(error, 'orig', error)}") from error
        if context is not None:
            renewing = asyncio.create_task(keep_renewed(server.settings, app.state.identity, context))
            stack.callback(renewing.cancel)
        await server.serve(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn, which announces itself once it answers."""

    def __init__(self, config: uvicorn.Config, settings: Settings, listener: socket.socket) -> None:
        super().__init__(config)
        self.settings = settings
        self._listener = listener

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        with super().capture_signals():
            yield
            # It has ended as it was asked to. uvicorn would now send itself the signal again, unhandled, and a clean
            # end would look like a crash to whoever started it.
            self._captured_signals.clear()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and not self.should_exit:
            _calm_garbage_collection()
            accounts: Accounts = self.config.app.state.services.accounts  # type: ignore[union-attr]
            await announce(self.settings, self._listener.getsockname()[1], accounts)


def _calm_garbage_collection() -> None:
    """Leave out of every collection what was made at the start and stays, and collect less often.

    Measured at 1,000 viewers: the usual thresholds take a quarter of the CPU and stop everything for a second at times.
    `python -m api` starts with collection turned off.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 50)


async def announce(settings: Settings, port: int, accounts: Accounts) -> None:
    """Print the address and, before there is an owner, the one-time code."""
    # What can be typed on this machine, whichever of its addresses are listened on.
    everywhere_or_here = {"127.0.0.1", "::1", "0.0.0.0", "::"}  # noqa: S104 - compared, not bound
    host = "localhost" if settings.host in everywhere_or_here else settings.host
    scheme = "https" if settings.serves_tls else "http"
    print(f"Pi Security Camera is ready: {scheme}://{host}:{port}", flush=True)
    if settings.serves_tls:
        address = reachable_address() or "address-of-this-machine"
        print(
            f"From other machines: https://{address}:{port} (the browser asks once whether it trusts it).", flush=True
        )
    code = await accounts.offer_setup()
    if code is None:
        return
    print("First start: open that address on this machine and choose your name and password.", flush=True)
    print(f"From another machine the page asks for this one-time code: {code}", flush=True)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            reason = f"port {settings.port} is taken: stop what listens there, or choose another with PICAM_PORT=8001."
        else:
            reason = f"PICAM_HOST={settings.host} is no address of this machine: {error.strerror}."
        raise CannotStart(reason) from error
    listener.listen(_BACKLOG)
    listener.setblocking(False)
    return listener
