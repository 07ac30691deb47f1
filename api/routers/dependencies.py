"""What routes ask for by type: services, and who is calling. No credential means 401; a wrong one too."""

import base64
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated

from fastapi import Depends, Request
from fastapi.requests import HTTPConnection

from api.clock import Clock
from api.errors import Forbidden, Unauthenticated
from api.log import request_note
from api.metrics import Metrics
from api.services.accounts import SCRIPT_PREFIX, Accounts
from api.services.alerts import Alerts
from api.services.audit import Audit
from api.services.camera_commands import CameraCommands
from api.services.camera_health import CameraHealth
from api.services.camera_settings import RemoteSettings
from api.services.cameras import Cameras
from api.services.control import Control
from api.services.credentials import Credentials
from api.services.day_columns import DayBuckets
from api.services.deletions import Deletions
from api.services.exports import Exports
from api.services.file_uploads import FileUploads
from api.services.gallery import Gallery
from api.services.gallery_days import GalleryCounts
from api.services.heartbeats import Heartbeats
from api.services.ingest import Ingest
from api.services.invitations import Invitations
from api.services.live import Live
from api.services.notifications.channels import Channels
from api.services.notifications.log import NotificationLog
from api.services.notifications.preferences import Preferences
from api.services.notifications.push_key import PushKey
from api.services.own_account import OwnAccount
from api.services.pairing import Pairing
from api.services.passkeys import Passkeys
from api.services.people import People
from api.services.principal import CameraPrincipal, PersonPrincipal, Principal
from api.services.privacy import Privacy
from api.services.retention import Retention
from api.services.scripts import Scripts
from api.services.shares import Shares
from api.services.timeline import Timeline
from api.settings import Settings
from api.tls import ServerIdentity

COOKIE = "picam_session"
SECURE_COOKIE = "__Host-picam_session"
"""On https: the browser itself sees to it that no other host and no plain page has set it."""
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
_LONGEST_TOKEN = 256


@dataclass(frozen=True, slots=True)
class Services:
    """What `create_app` has wired, for the routes."""

    settings: Settings
    clock: Clock
    accounts: Accounts
    alerts: Alerts
    audit: Audit
    cameras: Cameras
    camera_health: CameraHealth
    camera_settings: RemoteSettings
    commands: CameraCommands
    control: Control
    credentials: Credentials
    file_uploads: FileUploads
    gallery: Gallery
    heartbeats: Heartbeats
    ingest: Ingest
    invitations: Invitations
    live: Live
    own_account: OwnAccount
    passkeys: Passkeys
    people: People
    privacy: Privacy
    scripts: Scripts
    shares: Shares
    timeline: Timeline
    day_buckets: DayBuckets
    gallery_counts: GalleryCounts
    exports: Exports
    deletions: Deletions
    retention: Retention
    pairing: Pairing
    identity: ServerIdentity | None
    channels: Channels
    preferences: Preferences
    notification_log: NotificationLog
    push_key: PushKey
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
    """The camera, or the script's person, of a bearer token, or the person of a session cookie. A bearer token that fails is
    not forgiven."""
    found = await _identify(connection)
    note = request_note.get()
    if note is not None and found is not None:
        note.who = _named(found)
    return found


def _named(found: Principal) -> str:
    if isinstance(found, CameraPrincipal):
        return f"camera:{found.camera_id}"
    return f"person:{found.user_id}" if found.token_id is None else f"token:{found.token_id}"


async def _identify(connection: HTTPConnection) -> Principal | None:
    found = services_of(connection)
    token = _token_of(connection)
    if token is not None:
        if len(token) > _LONGEST_TOKEN:
            return None
        if token.startswith(SCRIPT_PREFIX):
            return await found.accounts.authenticate(token, script=True)
        return await found.cameras.authenticate(token)
    cookie = connection.cookies.get(cookie_name(connection), "")
    return await found.accounts.authenticate(cookie) if 0 < len(cookie) <= _LONGEST_TOKEN else None


def _token_of(connection: HTTPConnection) -> str | None:
    """A bearer token, or the password of HTTP Basic: programs of others that upload know nothing else. Never asked for, so
    that no browser keeps one."""
    scheme, _, value = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value.strip(), validate=True).decode("ascii").partition(":")[2] or None
    except ValueError:
        return None


def is_https(connection: HTTPConnection) -> bool:
    return connection.url.scheme in {"https", "wss"}


def cookie_name(connection: HTTPConnection) -> str:
    """The session's cookie: another one on https, which a plain page cannot set."""
    return SECURE_COOKIE if is_https(connection) else COOKIE


def address_of(connection: HTTPConnection) -> str | None:
    """Where a call comes from, as the server sees it."""
    return None if connection.client is None else connection.client.host


async def principal(request: Request) -> Principal:
    """A camera or a person. Raises `Unauthenticated`."""
    found = await identify(request)
    if found is not None:
        return found
    why = await _why_refused(request)
    if why is not None:
        raise Unauthenticated("revoked", why)
    if "authorization" in request.headers:
        raise Unauthenticated(
            "unauthenticated", "This token is not known here: it may belong to another server or have been replaced."
        )
    raise Unauthenticated(
        "unauthenticated", "Sign in (POST /session), or send a camera's token as `Authorization: Bearer`."
    )


async def _why_refused(request: Request) -> str | None:
    """A camera that was let in once is told what has become of its token."""
    token = _token_of(request)
    if token is None or len(token) > _LONGEST_TOKEN:
        return None
    return await services_of(request).credentials.why_refused(token)


PrincipalDep = Annotated[Principal, Depends(principal)]


async def person(found: PrincipalDep) -> PersonPrincipal:
    """A signed-in person. Raises `Unauthenticated`, or `Forbidden` for a camera."""
    if isinstance(found, CameraPrincipal):
        raise Forbidden("forbidden", "A camera reads nothing but its own settings: this takes a person's session.")
    return found


async def browser(found: Annotated[PersonPrincipal, Depends(person)]) -> PersonPrincipal:
    """A person in a browser: what people do with accounts and credentials is not for scripts. Raises `Forbidden`."""
    if found.token_id is not None:
        raise Forbidden("forbidden", "This takes a signed-in person: a script's token does not reach so far.")
    return found


async def camera(found: PrincipalDep) -> CameraPrincipal:
    """A camera. Raises `Unauthenticated`, or `Forbidden` for a person."""
    if isinstance(found, PersonPrincipal):
        raise Forbidden("forbidden", "This takes a camera's token.")
    return found


PersonDep = Annotated[PersonPrincipal, Depends(person)]
BrowserDep = Annotated[PersonPrincipal, Depends(browser)]
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
