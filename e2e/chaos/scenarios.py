"""The faults, each around the same load: kills, a full disk, a database and a store that go away, replicas that die."""

import contextlib
import json
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.tests.postgres import PostgresCluster
from e2e.chaos.load import Load
from e2e.chaos.verify import Verdict, verify
from e2e.site import Site, wait_until

_THREADS = 8
_SMALL_DISK_MEGABYTES = 64


@dataclass(frozen=True)
class Plan:
    """How much: pictures that have to be acknowledged, and faults spread over them at the least."""

    uploads: int
    faults: int
    seed: int


@dataclass(frozen=True)
class Report:
    """What a scenario did, and what came of it."""

    name: str
    faults: int
    seconds: float
    verdict: Verdict


class _Camera:
    def __init__(self, site: Site) -> None:
        self.token = site.create_camera("chaos").read_text(encoding="ascii")
        answer = site.owner.get("/cameras/self", headers={"Authorization": f"Bearer {self.token}"})
        self.camera_id: str = json.loads(answer.text)["id"]


def kill_server(folder: Path, picture: bytes, plan: Plan) -> Report:
    """`kill -9` of the server at random moments, on SQLite and the local disk."""

    def fault(site: Site, rng: random.Random) -> None:
        time.sleep(rng.uniform(0.0, 0.6))
        site.kill_server()
        site.start_server()

    with Site(folder) as site:
        return _run("server killed (SQLite, disk)", site, picture, plan, fault)


def full_disk(folder: Path, picture: bytes, plan: Plan) -> Report:
    """The disk of the data fills up and is freed again. Needs root, for a small file system in memory."""
    with _small_disk(folder / "disk") as disk, Site(disk) as site:
        filler = disk / "filler"

        def fault(_site: Site, rng: random.Random) -> None:
            _fill(filler)
            time.sleep(rng.uniform(0.2, 0.8))
            filler.unlink()
            time.sleep(0.3)

        return _run("disk full (SQLite, disk)", site, picture, plan, fault)


def database_away(folder: Path, picture: bytes, plan: Plan) -> Report:
    """PostgreSQL is stopped at once and started again."""
    cluster = PostgresCluster()
    try:
        with Site(folder, {"PICAM_DATABASE_URL": cluster.create_database()}) as site:

            def fault(_site: Site, rng: random.Random) -> None:
                cluster.stop()
                time.sleep(rng.uniform(0.0, 1.0))
                cluster.start()
                time.sleep(0.5)

            return _run("database away (PostgreSQL, disk)", site, picture, plan, fault)
    finally:
        cluster.remove()


def replica_killed(folder: Path, picture: bytes, plan: Plan) -> Report:
    """Two replicas on one PostgreSQL; one of them is killed at random, cameras use whichever answers."""
    cluster = PostgresCluster()
    try:
        environment = {
            "PICAM_DATABASE_URL": cluster.create_database(),
            "PICAM_STORAGE_URL": f"file://{folder / 'shared-media'}",
        }
        with Site(folder / "a", environment) as first, Site(folder / "b", environment) as second:
            first.start_server()
            second.start_server()

            def fault(_site: Site, rng: random.Random) -> None:
                time.sleep(rng.uniform(0.0, 0.6))
                victim = rng.choice((first, second))
                victim.kill_server()
                victim.start_server()

            return _run(
                "replica killed (2 x PostgreSQL)", first, picture, plan, fault, servers=(first, second), started=True
            )
    finally:
        cluster.remove()


SCENARIOS: dict[str, Callable[[Path, bytes, Plan], Report]] = {
    "kill-server": kill_server,
    "full-disk": full_disk,
    "database-away": database_away,
    "replica-killed": replica_killed,
}


def _run(
    name: str,
    site: Site,
    picture: bytes,
    plan: Plan,
    fault: Callable[[Site, random.Random], None],
    *,
    servers: tuple[Site, ...] = (),
    started: bool = False,
) -> Report:
    """Load until there were enough uploads and enough faults; then compare."""
    rng = random.Random(plan.seed)
    begun = time.monotonic()
    if not started:
        site.start_server()
    site.create_owner()
    camera = _Camera(site)
    urls = [each.url for each in servers or (site,)]
    load = Load(lambda: random.choice(urls), camera.camera_id, camera.token, picture, threads=_THREADS, enough=10**9)
    load.start()
    faults = 0
    try:
        while faults < plan.faults or len(load.ledger.acknowledged) < plan.uploads:
            if faults < plan.faults or rng.random() < 0.2:
                fault(site, rng)
                faults += 1
            else:
                time.sleep(0.2)
    finally:
        load.stop()
    wait_until(lambda: _calm(site), "the server is calm again")
    site.sign_in()
    return Report(name, faults, time.monotonic() - begun, verify(site, load.ledger))


def _fill(path: Path) -> None:
    """Write until the disk takes nothing more; what others free meanwhile is taken as well."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(65_536))


def _calm(site: Site) -> bool:
    return site.owner.get("/readyz").is_success


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True)
    options = f"size={_SMALL_DISK_MEGABYTES}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
