"""Settings from the server: laid over the camera's own, tried, taken back; and nothing that kills the agent leaves it without a camera."""

import asyncio
import io
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from auxiliary.clock import FakeClock
from auxiliary.remote import KeptSettings, RemoteSettings
from auxiliary.remote.kept import FILE
from auxiliary.remote.schedule import Schedule, parse_schedule
from auxiliary.remote.wanted import WrongSettingsError, lay_over
from auxiliary.settings import Settings
from auxiliary.status import Status
from auxiliary.tests.virtual_time import run_virtually

BASE = Settings(server="http://server", token="t", source="yard.mp4", sensitivity=0.5)
ZONE = [[0.1, 0.2], [0.9, 0.2], [0.9, 0.8]]


async def inline(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


def offer(version: int, time_zone: str = "UTC", **settings: Any) -> dict[str, Any]:
    return {"type": "settings", "version": version, "settings": settings, "time_zone": time_zone}


class Rig:
    """A camera on virtual time. `works` says whether pictures come with these settings; the card is real."""

    def __init__(self, directory: Path, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.applied: list[tuple[Settings, bool]] = []
        self.works: Callable[[Settings], bool] = lambda settings: True
        self.reports: list[dict[str, Any]] = []
        self.frames = 0
        self.remote = RemoteSettings(
            BASE,
            KeptSettings(directory),
            self.clock,
            Status(io.StringIO()),
            apply=self.apply,
            frames_judged=lambda: self.frames,
            blocking=inline,
        )
        self.remote.tell = self.told
        self.now = self.remote.settings

    def apply(self, settings: Settings, reopen: bool) -> None:
        self.now = settings
        self.frames = 0
        self.applied.append((settings, reopen))

    async def told(self, report: Any) -> None:
        self.reports.append(dict(report))

    async def camera(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            self.frames += self.works(self.now)

    def live(self, story: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run the story while the camera and its settings run; then both are cut off, as by kill -9."""

        async def main() -> None:
            tasks = [asyncio.create_task(self.camera()), asyncio.create_task(self.remote.run())]
            await story()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        run_virtually(self.clock, main())


def test_what_works_is_kept_also_over_a_restart(tmp_path: Path) -> None:
    rig = Rig(tmp_path)

    async def story() -> None:
        rig.remote.offer(offer(3, sensitivity=0.8, zones=[ZONE], unknown_in_this_version=1))
        await asyncio.sleep(1)
        assert rig.reports[-1]["applying_version"] == 3
        await asyncio.sleep(10)

    rig.live(story)
    assert rig.remote.report()["applied_version"] == 3
    assert (rig.now.sensitivity, rig.applied[0][1]) == (0.8, False)
    assert rig.reports[-1]["effective"]["zones"] == [ZONE]
    again = Rig(tmp_path)
    assert (again.now.sensitivity, again.remote.report()["applied_version"]) == (0.8, 3)
    assert again.remote.knows(3)
    assert not again.remote.knows(4)


def test_what_gives_no_picture_is_taken_back(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.works = lambda settings: settings.picture_width == BASE.picture_width

    async def story() -> None:
        rig.remote.offer(offer(1, picture_width=4608, picture_height=2592))
        await asyncio.sleep(60)
        rig.remote.offer(offer(1, picture_width=4608, picture_height=2592))
        await asyncio.sleep(60)

    rig.live(story)
    report = rig.remote.report()
    assert (report["applied_version"], report["applying_version"]) == (0, None)
    assert (report["rolled_back"]["version"], report["rolled_back"]["code"]) == (1, "no_picture")
    assert [reopen for _, reopen in rig.applied] == [True, True], "tried once, taken back once, never tried again"
    assert rig.now == BASE
    assert Rig(tmp_path).now == BASE


def test_pictures_that_stop_again_are_not_healthy(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.works = lambda settings: settings == BASE or rig.frames < 5

    async def story() -> None:
        rig.remote.offer(offer(1, sensitivity=0.9))
        await asyncio.sleep(60)

    rig.live(story)
    assert rig.remote.report()["rolled_back"]["code"] == "no_picture"
    assert rig.now == BASE


@pytest.mark.parametrize("seconds", [0.1, 1.0, 2.9])
def test_an_agent_that_dies_in_the_trial_comes_back_with_what_was_good(tmp_path: Path, seconds: float) -> None:
    rig = Rig(tmp_path)

    async def story() -> None:
        rig.remote.offer(offer(1, quiet_seconds=9))
        await asyncio.sleep(10)
        rig.remote.offer(offer(2, sensitivity=1.0))
        await asyncio.sleep(seconds)

    rig.live(story)
    again = Rig(tmp_path)
    assert (again.now.sensitivity, again.now.quiet_seconds) == (0.5, 9)
    report = again.remote.report()
    assert (report["applied_version"], report["rolled_back"]["code"]) == (1, "restarted")
    assert again.remote.knows(2), "it is not asked for again"
    assert Rig(tmp_path).remote.report() == report, "also at the start after the next"


@pytest.mark.parametrize(
    "wrong",
    [
        {"zones": [[[0, 0], [1, 1]]]},
        {"zones": "everywhere"},
        {"sensitivity": 7},
        {"trigger": "sensor"},
        {"trigger": "magic"},
        {"picture_width": -1},
        {"schedule": [{"days": ["mon"], "start": "99:00", "end": "01:00"}]},
        {"schedule": [{}]},
        {"schedule": "always"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_not_even_tried(tmp_path: Path, wrong: dict[str, Any]) -> None:
    rig = Rig(tmp_path)

    async def story() -> None:
        rig.remote.offer(offer(1, **wrong))
        await asyncio.sleep(1)

    rig.live(story)
    report = rig.remote.report()
    assert (report["rolled_back"]["code"], report["applied_version"]) == ("invalid", 0)
    assert report["rolled_back"]["reason"]
    assert rig.applied == []


@pytest.mark.parametrize("message", [{}, {"version": "x"}, {"version": 1, "settings": [], "time_zone": "UTC"}], ids=str)
def test_a_message_that_cannot_be_understood_changes_nothing(tmp_path: Path, message: dict[str, Any]) -> None:
    rig = Rig(tmp_path)
    before = rig.remote.report()
    rig.remote.offer(message)
    assert rig.remote.report() == before


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"good": {"version": "x"}}', b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_asked_for_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    rig = Rig(tmp_path)
    assert rig.now == BASE
    assert not rig.remote.knows(5)


def test_what_was_good_and_does_not_fit_any_more_is_left(tmp_path: Path) -> None:
    good = {"version": 4, "settings": {"trigger": "both"}, "time_zone": "UTC"}
    (tmp_path / FILE).write_text(json.dumps({"good": good}))
    rig = Rig(tmp_path)
    assert rig.now == BASE
    assert rig.remote.report()["rolled_back"]["code"] == "invalid"


def test_disarming_works_while_the_camera_gives_no_picture(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.works = lambda settings: False

    async def story() -> None:
        rig.remote.offer(offer(1, armed=False))
        await asyncio.sleep(1)

    rig.live(story)
    assert (rig.remote.report()["applied_version"], rig.now.armed) == (1, False)
    assert rig.reports[-1]["armed_now"] is False
    assert Rig(tmp_path).now.armed is False


def test_a_card_that_fails_leaves_things_as_they_are(tmp_path: Path) -> None:
    rig = Rig(tmp_path)

    async def story() -> None:
        (tmp_path / f"{FILE}.part").mkdir()
        rig.remote.offer(offer(1, sensitivity=0.9))
        await asyncio.sleep(1)
        assert rig.applied == [], "nothing is tried that is not noted"
        (tmp_path / f"{FILE}.part").rmdir()
        rig.remote.offer(offer(1, sensitivity=0.9))
        await asyncio.sleep(100)

    rig.live(story)
    assert rig.remote.report()["applied_version"] == 1


NIGHTS = [{"days": ["mon", "fri"], "start": "22:00", "end": "06:00"}]


@pytest.mark.parametrize(
    ("local", "armed"),
    [
        ("2026-11-23 21:59", False),  # Monday
        ("2026-11-23 22:00", True),
        ("2026-11-24 05:59", True),
        ("2026-11-24 06:00", False),
        ("2026-11-24 22:30", False),  # Tuesday
        ("2026-11-28 01:00", True),  # Friday's night
    ],
)
def test_hours_of_the_week_are_those_of_the_site(local: str, armed: bool) -> None:
    schedule = parse_schedule(NIGHTS, "Europe/Berlin")
    instant = datetime.fromisoformat(f"{local}+01:00").astimezone(UTC)
    assert schedule.armed_at(round(instant.timestamp() * 1e9)) is armed


def test_who_does_not_know_the_time_watches() -> None:
    assert parse_schedule(NIGHTS, "Europe/Berlin").armed_at(None)
    assert Schedule().armed_at(0)
    with pytest.raises(ValueError, match="time zone"):
        parse_schedule(NIGHTS, "Moon/Tranquility")


def test_the_schedule_arms_and_disarms_by_itself(tmp_path: Path) -> None:
    noon = datetime(2026, 11, 23, 21, 59, 30, tzinfo=UTC)
    rig = Rig(tmp_path, FakeClock(round(noon.timestamp() * 1e9)))

    async def story() -> None:
        rig.remote.offer(offer(1, schedule=NIGHTS))
        await asyncio.sleep(5)
        assert rig.now.armed is False
        await asyncio.sleep(60)
        assert rig.now.armed is True
        rig.clock.jump(-86400 * 20000, synchronized=False)
        await asyncio.sleep(10)
        assert rig.now.armed is True, "a clock that nobody confirms does not disarm"

    rig.live(story)


def test_nothing_of_the_machine_itself_can_be_set_from_afar() -> None:
    remote = {"server": "http://elsewhere", "token_file": "/etc/shadow", "reboot_command": "rm -rf /", "source": "x"}
    assert lay_over(BASE, remote, "UTC").settings == BASE
    with pytest.raises(WrongSettingsError, match="sensitivity"):
        lay_over(BASE, {"sensitivity": 2}, "UTC")
