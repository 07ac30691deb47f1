"""`/alerts`: motion episodes and faults."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.db.alert_rows import AlertFilter
from api.models import AlertType
from api.routers.answers import json_answer, list_answer
from api.routers.dependencies import PersonDep, PrincipalDep, ServicesDep, person, principal, services_of
from api.routers.direct import query_of
from api.routers.images import CameraIds, Cursor, Limit, Since, Until
from api.routers.problems import problems
from api.schemas.alert import Alert, AlertList, AlertPatch, NewAlert, alert_view

router = APIRouter(prefix="/alerts", tags=["alerts"])


@router.post(
    "",
    status_code=201,
    response_model=Alert,
    summary="Raise an alert",
    responses={
        200: {"description": "This alert is stored already; nothing was changed.", "model": Alert},
        **problems(401, 403, 409, 413, 422),
    },
)
async def create_alert(new: NewAlert, services: ServicesDep, principal: PrincipalDep) -> Response:
    """The `id` is the idempotency key. A repeat never reopens an alert that has ended."""
    record, created = await services.alerts.open(new, principal)
    location = {"Location": f"/alerts/{record.id}"}
    return json_answer(alert_view(record, reviewed=False), 201 if created else 200, location)


@router.get("", response_model=AlertList, summary="List alerts, newest first", responses=problems(401, 403, 422))
async def list_alerts(
    request: Request,
    services: ServicesDep,
    person: PersonDep,
    camera_id: CameraIds = [],  # noqa: B006 - FastAPI copies it
    type: Annotated[  # noqa: A002 - the wire's word
        list[AlertType], Query(description="Only of these types; may come several times.", max_length=32)
    ] = [],  # noqa: B006
    since: Since = None,
    until: Until = None,
    starred: Annotated[bool | None, Query(description="Only starred, or only not starred ones.")] = None,
    reviewed: Annotated[
        bool | None, Query(description="Only those that the asking person has, or has not, reviewed.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Keyset pages: each costs the same, however deep. Follow `next_cursor` or the `Link` header."""
    types = tuple(kind.value for kind in type)
    wanted = AlertFilter(tuple(camera_id), types, since, until, starred, reviewed)
    page = await services.alerts.list(wanted, person, cursor, limit)
    return list_answer(
        request, [alert_view(item.alert, reviewed=item.reviewed) for item in page.items], page.next_cursor
    )


class _AlertQuery(BaseModel):
    camera_id: CameraIds = []
    type: Annotated[list[AlertType], Query(max_length=32)] = []
    since: Since = None
    until: Until = None
    starred: bool | None = None
    reviewed: bool | None = None
    limit: Limit = 50
    cursor: Cursor = None


async def list_alerts_directly(request: Request) -> Response:
    """The same, for `DirectRoutes`."""
    person_ = await person(await principal(request))
    asked = query_of(request, _AlertQuery, {"camera_id", "type"})
    return await list_alerts(request, services_of(request), person_, **dict(asked))


@router.get("/{alert_id}", response_model=Alert, summary="One alert", responses=problems(401, 403, 404, 422))
async def get_alert(alert_id: UUID, services: ServicesDep, person: PersonDep) -> Response:
    seen = await services.alerts.get(alert_id, person)
    return json_answer(alert_view(seen.alert, reviewed=seen.reviewed))


@router.patch(
    "/{alert_id}",
    response_model=Alert,
    summary="End, star or review an alert",
    responses=problems(401, 403, 404, 413, 422),
)
async def change_alert(alert_id: UUID, patch: AlertPatch, services: ServicesDep, principal: PrincipalDep) -> Response:
    """A camera ends its alert, raises its score and chooses its key picture; people star and review."""
    seen = await services.alerts.change(alert_id, patch, principal)
    return json_answer(alert_view(seen.alert, reviewed=seen.reviewed))
