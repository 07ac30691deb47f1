"""The audit log on the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from api.schemas.common import Instant


class AuditEntry(TypedDict):
    """Who did what, when, and from where."""

    id: UUID
    at: Instant
    actor: Annotated[
        str, Field(description="`person:ID`, `token:ID`, `camera:ID`, `command` or `nobody`.", examples=["command"])
    ]
    actor_name: Annotated[str, Field(examples=["Ann"])]
    action: Annotated[str, Field(description="A word for programs; new ones may come.", examples=["signed_in"])]
    target: Annotated[str | None, Field(description="What it was done to: a kind and an id.")]
    details: dict[str, Any]
    address: Annotated[str | None, Field(description="The network address that it came from.")]


class AuditList(TypedDict):
    """A page of the audit log, newest first."""

    items: list[AuditEntry]
    next_cursor: str | None
