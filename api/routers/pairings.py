"""`/pairings`: how a new camera gets its credential; and `/cameras/{id}/token`: how one gets another, or none any more."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.routers.answers import json_answer
from api.routers.dependencies import PersonDep, ServicesDep
from api.routers.problems import problems
from api.schemas.pairing import CameraToken, NewPairing, PairedCamera, Pairing, PairingClaim, PairingOffer
from api.services.reach import Reach, reach

router = APIRouter(tags=["pairing"])


@router.post(
    "/pairings",
    status_code=201,
    response_model=PairingOffer,
    summary="Get a code for a new camera",
    responses=problems(401, 403, 404, 409, 413, 422, 429),
)
async def create_pairing(new: NewPairing, request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """For admins. The code works once: ten minutes when it is typed, a day when it goes onto a card."""
    offer = await services.pairing.offer(new, person, _reach(request))
    return json_answer(offer, 201, {"Location": f"/pairings/{offer['id']}"})


@router.post(
    "/pairings/claim",
    status_code=201,
    response_model=PairedCamera,
    summary="Become a camera, with a code",
    responses={
        200: {"description": "This device has claimed it already; the same again.", "model": PairedCamera},
        **problems(403, 409, 413, 422, 429),
    },
)
async def claim_pairing(claim: PairingClaim, request: Request, services: ServicesDep) -> Response:
    """Without a credential: the code is one. Wrong codes are counted by address, and altogether."""
    caller = "" if request.client is None else request.client.host
    claimed = await services.pairing.claim(claim, caller, _reach(request))
    return json_answer(claimed.camera, 201 if claimed.is_new else 200)


@router.get(
    "/pairings/{pairing_id}",
    response_model=Pairing,
    summary="Whether a pairing was claimed",
    responses=problems(401, 403, 404, 422),
)
async def get_pairing(pairing_id: UUID, services: ServicesDep, person: PersonDep) -> Response:
    return json_answer(await services.pairing.get(pairing_id, person))


@router.delete(
    "/pairings/{pairing_id}",
    status_code=204,
    response_class=Response,
    summary="Make a code worthless",
    responses=problems(401, 403, 404, 422),
)
async def cancel_pairing(pairing_id: UUID, services: ServicesDep, person: PersonDep) -> Response:
    """A camera that was paired with it already stays."""
    await services.pairing.cancel(pairing_id, person)
    return Response(status_code=204)


@router.post(
    "/cameras/{camera_id}/token",
    status_code=201,
    response_model=CameraToken,
    summary="Give a camera a new token",
    responses=problems(401, 403, 404, 422),
)
async def rotate_token(camera_id: UUID, services: ServicesDep, person: PersonDep) -> Response:
    """For admins. What the camera has goes on working until the new token is used for the first time."""
    return json_answer(await services.credentials.rotate(camera_id, person), 201)


@router.delete(
    "/cameras/{camera_id}/token",
    status_code=204,
    response_class=Response,
    summary="Let a camera in no more",
    responses=problems(401, 403, 404, 422),
)
async def revoke_camera_token(camera_id: UUID, services: ServicesDep, person: PersonDep) -> Response:
    """For admins. The camera is told so (401, code `revoked`) and keeps what it has not sent; its history stays here."""
    await services.credentials.revoke(camera_id, person)
    return Response(status_code=204)


def _reach(request: Request) -> Reach:
    state = request.app.state
    return reach(state.settings, state.identity, f"{request.url.scheme}://{request.url.netloc}")
