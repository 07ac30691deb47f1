"""Answers for those who watch the server."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict


class Healthy(TypedDict):
    """The process answers."""

    status: Literal["ok"]


class Readiness(TypedDict):
    """Whether the server can do its work, and what keeps it from it."""

    status: Literal["ready", "not_ready"]
    checks: Annotated[
        dict[str, str],
        Field(
            description='Part (`database`, `storage`, `bus`, `disk`) to "ok" or a reason.',
            examples=[{"database": "ok", "storage": "ok", "bus": "ok", "disk": "ok"}],
        ),
    ]
    warnings: NotRequired[
        Annotated[dict[str, str], Field(description="What still works and soon will not.", examples=[{}])]
    ]
