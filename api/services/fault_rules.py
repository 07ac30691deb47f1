"""What a camera's health must say for how long to be a fault, and for how long to be none any more. Pure: no database, no clock.

A finding holds what the screen says in a sentence: a word (`code`) and figures. Between "bad" and "good" lies a span in which
nothing changes, so that a camera at the edge does not flood the timeline; what comes back soon is the same event again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api.clock import SECOND
from api.models import AlertType

Health = Mapping[str, Any]
Finding = dict[str, Any]

REOPEN_WITHIN = 600 * SECOND
"""A fault that comes back so soon after it ended is the same event again."""
HOT_CELSIUS, COOL_CELSIUS = 80.0, 72.0
"""The Pi slows itself down at 80 degrees."""
LITTLE_BYTES, ENOUGH_BYTES = 500 << 20, 1 << 30
_NO_FRAME_SECONDS = 30.0

GOOD: Finding = {}
"""Nothing is wrong. (None: it cannot be told, so nothing changes.)"""


@dataclass(frozen=True, slots=True)
class Rule:
    """`find` judges a heartbeat, with the one before; `figure` names what is worth keeping at its worst, the largest if
    `worst` is max."""

    type: AlertType
    find: Callable[[Health, Health], Finding | None]
    open_after_seconds: float = 0.0
    close_after_seconds: float = 60.0
    figure: str | None = None
    worst: Callable[[Any, Any], Any] = max


@dataclass(frozen=True, slots=True)
class Step:
    """What a heartbeat changed about one fault. `began_at` set: an alert begins (or, with `reopen`, goes on after all);
    `ended_at` set: it is over; neither: its detail has changed."""

    state: dict[str, Any] | None
    detail: Finding | None = None
    began_at: int | None = None
    ended_at: int | None = None
    reopen: bool = False


def judge(rule: Rule, state: Mapping[str, Any] | None, finding: Finding | None, now: int) -> Step:
    """The next state of a fault. `state` is what `Step.state` was at the heartbeat before, with `alert_id` set by whoever
    raised the alert; None is no fault. Instants in microseconds."""
    known: dict[str, Any] = dict(state or {})
    if finding is None:
        return Step(state if state is None else known)
    if known.get("open"):
        return _go_on(rule, known, finding, now)
    if not finding:
        known.pop("bad_since", None)
        over = now - known.get("ended_at", 0) > REOPEN_WITHIN
        return Step(None if over else known)
    since = known.setdefault("bad_since", now)
    if now - since < rule.open_after_seconds * SECOND:
        return Step(known)
    again = "alert_id" in known and now - known.get("ended_at", 0) <= REOPEN_WITHIN
    times = known.get("times", 0) + 1 if again else 1
    kept: dict[str, Any] = {"alert_id": known["alert_id"]} if again else {}
    detail = {**_worst(rule, known.get("detail", {}) if again else {}, finding), "times": times}
    opened: dict[str, Any] = {"open": True, "times": times, "detail": detail}
    return Step(opened | kept, detail=detail, began_at=since, reopen=bool(again))


def _go_on(rule: Rule, known: dict[str, Any], finding: Finding, now: int) -> Step:
    if finding:
        known.pop("good_since", None)
        detail = {**_worst(rule, known["detail"], finding), "times": known["times"]}
        changed = detail != known["detail"]
        return Step({**known, "detail": detail}, detail=detail if changed else None)
    since = known.setdefault("good_since", now)
    if now - since < rule.close_after_seconds * SECOND:
        return Step(known)
    kept: dict[str, Any] = {name: known[name] for name in ("alert_id", "times", "detail") if name in known}
    return Step({**kept, "ended_at": now}, detail=known["detail"], ended_at=since)


def _worst(rule: Rule, before: Finding, finding: Finding) -> Finding:
    if rule.figure is None or rule.figure not in before or rule.figure not in finding:
        return finding
    return {**finding, rule.figure: rule.worst(before[rule.figure], finding[rule.figure])}


def _tamper(health: Health, _before: Health) -> Finding | None:
    view = health.get("view")
    if view is None:
        return None
    return {"code": view} if view in {"covered", "defocused", "moved"} else GOOD


def _hot(health: Health, _before: Health) -> Finding | None:
    celsius = health.get("temperature_celsius")
    if celsius is None or COOL_CELSIUS <= celsius < HOT_CELSIUS:
        return None
    if celsius < COOL_CELSIUS:
        return GOOD
    return {"code": "throttled" if health.get("throttled") else "hot", "celsius": celsius}


def _low_voltage(health: Health, _before: Health) -> Finding | None:
    under = health.get("under_voltage")
    if under is None:
        return None
    return {"code": "under_voltage"} if under else GOOD


def _disk(health: Health, _before: Health) -> Finding | None:
    free = health.get("disk_free_bytes")
    if free is None or LITTLE_BYTES <= free < ENOUGH_BYTES:
        return None
    return {"code": "disk_full", "free_bytes": free} if free < LITTLE_BYTES else GOOD


def _clock(health: Health, _before: Health) -> Finding | None:
    synchronized = health.get("clock_synchronized")
    if synchronized is None:
        return None
    return GOOD if synchronized else {"code": "clock_not_set"}


def _sensor(health: Health, _before: Health) -> Finding | None:
    state = health.get("sensor_state")
    if state is None:
        return None
    return {"code": f"sensor_{state}"} if state in {"stuck", "chattering"} else GOOD


def _camera_failed(health: Health, _before: Health) -> Finding | None:
    state, age = health.get("capture_state"), health.get("frame_age_seconds")
    if state == "camera_failed":
        return {"code": "camera_failed"}
    if age is not None and age > _NO_FRAME_SECONDS:
        return {"code": "no_frames"}
    return None if state is None and age is None else GOOD


def _pictures_lost(health: Health, before: Health) -> Finding | None:
    now_lost, lost_before = health.get("dropped_files"), before.get("dropped_files")
    if now_lost is None or lost_before is None:
        return None
    return {"code": "pictures_lost", "pictures": now_lost - lost_before} if now_lost > lost_before else GOOD


def _sum(before: int, more: int) -> int:
    return before + more


RULES = (
    Rule(AlertType.TAMPER, _tamper, close_after_seconds=45),
    Rule(AlertType.HOT, _hot, open_after_seconds=20, close_after_seconds=120, figure="celsius"),
    Rule(AlertType.LOW_VOLTAGE, _low_voltage, close_after_seconds=600),
    Rule(AlertType.DISK, _disk, figure="free_bytes", worst=min),
    Rule(AlertType.CLOCK, _clock, open_after_seconds=300, close_after_seconds=0),
    Rule(AlertType.SENSOR, _sensor, open_after_seconds=20),
    Rule(AlertType.CAMERA_FAILED, _camera_failed, close_after_seconds=20),
    Rule(AlertType.PICTURES_LOST, _pictures_lost, close_after_seconds=600, figure="pictures", worst=_sum),
)
