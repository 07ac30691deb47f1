"""What a person wants to be told of, and when not. Rules can be tried against what has happened before they are saved."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, true

from api.clock import SECOND, Clock, to_rfc3339
from api.db import Database
from api.db.notification_rows import (
    delete_rule,
    insert_rule,
    put_settings,
    rules_of,
    settings_of,
    update_rule,
)
from api.db.person_rows import require_site
from api.errors import Conflict, Invalid, NotFound
from api.ids import uuid7
from api.models import AlertRecord, AlertType, NotificationSettingsRecord, RuleRecord, alerts
from api.schemas.notification import (
    NotificationRule,
    NotificationRuleBody,
    NotificationSettings,
    NotificationSettingsPatch,
    RuleTrial,
    RuleTrialView,
    TriedAlert,
)
from api.services.notifications.rules import Told, Verdict, decide, walk_of
from api.services.principal import PersonPrincipal

MOST_RULES = 50
_MOST_TRIED = 500
_HOUR = 3600 * SECOND
_ANY_CHANNEL = UUID(int=0)


class Preferences:
    """Use cases of rules and quiet times; each person has their own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def rules(self, person: PersonPrincipal) -> list[NotificationRule]:
        found = await self._database.read(lambda connection: rules_of(connection, [person.user_id]))
        return [rule_view(rule) for rule in found]

    async def add_rule(self, body: NotificationRuleBody, person: PersonPrincipal) -> NotificationRule:
        """Raises `Conflict` (`too_many_rules`)."""
        record = _record(body, person.user_id, self._clock.now())

        def commit(connection: Connection) -> None:
            if len(rules_of(connection, [person.user_id])) >= MOST_RULES:
                raise Conflict("too_many_rules", f"One person has at most {MOST_RULES} rules: remove one first.")
            insert_rule(connection, record)

        await self._database.write(commit)
        return rule_view(record)

    async def put_rule(self, rule_id: UUID, body: NotificationRuleBody, person: PersonPrincipal) -> NotificationRule:
        """Replace a rule; its place among the others stays. Raises `NotFound`."""

        def commit(connection: Connection) -> RuleRecord:
            stored = _own_rule(connection, rule_id, person)
            changed = replace(_record(body, person.user_id, stored.created_at), id=rule_id)
            update_rule(connection, rule_id, **_values(changed))
            return changed

        return rule_view(await self._database.write(commit))

    async def remove_rule(self, rule_id: UUID, person: PersonPrincipal) -> None:
        """Raises `NotFound`."""

        def commit(connection: Connection) -> None:
            _own_rule(connection, rule_id, person)
            delete_rule(connection, rule_id)

        await self._database.write(commit)

    async def settings(self, person: PersonPrincipal) -> NotificationSettings:
        found = await self._database.read(lambda connection: settings_of(connection, [person.user_id]))
        return settings_view(found[person.user_id])

    async def change_settings(self, patch: NotificationSettingsPatch, person: PersonPrincipal) -> NotificationSettings:
        """Quiet hours, hourly budget, snooze. Raises `Invalid`."""
        given = patch.model_dump(exclude_unset=True)
        required = {"quiet_from_minute", "quiet_until_minute", "hourly_budget"}
        if not given or any(given[name] is None for name in required & given.keys()):
            raise Invalid("invalid_request", "Say what to change; only the snooze can be null.")

        def commit(connection: Connection) -> NotificationSettingsRecord:
            stored = settings_of(connection, [person.user_id])[person.user_id]
            changed = replace(stored, **given)
            put_settings(connection, changed)
            return changed

        return settings_view(await self._database.write(commit))

    async def try_rules(self, trial: RuleTrial, person: PersonPrincipal) -> RuleTrialView:
        """What would have become of the alerts of a time, told in their own order, with the person's quiet times."""
        rules = [_record(body, person.user_id, place) for place, body in enumerate(trial.rules)]

        def find(connection: Connection) -> RuleTrialView:
            mine = person.narrow(())
            seen = alerts.c.camera_id.in_(mine) if mine else true()
            query = (
                select(alerts)
                .where(alerts.c.timestamp >= trial.since, alerts.c.timestamp < trial.until, seen)
                .order_by(alerts.c.timestamp, alerts.c.id)
                .limit(_MOST_TRIED)
            )
            happened = [AlertRecord(*row) for row in connection.execute(query)]
            settings = settings_of(connection, [person.user_id])[person.user_id]
            zone = ZoneInfo(require_site(connection).time_zone)
            return _tried(happened, zone, rules, replace(settings, snoozed_until=None))

        return await self._database.read(find)


def _tried(
    happened: Sequence[AlertRecord], zone: ZoneInfo, rules: Sequence[RuleRecord], settings: NotificationSettingsRecord
) -> RuleTrialView:
    items: list[TriedAlert] = []
    told = Told(None, 0)
    sent: list[int] = []
    for alert in happened:
        now = alert.timestamp
        told = replace(told, last_hour=sum(at > now - _HOUR for at in sent))
        decision = decide(alert, now, zone, rules, settings, told, _ANY_CHANNEL, replaces=False)
        told = replace(told, walk=walk_of(alert, told, now))
        if decision.verdict is Verdict.SEND:
            sent.append(now)
        items.append(
            {
                "alert_id": alert.id,
                "timestamp": to_rfc3339(alert.timestamp),
                "type": AlertType(alert.type),
                "camera_id": alert.camera_id,
                "verdict": decision.verdict.value,
                "rule": decision.rule,
            }
        )
    return {"items": items, "messages": len(sent), "next_cursor": None}


def rule_view(rule: RuleRecord) -> NotificationRule:
    return {
        "id": rule.id,
        "name": rule.name,
        "enabled": rule.enabled,
        "camera_ids": None if rule.camera_ids is None else [UUID(text) for text in rule.camera_ids],
        "types": None if rule.types is None else [AlertType(text) for text in rule.types],
        "channel_ids": None if rule.channel_ids is None else [UUID(text) for text in rule.channel_ids],
        "days": rule.days,
        "from_minute": rule.from_minute,
        "until_minute": rule.until_minute,
    }


def settings_view(settings: NotificationSettingsRecord) -> NotificationSettings:
    return {
        "quiet_from_minute": settings.quiet_from_minute,
        "quiet_until_minute": settings.quiet_until_minute,
        "hourly_budget": settings.hourly_budget,
        "snoozed_until": None if settings.snoozed_until is None else to_rfc3339(settings.snoozed_until),
        "snoozed_camera_id": settings.snoozed_camera_id,
    }


def _record(body: NotificationRuleBody, user_id: UUID, created_at: int) -> RuleRecord:
    given = body.model_dump(mode="json")
    return RuleRecord(id=uuid7(created_at), user_id=user_id, created_at=created_at, **given)


def _values(rule: RuleRecord) -> dict[str, object]:
    names = ("name", "enabled", "camera_ids", "types", "channel_ids", "days", "from_minute", "until_minute")
    return {name: getattr(rule, name) for name in names}


def _own_rule(connection: Connection, rule_id: UUID, person: PersonPrincipal) -> RuleRecord:
    for rule in rules_of(connection, [person.user_id]):
        if rule.id == rule_id:
            return rule
    raise NotFound("not_found", "There is no rule with this id.")
