"""What the agent has to tell: the records that capture makes, the spool keeps and the uploader sends.

They are stored as JSON in the spool, which outlives upgrades of the agent: fields are only added, and new ones have a default.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from auxiliary.motion.types import Box


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Stamp(_Record):
    """When something happened: by the wall clock or by what we know better, whether that is known to be right and to within how
    many seconds (None: about one), and the instant since boot."""

    wall_ns: int
    clock_synchronized: bool
    boot_id: str | None = None
    monotonic_ns: int | None = None
    uncertainty_seconds: float | None = None


class AlertOpened(_Record):
    """An episode began. `alert_type` is the wire's `type`: what noticed it."""

    kind: Literal["alert_opened"] = "alert_opened"
    alert_id: str
    stamp: Stamp
    alert_type: Literal["motion", "pir", "manual"]
    score: float | None = None


class Picture(_Record):
    """One still. `role`: the `first` of its episode, its best (`key`), or one `more`."""

    kind: Literal["picture"] = "picture"
    image_id: str
    alert_id: str | None = None
    stamp: Stamp
    filename: str
    role: Literal["first", "key", "more"]
    score: float | None = None
    boxes: tuple[Box, ...] = ()


class AlertEnded(_Record):
    """The episode is over: `stamp` is the instant of its last movement, `score` its peak."""

    kind: Literal["alert_ended"] = "alert_ended"
    alert_id: str
    stamp: Stamp
    score: float | None = None


class KeyPicture(_Record):
    """Which image shows the episode best."""

    kind: Literal["key_picture"] = "key_picture"
    alert_id: str
    image_id: str


Record = AlertOpened | Picture | AlertEnded | KeyPicture
RECORD: TypeAdapter[Record] = TypeAdapter(Annotated[Record, Field(discriminator="kind")])
