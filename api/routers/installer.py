"""`/install.sh`, the camera agent's installer, and `/.well-known/security.txt`: for everybody; they hold no secret."""

import asyncio

from fastapi import APIRouter, Response

from api.clock import SECOND, to_rfc3339
from api.errors import NotFound
from api.routers.dependencies import ServicesDep
from api.routers.problems import problems
from api.services.installer import AgentMissing, install_script

router = APIRouter(tags=["pairing"])
_CONTACT_HOLDS = 90 * 86_400 * SECOND


@router.get(
    "/install.sh",
    response_class=Response,
    summary="The camera agent's installer",
    responses={
        200: {"description": "A shell script.", "content": {"text/x-shellscript": {"schema": {"type": "string"}}}},
        **problems(404),
    },
)
async def get_installer() -> Response:
    """One script with the agent of this release in it, for `sh`: Settings, Cameras, Add a camera says how to call it."""
    try:
        script = await asyncio.to_thread(install_script)
    except AgentMissing:
        raise NotFound(
            "no_installer", "This server was installed without the camera's files: install from the project's checkout."
        ) from None
    return Response(script, headers={"Cache-Control": "no-cache"}, media_type="text/x-shellscript; charset=utf-8")


@router.get(
    "/.well-known/security.txt",
    response_class=Response,
    summary="Whom to tell of a weakness",
    responses={
        200: {"description": "RFC 9116.", "content": {"text/plain": {"schema": {"type": "string"}}}},
        **problems(404),
    },
)
async def get_security_txt(services: ServicesDep) -> Response:
    """Of this very server, as its owner has set it; SECURITY.md says whom to tell of a weakness of the software."""
    contact = services.settings.security_contact
    if not contact:
        raise NotFound("no_contact", "The owner of this server has named no contact (PICAM_SECURITY_CONTACT).")
    expires = to_rfc3339(services.clock.now() + _CONTACT_HOLDS)
    text = f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n"
    return Response(text, media_type="text/plain; charset=utf-8")
