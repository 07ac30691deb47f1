"""`/cameras/{id}/settings`, `/commands`, `/health`: what people want of a camera, tell it to do, and how it was."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from api.routers.answers import json_answer
from api.routers.dependencies import PersonDep, PrincipalDep, ServicesDep
from api.routers.images import Since, Until
from api.routers.problems import problems
from api.schemas.camera_settings import (
    CameraSettingsView,
    CommandAnswer,
    CommandAnswers,
    HealthHistory,
    NewCommand,
    SettingsPatch,
    SettingsVersionList,
)

router = APIRouter(prefix="/cameras", tags=["cameras"])


@router.post("/arm", response_model=CommandAnswers, summary="Arm all cameras", responses=problems(401, 403))
async def arm_all(services: ServicesDep, person: PersonDep) -> Response:
    """As settings: cameras that are away are armed when they come back."""
    return json_answer({"items": await services.commands.arm_all(armed=True, person=person)})


@router.post("/disarm", response_model=CommandAnswers, summary="Disarm all cameras", responses=problems(401, 403))
async def disarm_all(services: ServicesDep, person: PersonDep) -> Response:
    """Disarmed cameras raise no motion alerts; their proof of life and their faults go on."""
    return json_answer({"items": await services.commands.arm_all(armed=False, person=person)})


@router.get(
    "/{camera_id}/settings",
    response_model=CameraSettingsView,
    summary="A camera's settings, and what has become of them",
    responses=problems(401, 403, 404, 422),
)
async def get_settings(camera_id: UUID, services: ServicesDep, principal: PrincipalDep) -> Response:
    """For people, and for the camera itself."""
    return json_answer(await services.camera_settings.get(camera_id, principal))


@router.patch(
    "/{camera_id}/settings",
    response_model=CameraSettingsView,
    summary="Change a camera's settings",
    responses=problems(401, 403, 404, 409, 413, 422),
)
async def change_settings(camera_id: UUID, patch: SettingsPatch, services: ServicesDep, person: PersonDep) -> Response:
    """Makes a new version. The camera tries it, and goes back to what it had if no picture comes: see `state`."""
    return json_answer(await services.camera_settings.change(camera_id, patch, person))


@router.get(
    "/{camera_id}/settings/versions",
    response_model=SettingsVersionList,
    summary="The history of a camera's settings",
    responses=problems(401, 403, 404, 422),
)
async def list_settings_versions(camera_id: UUID, services: ServicesDep, person: PersonDep) -> Response:
    return json_answer({"items": await services.camera_settings.versions(camera_id, person), "next_cursor": None})


@router.post(
    "/{camera_id}/settings/versions/{version}/restore",
    response_model=CameraSettingsView,
    summary="Bring an earlier version back",
    responses=problems(401, 403, 404, 422),
)
async def restore_settings(
    camera_id: UUID,
    version: Annotated[int, Path(ge=0, le=2**31 - 1)],
    services: ServicesDep,
    person: PersonDep,
) -> Response:
    """As a new version, so that this can be undone too. Version 0 is the camera's own settings file."""
    return json_answer(await services.camera_settings.restore(camera_id, version, person))


@router.post(
    "/{camera_id}/commands",
    response_model=CommandAnswer,
    summary="Tell a camera to do something",
    responses=problems(401, 403, 404, 409, 413, 422, 503),
)
async def run_command(camera_id: UUID, new: NewCommand, services: ServicesDep, person: PersonDep) -> Response:
    """Answered when the camera has answered, after ten seconds at most. 409 `camera_offline`: it is not connected."""
    return json_answer(await services.commands.run(camera_id, new.command, person))


@router.get(
    "/{camera_id}/health",
    response_model=HealthHistory,
    summary="How a camera was in the last seven days",
    responses=problems(401, 403, 404, 422),
)
async def get_health(
    camera_id: UUID, services: ServicesDep, person: PersonDep, since: Since = None, until: Until = None
) -> Response:
    return json_answer(await services.camera_health.history(camera_id, since, until, person))
