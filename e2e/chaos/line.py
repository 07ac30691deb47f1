"""A bad line between camera and server: slow, and some connections break off somewhere or lose the answer. Seeded."""

import asyncio
import random
import socket
import struct
import threading
from typing import Self

_PIECE_BYTES = 1024


class ThinLine:
    """A port that leads to another one, in a thread of its own. Use as a context manager."""

    def __init__(self, port: int, *, kilobits: int, seed: int, broken_share: float = 0.3) -> None:
        self.broken = 0
        self._port = port
        self._seconds_per_byte = 1 / (kilobits * 125)
        self._rng = random.Random(seed)
        self._broken_share = broken_share
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._free = asyncio.Lock()
        # Little is taken in ahead: what waits, waits at the sender, as on a real line.
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._loop.run_until_complete(asyncio.start_server(self._serve, sock=listener, limit=4096))
        self._ready.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        breaks_after = self._rng.randint(1, 30_000) if self._rng.random() < self._broken_share else None
        loses_answer = self._rng.random() < 0.4
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.transport.abort()
            return
        up = asyncio.create_task(self._pass(reader, back, None if loses_answer else breaks_after))
        down = asyncio.create_task(self._pass(there, writer, breaks_after and 1 if loses_answer else None))
        _, pending = await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        if breaks_after is not None:
            self.broken += 1
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        back.transport.abort()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, most_bytes: int | None) -> None:
        passed = 0
        try:
            while data := await source.read(_PIECE_BYTES):
                async with self._free:  # one line for all connections
                    await asyncio.sleep(len(data) * self._seconds_per_byte)
                passed += len(data)
                if most_bytes is not None and passed >= most_bytes:
                    return
                sink.write(data)
                await sink.drain()
        except OSError:
            return
