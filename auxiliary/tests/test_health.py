"""Health of the machine from files, the heartbeat, status lines, ids and the clock: the small parts."""

import asyncio
import io
import random
from pathlib import Path
from typing import cast
from uuid import UUID

import httpx
import pytest

from auxiliary.agent import make_client
from auxiliary.backoff import Backoff
from auxiliary.clock import FakeClock, SystemClock, parse_rfc3339, rfc3339
from auxiliary.health import machine_health
from auxiliary.heartbeat import EVERY_SECONDS, Heartbeat
from auxiliary.ids import uuid7
from auxiliary.link import Link
from auxiliary.spool import Spool, SpoolLimits
from auxiliary.status import Status, count
from auxiliary.tests.fake_server import CAMERA_ID, TOKEN, FakeServer, serving
from auxiliary.tests.simulation import FakeNetwork
from auxiliary.tests.virtual_time import run_virtually


def machine(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="ascii")
    return root


WIRELESS = """Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE
 face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22
 wlan0: 0000   54.  -56.  -256        0      0      0      0      0        0
"""


def test_a_pi_tells_its_temperature_power_and_radio(tmp_path: Path) -> None:
    files = {
        "sys/class/thermal/thermal_zone0/temp": "51234\n",
        "sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n",
        "proc/net/wireless": WIRELESS,
    }
    health = machine_health(machine(tmp_path, files))
    assert health.pop("uptime_seconds") > 0
    assert health == {
        "temperature_celsius": 51.2,
        "wifi_signal_dbm": -56.0,
        "under_voltage": True,
        "throttled": True,
    }


def test_without_the_firmwares_flags_the_kernels_voltage_alarm_counts(tmp_path: Path) -> None:
    files = {"sys/class/hwmon/hwmon1/name": "rpi_volt\n", "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1\n"}
    assert machine_health(machine(tmp_path, files))["under_voltage"] is True


def test_past_under_voltage_is_not_present_under_voltage(tmp_path: Path) -> None:
    files = {"sys/devices/platform/soc/soc:firmware/get_throttled": "50000\n"}
    health = machine_health(machine(tmp_path, files))
    assert (health["under_voltage"], health["throttled"]) == (False, False)


def test_a_machine_that_tells_nothing_is_fine(tmp_path: Path) -> None:
    assert set(machine_health(tmp_path)) == {"uptime_seconds"}


def test_a_heartbeat_comes_about_every_half_minute_and_sets_the_clock_right(tmp_path: Path) -> None:
    clock, server, rng = FakeClock(synchronized=False), FakeServer(), random.Random(1)
    network = FakeNetwork(server, rng)
    network.trouble, network.delays_seconds = 0.0, [0.01]
    spool = Spool(tmp_path, SpoolLimits(free_bytes=0))

    async def live() -> None:
        link = Link(cast(httpx.AsyncClient, network), clock, Status(io.StringIO()), rng)
        beat = Heartbeat(link, spool, tmp_path, clock, watching=lambda: {"source": "replay"}, rng=rng)
        task = asyncio.create_task(beat.run())
        await asyncio.sleep(10 * EVERY_SECONDS)
        server.server_time_ns = clock.wall_ns
        await asyncio.sleep(2 * EVERY_SECONDS)
        task.cancel()

    run_virtually(clock, live())
    assert 10 <= len(server.heartbeats) <= 13
    health = server.heartbeats[0]["health"]
    assert (health["source"], health["spool_files"], health["clock_synchronized"]) == ("replay", 0, False)
    assert server.calls[1] == f"POST /cameras/{CAMERA_ID}/heartbeat"
    assert clock.synchronized()


async def test_heartbeats_reach_a_real_server(tmp_path: Path) -> None:
    clock, rng = SystemClock(), random.Random(1)
    spool = Spool(tmp_path, SpoolLimits(free_bytes=0))
    async with serving(FakeServer()) as server, make_client(server.url, TOKEN) as client:
        link = Link(client, clock, Status(io.StringIO()), rng)
        beat = Heartbeat(link, spool, tmp_path, clock, watching=dict, rng=rng)
        task = asyncio.create_task(beat.run())
        await server.until(lambda: server.heartbeats)
        task.cancel()
    assert server.heartbeats[0]["health"]["disk_free_bytes"] > 0


def test_waits_grow_to_a_ceiling_and_are_spread_over_the_whole_interval() -> None:
    backoff = Backoff(random.Random(7), longest_seconds=60)
    waits = [backoff.next_seconds() for _ in range(2000)]
    assert waits[0] <= 1.0
    assert waits[1] <= 2.0
    assert max(waits) <= 60
    late = waits[10:]
    assert min(late) < 2
    assert max(late) > 58
    backoff.reset()
    assert backoff.next_seconds() <= 1.0


def test_ids_are_version_7_and_sort_by_time() -> None:
    made = [uuid7(1_790_000_000_000_000_000 + step * 10_000_000) for step in range(50)]
    assert made == sorted(made)
    assert len({*made, *(uuid7(0) for _ in range(1000))}) == 1050
    assert {(UUID(text).version, UUID(text).variant) for text in made} == {(7, "specified in RFC 4122")}
    assert UUID(made[0]).int >> 80 == 1_790_000_000_000


@pytest.mark.parametrize(
    ("wall_ns", "text"),
    [
        (0, "1970-01-01T00:00:00.000000Z"),
        (1_795_356_131_250_000_999, "2026-11-22T14:02:11.250000Z"),
    ],
)
def test_instants_on_the_wire(wall_ns: int, text: str) -> None:
    assert rfc3339(wall_ns) == text
    assert parse_rfc3339(text) == wall_ns // 1000 * 1000


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        parse_rfc3339("2026-11-22T14:02:11")


@pytest.mark.parametrize(
    ("server_is_ahead_seconds", "under_way_seconds", "right"),
    [(0.0, 0.1, True), (1.5, 0.1, True), (5.0, 0.1, False), (-5.0, 0.1, False), (0.0, 3.0, False)],
)
def test_the_clock_is_right_when_the_server_agrees(
    server_is_ahead_seconds: float, under_way_seconds: float, right: bool
) -> None:
    clock = FakeClock(synchronized=False)
    asked_ns = clock.monotonic_ns()
    clock.advance(under_way_seconds)
    server_ns = clock.wall_ns() + round(server_is_ahead_seconds * 1e9)
    clock.compare(server_ns, asked_ns, clock.monotonic_ns())
    assert clock.synchronized() is right


def test_the_machines_own_clock_runs() -> None:
    clock = SystemClock()
    assert len(clock.boot_id) == 36
    assert clock.monotonic_ns() < clock.monotonic_ns() + 1
    assert clock.synchronized() in (True, False)
    clock.compare(clock.wall_ns(), clock.monotonic_ns(), clock.monotonic_ns())
    assert clock.synchronized()


def test_status_lines_are_limited_by_topic_and_settled_once() -> None:
    now, output = [0.0], io.StringIO()
    status = Status(output, now_seconds=lambda: now[0])
    for second in range(61):
        now[0] = float(second)
        status.say_at_most("server", f"away {second}", 30)
        status.say_at_most("card", f"slow {second}", 60)
    status.settle("server", "back")
    status.settle("server", "back again")
    assert output.getvalue().splitlines() == ["away 0", "slow 0", "away 30", "away 60", "slow 60", "back"]


def test_a_terminal_that_is_gone_does_not_matter() -> None:
    output = io.StringIO()
    status = Status(output)
    output.close()
    status.say("anything")


def test_counting() -> None:
    assert [count(number, "picture") for number in (0, 1, 2)] == ["0 pictures", "1 picture", "2 pictures"]
