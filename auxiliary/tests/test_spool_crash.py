"""`kill -9` of a process that writes into a spool: everything it had acknowledged is there and whole, nothing else is in the way."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from auxiliary.records import AlertEnded, AlertOpened, Picture
from auxiliary.spool import Spool, SpoolLimits

_WRITER = """
import sys
from pathlib import Path
from auxiliary.clock import FakeClock
from auxiliary.spool import Priority, Spool, SpoolLimits
from auxiliary.tests.material import ended, opened, picture
spool, clock = Spool(Path(sys.argv[1]), SpoolLimits(free_bytes=0)), FakeClock()
while True:
    alert = opened(clock)
    spool.put(alert)
    print("alert", alert.alert_id, flush=True)
    for role in ("first", "more", "more"):
        clock.advance(1)
        record = picture(alert, clock, role)
        spool.put(record, jpeg=record.image_id.encode() * 2000, thumbnail=b"small")
        print("picture", record.image_id, flush=True)
    spool.put(ended(alert, clock))
    print("end", alert.alert_id, flush=True)
    item = spool.claim(Priority.PICTURE, 0)
    print("delivered", item.record.alert_id, flush=True)
    spool.done(item)
"""


@pytest.mark.parametrize("acknowledged", [1, 2, 3, 5, 8, 13, 40, 41])
def test_nothing_acknowledged_is_lost(tmp_path: Path, acknowledged: int) -> None:
    lines = _kill_after(tmp_path, acknowledged)
    spool = Spool(tmp_path, SpoolLimits(free_bytes=0))
    records = [item.record for item in spool.items()]
    pictures = {r.image_id for r in records if isinstance(r, Picture)}
    alerts = {r.alert_id for r in records if isinstance(r, AlertOpened)}
    ends = {r.alert_id for r in records if isinstance(r, AlertEnded)}
    delivered = {word for kind, word in lines if kind == "delivered"}
    assert {word for kind, word in lines if kind == "picture"} <= pictures
    assert {word for kind, word in lines if kind == "alert"} - delivered <= alerts
    assert {word for kind, word in lines if kind in ("end", "alert")} <= ends  # the crash ended the last one
    for item in spool.items():
        if isinstance(item.record, Picture):
            assert spool.read(item) == (item.record.image_id.encode() * 2000, b"small")
    assert not list(tmp_path.rglob("*.part"))


def _kill_after(spool: Path, acknowledged: int) -> list[tuple[str, str]]:
    """Run the writer, kill it somewhere in the work that follows its n-th line; what it had said."""
    with subprocess.Popen([sys.executable, "-c", _WRITER, str(spool)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(acknowledged)]
        os.kill(writer.pid, signal.SIGKILL)
        lines += writer.stdout.readlines()
    whole = [line.split() for line in lines if line.endswith("\n")]
    return [(kind, word) for kind, word in whole]
