"""Faults of cameras on the timeline: when they begin and end, what they mean, and that nothing floods it."""

from typing import Any

import pytest

from api.clock import SECOND, FakeClock
from api.db.camera_state_rows import get_state
from api.models import AlertType
from api.services.fault_rules import GOOD, RULES, Rule, judge
from api.tests.support import CameraAccess, Server, at, jpeg, upload

BEAT = 25


class Life:
    """A camera that beats, a server that looks, a clock that both share."""

    def __init__(self, server: Server, camera: CameraAccess, clock: FakeClock) -> None:
        self.clock = clock
        self._server = server
        self._camera = camera
        self._as_camera = server.client(camera)
        self._as_owner = server.client(server.add_person())

    async def beat(self, **health: Any) -> None:
        body = {"agent_version": "1", "health": health}
        answer = await self._as_camera.post(f"/cameras/{self._camera.id}/heartbeat", json=body)
        assert answer.status_code == 200

    async def live(self, seconds: float, **health: Any) -> None:
        """A heartbeat every 25 seconds, the server looking every 5."""
        for second in range(0, round(seconds), 5):
            if second % BEAT == 0:
                await self.beat(**health)
            await self.look(5)

    async def look(self, seconds: float) -> None:
        """Nothing comes from the camera."""
        for _ in range(round(seconds / 5)):
            self.clock.advance(5)
            await self._server.app.state.services.camera_health.look()

    async def alerts(self, kind: str | None = None) -> list[dict[str, Any]]:
        query = {} if kind is None else {"type": kind}
        found: list[dict[str, Any]] = (await self._as_owner.get("/alerts", params=query)).json()["items"]
        return found

    async def history(self, **query: str) -> list[dict[str, Any]]:
        answer = await self._as_owner.get(f"/cameras/{self._camera.id}/health", params=query)
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@pytest.fixture
def life(server: Server, camera: CameraAccess, clock: FakeClock) -> Life:
    return Life(server, camera, clock)


async def test_a_camera_that_dies_is_on_the_timeline_within_90_seconds(life: Life, clock: FakeClock) -> None:
    await life.beat(uptime_seconds=5000)
    died = at(clock)
    await life.look(75)
    assert await life.alerts() == []
    await life.look(10)
    [alert] = await life.alerts()
    assert (alert["type"], alert["timestamp"], alert["ended_at"]) == ("offline", died, None)
    gap = {"began_at": died, "ended_at": None, "cause": None, "pictures_recovered": 0}
    assert alert["detail"] == {"code": "silent", "times": 1, "gaps": [gap]}
    await life.look(600)
    assert len(await life.alerts()) == 1


async def test_when_it_is_back_the_gap_says_why_and_what_was_recovered(
    life: Life, server: Server, camera: CameraAccess, clock: FakeClock
) -> None:
    await life.beat(uptime_seconds=5000, wifi_signal_dbm=-70)
    began = at(clock)
    await life.look(900)
    back = at(clock)
    await life.beat(uptime_seconds=5900, agent_uptime_seconds=5900, wifi_signal_dbm=-70, spool_files=2)
    [alert] = await life.alerts("offline")
    assert alert["ended_at"] == back
    client = server.client(camera)
    for seconds in (-800, -400):
        await upload(client, camera, jpeg(seed=-seconds), clock, timestamp=at(clock, seconds))
    await upload(client, camera, jpeg(seed=1), clock)
    await life.live(100, uptime_seconds=6000, wifi_signal_dbm=-70, spool_files=0)
    [alert] = await life.alerts("offline")
    gap = {"began_at": began, "ended_at": back, "cause": "wifi", "pictures_recovered": 2}
    assert alert["detail"]["gaps"] == [gap]


@pytest.mark.parametrize(
    ("health", "cause"),
    [
        ({"uptime_seconds": 40}, "restarted"),
        ({"uptime_seconds": 9000, "agent_uptime_seconds": 20}, "agent_restarted"),
        ({"uptime_seconds": 9000, "agent_uptime_seconds": 9000}, "network"),
    ],
)
async def test_why_it_was_silent(life: Life, health: dict[str, float], cause: str) -> None:
    await life.beat()
    await life.look(300)
    await life.beat(**health)
    assert (await life.alerts("offline"))[0]["detail"]["gaps"][0]["cause"] == cause


async def test_a_flapping_wifi_is_one_event_with_its_gaps(life: Life) -> None:
    for _ in range(30):
        await life.live(50)
        await life.look(150)
    await life.live(50)
    [alert] = await life.alerts()
    assert (alert["detail"]["times"], len(alert["detail"]["gaps"])) == (30, 20)
    await life.live(900)
    await life.look(200)
    assert len(await life.alerts()) == 2, "what comes later is another event"


async def test_a_short_silence_is_none(life: Life) -> None:
    for _ in range(5):
        await life.live(25)
        await life.look(45)
    assert await life.alerts() == []


async def test_an_upload_ends_a_silence_too(life: Life, server: Server, camera: CameraAccess, clock: FakeClock) -> None:
    await life.beat()
    await life.look(200)
    await upload(server.client(camera), camera, jpeg(seed=3), clock)
    await life.look(5)
    assert (await life.alerts("offline"))[0]["ended_at"] is not None


async def test_a_server_that_was_not_there_blames_nobody(life: Life, server: Server, clock: FakeClock) -> None:
    """Started anew: whoever was heard before has the whole time again."""
    await life.beat()
    clock.advance(3600)
    service = type(server.app.state.services.camera_health)(server.app.state.services.camera_health._database, clock)
    await service.look()
    assert await life.alerts() == []
    for _ in range(17):
        clock.advance(5)
        await service.look()
    assert len(await life.alerts()) == 1


async def test_a_server_that_stood_still_waits_before_it_blames(life: Life, clock: FakeClock) -> None:
    await life.beat()
    clock.advance(300)
    await life.look(5)
    assert await life.alerts() == []
    await life.look(60)
    assert len(await life.alerts()) == 1


FAULTS: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("tamper", {"view": "covered"}, {"view": "clear"}, {"code": "covered"}),
    ("hot", {"temperature_celsius": 83.5}, {"temperature_celsius": 60}, {"code": "hot", "celsius": 83.5}),
    ("low_voltage", {"under_voltage": True}, {"under_voltage": False}, {"code": "under_voltage"}),
    ("disk", {"disk_free_bytes": 1000}, {"disk_free_bytes": 2**34}, {"code": "disk_full", "free_bytes": 1000}),
    ("clock", {"clock_synchronized": False}, {"clock_synchronized": True}, {"code": "clock_not_set"}),
    ("sensor", {"sensor_state": "stuck"}, {"sensor_state": "good"}, {"code": "sensor_stuck"}),
    ("camera_failed", {"capture_state": "camera_failed"}, {"capture_state": "idle"}, {"code": "camera_failed"}),
]


async def test_every_fault_begins_once_and_ends(life: Life) -> None:
    bad = {name: value for _, each, _, _ in FAULTS for name, value in each.items()}
    good = {name: value for _, _, each, _ in FAULTS for name, value in each.items()}
    await life.live(600, **bad)
    found = {alert["type"]: alert for alert in await life.alerts()}
    assert len(await life.alerts()) == len(FAULTS)
    for kind, _, _, detail in FAULTS:
        assert found[kind]["ended_at"] is None
        assert found[kind]["detail"] == {**detail, "times": 1}
        assert found[kind]["clock_synchronized"]
    await life.live(900, **good)
    assert [alert["ended_at"] for alert in await life.alerts()].count(None) == 0
    assert len(await life.alerts()) == len(FAULTS)


async def test_a_fault_that_comes_back_soon_is_the_same_event(life: Life, clock: FakeClock) -> None:
    began = at(clock)
    for celsius in (81, 84, 82):
        await life.live(100, temperature_celsius=celsius)
        await life.live(200, temperature_celsius=60)
    [alert] = await life.alerts()
    assert (alert["timestamp"], alert["detail"]) == (began, {"code": "hot", "celsius": 84, "times": 3})
    assert alert["ended_at"] is not None
    await life.live(1000, temperature_celsius=60)
    await life.live(100, temperature_celsius=85)
    assert len(await life.alerts()) == 2


async def test_lost_pictures_are_counted_not_listed(life: Life) -> None:
    for lost in (0, 5, 5, 9):
        await life.beat(dropped_files=lost)
        await life.look(BEAT)
    [alert] = await life.alerts()
    assert (alert["type"], alert["detail"]) == ("pictures_lost", {"code": "pictures_lost", "pictures": 9, "times": 1})


async def test_a_fault_that_somebody_deleted_stays_deleted(life: Life, server: Server) -> None:
    await life.live(50, view="moved")
    [alert] = await life.alerts()
    owner = server.client(server.add_person())
    assert (await owner.post("/deletions", json={"alert_ids": [alert["id"]]})).status_code < 300
    await life.live(100, view="moved")
    await life.live(100, view="clear")
    assert await life.alerts() == []


def test_between_hot_and_cool_nothing_changes() -> None:
    [rule] = [rule for rule in RULES if rule.type is AlertType.HOT]
    assert rule.find({"temperature_celsius": 76}, {}) is None
    assert rule.find({}, {}) is None
    assert rule.find({"temperature_celsius": 71}, {}) == GOOD
    assert rule.find({"temperature_celsius": 80, "throttled": True}, {}) == {"code": "throttled", "celsius": 80}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.type.value)
def test_edges_do_not_flood(rule: Rule) -> None:
    """Bad and good by turns at each heartbeat, for a day: few alerts, whatever the rule."""
    bad = {"code": "x"} if rule.figure is None else {"code": "x", rule.figure: 1}
    state, begun = None, 0
    for beat in range(24 * 3600 // BEAT):
        step = judge(rule, state, bad if beat % 2 else GOOD, beat * BEAT * SECOND)
        begun += step.began_at is not None and not step.reopen
        state = step.state if step.began_at is None else {**(step.state or {}), "alert_id": "a"}
    assert begun <= 1


async def test_history_keeps_the_worst_of_five_minutes_for_a_week(life: Life, clock: FakeClock) -> None:
    clock.advance(300 - clock.now() // SECOND % 300)
    first = at(clock)
    await life.live(250, temperature_celsius=50, wifi_signal_dbm=-60)
    await life.beat(temperature_celsius=70, wifi_signal_dbm=-80, under_voltage=True)
    await life.look(50)
    await life.live(25, temperature_celsius=50)
    samples = await life.history()
    assert (samples[0]["started_at"], samples[0]["online_seconds"]) == (first, 300)
    assert (samples[0]["temperature_celsius"], samples[0]["wifi_signal_dbm"]) == (70, -80)
    assert (samples[0]["under_voltage"], samples[1]["under_voltage"]) == (True, False)
    assert [each["started_at"] for each in await life.history(**{"from": samples[1]["started_at"]})] == [
        samples[1]["started_at"]
    ]
    clock.advance(8 * 86400)
    await life.look(5)
    await life.beat()
    assert len(await life.history()) == 1


async def test_what_is_remembered_of_a_camera_stays_small(life: Life, server: Server, camera: CameraAccess) -> None:
    for _ in range(40):
        await life.live(50, temperature_celsius=90)
        await life.look(150)
    state = server.transaction(lambda connection: get_state(connection, camera.id))
    assert len(str(state)) < 8000
