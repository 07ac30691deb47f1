"""What routes ask for by type: services, and who is calling. No credential means 401; a wrong one too."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated

from fastapi import Depends, Request
from fastapi.requests import HTTPConnection

from api.clock import Clock
from api.errors import Forbidden, Unauthenticated
from api.log import request_note
from api.metrics import Metrics
from api.services.accounts import Accounts
from api.services.alerts import Alerts
from api.services.cameras import Cameras
from api.services.control import Control
from api.services.day_columns import DayBuckets
from api.services.deletions import Deletions
from api.services.gallery import Gallery
from api.services.ingest import Ingest
from api.services.live import Live
from api.services.principal import CameraPrincipal, PersonPrincipal, Principal
from api.services.retention import Retention
from api.services.timeline import Timeline
from api.settings import Settings

COOKIE = "picam_session"
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
_LONGEST_TOKEN = 256


@dataclass(frozen=True, slots=True)
class Services:
    """What `create_app` has wired, for the routes."""

    settings: Settings
    clock: Clock
    accounts: Accounts
    alerts: Alerts
    cameras: Cameras
    control: Control
    gallery: Gallery
    ingest: Ingest
    live: Live
    timeline: Timeline
    day_buckets: DayBuckets
    deletions: Deletions
    retention: Retention
    metrics: Metrics


def services_of(connection: HTTPConnection) -> Services:
    """What `create_app` has wired for the application that answers."""
    found: Services = connection.app.state.services
    return found


async def services(connection: HTTPConnection) -> Services:
    # A coroutine, although it waits for nothing: FastAPI sends plain functions through a thread.
    return services_of(connection)


ServicesDep = Annotated[Services, Depends(services)]


async def identify(connection: HTTPConnection) -> Principal | None:
    """The camera of a bearer token, or the person of a session cookie. A bearer token that fails is not forgiven."""
    found = await _identify(connection)
    note = request_note.get()
    if note is not None and found is not None:
        note.who = f"camera:{found.camera_id}" if isinstance(found, CameraPrincipal) else f"person:{found.user_id}"
    return found


async def _identify(connection: HTTPConnection) -> Principal | None:
    found = services_of(connection)
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return await found.cameras.authenticate(token.strip()) if len(token) <= _LONGEST_TOKEN else None
    cookie = connection.cookies.get(COOKIE, "")
    return await found.accounts.authenticate(cookie) if 0 < len(cookie) <= _LONGEST_TOKEN else None


async def principal(request: Request) -> Principal:
    """A camera or a person. Raises `Unauthenticated`."""
    found = await identify(request)
    if found is not None:
        return found
    if "authorization" in request.headers:
        raise Unauthenticated(
            "unauthenticated", "This token is not known here: it may belong to another server or have been replaced."
        )
    raise Unauthenticated(
        "unauthenticated", "Sign in (POST /session), or send a camera's token as `Authorization: Bearer`."
    )


PrincipalDep = Annotated[Principal, Depends(principal)]


async def person(found: PrincipalDep) -> PersonPrincipal:
    """A signed-in person. Raises `Unauthenticated`, or `Forbidden` for a camera."""
    if isinstance(found, CameraPrincipal):
        raise Forbidden("forbidden", "A camera reads nothing but its own settings: this takes a person's session.")
    return found


async def camera(found: PrincipalDep) -> CameraPrincipal:
    """A camera. Raises `Unauthenticated`, or `Forbidden` for a person."""
    if isinstance(found, PersonPrincipal):
        raise Forbidden("forbidden", "This takes a camera's token.")
    return found


PersonDep = Annotated[PersonPrincipal, Depends(person)]
CameraDep = Annotated[CameraPrincipal, Depends(camera)]


def from_this_machine(request: Request) -> bool:
    """Whether the browser runs on the server's own machine and speaks to it directly.

    The name in `Host` must be local too: a page of somebody else whose name resolves to 127.0.0.1 (DNS rebinding) is
    loaded from this machine as well. Any forwarding header means that a proxy stands in between.
    """
    if request.client is None or any(
        name.startswith(("x-forwarded", "forwarded", "x-real-ip")) for name in request.headers
    ):
        return False
    host = request.headers.get("host", "").lower()
    bare = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    try:
        return ip_address(request.client.host).is_loopback and bare in _LOCAL_HOSTS
    except ValueError:
        return False
