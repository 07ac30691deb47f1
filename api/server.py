"""Runs the application under uvicorn and says, in plain words, where it is and what to do next."""

import asyncio
import gc
import socket
import sys

import uvicorn

from api.log import configure_logging
from api.main import create_app
from api.services.accounts import Accounts
from api.settings import Settings
from api.storage import open_store

_BACKLOG = 2048
_FINISH_SECONDS = 20


def serve(settings: Settings) -> int:
    """Serve until SIGINT or SIGTERM, finish what was accepted, return the exit code."""
    configure_logging(settings.log_level, as_json=settings.log_format == "json")
    try:
        listener = _listen(settings)
        app = create_app(settings, store=open_store(settings.resolved_storage_url(), settings.storage_public_url))
    except (OSError, ValueError) as error:
        print(f"serve: {_reason(error, settings)}", file=sys.stderr)
        return 1
    config = uvicorn.Config(
        app,
        # Its records take the same form as ours, by the root logger.
        log_config=None,
        log_level="warning",
        access_log=False,
        # Behind no proxy until it is told so: forwarding headers of strangers are not believed.
        proxy_headers=False,
        server_header=False,
        # Measured: deflate doubles the CPU of a broadcast and adds 40 KB a viewer.
        ws_per_message_deflate=False,
        ws_max_size=65_536,
        timeout_graceful_shutdown=_FINISH_SECONDS,
        h11_max_incomplete_event_size=65_536,
    )
    server = _Server(config, settings, listener)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[listener]))
    return 0 if server.started else 1


class _Server(uvicorn.Server):
    """uvicorn, which announces itself once it answers."""

    def __init__(self, config: uvicorn.Config, settings: Settings, listener: socket.socket) -> None:
        super().__init__(config)
        self._settings = settings
        self._listener = listener

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and not self.should_exit:
            _calm_garbage_collection()
            accounts: Accounts = self.config.app.state.services.accounts  # type: ignore[union-attr]
            await announce(self._settings, self._listener.getsockname()[1], accounts)


def _calm_garbage_collection() -> None:
    """Leave out of every collection what was made at the start and stays, and collect less often.

    Measured at 1,000 viewers: the usual thresholds take a quarter of the CPU and stop everything for a second at times.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def announce(settings: Settings, port: int, accounts: Accounts) -> None:
    """Print the address and, before there is an owner, the one-time code."""
    host = settings.host if settings.host not in {"127.0.0.1", "::1"} else "localhost"
    print(f"Pi Security Camera is ready: http://{host}:{port}", flush=True)
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
    except OSError:
        listener.close()
        raise
    listener.listen(_BACKLOG)
    listener.setblocking(False)
    return listener


def _reason(error: Exception, settings: Settings) -> str:
    if isinstance(error, OSError) and error.errno == 98:
        return f"port {settings.port} is taken: stop what listens there, or choose another with PICAM_PORT=8001."
    return str(error)
