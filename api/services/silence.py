"""A camera that is not heard of: one alert of type `offline` for each silence, and what the gap in its pictures means.

The alert begins when the camera was last heard. Silences with less than ten minutes between them share one alert, so that a
flapping Wi-Fi gives one event with its gaps and not a hundred events. Neighbours: `camera_health` looks for silent cameras,
`heartbeats` ends a silence at the first sign of life and knows why it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from api.broadcast import Change
from api.clock import SECOND, to_rfc3339
from api.db.health_rows import count_recovered
from api.models import AlertType
from api.services.faults import begin, change

SAME_EVENT_WITHIN = 600 * SECOND
"""Silences that follow each other closer than this are one event."""
_MOST_GAPS = 20
_RECOVERS_WITHIN = 6 * 3600 * SECOND


@dataclass(frozen=True, slots=True)
class Told:
    """The silence to remember from now on, and what viewers are told."""

    silence: dict[str, Any]
    changes: list[Change]


def is_open(silence: Mapping[str, Any] | None) -> bool:
    return silence is not None and silence["until"] is None


def fall_silent(
    connection: Connection, camera_id: UUID, silence: Mapping[str, Any] | None, last_seen_at: int, now: int
) -> Told:
    """The camera has been silent for too long."""
    gap = {"began_at": to_rfc3339(last_seen_at), "ended_at": None, "cause": None, "pictures_recovered": 0}
    if silence is not None and last_seen_at - silence["until"] <= SAME_EVENT_WITHIN:
        detail = {
            **silence["detail"],
            "times": silence["detail"]["times"] + 1,
            "gaps": [*silence["detail"]["gaps"], gap][-_MOST_GAPS:],
        }
        changes = change(connection, UUID(silence["alert_id"]), ended_at=None, detail=detail)
        if changes:
            again = {**silence, "since": last_seen_at, "until": None, "settled": False, "detail": detail}
            return Told(again, changes)
    detail = {"code": "silent", "times": 1, "gaps": [gap]}
    record, told = begin(connection, camera_id, AlertType.OFFLINE, last_seen_at, now, detail)
    state = {"alert_id": str(record.id), "since": last_seen_at, "until": None, "settled": False, "detail": detail}
    return Told(state, [told])


def speak_again(connection: Connection, silence: Mapping[str, Any], at: int, health: Mapping[str, Any] | None) -> Told:
    """The camera was heard at `at`. `health` of its first heartbeat, when there is one, tells why it was silent."""
    detail = _with_gap(silence["detail"], ended_at=to_rfc3339(at), cause=_cause(silence, at, health))
    changes = change(connection, UUID(silence["alert_id"]), ended_at=at, detail=detail)
    return Told({**silence, "until": at, "detail": detail}, changes)


def recover(
    connection: Connection, camera_id: UUID, silence: Mapping[str, Any], health: Mapping[str, Any], now: int
) -> Told:
    """A heartbeat after a silence: say how many of its pictures have come meanwhile, until nothing more can come."""
    if silence["settled"] or silence["until"] is None:
        return Told(dict(silence), [])
    over = not health.get("spool_files") or now - silence["until"] > _RECOVERS_WITHIN
    found = count_recovered(connection, camera_id, silence["since"], silence["until"])
    gap = silence["detail"]["gaps"][-1]
    cause = gap["cause"] or _cause(silence, silence["until"], health)
    # The first heartbeat may come before the first picture: one more is waited for.
    settled = over and now - silence["until"] > 60 * SECOND
    detail = _with_gap(silence["detail"], pictures_recovered=found, cause=cause)
    told = {**silence, "settled": settled, "detail": detail}
    if detail == silence["detail"]:
        return Told(told, [])
    return Told(told, change(connection, UUID(silence["alert_id"]), detail=detail))


def _with_gap(detail: Mapping[str, Any], **values: Any) -> dict[str, Any]:
    *earlier, newest = detail["gaps"]
    return {**detail, "gaps": [*earlier, {**newest, **values}]}


def _cause(silence: Mapping[str, Any], until: int, health: Mapping[str, Any] | None) -> str | None:
    """`restarted`: the machine was off; `agent_restarted`; `wifi` or `network`: it ran and could not reach us."""
    if health is None:
        return None
    lasted_seconds = (until - silence["since"]) / SECOND
    if health.get("uptime_seconds", lasted_seconds) < lasted_seconds:
        return "restarted"
    if health.get("agent_uptime_seconds", lasted_seconds) < lasted_seconds:
        return "agent_restarted"
    return "wifi" if health.get("wifi_signal_dbm") is not None else "network"
