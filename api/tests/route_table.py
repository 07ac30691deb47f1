"""Who may call what: one row for every route and WebSocket of the server. `test_routes_need_credentials.py` walks it.

A new route needs a row here, or the walk fails. A row says three things:

    Row("GET /images/{image_id}",   # method and path as the route has them
        Who.VIEWER,                 # the least right that lets a caller in
        About.ONE)                  # what somebody gets who may not see the camera it is about

and, where they are not the usual ones, `ok` (the status of a call that is let in) and `send` (httpx options for the call,
made from the `World`; path parameters are filled in from the fields of the `World` with the same names).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from api.routers.client import PAGES
from api.tests.support import CameraAccess, PersonAccess, Server, at

UNKNOWN = "019ab1c2-7d10-7a3b-8c55-0123456789ab"
"""An id that nothing has."""


class Who(Enum):
    """The least right. Scripts reach as far as their scope: read as a viewer, write as a member, admin as an admin."""

    ANYBODY = auto()
    VIEWER = auto()
    MEMBER = auto()
    ADMIN = auto()
    PERSON = auto()
    """Anybody who is signed in with a browser; no script."""
    MEMBER_PERSON = auto()
    """A member or admin with a browser; no script."""
    ADMIN_PERSON = auto()
    """An admin with a browser; no script."""
    CAMERA = auto()
    """The camera that it is about, nobody else."""
    ANY_CAMERA = auto()
    """Any camera, as itself: the call names none."""
    CAMERA_OR_ADMIN = auto()
    CAMERA_OR_VIEWER = auto()
    SCRAPER_OR_ADMIN = auto()


class About(Enum):
    """What a call is about, for somebody who may not see the camera that it touches."""

    NO_CAMERA = auto()
    """Not about cameras: the right alone decides."""
    ONE = auto()
    """One camera or a thing of it: 404, byte for byte as for an unknown id."""
    MANY = auto()
    """A list or a sum: it comes, and the camera is not in it."""
    NAMED = auto()
    """A camera named in the body: 422, as for an unknown one."""


@dataclass
class World:
    """One server with two cameras that have one of everything; the fields are what paths and bodies are made of."""

    server: Server
    camera: CameraAccess
    other: CameraAccess
    camera_id: str
    alert_id: str
    image_id: str
    day: str
    user_id: str = ""
    share: str = ""
    deletion_id: str = UNKNOWN
    session_id: str = UNKNOWN
    passkey_id: str = UNKNOWN
    token_id: str = UNKNOWN
    invitation: str = UNKNOWN
    pairing_id: str = UNKNOWN
    channel_id: str = UNKNOWN
    rule_id: str = UNKNOWN
    notification_id: str = UNKNOWN
    version: str = "0"
    path: str = "yard/2026-01-31/23-59-58"

    def victim(self) -> PersonAccess:
        """Somebody new, to be changed or removed."""
        return self.server.add_person()


Send = Callable[[World], dict[str, Any]]


def _nothing(_world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Row:
    call: str
    who: Who
    about: About = About.NO_CAMERA
    ok: int = 200
    send: Send = _nothing

    @property
    def method(self) -> str:
        return self.call.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.call.partition(" ")[2]


def json(body: dict[str, Any]) -> Send:
    return lambda _world: {"json": body}


def _between(world: World) -> dict[str, Any]:
    now = world.server.clock
    return {"params": {"from": at(now, -3600), "to": at(now, 3600)}}


def _long_ago(world: World) -> dict[str, Any]:
    now = world.server.clock
    return {"json": {"from": at(now, -7200), "to": at(now, -3600), "camera_ids": [world.camera_id]}}


def _of_camera(world: World) -> dict[str, Any]:
    return {"params": {**_between(world)["params"], "camera_id": world.camera_id}}


def _new_alert(world: World) -> dict[str, Any]:
    return {"json": {"timestamp": at(world.server.clock), "type": "motion", "camera_id": world.camera_id}}


def _new_image(world: World) -> dict[str, Any]:
    from api.tests.support import jpeg

    params = {"camera_id": world.camera_id, "timestamp": at(world.server.clock)}
    return {"params": params, "content": jpeg(), "headers": {"content-type": "image/jpeg"}}


def _thumbnail(_world: World) -> dict[str, Any]:
    from api.tests.support import jpeg

    return {"content": jpeg(), "headers": {"content-type": "image/jpeg"}}


def _trial(world: World) -> dict[str, Any]:
    now = world.server.clock
    return {"json": {"rules": [{"name": "All"}], "since": at(now, -3600), "until": at(now, 3600)}}


_CHANNEL = {"name": "Phone", "config": {"kind": "ntfy", "server": "http://127.0.0.1:9", "topic": "yard"}}
_JOIN = {"name": "Ben", "password": "another long sentence"}
_PASSWORD = {"current": "not the right one", "new": "another long sentence"}

ROWS: list[Row] = [
    # What anybody may call.
    Row("GET /healthz", Who.ANYBODY),
    Row("GET /readyz", Who.ANYBODY),
    Row("GET /install.sh", Who.ANYBODY),
    # Without a contact there is none to name.
    Row("GET /.well-known/security.txt", Who.ANYBODY, ok=404),
    Row("GET /setup", Who.ANYBODY),
    Row("POST /setup", Who.ANYBODY, ok=422, send=json({})),
    Row("POST /session", Who.ANYBODY, ok=422, send=json({})),
    Row("POST /session/passkey/options", Who.ANYBODY),
    Row("POST /session/passkey", Who.ANYBODY, ok=401, send=json({"credential": {}})),
    Row("GET /invitations/{invitation}", Who.ANYBODY, ok=404),
    Row("POST /invitations/{invitation}", Who.ANYBODY, ok=404, send=json(_JOIN)),
    Row("GET /shares/{share}", Who.ANYBODY),
    Row("GET /shares/{share}/images/{image_id}/file", Who.ANYBODY),
    Row("GET /shares/{share}/images/{image_id}/thumbnail", Who.ANYBODY),
    # One's own account.
    Row("GET /session", Who.VIEWER),
    Row("DELETE /session", Who.PERSON, ok=204),
    Row("POST /session/password", Who.PERSON, ok=403, send=json(_PASSWORD)),
    Row("GET /sessions", Who.PERSON),
    Row("DELETE /sessions", Who.PERSON, ok=204),
    Row("DELETE /sessions/{session_id}", Who.PERSON, ok=404),
    Row("POST /passkeys/options", Who.PERSON),
    Row("POST /passkeys", Who.PERSON, ok=422, send=json({"name": "Key", "credential": {}})),
    Row("GET /passkeys", Who.PERSON),
    Row("DELETE /passkeys/{passkey_id}", Who.PERSON, ok=404),
    # Scripts and links.
    Row("POST /tokens", Who.PERSON, ok=201, send=json({"name": "Script"})),
    Row("GET /tokens", Who.PERSON),
    Row("DELETE /tokens/{token_id}", Who.PERSON, ok=404),
    Row("POST /shares", Who.MEMBER, About.ONE, ok=201, send=lambda world: {"json": {"image_id": world.image_id}}),
    Row("GET /shares", Who.VIEWER, About.MANY),
    Row("DELETE /shares/{share}", Who.VIEWER, ok=404),
    # People.
    Row("GET /users", Who.ADMIN),
    Row("PATCH /users/{user_id}", Who.ADMIN_PERSON, send=json({"role": "viewer"})),
    Row("DELETE /users/{user_id}", Who.ADMIN_PERSON),
    Row("POST /invitations", Who.ADMIN_PERSON, ok=201, send=json({})),
    Row("GET /invitations", Who.ADMIN_PERSON),
    Row("DELETE /invitations/{invitation}", Who.ADMIN_PERSON, ok=404),
    # New cameras, and other tokens for those that are there.
    Row("POST /pairings", Who.ADMIN, ok=201, send=json({})),
    Row("POST /pairings/claim", Who.ANYBODY, ok=422, send=json({})),
    Row("GET /pairings/{pairing_id}", Who.ADMIN, ok=404),
    Row("DELETE /pairings/{pairing_id}", Who.ADMIN, ok=404),
    Row("POST /cameras/{camera_id}/token", Who.ADMIN, About.ONE, ok=201),
    Row("DELETE /cameras/{camera_id}/token", Who.ADMIN, About.ONE, ok=204),
    # How one is told: everybody has channels of their own.
    Row("GET /notifications", Who.VIEWER),
    Row("GET /notifications/channels", Who.PERSON),
    Row("POST /notifications/channels", Who.PERSON, ok=201, send=json(_CHANNEL)),
    Row("PATCH /notifications/channels/{channel_id}", Who.PERSON, ok=404, send=json({"enabled": False})),
    Row("DELETE /notifications/channels/{channel_id}", Who.PERSON, ok=404),
    Row("POST /notifications/channels/{channel_id}/test", Who.PERSON, ok=404),
    Row("GET /notifications/rules", Who.PERSON),
    Row("POST /notifications/rules", Who.PERSON, ok=201, send=json({"name": "All"})),
    Row("POST /notifications/rules/trial", Who.PERSON, About.MANY, send=_trial),
    Row("PUT /notifications/rules/{rule_id}", Who.PERSON, ok=404, send=json({"name": "All"})),
    Row("DELETE /notifications/rules/{rule_id}", Who.PERSON, ok=404),
    Row("GET /notifications/settings", Who.PERSON),
    Row("PATCH /notifications/settings", Who.PERSON, send=json({"hourly_budget": 5})),
    Row("GET /notifications/push-key", Who.PERSON),
    Row("GET /notifications/{notification_id}", Who.VIEWER, ok=404),
    Row("POST /notifications/{notification_id}/retry", Who.PERSON, ok=404),
    Row("POST /notifications/{notification_id}/seen", Who.PERSON, ok=404),
    # What cameras send.
    Row("GET /cameras/self", Who.CAMERA),
    Row("POST /cameras/{camera_id}/heartbeat", Who.CAMERA, send=json({"agent_version": "1"})),
    Row("POST /images", Who.CAMERA_OR_ADMIN, About.NAMED, ok=201, send=_new_image),
    # No picture, so that it is let in and leaves none.
    Row("PUT /dav/{path}", Who.ANY_CAMERA, ok=422, send=lambda _world: {"content": b"no picture"}),
    Row("MKCOL /dav/{path}", Who.ANY_CAMERA, ok=201),
    Row("DELETE /dav/{path}", Who.ANY_CAMERA, ok=204),
    Row("PUT /images/{image_id}/thumbnail", Who.CAMERA_OR_ADMIN, About.ONE, ok=204, send=_thumbnail),
    Row("POST /alerts", Who.CAMERA_OR_ADMIN, About.NAMED, ok=201, send=_new_alert),
    Row("PATCH /alerts/{alert_id}", Who.CAMERA_OR_VIEWER, About.ONE, send=json({})),
    # What people see.
    Row("GET /images", Who.VIEWER, About.MANY),
    Row("GET /images/{image_id}", Who.VIEWER, About.ONE),
    Row("GET /images/{image_id}/file", Who.VIEWER, About.ONE),
    Row("GET /images/{image_id}/thumbnail", Who.VIEWER, About.ONE),
    Row("PATCH /images/{image_id}", Who.MEMBER, About.ONE, send=json({"starred": False})),
    Row("GET /alerts", Who.VIEWER, About.MANY),
    Row("GET /alerts/{alert_id}", Who.VIEWER, About.ONE),
    Row("GET /timeline", Who.VIEWER, About.MANY, send=_between),
    Row("GET /images/buckets/{day}", Who.VIEWER, About.MANY),
    Row("GET /cameras", Who.VIEWER, About.MANY),
    Row("GET /cameras/{camera_id}", Who.VIEWER, About.ONE),
    Row("PATCH /cameras/{camera_id}", Who.ADMIN, About.ONE, send=json({"name": "Porch"})),
    Row("GET /cameras/{camera_id}/health", Who.VIEWER, About.ONE),
    Row("GET /cameras/{camera_id}/settings", Who.CAMERA_OR_VIEWER, About.ONE),
    Row("PATCH /cameras/{camera_id}/settings", Who.ADMIN, About.ONE, send=json({"armed": True})),
    Row("GET /cameras/{camera_id}/settings/versions", Who.VIEWER, About.ONE),
    Row("POST /cameras/{camera_id}/settings/versions/{version}/restore", Who.ADMIN, About.ONE),
    Row("POST /cameras/{camera_id}/commands", Who.MEMBER, About.ONE, send=json({"command": "arm"})),
    Row("POST /cameras/arm", Who.MEMBER, About.MANY),
    Row("POST /cameras/disarm", Who.MEMBER, About.MANY),
    Row("GET /cameras/{camera_id}/snapshot.jpg", Who.VIEWER, About.ONE),
    # Without the live view of a camera that is not there, the stream does not end: `WS .../live` and test_live.py.
    Row("GET /cameras/{camera_id}/stream.mjpeg", Who.VIEWER, About.ONE),
    Row("GET /images/buckets", Who.VIEWER, About.MANY),
    Row("POST /exports", Who.VIEWER, About.ONE, send=lambda world: {"json": {"image_ids": [world.image_id]}}),
    # Of a time in which there is nothing that one may see: as of one in which there is nothing at all.
    Row("GET /exports", Who.MEMBER, About.ONE, send=_of_camera),
    # Storage.
    Row("GET /storage", Who.VIEWER, About.MANY),
    Row("GET /retention", Who.VIEWER),
    Row("PATCH /retention", Who.ADMIN, send=json({"retention_days": 30})),
    Row("GET /retention/preview", Who.VIEWER, About.MANY, send=lambda _world: {"params": {"retention_days": 1}}),
    Row(
        "POST /deletions",
        Who.MEMBER,
        About.ONE,
        ok=409,
        send=lambda world: {"json": {"alert_ids": [world.alert_id]}},
    ),
    Row("DELETE /deletions/{deletion_id}", Who.MEMBER, About.ONE, ok=404),
    Row("GET /privacy", Who.VIEWER),
    Row("PATCH /privacy", Who.ADMIN, send=json({"strip_metadata": False})),
    Row("POST /erasures", Who.ADMIN, About.MANY, ok=201, send=_long_ago),
    # Operations.
    Row("GET /about", Who.VIEWER),
    Row("GET /audit", Who.ADMIN),
    Row("GET /audit/export", Who.ADMIN),
    Row("GET /metrics", Who.SCRAPER_OR_ADMIN),
    Row("GET /openapi.json", Who.VIEWER),
    Row("GET /docs", Who.VIEWER),
    Row("GET /docs/style.css", Who.VIEWER),
    # WebSockets.
    Row("WS /ws", Who.VIEWER, About.MANY),
    Row("WS /cameras/{camera_id}/live", Who.VIEWER, About.ONE),
    Row("WS /cameras/{camera_id}/control", Who.CAMERA),
    Row("WS /cameras/{camera_id}/media", Who.CAMERA),
]

CLIENT_FILES = {"GET /", "GET /{name}"} | {f"GET /{page}{rest}" for page in PAGES for rest in ("", "/{rest:path}")}
"""The viewer's own files: the same for everybody."""

ABOUT_MESSAGES = {
    "alert": "camera_id",
    "image": "camera_id",
    "camera": "camera_id",
    "review": "camera_id",
}
"""Each kind of change that `/ws` tells: the field whose camera decides who is told. A new kind needs an entry."""
