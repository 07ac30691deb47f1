"""One real agent on a recording, with a notification socket as systemd's and a small server."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from auxiliary.tests.fake_server import TOKEN, FakeServer, serving

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Agent:
    """`ready_seconds`: from the start of its process to READY=1."""

    process_id: int
    server: FakeServer
    ready_seconds: float


def _prepare(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "token").write_text(TOKEN, encoding="ascii")


@asynccontextmanager
async def running(folder: Path, source: Path, *more: str) -> AsyncIterator[Agent]:
    _prepare(folder)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inlet:
        inlet.bind(str(folder / "notify"))
        inlet.setblocking(False)
        async with serving(FakeServer()) as server:
            begun = time.monotonic()
            agent = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "auxiliary.camera_client", "--server", server.url),
                *(
                    "--token-file",
                    str(folder / "token"),
                    "--source",
                    str(source),
                    "--spool",
                    str(folder / "spool"),
                    *more,
                ),
                cwd=ROOT,
                env={**os.environ, "NOTIFY_SOCKET": str(folder / "notify")},
                stdout=asyncio.subprocess.DEVNULL,
            )
            try:
                while await asyncio.get_running_loop().sock_recv(inlet, 100) != b"READY=1":
                    pass
                yield Agent(agent.pid, server, time.monotonic() - begun)
            finally:
                agent.terminate()
                await agent.wait()


def written_bytes(process_ids: list[int]) -> int:
    """What they caused to be written to block devices so far, by the kernel's account."""
    total = 0
    for number in process_ids:
        text = Path(f"/proc/{number}/io").read_text(encoding="ascii")
        total += int(dict(line.split(": ") for line in text.splitlines())["write_bytes"])
    return total
