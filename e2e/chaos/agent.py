"""Faults around a camera that is killed, cut off and starved, and around its server: everything acknowledged arrives, once."""

import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from e2e.chaos.line import ThinLine
from e2e.chaos.small_disk import forgetful_disk, has_fuse, small_disk
from e2e.site import Site, wait_until

_PATIENCE_SECONDS = 3600


@dataclass(frozen=True)
class AgentPlan:
    """How many events the camera has, and how many faults there are at least."""

    events: int
    faults: int
    seed: int


@dataclass(frozen=True)
class AgentReport:
    """`lost`: acknowledged by the spool, not on the server and not reported as dropped either."""

    name: str
    faults: int
    alerts: int
    pictures: int
    dropped: int
    lost: int
    doubled: int
    changed: int
    never_ended: int
    seconds: float

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.changed or self.never_ended)


class Rig:
    """A site and one camera process with its spool and ledger."""

    def __init__(self, folder: Path, plan: AgentPlan, *, card: Path | None = None) -> None:
        self.site = Site(folder / "site")
        self.plan = plan
        self.rng = random.Random(plan.seed)
        self.spool = (card or folder) / "spool"
        self.ledger = folder / "ledger"
        self.faults = 0
        self._begun = time.monotonic()
        self._camera: subprocess.Popen[bytes] | None = None
        self._token: Path

    def open(self) -> None:
        self.site.start_server()
        self.site.create_owner()
        self._token = self.site.create_camera("chaos")

    def start_camera(self, *options: str, server: str | None = None, wrapper: tuple[str, ...] = ()) -> None:
        self._camera = self.site.start_program(
            "camera",
            [
                *("-m", "e2e.chaos.camera", "--server", server or self.site.url, "--token-file", str(self._token)),
                *("--spool", str(self.spool), "--ledger", str(self.ledger), "--events", str(self.plan.events)),
                *options,
            ],
            wrapper=wrapper,
        )

    def kill_camera(self) -> None:
        assert self._camera is not None
        self._camera.kill()
        self._camera.wait()
        self.faults += 1

    def let_it_work(self) -> None:
        """Until it has had some more events, at the latest all of them: a fault before it has done anything proves nothing."""
        step = max(1, self.plan.events // max(1, self.plan.faults))
        enough = min(self.plan.events, self.begun() + self.rng.randint(1, step))
        wait_until(lambda: self.begun() >= enough or self.has_finished, "the camera works", _PATIENCE_SECONDS)
        time.sleep(self.rng.uniform(0.0, 0.2))

    @property
    def has_finished(self) -> bool:
        assert self._camera is not None
        return self._camera.poll() is not None

    def begun(self) -> int:
        return sum(line.startswith("event ") for line in self.lines())

    def lines(self) -> list[str]:
        return self.ledger.read_text(encoding="ascii").splitlines() if self.ledger.exists() else []

    def report(self, name: str) -> AgentReport:
        """Wait until the camera has delivered everything, and compare the ledger with the server."""
        wait_until(lambda: self.has_finished, "the camera has delivered everything", _PATIENCE_SECONDS)
        assert any(line.startswith("finished ") for line in self.lines()), self.site.log_of("camera")
        self.site.sign_in()
        images = self.site.everything("/images", limit="500")
        alerts = {alert["id"]: alert for alert in self.site.everything("/alerts", limit="500")}
        kept: dict[str, dict[str, str]] = {"alert": {}, "picture": {}, "end": {}, "dropped": {}}
        for kind, identity, digest in (line.split() for line in self.lines() if line.count(" ") == 2):
            kept[kind][identity] = digest
        stored = Counter(image["id"] for image in images)
        digests = {image["id"]: image["sha256"] for image in images}
        missing = kept["picture"].keys() - stored.keys()
        dropped = _dropped(self.spool)
        return AgentReport(
            name=name,
            faults=self.faults,
            alerts=len(kept["alert"]),
            pictures=len(kept["picture"]),
            dropped=dropped,
            # What the spool never took is among the dropped, too.
            lost=max(0, len(missing) - (dropped - len(kept["dropped"]))) + len(kept["alert"].keys() - alerts.keys()),
            doubled=sum(number > 1 for number in stored.values()),
            changed=sum(digests.get(each, digest) != digest for each, digest in kept["picture"].items()),
            never_ended=sum(not alerts[each]["ended_at"] for each in kept["alert"] if each in alerts),
            seconds=time.monotonic() - self._begun,
        )


def _dropped(spool: Path) -> int:
    file = spool / "dropped.json"
    return int(json.loads(file.read_bytes())["pictures"]) if file.exists() else 0


@contextmanager
def _rig(folder: Path, plan: AgentPlan, *, card: Path | None = None) -> Iterator[Rig]:
    rig = Rig(folder, plan, card=card)
    with rig.site:
        rig.open()
        yield rig


def kills(folder: Path, plan: AgentPlan) -> AgentReport:
    """`kill -9` of camera and server in turn, at random moments, while events come."""
    with _rig(folder, plan) as rig:
        rig.start_camera()
        while rig.faults < plan.faults:
            rig.let_it_work()
            if rig.rng.random() < 0.7:
                rig.kill_camera()
                rig.start_camera()
            else:
                rig.site.kill_server()
                rig.faults += 1
                rig.site.start_server()
        return rig.report("camera and server killed")


def outage(folder: Path, plan: AgentPlan) -> AgentReport:
    """A day without the server, in a few minutes: its events wait on the card, the camera is killed meanwhile."""
    with _rig(folder, plan) as rig:
        rig.site.kill_server()
        rig.start_camera()
        while rig.begun() < plan.events:
            rig.let_it_work()
            rig.kill_camera()
            rig.start_camera()
        rig.site.start_server()
        return rig.report("24 h without the server")


def full_card(folder: Path, plan: AgentPlan) -> AgentReport:
    """A card of 8 MB that fills up while the server is away: pictures are given up, and each of them is reported."""
    with small_disk(folder / "card", megabytes=8) as card, _rig(folder, plan, card=card) as rig:
        rig.site.kill_server()
        rig.start_camera("--free-bytes", str(64 << 10))
        wait_until(lambda: rig.begun() >= plan.events, "the camera has had its events", _PATIENCE_SECONDS)
        rig.kill_camera()
        rig.start_camera()
        rig.site.start_server()
        return rig.report("card full")


def thin_line(folder: Path, plan: AgentPlan) -> AgentReport:
    """64 kbit/s, and three connections of ten break off somewhere or lose the answer."""
    with _rig(folder, plan) as rig, ThinLine(rig.site.port, kilobits=64, seed=plan.seed) as line:
        rig.start_camera("--pause", "0.2", server=line.url)
        return replace(rig.report("64 kbit/s, 3 of 10 connections break"), faults=line.broken)


def clock_jumps(folder: Path, plan: AgentPlan) -> AgentReport:
    """The wall clock of the camera jumps by years, forward and back, between its starts. Needs faketime."""
    times = ["@1970-01-01 00:01:00", "@2031-07-01 12:00:00", "-400d", "+30d", "+0"]
    (library,) = _fake_time()
    with _rig(folder, plan) as rig:
        for number in range(max(2, plan.faults)):
            # Not by the command `faketime`: that is a process of its own, which would be killed in the camera's place.
            facts = (f"LD_PRELOAD={library}", f"FAKETIME={times[number % len(times)]}", "DONT_FAKE_MONOTONIC=1")
            wrapper = ("env", *facts)
            rig.start_camera("--unsynchronized", "--pause", "0.1", wrapper=wrapper)
            time.sleep(rig.rng.uniform(1.0, 2.0))
            rig.kill_camera()
        rig.start_camera("--unsynchronized")
        return rig.report("clock jumps by years")


def power_cut(folder: Path, plan: AgentPlan) -> AgentReport:
    """The power of the camera is cut at random moments, and its card forgets all that was not synchronised. Needs FUSE."""
    with forgetful_disk(folder / "card", plan.seed) as card, _rig(folder, plan, card=card) as rig:
        rig.site.kill_server()  # what is on the card stays there, to be forgotten
        rig.start_camera("--pause", "0.02")
        while rig.faults < plan.faults:
            rig.let_it_work()
            rig.kill_camera()
            (card / ".power").write_text("cut", encoding="ascii")
            rig.start_camera("--pause", "0.02")
        rig.site.start_server()
        return rig.report("power cut, the card forgets")


def failing_card(folder: Path, plan: AgentPlan) -> AgentReport:
    """One write of fifty to the camera's card fails with an input/output error. Needs FUSE."""
    with forgetful_disk(folder / "card", plan.seed) as card, _rig(folder, plan, card=card) as rig:
        rig.start_camera()
        (card / ".power").write_text("eio 0.02", encoding="ascii")
        return rig.report("one write of fifty fails (EIO)")


AGENT_SCENARIOS: dict[str, Callable[[Path, AgentPlan], AgentReport]] = {
    "agent-kills": kills,
    "agent-outage": outage,
    "agent-full-card": full_card,
    "agent-power-cut": power_cut,
    "agent-failing-card": failing_card,
    "agent-thin-line": thin_line,
    "agent-clock": clock_jumps,
}


def _fake_time() -> list[Path]:
    return sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))[:1]


def why_not(name: str, *, is_root: bool) -> str | None:
    """Why a scenario cannot run here; None when it can."""
    if name == "agent-full-card" and not is_root:
        return "it needs root for a small file system in memory"
    if name in ("agent-power-cut", "agent-failing-card") and not has_fuse():
        return "it needs FUSE (apt-get install fuse3)"
    if name == "agent-clock" and not _fake_time():
        return "it needs faketime (apt-get install faketime)"
    return None
