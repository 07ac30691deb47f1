"""A camera without a lens, to be killed: the agent's own spool, link and uploader, fed with events as fast as asked.

What the spool acknowledged is written to a ledger outside its card, a line each; a start goes on where the ledger ends. Ends by
itself when every event is delivered. Events are stamped `--apart` seconds from each other, whatever time they take here.
"""

import argparse
import asyncio
import hashlib
import os
import random
import sys
import threading
import time
from pathlib import Path

from auxiliary.agent import make_client
from auxiliary.clock import SystemClock
from auxiliary.ids import uuid7
from auxiliary.link import Link
from auxiliary.records import AlertEnded, AlertOpened, Picture, Record, Stamp
from auxiliary.spool import Entry, Spool, SpoolFullError, SpoolLimits, SpoolLock
from auxiliary.status import Status
from auxiliary.uploader import Uploader
from e2e.chaos.load import unique_picture
from e2e.chaos.picture import small_picture


class Ledger:
    """Lines of kind, id and digest; a line is whole or, the last one after a kill, not there."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(self, *words: str) -> None:
        os.write(self._descriptor, (" ".join(words) + "\n").encode())


class Events(threading.Thread):
    """Puts the events into the spool, one after the other."""

    def __init__(
        self,
        spool: Spool,
        ledger: Ledger,
        numbers: range,
        *,
        apart_seconds: float,
        pause_seconds: float,
        synchronized: bool,
    ) -> None:
        super().__init__(daemon=True)
        self._synchronized = synchronized
        self._spool = spool
        self._ledger = ledger
        self._numbers = numbers
        self._apart_seconds = apart_seconds
        self._pause_seconds = pause_seconds
        self._picture = small_picture()
        self._began_ns = time.time_ns() - round(numbers.stop * apart_seconds * 1e9) - 60_000_000_000

    def run(self) -> None:
        for number in self._numbers:
            self._ledger.note("event", str(number))
            self._event(self._began_ns + round(number * self._apart_seconds * 1e9))
            time.sleep(self._pause_seconds)

    def _event(self, at_ns: int) -> None:
        stamp = Stamp(wall_ns=at_ns, clock_synchronized=self._synchronized)
        alert = AlertOpened(alert_id=uuid7(at_ns), stamp=stamp, alert_type="motion", score=0.7)
        self._keep(alert, "alert", alert.alert_id)
        for role in ("first", "more"):
            data = unique_picture(self._picture)
            record = Picture.model_validate(
                {
                    "image_id": uuid7(at_ns),
                    "alert_id": alert.alert_id,
                    "stamp": stamp,
                    "filename": f"{role}.jpg",
                    "role": role,
                }
            )
            self._keep(record, "picture", record.image_id, data)
        self._keep(AlertEnded(alert_id=alert.alert_id, stamp=stamp, score=0.9), "end", alert.alert_id)

    def _keep(self, record: Record, kind: str, identity: str, data: bytes | None = None) -> None:
        try:
            on_card = self._spool.put_all([Entry(record, data)])
        except (SpoolFullError, OSError):
            self._ledger.note("dropped", identity, "-")  # never acknowledged, but counted as dropped
            return
        if on_card:
            self._ledger.note(kind, identity, hashlib.sha256(data or b"").hexdigest())


async def _work(options: argparse.Namespace) -> None:
    begun = _events_begun(options.ledger)
    ledger = Ledger(options.ledger)
    lock = SpoolLock(options.spool)  # as the agent: two of us on one spool would take each other's pictures away
    spool = Spool(options.spool, SpoolLimits(most_bytes=options.most_bytes, free_bytes=options.free_bytes))
    clock, status, rng = SystemClock(), Status(), random.Random()
    async with make_client(options.server, options.token_file.read_text(encoding="ascii").strip()) as client:
        uploader = Uploader(spool, Link(client, clock, status, rng), clock, status, rng)
        sending = asyncio.create_task(uploader.run())
        events = Events(
            spool,
            ledger,
            range(begun, options.events),
            apart_seconds=options.apart,
            pause_seconds=options.pause,
            synchronized=not options.unsynchronized,
        )
        events.start()
        while events.is_alive() or spool.waiting:
            await asyncio.sleep(0.2)
        sending.cancel()
        ledger.note("finished", str(options.events))
    lock.close()


def _events_begun(ledger: Path) -> int:
    if not ledger.exists():
        return 0
    return sum(line.startswith("event ") for line in ledger.read_text(encoding="ascii").splitlines())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m e2e.chaos.camera")
    parser.add_argument("--server", required=True)
    for name in ("--token-file", "--spool", "--ledger"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--apart", type=float, default=8.64)
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--unsynchronized", action="store_true", help="say that the clock may be wrong")
    parser.add_argument("--most-bytes", type=int, default=1 << 30)
    parser.add_argument("--free-bytes", type=int, default=0)
    asyncio.run(_work(parser.parse_args()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
