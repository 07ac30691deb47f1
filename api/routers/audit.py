"""`/audit`: who did what, for admins; the whole log as a file."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from api.db.audit_rows import AuditFilter
from api.models import AuditAction, Role
from api.routers.answers import list_answer
from api.routers.dependencies import PersonDep, ServicesDep
from api.routers.images import Cursor, Limit, Since, Until
from api.routers.problems import problems
from api.schemas.audit import AuditList
from api.services.audit import audit_view
from api.services.principal import require_role

router = APIRouter(prefix="/audit", tags=["audit"])

Actions = Annotated[list[AuditAction], Query(description="Only these actions; may come several times.", max_length=32)]
_TYPES = {"csv": "text/csv", "jsonl": "application/jsonl"}


@router.get("", response_model=AuditList, summary="Who did what, newest first", responses=problems(401, 403, 422))
async def list_audit(
    request: Request,
    services: ServicesDep,
    person: PersonDep,
    action: Actions = [],  # noqa: B006 - FastAPI copies it
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """For admins. Entries are added and never changed: the database itself refuses it."""
    require_role(person, Role.ADMIN)
    page = await services.audit.list(AuditFilter(tuple(action), since, until), cursor, limit)
    return list_answer(request, [audit_view(record) for record in page.items], page.next_cursor)


@router.get(
    "/export",
    response_class=Response,
    summary="The audit log as a file",
    responses={
        200: {"description": "CSV or JSON lines.", "content": {kind: {} for kind in _TYPES.values()}},
        **problems(401, 403, 422),
    },
)
async def export_audit(
    services: ServicesDep,
    person: PersonDep,
    format: Annotated[  # noqa: A002 - the wire's word
        Literal["csv", "jsonl"], Query(description="A table for a spreadsheet, or one JSON object a line.")
    ] = "csv",
    action: Actions = [],  # noqa: B006
    since: Since = None,
    until: Until = None,
) -> Response:
    """For admins; exporting is itself an entry."""
    require_role(person, Role.ADMIN)
    await services.audit.record(services.audit.entry(person, AuditAction.AUDIT_EXPORTED, format=format))
    lines = services.audit.lines(AuditFilter(tuple(action), since, until), as_csv=format == "csv")
    headers = {"Content-Disposition": f'attachment; filename="audit.{format}"'}
    return StreamingResponse(lines, headers=headers, media_type=_TYPES[format])
