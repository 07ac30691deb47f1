"""Scripts' tokens and share links on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from api.models import Scope
from api.schemas.alert import AlertCore
from api.schemas.common import Box, Identity, Instant, Name, Strict
from api.schemas.people import Chosen, ChosenView


class NewToken(Strict):
    """A token for a script. It never reaches further than its person."""

    name: Annotated[Name, Field(examples=["Home Assistant"])]
    scope: Scope = Scope.READ
    camera_ids: Chosen = None
    expires_in_days: Annotated[int, Field(ge=1, le=730)] = 90


class Token(TypedDict):
    """A script's token, without its secret."""

    id: UUID
    name: str
    scope: Scope
    camera_ids: ChosenView
    user_id: UUID
    user_name: str
    created_at: Instant
    expires_at: Instant
    last_used_at: Annotated[Instant | None, Field(description="To the minute.")]


class CreatedToken(Token):
    """A new token with its secret, shown this once: send it as `Authorization: Bearer`."""

    token: str


class TokenList(TypedDict):
    """One's own tokens, for an admin everybody's; newest first."""

    items: list[Token]
    next_cursor: str | None


class NewShare(Strict):
    """Share one event or one picture by a link; name exactly one of them."""

    alert_id: Identity | None = None
    image_id: Identity | None = None
    expires_in_hours: Annotated[int, Field(ge=1, le=720)] = 24


class Share(TypedDict):
    """A share link, without its secret."""

    id: UUID
    alert_id: UUID | None
    image_id: UUID | None
    camera_id: UUID
    user_id: UUID
    user_name: str
    created_at: Instant
    expires_at: Instant
    last_used_at: Instant | None


class CreatedShare(Share):
    """A new link with its secret, shown this once."""

    token: str
    path: Annotated[str, Field(description="The page to send, on this server.")]


class ShareList(TypedDict):
    """One's own links that hold, for an admin everybody's; newest first."""

    items: list[Share]
    next_cursor: str | None


class SharedImage(TypedDict):
    """A picture as whoever has the link sees it."""

    id: UUID
    timestamp: Instant
    width: int
    height: int
    motion_boxes: list[Box]


class Shared(TypedDict):
    """What a share link shows: an event with its pictures, or one picture."""

    site: str
    time_zone: str
    camera: Annotated[str, Field(description="The camera's name.")]
    expires_at: Instant
    alert: AlertCore | None
    images: Annotated[list[SharedImage], Field(description="In the order in which they were taken, at most 200.")]
