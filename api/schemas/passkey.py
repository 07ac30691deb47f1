"""Passkeys on the wire. What the browser makes and takes has WebAuthn's own shapes, in their JSON form."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from api.schemas.common import Instant, Name, Strict

Credential = Annotated[
    dict[str, Any],
    Field(max_length=16, description="The browser's `PublicKeyCredential.toJSON()`.", examples=[{"id": "..."}]),
]


class PasskeyOptions(TypedDict):
    """What to ask the browser for."""

    publicKey: Annotated[dict[str, Any], Field(description="For `PublicKeyCredential.parse…OptionsFromJSON()`.")]


class NewPasskey(Strict):
    """A passkey that the browser has made."""

    name: Annotated[Name, Field(examples=["My phone"])]
    credential: Credential


class PasskeySignIn(Strict):
    """The browser's answer, signed with a passkey."""

    credential: Credential


class Passkey(TypedDict):
    """One of one's own passkeys."""

    id: UUID
    name: str
    created_at: Instant
    last_used_at: Instant | None


class PasskeyList(TypedDict):
    """One's own passkeys."""

    items: list[Passkey]
    next_cursor: str | None
