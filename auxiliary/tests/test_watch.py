"""The capture loop and the recorder: neither an exception nor a dead camera nor a failing card ends them."""

import errno
import io
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from auxiliary.capture import Capture, CaptureSettings, Emission, Shot, WatchSettings
from auxiliary.clock import FakeClock, stamp
from auxiliary.ids import uuid7
from auxiliary.ladder import Ladder
from auxiliary.motion.types import NO_HINTS, Exposure, Hints, Luma, Motion, MotionSettings
from auxiliary.recorder import Recorder
from auxiliary.records import AlertEnded, AlertOpened
from auxiliary.sensor import FakeSensor, GateSettings, MotionSensor, NoSensor, SensorState
from auxiliary.source import CameraSource, Frame, SourceError
from auxiliary.spool import Spool, SpoolLimits
from auxiliary.status import Status
from auxiliary.tests.material import SIZE, STILL, FakeStill, frame, moving, opened, picture
from auxiliary.watch import Watch


class ScriptedSource:
    """Plays frames, then raises or ends."""

    kind, description, live, frames_per_second, luma_size = "scripted", "a script", True, 10.0, SIZE

    def __init__(self, frames: list[Frame], then: Exception | None = None) -> None:
        self._frames = frames
        self._then = then
        self.closed = False

    def frames(self) -> Iterator[Frame]:
        yield from self._frames
        if self._then is not None:
            raise self._then

    def close(self) -> None:
        self.closed = True


class AlwaysMoving:
    def __init__(self) -> None:
        self.relearnt = 0
        self.hints: list[Hints] = []
        self.settings: list[MotionSettings] = []

    def step(self, luma: Luma, at_seconds: float, hints: Hints = NO_HINTS) -> Motion:
        self.hints.append(hints)
        return moving()

    def apply(self, settings: MotionSettings) -> None:
        self.settings.append(settings)

    def relearn(self) -> None:
        self.relearnt += 1


class WatchRig:
    def __init__(
        self,
        sources: Sequence[CameraSource | Exception],
        monkeypatch: pytest.MonkeyPatch,
        sensor: MotionSensor | None = None,
    ) -> None:
        self.clock = clock = FakeClock()
        self.stuck: list[bool] = []
        self.told: list[Emission] = []
        self.output = io.StringIO()
        self.detector = AlwaysMoving()
        self.ended = threading.Event()
        plays = iter(sources)

        def open_next() -> CameraSource:
            source = next(plays)
            if isinstance(source, Exception):
                raise source
            return source

        self.watch = Watch(
            open_source=open_next,
            make_detector=lambda source: self.detector,
            sensor=sensor or NoSensor(),
            capture=Capture(CaptureSettings(), stamp=lambda at_ns: stamp(clock, at_ns), new_id=uuid7),
            emit=self.told.append,
            clock=clock,
            ladder=Ladder(clock, first_seconds=0.01, longest_seconds=0.01),
            on_stuck=lambda: self.stuck.append(True),
            status=Status(self.output),
            on_end=self.ended.set,
        )
        monkeypatch.setattr("auxiliary.watch._SURPRISE_PAUSE_SECONDS", 0.01)
        self.watch.start()

    def kinds(self) -> list[str]:
        return [type(emission).__name__ for emission in self.told]


def test_at_the_end_of_a_recording_the_open_alert_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    source = ScriptedSource([frame(0), frame(0.1)])
    rig = WatchRig([source], monkeypatch)
    assert rig.ended.wait(10)
    assert rig.kinds() == ["AlertOpened", "Shot", "AlertEnded", "KeyPicture"]
    assert source.closed


def test_a_cut_makes_the_detector_forget_the_scene(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = WatchRig([ScriptedSource([frame(0), frame(0.1, cut=True), frame(0.2)])], monkeypatch)
    assert rig.ended.wait(10)
    assert rig.detector.relearnt == 1


@pytest.mark.parametrize("trouble", [SourceError("The camera sent no picture for 5 s."), ZeroDivisionError("surprise")])
def test_a_camera_that_fails_is_opened_again_and_the_alert_of_before_is_ended(
    trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources: list[CameraSource | Exception] = [
        ScriptedSource([frame(0)], then=trouble),
        SourceError("No camera."),
        ScriptedSource([frame(9)]),
    ]
    rig = WatchRig(sources, monkeypatch)
    assert rig.ended.wait(10)
    assert rig.kinds().count("AlertOpened") == rig.kinds().count("AlertEnded") == 2
    said = rig.output.getvalue()
    assert "Trying again" in said
    assert "Watching a script again." in said


def test_the_detector_hears_of_exposure_and_sensor(monkeypatch: pytest.MonkeyPatch) -> None:
    sensor = FakeSensor(FakeClock(), GateSettings(0.0, 0.0, 0.0))
    sensor.drive_high()
    seen = replace(frame(0), exposure=Exposure(12.0, 2.0, 8000))
    rig = WatchRig([ScriptedSource([seen])], monkeypatch, sensor)
    assert rig.ended.wait(10)
    assert rig.detector.hints == [Hints(Exposure(12.0, 2.0, 8000), 0.5)]


def test_a_stuck_sensor_is_told_and_does_not_open_an_alert_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    sensor = FakeSensor(clock, GateSettings(0.0, 0.0, 0.0))
    sensor.drive_high()
    clock.advance(1000)
    monkeypatch.setattr("auxiliary.tests.test_watch.AlwaysMoving", NeverMoving)
    rig = WatchRig([ScriptedSource([frame(0), frame(0.1)])], monkeypatch, sensor)
    assert rig.ended.wait(10)
    assert rig.kinds() == []
    assert rig.watch.sensor_state is SensorState.STUCK
    assert "motion sensor reports motion without end" in rig.output.getvalue()


def test_other_settings_reach_every_part_while_the_camera_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    source = BlockedSource([frame(0)])
    rig = WatchRig([source], monkeypatch, sensor := FakeSensor(FakeClock(), GateSettings(60.0)))
    until(lambda: rig.told)
    wanted = WatchSettings(MotionSettings(sensitivity=0.9), CaptureSettings(armed=False), GateSettings(0.0))
    rig.watch.apply(wanted)
    until(lambda: rig.detector.settings)
    until(lambda: "AlertEnded" in rig.kinds())
    assert rig.detector.settings == [wanted.motion]
    assert sensor.state() is SensorState.GOOD
    assert rig.watch.stop(10)
    assert not rig.watch.failed


class SometimesRaising(AlwaysMoving):
    def step(self, luma: Luma, at_seconds: float, hints: Hints = NO_HINTS) -> Motion:
        if at_seconds < 0.5:
            raise ZeroDivisionError("surprise")
        return moving()


def test_a_detector_that_raises_costs_its_frames_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auxiliary.tests.test_watch.AlwaysMoving", SometimesRaising)
    rig = WatchRig([ScriptedSource([frame(0), frame(0.1), frame(0.6)])], monkeypatch)
    assert rig.ended.wait(10)
    assert rig.kinds() == ["AlertOpened", "Shot", "AlertEnded", "KeyPicture"]
    assert "goes on" in rig.output.getvalue()


class BlockedSource(ScriptedSource):
    """As a camera that hangs and is only let go of at the end."""

    def frames(self) -> Iterator[Frame]:
        yield from self._frames
        self.released.wait(10)

    def __init__(self, frames: list[Frame]) -> None:
        super().__init__(frames)
        self.released = threading.Event()

    def close(self) -> None:
        self.released.set()


def until(condition: Callable[[], object]) -> None:
    """Wait for another thread to make it true; a minute means never."""
    for _ in range(6000):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came true")


def test_a_pir_edge_while_the_camera_is_dead_is_an_alert_without_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auxiliary.tests.test_watch.AlwaysMoving", lambda: None)  # no frame, so it is never asked
    sensor = FakeSensor(FakeClock(), GateSettings(0.0, 0.0, 0.0))
    sensor.drive_high()
    rig = WatchRig([SourceError("No camera.")] * 4 + [BlockedSource([])], monkeypatch, sensor)
    until(lambda: rig.told)
    assert rig.watch.state == "camera_failed"
    assert rig.watch.stop(10)
    assert rig.kinds() == ["AlertOpened", "AlertEnded"]
    assert isinstance(rig.told[0], AlertOpened)
    assert rig.told[0].alert_type == "pir"


def test_a_pir_edge_while_the_camera_has_stopped_sending_does_not_wait_for_its_time_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sensor_clock = FakeClock()
    sensor = FakeSensor(sensor_clock, GateSettings(0.0, 0.0, 0.0))
    monkeypatch.setattr("auxiliary.tests.test_watch.AlwaysMoving", NeverMoving)
    rig = WatchRig([BlockedSource([frame(0)])], monkeypatch, sensor)
    until(lambda: rig.watch.last_frame_ns is not None)
    sensor.drive_high()
    rig.clock.advance(2)
    until(lambda: rig.told)
    assert rig.watch.stop(10)
    assert rig.kinds() == ["AlertOpened", "Shot", "AlertEnded"]  # with the picture of just before


class NeverMoving(AlwaysMoving):
    def step(self, luma: Luma, at_seconds: float, hints: Hints = NO_HINTS) -> Motion:
        return STILL


def test_a_camera_that_stays_dead_is_told_and_handed_to_the_last_rung(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = WatchRig([*[SourceError("No camera.")] * 7, ScriptedSource([])], monkeypatch)
    assert rig.ended.wait(10)
    assert rig.stuck == [True, True]


class SlowStill(FakeStill):
    def __init__(self, gate: Callable[[], object]) -> None:
        self._gate = gate

    def jpeg(self) -> bytes:
        self._gate()
        return b"jpeg"


def shot(clock: FakeClock, still: FakeStill = FakeStill()) -> Shot:
    return Shot(picture(None, clock), still)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path, SpoolLimits(free_bytes=0))


def test_the_recorder_keeps_what_it_is_given_in_order_and_says_so(spool: Spool) -> None:
    clock, output = FakeClock(), io.StringIO()
    recorder = Recorder(spool, Status(output))
    recorder.start()
    alert = opened(clock)
    recorder.put(alert)
    recorder.put(Shot(picture(alert, clock, "first"), FakeStill(b"jpeg")))
    recorder.put(AlertEnded(alert_id=alert.alert_id, stamp=alert.stamp))
    assert recorder.close(10)
    assert [item.priority for item in spool.items()] == [0, 1, 2]
    assert spool.read(spool.items()[1])[0] == b"jpeg"
    assert [line.split()[:2] for line in output.getvalue().splitlines()] == [["Motion", "started"], ["Motion", "ended"]]


def test_a_stalled_card_costs_counted_pictures_and_no_alert_and_never_blocks(spool: Spool) -> None:
    clock, gate = FakeClock(), threading.Event()
    recorder = Recorder(spool, Status(io.StringIO()))
    recorder.start()
    for _ in range(40):
        recorder.put(shot(clock, SlowStill(gate.wait)))  # returns although nothing is written
    recorder.put(opened(clock))
    gate.set()
    assert recorder.close(10)
    assert spool.state().pictures == 24
    assert spool.state().dropped_pictures == 16
    assert any(isinstance(item.record, AlertOpened) for item in spool.items())


def test_a_patient_recorder_makes_a_fast_recording_wait_instead(spool: Spool) -> None:
    clock = FakeClock()
    recorder = Recorder(spool, Status(io.StringIO()), patient=True)
    recorder.start()
    for _ in range(40):
        recorder.put(shot(clock))
    assert recorder.close(30)
    assert spool.state().pictures == 40


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (OSError(errno.EROFS, "Read-only file system"), "The card cannot be written (Read-only file system)"),
        (SourceError("The picture cannot be encoded."), "The picture cannot be encoded: 1 picture lost so far."),
        (ZeroDivisionError("surprise"), "Something could not be kept and the log says why: 1 picture lost so far."),
    ],
)
def test_no_failure_ends_the_recorder(spool: Spool, trouble: Exception, says: str) -> None:
    def fail() -> None:
        raise trouble

    clock, output = FakeClock(), io.StringIO()
    recorder = Recorder(spool, Status(output))
    recorder.start()
    recorder.put(shot(clock, SlowStill(fail)))
    recorder.put(shot(clock))
    assert recorder.close(10)
    assert spool.state().pictures == 1
    assert spool.state().dropped_pictures == 1
    assert says in output.getvalue()
