"""The faults, each around the same load: kills, a full disk, a database and a store that go away, replicas that die."""

import contextlib
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from api.tests.postgres import PostgresCluster
from api.tests.seaweed import BUCKET, Seaweed
from api.tests.tcp_proxy import TcpProxy
from e2e.chaos.load import Load
from e2e.chaos.small_disk import small_disk
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
    with small_disk(folder / "disk", megabytes=_SMALL_DISK_MEGABYTES) as disk, Site(disk) as site:
        filler = disk / "filler"

        def fault(_site: Site, rng: random.Random) -> None:
            _fill(filler)
            time.sleep(rng.uniform(0.2, 0.8))
            filler.unlink()
            time.sleep(0.3)

        return _run("disk full (SQLite, disk)", site, picture, plan, fault)


def disk_error(folder: Path, picture: bytes, plan: Plan) -> Report:
    """Every other fsync of a picture fails with EIO for a while."""
    flag = folder / "the-disk-fails"
    with Site(folder / "site", {"CHAOS_FLAG": str(flag)}) as site:
        site.program = ("-m", "e2e.chaos.failing_disk")

        def fault(_site: Site, rng: random.Random) -> None:
            flag.touch()
            time.sleep(rng.uniform(0.1, 0.5))
            flag.unlink()
            time.sleep(0.1)

        return _run("disk fails with EIO (SQLite, disk)", site, picture, plan, fault)


def store_away(folder: Path, picture: bytes, plan: Plan) -> Report:
    """S3 gets slow, hangs, or is killed and comes back."""
    seaweed = Seaweed()
    proxy = TcpProxy(seaweed.port)
    environment = {
        **seaweed.environment(proxy.endpoint),
        "PICAM_STORAGE_URL": f"s3://{BUCKET}/{seaweed.new_prefix()}",
    }
    try:
        with Site(folder, environment) as site:

            def slow(rng: random.Random) -> None:
                proxy.delay_seconds = rng.uniform(0.1, 0.5)
                time.sleep(1.0)
                proxy.delay_seconds = 0.0

            def lossy(rng: random.Random) -> None:
                proxy.lose_answers = rng.randint(1, 8)
                time.sleep(0.5)

            def hanging(rng: random.Random) -> None:
                seaweed.pause()
                time.sleep(rng.uniform(0.2, 2.0))
                seaweed.resume()

            def killed(_rng: random.Random) -> None:
                seaweed.kill()
                seaweed.start()

            def fault(_site: Site, rng: random.Random) -> None:
                rng.choices((slow, lossy, hanging, killed), weights=(3, 4, 3, 1))[0](rng)

            return _run("store slow, failing, back (S3)", site, picture, plan, fault)
    finally:
        proxy.close()
        seaweed.remove()


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
    "disk-error": disk_error,
    "store-away": store_away,
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
