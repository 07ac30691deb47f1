"""Decides what is worth telling: opens an alert when something moves, chooses its pictures, ends it. No I/O, no clock.

    idle --movement--> active --still--> post-roll --still for quiet_seconds--> idle
                          ^------movement------'

Neighbours: `watch` feeds it frame by frame; what it returns goes to the recorder in that order. It belongs to one thread.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from auxiliary.fusion import Fusion, Trigger, expectation
from auxiliary.motion.types import NO_MOTION, Motion, MotionSettings
from auxiliary.preroll import PreRoll
from auxiliary.quality import picture_quality
from auxiliary.records import AlertEnded, AlertOpened, KeyPicture, Picture, Stamp
from auxiliary.sensor.types import GateSettings
from auxiliary.source.types import Frame, Still

_BETTER_BY = 1.1  # a picture must beat the best so far by this factor: a picture that is sent anyway wins near ties


class CaptureState(StrEnum):
    IDLE = "idle"
    ACTIVE = "active"
    POST_ROLL = "post_roll"


@dataclass(frozen=True, slots=True)
class CaptureSettings:
    """`quiet_seconds` without movement end an alert (one walk with a pause is one alert); `alert_seconds` is the longest one
    alert lasts before a new one begins; `both_within_seconds` is how far apart sensor and pixels may speak for `both`;
    `pre_roll_pictures` of the last `pre_roll_seconds` before an alert go with it: the first of them is at least five seconds old
    with the defaults, so it shows what was before a PIR spoke. Not `armed`: nothing makes an alert."""

    trigger: Trigger = Trigger.EITHER
    picture_every_seconds: float = 2.0
    quiet_seconds: float = 5.0
    alert_seconds: float = 120.0
    both_within_seconds: float = 3.0
    pre_roll_seconds: float = 8.0
    pre_roll_pictures: int = 3
    armed: bool = True


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """All that may change while the camera runs."""

    motion: MotionSettings
    capture: CaptureSettings
    gate: GateSettings


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture to keep: its record, and the still to encode it from."""

    picture: Picture
    still: Still


Emission = AlertOpened | Shot | AlertEnded | KeyPicture


@dataclass(slots=True)
class _Best:
    quality: float
    frame: Frame
    motion: Motion
    image_id: str | None  # None: not among the pictures sent so far


@dataclass(slots=True)
class _Episode:
    alert_id: str
    started_ns: int
    last_movement_ns: int
    last_picture_ns: int | None = None  # None: it began while the camera gave nothing
    peak_score: float | None = None
    best: _Best | None = field(default=None)


class Capture:
    """The state machine. `stamp` turns a monotonic instant into a Stamp, `new_id` makes an id for a Stamp's wall time."""

    def __init__(
        self, settings: CaptureSettings, *, stamp: Callable[[int], Stamp], new_id: Callable[[int], str]
    ) -> None:
        self._settings = settings
        self._stamp = stamp
        self._new_id = new_id
        self._episode: _Episode | None = None
        self._fusion = Fusion()
        self._pre_roll = PreRoll(settings.pre_roll_seconds, settings.pre_roll_pictures)
        self.state = CaptureState.IDLE

    def apply(self, settings: CaptureSettings) -> Sequence[Emission]:
        """Go by these settings from now on; an open alert goes on, unless nothing shall make alerts any more."""
        self._settings = settings
        self._pre_roll.resize(settings.pre_roll_seconds, settings.pre_roll_pictures)
        return () if settings.armed else self.stop()

    def expectation(self, *, sensor_active: bool, sensor_trusted: bool) -> float:
        """What the detector should expect of the next frame (`motion.types.Hints`)."""
        return expectation(self._settings.trigger, sensor=sensor_active, trusted=sensor_trusted)

    def step(
        self, frame: Frame, motion: Motion, sensor_active: bool, *, sensor_trusted: bool = True
    ) -> Sequence[Emission]:
        """Take the next frame with what the detector and the sensor say about it; return what to tell, in order."""
        out: list[Emission] = []
        if frame.cut:
            self._fusion.forget()
            self._pre_roll.clear()
            out += self.stop()
        now_ns = frame.captured_ns
        moving = self._settings.armed and self._fusion.moving(
            self._settings.trigger,
            round(self._settings.both_within_seconds * 1e9),
            pixels=motion.detected,
            sensor=sensor_active,
            trusted=sensor_trusted,
            now_ns=now_ns,
            lasts=self._episode is not None,
        )
        out += self._end_if_over(moving, now_ns)
        if moving or self._waits_for_a_picture():
            out += self._movement(frame, motion, moving)
        else:
            if self._episode:
                self.state = CaptureState.POST_ROLL
            self._pre_roll.offer(frame)
        return out

    def step_blind(self, now_ns: int, sensor_active: bool) -> Sequence[Emission]:
        """No frame came: what the sensor alone says. Its alert gets its first picture when the camera is back."""
        moving = sensor_active and self._settings.armed and self._settings.trigger is not Trigger.PIXELS
        out = list(self._end_if_over(moving, now_ns))
        if moving:
            self.state = CaptureState.ACTIVE
            if self._episode is None:
                out += self._open(now_ns, "pir", None)
                out += self._before(now_ns)
            else:
                self._episode.last_movement_ns = now_ns
        elif self._episode:
            self.state = CaptureState.POST_ROLL
        return out

    def photograph(self, frame: Frame) -> tuple[str, Sequence[Emission]]:
        """A picture taken by hand: an alert of its own that is over at once, beside whatever else happens."""
        at = self._stamp(frame.captured_ns)
        alert_id = self._new_id(at.wall_ns)
        shot = self._shoot(frame, NO_MOTION, alert_id, "first")
        opened = AlertOpened(alert_id=alert_id, stamp=at, alert_type="manual")
        return alert_id, [opened, shot, AlertEnded(alert_id=alert_id, stamp=at)]

    def stop(self) -> Sequence[Emission]:
        """End the open alert, if there is one: the scene was cut, or watching ends."""
        episode, self._episode = self._episode, None
        self.state = CaptureState.IDLE
        if episode is None:
            return ()
        ended = AlertEnded(
            alert_id=episode.alert_id, stamp=self._stamp(episode.last_movement_ns), score=episode.peak_score
        )
        out: list[Emission] = [ended]
        if episode.best is not None:
            best = episode.best
            if best.image_id is None:
                shot = self._shoot(best.frame, best.motion, episode.alert_id, "key")
                best.image_id = shot.picture.image_id
                out.append(shot)
            out.append(KeyPicture(alert_id=episode.alert_id, image_id=best.image_id))
        return out

    def _end_if_over(self, moving: bool, now_ns: int) -> Sequence[Emission]:
        over = self._episode is not None and self._is_over(self._episode, moving, now_ns)
        return self.stop() if over else ()

    def _waits_for_a_picture(self) -> bool:
        """Whether the alert began while the camera gave nothing."""
        return self._episode is not None and self._episode.last_picture_ns is None

    def _is_over(self, episode: _Episode, moving: bool, now_ns: int) -> bool:
        """Still for long enough, or moving for so long that a new alert should begin."""
        if moving:
            return now_ns - episode.started_ns >= self._settings.alert_seconds * 1e9
        return now_ns - episode.last_movement_ns >= self._settings.quiet_seconds * 1e9

    def _movement(self, frame: Frame, motion: Motion, moving: bool) -> Sequence[Emission]:
        now_ns = frame.captured_ns
        self.state = CaptureState.ACTIVE
        score = motion.score if motion.detected else None
        out: list[Emission] = []
        opens = self._episode is None
        if opens:
            out += self._open(now_ns, "motion" if motion.detected else "pir", score)
        episode = self._episode
        assert episode is not None
        shot: Shot | None = None
        if episode.last_picture_ns is None:
            shot = self._shoot(frame, motion, episode.alert_id, "first")
        elif now_ns - episode.last_picture_ns >= self._settings.picture_every_seconds * 1e9:
            shot = self._shoot(frame, motion, episode.alert_id, "more")
        if shot is not None:
            episode.last_picture_ns = now_ns
            out.append(shot)
        if moving:
            episode.last_movement_ns = now_ns
        if score is not None:
            episode.peak_score = max(score, episode.peak_score or 0.0)
        self._remember_best(episode, frame, motion, shot)
        if opens:
            out += self._before(now_ns)
        return out

    def _before(self, now_ns: int) -> Sequence[Emission]:
        """The pre-roll pictures of the alert that opened now; they leave after its first picture."""
        episode = self._episode
        assert episode is not None
        return [self._shoot(frame, NO_MOTION, episode.alert_id, "more") for frame in self._pre_roll.take(now_ns)]

    def _open(self, now_ns: int, kind: Literal["motion", "pir"], score: float | None) -> Sequence[Emission]:
        opened_at = self._stamp(now_ns)
        self._episode = _Episode(self._new_id(opened_at.wall_ns), now_ns, now_ns)
        return [AlertOpened(alert_id=self._episode.alert_id, stamp=opened_at, alert_type=kind, score=score)]

    def _remember_best(self, episode: _Episode, frame: Frame, motion: Motion, shot: Shot | None) -> None:
        quality = picture_quality(frame.luma, motion.boxes) if motion.detected else 0.0
        if episode.best is None or quality > episode.best.quality * _BETTER_BY:
            episode.best = _Best(quality, frame, motion, shot.picture.image_id if shot else None)

    def _shoot(self, frame: Frame, motion: Motion, alert_id: str, role: Literal["first", "key", "more"]) -> Shot:
        stamp = self._stamp(frame.captured_ns)
        picture = Picture(
            image_id=self._new_id(stamp.wall_ns),
            alert_id=alert_id,
            stamp=stamp,
            filename=f"{frame.name}.jpg",
            role=role,
            score=motion.score if motion.detected else None,
            boxes=motion.boxes if motion.detected else (),
        )
        return Shot(picture, frame.still)
