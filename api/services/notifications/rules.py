"""What an alert becomes for one person and one channel. Pure functions: no clock, no database.

The order is the promise. First whether a rule of the person wants the alert at all; then what holds it back (too late,
snoozed, quiet hours); then whether it belongs to a walk that the person knows of already; last the hourly budget. A
higher class of alert is never held back by a lower one, and whatever is held back says by which rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from api.clock import SECOND, to_datetime
from api.models import AlertRecord, NotificationSettingsRecord, RuleRecord

WALK_GAP = 120 * SECOND
"""Alerts that follow each other within this time, on whatever cameras, are one walk."""
LONGEST_WALK = 900 * SECOND
"""After this the walk is told anew: a person who stays is news again."""
LATE_AFTER = 600 * SECOND
"""An alert that arrives this much later than it happened is told in a digest."""

_CLASSES = {"manual": 1, "motion": 1, "pir": 1, "animal": 2, "vehicle": 3, "person": 4}
_FAULT_CLASS = 5
_BREAKS_SILENCE = {"tamper"}


class Verdict(StrEnum):
    """What becomes of it."""

    SEND = "send"
    UPDATE = "update"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict, and the rule that made it: a rule's name, or one of the words below."""

    verdict: Verdict
    rule: str


LATE, SNOOZED, QUIET, SAME_WALK, BUDGET, NO_RULE = "late", "snoozed", "quiet_hours", "same_walk", "budget", "no_rule"
EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Walk:
    """The walk that a person was last told of. `last_at`: when it was last heard of; `level`: its highest class."""

    thread_id: UUID
    began_at: int
    last_at: int
    level: int


@dataclass(frozen=True, slots=True)
class Told:
    """What a person has been told so far: the walk that may go on, and how many messages in the last hour."""

    walk: Walk | None
    last_hour: int


def level_of(alert_type: str) -> int:
    """The class of an alert type; faults are the highest."""
    return _CLASSES.get(alert_type, _FAULT_CLASS)


def is_fault(alert_type: str) -> bool:
    return alert_type not in _CLASSES


def walk_of(alert: AlertRecord, told: Told, now: int) -> Walk:
    """The walk that the alert belongs to: the one that goes on, or a new one. A fault stands alone."""
    level = level_of(alert.type)
    walk = told.walk
    goes_on = (
        walk is not None
        and not is_fault(alert.type)
        and now - walk.last_at <= WALK_GAP
        and now - walk.began_at <= LONGEST_WALK
    )
    if walk is None or not goes_on:
        return Walk(alert.id, now, now, level)
    return Walk(walk.thread_id, walk.began_at, now, max(walk.level, level))


def decide(
    alert: AlertRecord,
    now: int,
    zone: ZoneInfo,
    rules: Sequence[RuleRecord],
    settings: NotificationSettingsRecord,
    told: Told,
    channel_id: UUID,
    *,
    replaces: bool,
) -> Decision:
    """The verdict for one channel of one person. `replaces`: the channel can put a message in the place of another."""
    rule = _wanted_by(alert, zone, rules, channel_id)
    held_by = NO_RULE if rule is None else _silence(alert, now, zone, settings)
    if rule is None or held_by is not None:
        return Decision(Verdict.HOLD, held_by or NO_RULE)
    walk = walk_of(alert, told, now)
    if walk.thread_id != alert.id and told.walk is not None and level_of(alert.type) <= told.walk.level:
        return Decision(Verdict.UPDATE, SAME_WALK) if replaces else Decision(Verdict.HOLD, SAME_WALK)
    if told.last_hour >= settings.hourly_budget and not is_fault(alert.type):
        return Decision(Verdict.HOLD, BUDGET)
    return Decision(Verdict.SEND, rule)


def _silence(alert: AlertRecord, now: int, zone: ZoneInfo, settings: NotificationSettingsRecord) -> str | None:
    """Why this moment is none for a message, or None."""
    if now - alert.timestamp > LATE_AFTER and not is_fault(alert.type):
        return LATE
    if alert.type in _BREAKS_SILENCE:
        return None
    if _is_snoozed(alert, now, settings):
        return SNOOZED
    local = to_datetime(now).astimezone(zone)
    minute = local.hour * 60 + local.minute
    quiet = _within(minute, settings.quiet_from_minute, settings.quiet_until_minute, empty=False)
    return QUIET if quiet else None


def _wanted_by(alert: AlertRecord, zone: ZoneInfo, rules: Sequence[RuleRecord], channel_id: UUID) -> str | None:
    """The name of the first rule that wants it; a person without rules wants everything."""
    if not rules:
        return EVERYTHING
    local = to_datetime(alert.timestamp).astimezone(zone)
    for rule in rules:
        if rule.enabled and _matches(rule, alert, local, channel_id):
            return rule.name
    return None


def _matches(rule: RuleRecord, alert: AlertRecord, local: datetime, channel_id: UUID) -> bool:
    minute = local.hour * 60 + local.minute
    day = local.weekday()
    if rule.from_minute > rule.until_minute and minute < rule.until_minute:
        day = (day - 1) % 7  # the night belongs to the day that it began on
    return (
        (rule.camera_ids is None or str(alert.camera_id) in rule.camera_ids)
        and (rule.types is None or alert.type in rule.types)
        and (rule.channel_ids is None or str(channel_id) in rule.channel_ids)
        and bool(rule.days >> day & 1)
        and _within(minute, rule.from_minute, rule.until_minute, empty=True)
    )


def _within(minute: int, since: int, until: int, *, empty: bool) -> bool:
    """Whether a minute of the day lies in `[since, until)`, over midnight where `since` is later; `empty` where equal."""
    if since == until:
        return empty
    if since < until:
        return since <= minute < until
    return minute >= since or minute < until


def _is_snoozed(alert: AlertRecord, now: int, settings: NotificationSettingsRecord) -> bool:
    until, camera_id = settings.snoozed_until, settings.snoozed_camera_id
    return until is not None and now < until and camera_id in {None, alert.camera_id}
