"""Setting up, signing in, and who is signed in."""

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

from api.models import Role
from api.schemas.common import Name, Strict


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be a time zone like Europe/Berlin") from error
    return value


def _long_enough(value: str) -> str:
    if len(value) < SHORTEST_PASSWORD:
        raise ValueError(f"must have at least {SHORTEST_PASSWORD} characters: a short sentence is easy to remember")
    return value


SHORTEST_PASSWORD = 8
# Long sentences are welcome; the upper bound keeps hashing cheap.
Password = Annotated[
    str, Field(max_length=256, json_schema_extra={"minLength": SHORTEST_PASSWORD}), AfterValidator(_long_enough)
]
PersonName = Annotated[Name, Field(max_length=64)]
TimeZone = Annotated[str, Field(min_length=1, max_length=64, examples=["Europe/Berlin"]), AfterValidator(_time_zone)]


class SetupState(TypedDict):
    """Whether an owner has to be set, and whether that takes the one-time code the server printed."""

    needed: bool
    code_required: Annotated[bool, Field(description="False when asked from the server's own machine.")]


class Setup(Strict):
    """The first start: the owner's name and password."""

    name: Annotated[PersonName, Field(examples=["Ann"])]
    password: Annotated[Password, Field(examples=["a sentence you will remember"])]
    code: Annotated[str, Field(max_length=64)] | None = None
    time_zone: TimeZone | None = None


class SignIn(Strict):
    """A person's name and password."""

    name: Annotated[str, Field(min_length=1, max_length=256, examples=["Ann"])]
    password: Annotated[str, Field(min_length=1, max_length=256, examples=["a sentence you will remember"])]


class Person(TypedDict):
    """Somebody with an account."""

    id: UUID
    name: Annotated[str, Field(examples=["Ann"])]
    role: Role


class Site(TypedDict):
    """The watched place. Days are days in its time zone."""

    name: Annotated[str, Field(examples=["My place"])]
    time_zone: Annotated[str, Field(examples=["Europe/Berlin"])]


class Session(TypedDict):
    """Who is signed in, and where."""

    user: Person
    site: Site
