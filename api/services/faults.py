"""Faults on the timeline: each is an alert that begins, changes and ends in the transaction that notices it.

Neighbours: `fault_rules` decides, `heartbeats` and `silence` call. Faults have no pictures; what they mean stands in `detail`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from api.broadcast import Change
from api.db.activity_rows import Counted, count
from api.db.alert_rows import get_alert, insert_alert, update_alert
from api.ids import uuid7
from api.models import AlertRecord, AlertType
from api.services.changes import alert_change
from api.services.fault_rules import RULES, Step, judge


def begin(
    connection: Connection, camera_id: UUID, kind: AlertType, at: int, now: int, detail: dict[str, Any]
) -> tuple[AlertRecord, Change]:
    """Raise the alert of a fault that began at `at`."""
    record = AlertRecord(
        id=uuid7(now),
        timestamp=at,
        type=kind.value,
        camera_id=camera_id,
        ended_at=None,
        score=None,
        image_count=0,
        key_image_id=None,
        key_image_score=None,
        starred=False,
        clock_synchronized=True,  # it is the server's own time
        reported_timestamp=None,
        boot_id=None,
        monotonic_seconds=None,
        received_at=now,
        time_uncertainty_seconds=0.0,
        detail=detail,
    )
    insert_alert(connection, record)
    count(connection, [Counted(camera_id, at, alerts=1)])
    return record, alert_change(record, "created")


def change(connection: Connection, alert_id: UUID, **values: Any) -> list[Change]:
    """Change a fault's alert; one that somebody has deleted stays so."""
    record = get_alert(connection, alert_id)
    if record is None:
        return []
    update_alert(connection, alert_id, **values)
    return [alert_change(replace(record, **values), "updated")]


def judge_faults(
    connection: Connection,
    camera_id: UUID,
    known: Mapping[str, Any],
    health: Mapping[str, Any],
    before: Mapping[str, Any],
    now: int,
) -> tuple[dict[str, Any], list[Change]]:
    """Hold a heartbeat against every rule; the faults to remember, and what viewers are told."""
    states: dict[str, Any] = {}
    changes: list[Change] = []
    for rule in RULES:
        kind = rule.type.value
        step = judge(rule, known.get(kind), rule.find(health, before), now)
        state, told = _carry_out(connection, camera_id, rule.type, step, now)
        changes += told
        if state is not None:
            states[kind] = state
    return states, changes


def _carry_out(
    connection: Connection, camera_id: UUID, kind: AlertType, step: Step, now: int
) -> tuple[dict[str, Any] | None, list[Change]]:
    state = step.state
    if state is None or step.detail is None:
        return state, []
    if step.began_at is None:
        values: dict[str, Any] = {"detail": step.detail}
        if step.ended_at is not None:
            values["ended_at"] = step.ended_at
        return state, change(connection, UUID(state["alert_id"]), **values)
    if step.reopen:
        reopened = change(connection, UUID(state["alert_id"]), ended_at=None, detail=step.detail)
        if reopened:
            return state, reopened
    record, told = begin(connection, camera_id, kind, step.began_at, now, step.detail)
    return {**state, "alert_id": str(record.id)}, [told]
