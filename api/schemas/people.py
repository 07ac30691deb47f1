"""People, their browsers and invitations on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from api.models import Role
from api.schemas.common import Identity, Instant, Name, Strict
from api.schemas.session import Password, PersonName

MOST_CHOSEN = 100
Chosen = Annotated[
    tuple[Identity, ...] | None,
    Field(max_length=MOST_CHOSEN, description="The cameras that may be seen; null: all. An admin always sees all."),
]
ChosenView = Annotated[list[UUID] | None, Field(description="The cameras that may be seen; null: all.")]


class User(TypedDict):
    """Somebody with an account, as admins see them."""

    id: UUID
    name: Annotated[str, Field(examples=["Ann"])]
    role: Role
    camera_ids: ChosenView
    created_at: Instant
    last_seen_at: Annotated[Instant | None, Field(description="When a browser of theirs last asked for something.")]


class UserList(TypedDict):
    """Everybody, by name."""

    items: list[User]
    next_cursor: str | None


class UserPatch(Strict):
    """Change what a person may do and see, or take back that they were removed."""

    role: Role | None = None
    camera_ids: Chosen = None
    removed: Literal[False] | None = None


class UserRemoval(TypedDict):
    """A removed person: signed out everywhere; until `undo_until` they can be brought back."""

    id: UUID
    undo_until: Instant


class PasswordChange(Strict):
    """One's own new password."""

    current: Annotated[str, Field(min_length=1, max_length=256)]
    new: Password


class SessionView(TypedDict):
    """A browser that is signed in."""

    id: UUID
    this: Annotated[bool, Field(description="Whether it is the asking one.")]
    user_agent: str | None
    created_at: Instant
    last_seen_at: Instant


class SessionList(TypedDict):
    """One's own browsers, the last used first."""

    items: list[SessionView]
    next_cursor: str | None


class NewInvitation(Strict):
    """Invite somebody: what they will be and see."""

    role: Role = Role.VIEWER
    camera_ids: Chosen = None
    note: Annotated[Name | None, Field(description="For whom; only admins see it.", examples=["Ben"])] = None
    expires_in_hours: Annotated[int, Field(ge=1, le=720)] = 72


class Invitation(TypedDict):
    """An invitation that was not used yet."""

    id: UUID
    role: Role
    camera_ids: ChosenView
    note: str
    created_at: Instant
    expires_at: Instant


class CreatedInvitation(Invitation):
    """A new invitation with its secret, shown this once."""

    token: str
    path: Annotated[str, Field(description="The page to send to the invited person, on this server.")]


class InvitationList(TypedDict):
    """Invitations that can still be used, newest first."""

    items: list[Invitation]
    next_cursor: str | None


class InvitationOffer(TypedDict):
    """What the invited person sees before they accept."""

    site: str
    invited_by: str
    role: Role
    expires_at: Instant


class InvitationAnswer(Strict):
    """The invited person's name and password."""

    name: PersonName
    password: Password
