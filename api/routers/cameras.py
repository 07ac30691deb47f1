"""`/cameras`: who watches, and how they are."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.clock import to_rfc3339
from api.routers.answers import json_answer
from api.routers.dependencies import CameraDep, PersonDep, ServicesDep
from api.routers.problems import problems
from api.schemas.camera import Camera, CameraList, CameraPatch, Heartbeat, HeartbeatAnswer, OwnCamera

router = APIRouter(prefix="/cameras", tags=["cameras"])


@router.get("", response_model=CameraList, summary="All cameras, by name", responses=problems(401, 403))
async def list_cameras(services: ServicesDep, person: PersonDep) -> Response:
    return json_answer({"items": await services.cameras.list(person), "next_cursor": None})


@router.get("/self", response_model=OwnCamera, summary="The asking camera", responses=problems(401, 403))
async def get_own_camera(camera: CameraDep) -> Response:
    """A camera learns its `camera_id` and name from its token."""
    return json_answer({"id": camera.camera_id, "name": camera.name})


@router.get("/{camera_id}", response_model=Camera, summary="One camera", responses=problems(401, 403, 404, 422))
async def get_camera(camera_id: UUID, services: ServicesDep, person: PersonDep) -> Response:
    return json_answer(await services.cameras.get(camera_id, person))


@router.patch(
    "/{camera_id}",
    response_model=Camera,
    summary="Rename a camera, or change what it keeps",
    responses=problems(401, 403, 404, 413, 422),
)
async def change_camera(camera_id: UUID, patch: CameraPatch, services: ServicesDep, person: PersonDep) -> Response:
    return json_answer(await services.cameras.change(camera_id, patch, person))


@router.post(
    "/{camera_id}/heartbeat",
    response_model=HeartbeatAnswer,
    summary="Say how the camera is",
    responses=problems(401, 403, 404, 413, 422),
)
async def heartbeat(camera_id: UUID, beat: Heartbeat, services: ServicesDep, camera: CameraDep) -> Response:
    """Sent about twice a minute; a camera not heard of for 75 seconds is offline."""
    heard = await services.heartbeats.take(camera_id, beat, camera)
    return json_answer({"server_time": to_rfc3339(heard.now), "settings_version": heard.settings_version})
