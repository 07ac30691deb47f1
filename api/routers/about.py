"""`GET /about`: versions and licences."""

import asyncio

from fastapi import APIRouter, Response
from sqlalchemy.engine import make_url

from api.routers.answers import json_answer
from api.routers.dependencies import PersonDep, ServicesDep
from api.routers.problems import problems
from api.schemas.about import AboutView
from api.services.about import about

router = APIRouter(tags=["operations"])


@router.get("/about", response_model=AboutView, summary="What runs here", responses=problems(401, 403))
async def get_about(services: ServicesDep, _person: PersonDep) -> Response:
    """Versions of the server and of the packages it stands on, with their licences. No other machine is asked."""
    database = make_url(services.settings.resolved_database_url()).get_backend_name()
    return json_answer(await asyncio.to_thread(about, database))
