"""`/healthz` and `/readyz`: for those who watch the server. They need no credential and tell no secret."""

from fastapi import APIRouter, Request, Response

from api.routers.answers import json_answer
from api.schemas.health import Healthy, Readiness
from api.services import readiness

router = APIRouter(tags=["operations"])


@router.get("/healthz", response_model=Healthy, summary="Whether the process answers")
async def healthz() -> Response:
    return json_answer({"status": "ok"})


@router.get(
    "/readyz",
    response_model=Readiness,
    summary="Whether the server can do its work",
    responses={503: {"description": "It cannot: `checks` says why.", "model": Readiness}},
)
async def readyz(request: Request) -> Response:
    parts: readiness.Readiness = request.app.state.readiness
    found = await parts.check()
    body = {"status": "ready" if found.ready else "not_ready", "checks": found.checks, "warnings": found.warnings}
    return json_answer(body, 200 if found.ready else 503)
