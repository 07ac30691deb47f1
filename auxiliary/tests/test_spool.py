"""The spool: order, bounds, what is left after a stop, and that nothing but a delivered item ever leaves it silently."""

import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from auxiliary.clock import FakeClock
from auxiliary.records import AlertEnded, AlertOpened, KeyPicture, Picture
from auxiliary.spool import (
    Entry,
    Item,
    Priority,
    Spool,
    SpoolFullError,
    SpoolLimits,
    SpoolLock,
    SpoolLockedError,
    durable,
)
from auxiliary.tests.material import ended, opened, picture

JPEG = b"\xff\xd8" + b"x" * 5000 + b"\xff\xd9"
ROOMY = SpoolLimits(free_bytes=0)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", ROOMY)


def reopened(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", ROOMY)


def put_event(spool: Spool, clock: FakeClock, *, more: int = 1, end: bool = True) -> AlertOpened:
    alert = opened(clock)
    spool.put(alert)
    spool.put(picture(alert, clock, "first"), jpeg=JPEG, thumbnail=b"small")
    for _ in range(more):
        clock.advance(2)
        spool.put(picture(alert, clock), jpeg=JPEG, thumbnail=b"small")
    if end:
        spool.put(ended(alert, clock))
        key = picture(alert, clock, "key")
        spool.put(key, jpeg=JPEG, thumbnail=b"small")
        spool.put(KeyPicture(alert_id=alert.alert_id, image_id=key.image_id))
    clock.advance(10)
    return alert


def deliver_all(spool: Spool) -> list[Item]:
    delivered = []
    while (item := spool.claim(Priority.PICTURE, 0)) is not None:
        delivered.append(item)
        spool.done(item)
    return delivered


def test_what_is_sent_first(spool: Spool) -> None:
    clock = FakeClock()
    old, new = put_event(spool, clock, more=2), put_event(spool, clock, more=2)
    names = {old.alert_id: "old", new.alert_id: "new"}
    order = [f"{names[item.event]} {item.priority.name.lower()}" for item in deliver_all(spool)]
    kinds = ["alert_opened", "first_picture", "alert_ended", "key_picture", "key_choice", "picture"]
    assert order == [
        *(f"{age} {kind}" for kind in kinds[:-1] for age in ("new", "old")),
        *("new picture", "new picture", "old picture", "old picture"),
    ]


def test_pictures_of_one_event_leave_in_the_order_of_capture(spool: Spool) -> None:
    put_event(spool, FakeClock(), more=5)
    stamps = [i.record.stamp.wall_ns for i in deliver_all(spool) if isinstance(i.record, Picture) and i.priority == 5]
    assert stamps == sorted(stamps)
    assert len(stamps) == 5


def test_a_new_event_is_newest_whatever_the_wall_clock_says(spool: Spool) -> None:
    clock = FakeClock()
    put_event(spool, clock)
    clock.jump(-86400 * 400, synchronized=False)
    new = opened(clock)
    spool.put(new)
    item = spool.claim(Priority.PICTURE, 0)
    assert item is not None
    assert item.record == new


def test_what_depends_on_another_item_waits_for_it(spool: Spool) -> None:
    alert = put_event(spool, FakeClock())
    first_claims = [spool.claim(Priority.PICTURE, 0) for _ in range(4)]
    assert [i.priority.name for i in first_claims if i] == ["ALERT_OPENED", "FIRST_PICTURE", "KEY_PICTURE", "PICTURE"]
    assert spool.claim(Priority.PICTURE, 0) is None
    assert first_claims[0] is not None
    spool.done(first_claims[0])
    end = spool.claim(Priority.PICTURE, 0)
    assert end is not None
    assert isinstance(end.record, AlertEnded)
    assert end.event == alert.alert_id


def test_a_claimed_item_is_nobody_elses_until_released_and_deferred_ones_come_later(spool: Spool) -> None:
    spool.put(opened(FakeClock()))
    item = spool.claim(Priority.PICTURE, 0)
    assert item is not None
    assert spool.claim(Priority.PICTURE, 0) is None
    spool.release(item, not_before_ns=100)
    assert spool.claim(Priority.PICTURE, 99) is None
    assert spool.claim(Priority.PICTURE, 100) == item


def test_the_urgent_lane_sees_alerts_only(spool: Spool) -> None:
    clock = FakeClock()
    spool.put(picture(None, clock), jpeg=JPEG)
    assert spool.claim(Priority.ALERT_ENDED, 0) is None
    spool.put(opened(clock))
    assert spool.claim(Priority.ALERT_ENDED, 0) is not None


def test_everything_comes_back_after_a_restart(spool: Spool, tmp_path: Path) -> None:
    put_event(spool, FakeClock(), more=3)
    before = spool.items()
    after = reopened(tmp_path)
    assert after.items() == before
    assert replace(after.state(), written_today_bytes=0) == replace(spool.state(), written_today_bytes=0)
    item = next(i for i in after.items() if isinstance(i.record, Picture))
    assert after.read(item) == (JPEG, b"small")


def test_a_delivered_event_leaves_nothing_behind(spool: Spool, tmp_path: Path) -> None:
    put_event(spool, FakeClock())
    deliver_all(spool)
    assert list((tmp_path / "spool" / "events").iterdir()) == []
    assert spool.state().items == 0
    assert reopened(tmp_path).items() == []


@pytest.mark.parametrize("began_year", [1970, 2200])  # the card's own clock is ahead, or behind as after a power cut
def test_an_alert_that_a_crash_left_open_is_ended_at_the_next_start(
    spool: Spool, tmp_path: Path, began_year: int
) -> None:
    clock = FakeClock(wall_ns=(began_year - 1970) * 31_556_952 * 1_000_000_000)
    alert = put_event(spool, clock, end=False)
    deliver_all(spool)
    after = reopened(tmp_path)
    (item,) = after.items()
    assert isinstance(item.record, AlertEnded)
    assert item.record.alert_id == alert.alert_id
    assert item.record.stamp.wall_ns >= alert.stamp.wall_ns
    deliver_all(after)
    assert reopened(tmp_path).items() == []


def test_an_end_that_was_delivered_is_not_invented_again(spool: Spool, tmp_path: Path) -> None:
    put_event(spool, FakeClock(), more=2)
    for _ in range(4):  # open, first picture, end, key picture; two pictures and the choice still wait
        item = spool.claim(Priority.PICTURE, 0)
        assert item is not None
        spool.done(item)
    assert [i.priority.name for i in reopened(tmp_path).items()] == ["KEY_CHOICE", "PICTURE", "PICTURE"]


def test_leftovers_of_a_power_cut_are_swept(spool: Spool, tmp_path: Path) -> None:
    alert = put_event(spool, FakeClock())
    directory = tmp_path / "spool" / "events" / alert.alert_id
    before = len(spool.items())
    (directory / "a.jpg.part").write_bytes(b"half")
    (directory / "b.jpg").write_bytes(b"no json")
    (directory / "c.json").write_bytes(b'{"record": {"kind": "pic')
    victim = next(directory.glob("*.thumb.jpg"))
    victim.write_bytes(b"torn")
    after = reopened(tmp_path)
    assert len(after.items()) == before
    assert {f.name for f in directory.iterdir()} & {"a.jpg.part", "b.jpg", "c.json"} == set()
    torn = next(i for i in after.items() if i.name == victim.name.removesuffix(".thumb.jpg"))
    assert after.read(torn) == (JPEG, None)


def test_a_picture_shorter_than_it_was_is_not_offered_and_one_with_other_bytes_is_not_read(
    spool: Spool, tmp_path: Path
) -> None:
    clock = FakeClock()
    one, two = picture(None, clock), picture(None, clock)
    spool.put(one, jpeg=JPEG)
    spool.put(two, jpeg=JPEG)
    events = tmp_path / "spool" / "events"
    (events / one.image_id / f"{one.image_id}.jpg").write_bytes(JPEG[:100])
    (events / two.image_id / f"{two.image_id}.jpg").write_bytes(b"y" * len(JPEG))
    after = reopened(tmp_path)
    (item,) = after.items()
    assert item.record == two
    assert after.state().dropped_pictures == 1
    with pytest.raises(OSError, match="other bytes"):
        after.read(item)


def test_refused_items_are_set_aside_within_bounds_and_do_not_come_back(spool: Spool, tmp_path: Path) -> None:
    clock = FakeClock()
    for _ in range(160):
        spool.put(picture(None, clock), jpeg=b"j", thumbnail=b"t")
        item = spool.claim(Priority.PICTURE, 0)
        assert item is not None
        spool.set_aside(item, "409: other bytes")
    aside = list((tmp_path / "spool" / "set-aside").iterdir())
    assert 290 <= len(aside) <= 300
    assert spool.state().items == 0
    assert spool.state().set_aside > 70
    assert reopened(tmp_path).items() == []


def test_beyond_the_cap_the_oldest_least_important_picture_goes_and_is_counted(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", SpoolLimits(most_bytes=8 * 6000, free_bytes=0))
    clock = FakeClock()
    events = [put_event(spool, clock, more=3, end=False) for _ in range(3)]
    kept = [(item.event, item.priority) for item in spool.items()]
    assert all((event.alert_id, Priority.ALERT_OPENED) in kept for event in events)
    assert all((event.alert_id, Priority.FIRST_PICTURE) in kept for event in events)
    assert (events[0].alert_id, Priority.PICTURE) not in kept
    assert kept.count((events[2].alert_id, Priority.PICTURE)) == 3
    state = spool.state()
    assert state.size_bytes <= 8 * 6000
    assert state.dropped_pictures == 12 - state.pictures
    assert Spool(tmp_path / "spool", ROOMY).state().dropped_pictures == state.dropped_pictures


def test_a_newcomer_never_pushes_out_what_is_more_important(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", SpoolLimits(most_bytes=2 * 6000, free_bytes=0))
    clock = FakeClock()
    for _ in range(2):
        spool.put(picture(None, clock, "first"), jpeg=JPEG)
    with pytest.raises(SpoolFullError):
        spool.put(picture(None, clock, "more"), jpeg=JPEG)
    assert spool.state().dropped_pictures == 1
    spool.put(opened(clock))  # an alert is let in all the same
    assert [item.priority for item in spool.items()] == [0, 1, 1]


def test_a_picture_that_is_being_sent_is_not_dropped(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", SpoolLimits(most_bytes=2 * 6000, free_bytes=0))
    clock = FakeClock()
    sent, waiting, new = (picture(None, clock) for _ in range(3))
    spool.put(sent, jpeg=JPEG)
    item = spool.claim(Priority.PICTURE, 0)
    spool.put(waiting, jpeg=JPEG)
    spool.put(new, jpeg=JPEG)
    assert {i.record for i in spool.items()} == {sent, new}
    assert item is not None
    assert spool.read(item)[0] == JPEG


def test_a_full_card_gives_up_older_pictures_for_a_newer_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path / "spool", ROOMY)
    clock = FakeClock()
    for _ in range(4):
        spool.put(picture(None, clock), jpeg=JPEG)
    real, failures = os.fsync, [OSError(errno.ENOSPC, "No space left on device")]

    def full_once(descriptor: int) -> None:
        if failures:
            raise failures.pop()
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full_once)
    spool.put(picture(None, clock, "first"), jpeg=JPEG)
    assert [item.priority for item in spool.items()].count(Priority.FIRST_PICTURE) == 1
    assert 2 <= spool.state().dropped_pictures <= 3
    assert not list((tmp_path / "spool").rglob("*.part"))


def fails(descriptor: int) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_a_card_that_fails_leaves_nothing_half_and_everything_is_sent_from_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "spool", ROOMY)
    monkeypatch.setattr(os, "fsync", fails)
    clock = FakeClock()
    alert = opened(clock)
    assert not spool.put(alert)
    assert not spool.put(picture(alert, clock, "first"), jpeg=JPEG, thumbnail=b"small")
    assert reopened(tmp_path).items() == []
    assert spool.state().in_memory == 2
    assert [spool.read(item) for item in spool.items() if item.envelope.file] == [(JPEG, b"small")]
    assert [item.priority for item in deliver_all(spool)] == [Priority.ALERT_OPENED, Priority.FIRST_PICTURE]
    assert spool.state().in_memory == 0


def test_memory_takes_alerts_when_it_has_no_room_for_a_picture_and_counts_what_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "spool", ROOMY)
    monkeypatch.setattr(os, "fsync", fails)
    clock = FakeClock()
    large = b"x" * (7 << 20)
    spool.put(picture(None, clock), jpeg=large)
    with pytest.raises(OSError, match="Input/output"):
        spool.put(picture(None, clock), jpeg=large)
    assert not spool.put(opened(clock))
    assert spool.state().dropped_pictures == 1


def test_what_lies_in_memory_is_written_to_a_card_that_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "spool", ROOMY)
    with monkeypatch.context() as bad:
        bad.setattr(os, "fsync", fails)
        put_event(spool, FakeClock())
    spool.flush()
    assert spool.state().in_memory == 0
    after = reopened(tmp_path)
    assert {item.key for item in after.items()} == {item.key for item in spool.items()}
    assert after.read(next(item for item in after.items() if item.envelope.file))[0] == JPEG


def test_a_day_of_many_writes_keeps_ordinary_pictures_off_the_card_and_midnight_ends_that(tmp_path: Path) -> None:
    clock = FakeClock()
    limits = SpoolLimits(free_bytes=0, day_bytes=40_000)
    spool = Spool(tmp_path / "spool", limits, wall_ns=clock.wall_ns)
    put_event(spool, clock, more=0)
    assert spool.state().written_today_bytes >= 40_000
    assert spool.card_is_spared
    assert not spool.put(picture(None, clock), jpeg=JPEG)
    assert spool.put(picture(None, clock, "first"), jpeg=JPEG)  # what counts goes to the card at any price
    assert spool.state().in_memory == 1
    spool.flush()
    again = Spool(tmp_path / "spool", limits, wall_ns=clock.wall_ns)
    assert again.state().written_today_bytes == spool.state().written_today_bytes
    clock.advance(86_400)
    assert not again.card_is_spared
    assert again.put(picture(None, clock), jpeg=JPEG)


def test_a_loss_is_a_hole_in_time_until_the_server_was_told(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", ROOMY)
    spool.note_lost(captured_ns=500)
    spool.note_lost(captured_ns=300)
    told = spool.losses
    assert (told.pictures, told.from_ns, told.until_ns) == (2, 300, 500)
    spool.note_lost(captured_ns=900)
    spool.told(told)
    assert (spool.losses.pictures, spool.losses.told, spool.losses.from_ns, spool.losses.until_ns) == (3, 2, 500, 900)
    after = reopened(tmp_path)
    assert after.losses == spool.losses
    after.told(after.losses)
    assert (after.losses.from_ns, after.losses.until_ns) == (0, 0)


def test_pictures_that_come_together_are_made_durable_together(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    alert = opened(clock)
    spool.put(alert)
    synchronised: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synchronised.append(Path(f"/proc/self/fd/{descriptor}").readlink().suffix)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    assert spool.put_all([Entry(picture(alert, clock), JPEG, b"small") for _ in range(4)])
    assert synchronised.count("") == 1
    assert len(spool.items()) == 5


def test_one_directory_that_cannot_be_read_back_does_not_keep_the_others(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    bad, good = put_event(spool, clock), put_event(spool, clock)
    real = Path.iterdir

    def unreadable(self: Path) -> Iterator[Path]:
        if self.name == bad.alert_id:
            raise OSError(errno.EIO, "Input/output error")
        return real(self)

    monkeypatch.setattr(Path, "iterdir", unreadable)
    assert {item.event for item in reopened(tmp_path).items()} == {good.alert_id}


def test_a_card_that_went_read_only_does_not_make_items_come_again(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.put(picture(None, FakeClock()), jpeg=JPEG)
    item = spool.claim(Priority.PICTURE, 0)
    assert item is not None

    def fails(self: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", fails)
    with pytest.raises(OSError, match="Read-only"):
        spool.done(item)
    assert spool.claim(Priority.PICTURE, 0) is None


def test_writing_survives_the_removal_of_the_events_directory(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, races = durable.write_file, [1, 1]

    def removed_meanwhile(path: Path, data: bytes, *, synchronize: bool = True) -> None:
        if races:
            races.pop()
            path.parent.rmdir()
        real(path, data, synchronize=synchronize)

    monkeypatch.setattr("auxiliary.spool.store.write_file", removed_meanwhile)
    spool.put(opened(FakeClock()))
    assert len(reopened(tmp_path).items()) >= 1


def test_one_agent_per_spool(tmp_path: Path) -> None:
    lock = SpoolLock(tmp_path)
    with pytest.raises(SpoolLockedError, match="--spool DIR"):
        SpoolLock(tmp_path)
    lock.close()
    SpoolLock(tmp_path).close()


def test_every_file_is_synchronised_before_it_gets_its_name_and_the_directory_after(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order that survives a power cut; what a real one leaves is tried with a file system that forgets."""
    log: list[str] = []
    real_fsync, real_rename = os.fsync, Path.rename

    def fsync(descriptor: int) -> None:
        log.append("fsync " + Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real_fsync(descriptor)

    def rename(self: Path, target: Path) -> Path:
        log.append(f"rename {target.name}")
        return real_rename(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", rename)
    record = picture(None, FakeClock())
    spool.put(record, jpeg=JPEG, thumbnail=b"small")
    name = record.image_id
    assert log == [
        "fsync events",
        f"rename {name}.thumb.jpg",
        f"fsync {name}.jpg.part",
        f"rename {name}.jpg",
        f"fsync {name}.json.part",
        f"rename {name}.json",
        f"fsync {name}",
    ]
