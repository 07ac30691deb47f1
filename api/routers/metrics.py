"""`/metrics`: the server's counters for Prometheus, for an admin who is signed in or a scraper with its own token."""

import asyncio
import hmac

from fastapi import APIRouter, Request, Response

from api.errors import Forbidden
from api.metrics import CONTENT_TYPE, Metrics
from api.models import Role
from api.routers.dependencies import ServicesDep, principal
from api.routers.problems import problems
from api.services.principal import PersonPrincipal, require_role
from api.services.vitals import Vitals

router = APIRouter(tags=["operations"])


@router.get(
    "/metrics",
    response_class=Response,
    summary="Counters for Prometheus",
    responses={200: {"description": "Prometheus' text format.", "content": {"text/plain": {}}}, **problems(401, 403)},
)
async def get_metrics(request: Request, services: ServicesDep) -> Response:
    """For an admin, or with the token of `PICAM_METRICS_TOKEN_FILE` as `Authorization: Bearer`."""
    if not _is_scraper(request):
        found = await principal(request)
        if not isinstance(found, PersonPrincipal):
            raise Forbidden("forbidden", "This takes an admin's session or the token of PICAM_METRICS_TOKEN_FILE.")
        require_role(found, Role.ADMIN)
    vitals: Vitals = request.app.state.vitals
    metrics: Metrics = services.metrics
    now = await vitals.snapshot()
    return Response(await asyncio.to_thread(metrics.exposition, now), media_type=CONTENT_TYPE)


def _is_scraper(request: Request) -> bool:
    expected: str | None = request.app.state.metrics_token
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if expected is None or scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(token.strip().encode(), expected.encode())
