"""From an alert to jobs: called in the transaction that stores the alert, so that none is told of without the other.

The number of statements depends on how many people have channels, never on how many alerts there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.clock import SECOND
from api.db.job_rows import add_jobs
from api.db.notification_rows import channels_for, count_told, is_told, last_told, rules_of, settings_of
from api.db.person_rows import require_site
from api.ids import uuid7
from api.models import AlertRecord, ChannelRecord, JobKind, JobRecord, JobState, Phase
from api.services.notifications.rules import (
    BUDGET,
    LATE,
    LONGEST_WALK,
    WALK_GAP,
    Decision,
    Told,
    Verdict,
    Walk,
    decide,
    is_fault,
    level_of,
    walk_of,
)

ALERT_LIVES = 6 * 3600 * SECOND
"""After this an alert is told in a digest, not as if it happened now."""
DIGEST_LIVES = 7 * 86_400 * SECOND
_HOUR = 3600 * SECOND
_DIGEST_EVERY = 300 * SECOND
_URGENT, _NORMAL, _LOW = 9, 5, 1


def tell(connection: Connection, alert: AlertRecord, now: int, replacing_kinds: frozenset[str]) -> int:
    """Write the jobs of a new alert; how many are to be sent. What is held back is written down, too.

    Only people who may see the camera are told. An alert that was told once (it was deleted and brought back) is not told
    again.
    """
    everybody = channels_for(connection, alert.camera_id)
    if not everybody or is_told(connection, alert.id):
        return 0
    zone = ZoneInfo(require_site(connection).time_zone)
    people = sorted({channel.user_id for channel in everybody})
    rules = rules_of(connection, people)
    settings = settings_of(connection, people)
    written: list[JobRecord] = []
    for person in people:
        told = _told(connection, person, now)
        own_rules = [rule for rule in rules if rule.user_id == person]
        for channel in (channel for channel in everybody if channel.user_id == person):
            replaces = channel.kind in replacing_kinds
            decision = decide(alert, now, zone, own_rules, settings[person], told, channel.id, replaces=replaces)
            written += _jobs_of(alert, channel, decision, walk_of(alert, told, now), now)
    add_jobs(connection, written)
    return sum(job.state == JobState.QUEUED for job in written)


def _told(connection: Connection, person: UUID, now: int) -> Told:
    found = last_told(connection, person, now - LONGEST_WALK - WALK_GAP)
    last_hour = count_told(connection, person, Phase.NEW, now - _HOUR)
    if found is None or found[0].thread_id is None or "level" not in found[0].body:
        return Told(None, last_hour)
    job, ended_at = found
    body: Mapping[str, int] = job.body
    last_at = now if ended_at is None else max(job.created_at, min(ended_at, now))
    assert job.thread_id is not None
    return Told(Walk(job.thread_id, body["began_at"], last_at, body["level"]), last_hour)


def _jobs_of(
    alert: AlertRecord, channel: ChannelRecord, decision: Decision, walk: Walk, now: int
) -> Iterable[JobRecord]:
    phase = Phase.UPDATE if decision.verdict is Verdict.UPDATE else Phase.NEW
    held = decision.verdict is Verdict.HOLD
    # A higher class in a walk that is known already is told again, and stands in the place of what was told.
    yield _job(
        key=f"{alert.id}:{channel.id}:{phase}",
        phase=phase,
        state=JobState.SUPPRESSED if held else JobState.QUEUED,
        priority=_URGENT if is_fault(alert.type) or level_of(alert.type) > 1 else _NORMAL,
        now=now,
        due_at=now,
        lives=ALERT_LIVES,
        channel=channel,
        alert=alert,
        thread_id=walk.thread_id,
        rule=decision.rule,
        body={"began_at": walk.began_at, "level": walk.level},
    )
    if held and decision.rule in {BUDGET, LATE}:
        yield summary_job(channel, now, decision.rule)


def summary_job(channel: ChannelRecord, now: int, rule: str) -> JobRecord:
    """One message for what the budget held back in an hour, or what came too late in five minutes: never silence.

    It is due when its time is over and tells of what was held back in that time, so nothing is told twice or left out.
    """
    lasts = _DIGEST_EVERY if rule == LATE else _HOUR
    since = now - now % lasts
    return _job(
        key=f"{rule}:{channel.id}:{since}",
        phase=Phase.DIGEST if rule == LATE else Phase.SUMMARY,
        state=JobState.QUEUED,
        priority=_LOW,
        now=now,
        due_at=since + lasts,
        lives=DIGEST_LIVES,
        channel=channel,
        alert=None,
        thread_id=channel.id,
        rule=rule,
        body={"since": since, "until": since + lasts},
    )


def test_job(channel: ChannelRecord, now: int) -> JobRecord:
    """A message that its owner asked for, to see whether the channel works. It is tried once."""
    return _job(
        key=f"test:{channel.id}:{now}",
        phase=Phase.TEST,
        state=JobState.QUEUED,
        priority=_URGENT,
        now=now,
        due_at=now,
        lives=600 * SECOND,
        channel=channel,
        alert=None,
        thread_id=channel.id,
        rule=None,
        body={},
    )


def channel_dead_jobs(dead: ChannelRecord, others: Sequence[ChannelRecord], now: int) -> list[JobRecord]:
    """Tell the person on every other channel that one of them is dead."""
    return [
        _job(
            key=f"dead:{dead.id}:{dead.failing_since}:{other.id}",
            phase=Phase.CHANNEL_DEAD,
            state=JobState.QUEUED,
            priority=_NORMAL,
            now=now,
            due_at=now,
            lives=DIGEST_LIVES,
            channel=other,
            alert=None,
            thread_id=dead.id,
            rule=None,
            body={"channel_name": dead.name, "reason": dead.last_error},
        )
        for other in others
        if other.id != dead.id and other.enabled and not other.dead
    ]


def _job(
    *,
    key: str,
    phase: Phase,
    state: JobState,
    priority: int,
    now: int,
    due_at: int,
    lives: int,
    channel: ChannelRecord,
    alert: AlertRecord | None,
    thread_id: UUID,
    rule: str | None,
    body: dict[str, object],
) -> JobRecord:
    return JobRecord(
        id=uuid7(now),
        kind=JobKind.NOTIFICATION.value,
        key=key,
        state=state.value,
        phase=phase.value,
        priority=priority,
        created_at=now,
        due_at=due_at,
        expires_at=now + lives,
        lease_until=0,
        tries=0,
        finished_at=now if state is JobState.SUPPRESSED else None,
        seen_at=None,
        user_id=channel.user_id,
        channel_id=channel.id,
        alert_id=None if alert is None else alert.id,
        camera_id=None if alert is None else alert.camera_id,
        thread_id=thread_id,
        rule=rule,
        http_status=None,
        last_error=None,
        body=body,
    )
