"""`/privacy` and `/erasures`: what pictures tell besides what they show, and deleting everything of a time."""

from fastapi import APIRouter, Response

from api.routers.answers import json_answer
from api.routers.dependencies import PersonDep, ServicesDep
from api.routers.problems import problems
from api.schemas.privacy import ErasureView, NewErasure, PrivacyPatch, PrivacyView

router = APIRouter(tags=["privacy"])


@router.get("/privacy", response_model=PrivacyView, summary="What pictures keep", responses=problems(401, 403))
async def get_privacy(services: ServicesDep, _person: PersonDep) -> Response:
    return json_answer({"strip_metadata": await services.privacy.strips_metadata()})


@router.patch(
    "/privacy", response_model=PrivacyView, summary="Change what pictures keep", responses=problems(401, 403, 413, 422)
)
async def change_privacy(patch: PrivacyPatch, services: ServicesDep, person: PersonDep) -> Response:
    """For admins. It holds for pictures that come from now on."""
    await services.privacy.set_strips_metadata(patch.strip_metadata, person)
    return json_answer({"strip_metadata": patch.strip_metadata})


@router.post(
    "/erasures",
    status_code=201,
    response_model=ErasureView,
    summary="Delete everything of a time",
    responses=problems(401, 403, 413, 422),
)
async def create_erasure(new: NewErasure, services: ServicesDep, person: PersonDep) -> Response:
    """For admins: of some cameras or of all, what lies from one time to another. It can be undone for an hour."""
    return json_answer(await services.privacy.erase(new, person), 201)
