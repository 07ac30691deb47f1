"""`/notifications`: how a person is told, and what became of each message. Everybody has channels and rules of their own."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.routers.answers import json_answer, list_answer
from api.routers.dependencies import BrowserDep, PersonDep, ServicesDep
from api.routers.images import Cursor, Limit
from api.routers.problems import problems
from api.schemas.notification import (
    ChannelList,
    ChannelPatch,
    ChannelView,
    NewChannel,
    NotificationList,
    NotificationRule,
    NotificationRuleBody,
    NotificationRuleList,
    NotificationSettings,
    NotificationSettingsPatch,
    NotificationView,
    PushKey,
    RuleTrial,
    RuleTrialView,
)
from api.services.notifications.log import notification_view

router = APIRouter(prefix="/notifications", tags=["notifications"])


@router.get("", response_model=NotificationList, summary="What became of messages", responses=problems(401, 403, 422))
async def list_notifications(
    request: Request,
    services: ServicesDep,
    person: PersonDep,
    alert_id: Annotated[UUID | None, Query(description="Only those about this alert.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Newest first: queued, sent, seen by the device, tried again, dead, expired, or held back and by which rule."""
    page = await services.notification_log.list(person, alert_id, cursor, limit)
    return list_answer(request, [notification_view(item) for item in page.items], page.next_cursor)


@router.get("/channels", response_model=ChannelList, summary="Your channels", responses=problems(401, 403))
async def list_channels(services: ServicesDep, person: BrowserDep) -> Response:
    return json_answer({"items": await services.channels.list(person), "next_cursor": None})


@router.post(
    "/channels",
    status_code=201,
    response_model=ChannelView,
    summary="Add a channel",
    responses=problems(401, 403, 409, 413, 422),
)
async def add_channel(new: NewChannel, services: ServicesDep, person: BrowserDep) -> Response:
    """What is in `config` is encrypted and never sent back. Try it with `POST /notifications/channels/{id}/test`."""
    view = await services.channels.add(new, person)
    return json_answer(view, 201, {"Location": f"/notifications/channels/{view['id']}"})


@router.patch(
    "/channels/{channel_id}",
    response_model=ChannelView,
    summary="Change a channel",
    responses=problems(401, 403, 404, 413, 422),
)
async def change_channel(channel_id: UUID, patch: ChannelPatch, services: ServicesDep, person: BrowserDep) -> Response:
    return json_answer(await services.channels.change(channel_id, patch, person))


@router.delete(
    "/channels/{channel_id}", status_code=204, summary="Remove a channel", responses=problems(401, 403, 404, 422)
)
async def remove_channel(channel_id: UUID, services: ServicesDep, person: BrowserDep) -> Response:
    await services.channels.remove(channel_id, person)
    return Response(status_code=204)


@router.post(
    "/channels/{channel_id}/test",
    status_code=202,
    response_model=NotificationView,
    summary="Send a test message",
    responses=problems(401, 403, 404, 422),
)
async def test_channel(channel_id: UUID, services: ServicesDep, person: BrowserDep) -> Response:
    """It goes the way of every other message; ask `GET /notifications/{id}` what happened."""
    sent = await services.channels.test(channel_id, person)
    view = notification_view(await services.notification_log.get(sent, person))
    return json_answer(view, 202, {"Location": f"/notifications/{sent}"})


@router.get("/rules", response_model=NotificationRuleList, summary="Your rules", responses=problems(401, 403))
async def list_rules(services: ServicesDep, person: BrowserDep) -> Response:
    return json_answer({"items": await services.preferences.rules(person), "next_cursor": None})


@router.post(
    "/rules",
    status_code=201,
    response_model=NotificationRule,
    summary="Add a rule",
    responses=problems(401, 403, 409, 413, 422),
)
async def add_rule(body: NotificationRuleBody, services: ServicesDep, person: BrowserDep) -> Response:
    """The first rule that wants an alert lets it pass; without any rule everything is told."""
    view = await services.preferences.add_rule(body, person)
    return json_answer(view, 201, {"Location": f"/notifications/rules/{view['id']}"})


@router.post(
    "/rules/trial",
    response_model=RuleTrialView,
    summary="Try rules against what has happened",
    responses=problems(401, 403, 413, 422),
)
async def try_rules(trial: RuleTrial, services: ServicesDep, person: BrowserDep) -> Response:
    """Nothing is sent and nothing is saved."""
    return json_answer(await services.preferences.try_rules(trial, person))


@router.put(
    "/rules/{rule_id}",
    response_model=NotificationRule,
    summary="Replace a rule",
    responses=problems(401, 403, 404, 413, 422),
)
async def put_rule(rule_id: UUID, body: NotificationRuleBody, services: ServicesDep, person: BrowserDep) -> Response:
    return json_answer(await services.preferences.put_rule(rule_id, body, person))


@router.delete("/rules/{rule_id}", status_code=204, summary="Remove a rule", responses=problems(401, 403, 404, 422))
async def remove_rule(rule_id: UUID, services: ServicesDep, person: BrowserDep) -> Response:
    await services.preferences.remove_rule(rule_id, person)
    return Response(status_code=204)


@router.get("/settings", response_model=NotificationSettings, summary="Your quiet times", responses=problems(401, 403))
async def get_notification_settings(services: ServicesDep, person: BrowserDep) -> Response:
    return json_answer(await services.preferences.settings(person))


@router.patch(
    "/settings",
    response_model=NotificationSettings,
    summary="Change your quiet times, or snooze",
    responses=problems(401, 403, 413, 422),
)
async def change_notification_settings(
    patch: NotificationSettingsPatch, services: ServicesDep, person: BrowserDep
) -> Response:
    return json_answer(await services.preferences.change_settings(patch, person))


@router.get("/push-key", response_model=PushKey, summary="The key for push subscriptions", responses=problems(401, 403))
async def get_push_key(services: ServicesDep, _person: BrowserDep) -> Response:
    return json_answer({"public_key": await services.push_key.public_key()})


@router.get(
    "/{notification_id}",
    response_model=NotificationView,
    summary="What became of one message",
    responses=problems(401, 403, 404, 422),
)
async def get_notification(notification_id: UUID, services: ServicesDep, person: PersonDep) -> Response:
    return json_answer(notification_view(await services.notification_log.get(notification_id, person)))


@router.post(
    "/{notification_id}/retry",
    response_model=NotificationView,
    summary="Send a dead message after all",
    responses=problems(401, 403, 404, 409, 422),
)
async def retry_notification(notification_id: UUID, services: ServicesDep, person: BrowserDep) -> Response:
    return json_answer(notification_view(await services.notification_log.retry(notification_id, person)))


@router.post(
    "/{notification_id}/seen",
    status_code=204,
    summary="A device has shown it",
    responses=problems(401, 403, 404, 422),
)
async def note_seen(notification_id: UUID, services: ServicesDep, person: BrowserDep) -> Response:
    """Sent by the service worker: the only true receipt."""
    await services.notification_log.seen(notification_id, person)
    return Response(status_code=204)
