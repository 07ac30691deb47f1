"""What a fault on the timeline means: a word for programs, from which the screen makes a sentence, and figures."""

from enum import StrEnum
from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from api.schemas.common import Instant


class FaultCode(StrEnum):
    """What is wrong. The list only grows: show an unknown one by its alert's type."""

    SILENT = "silent"
    COVERED = "covered"
    DEFOCUSED = "defocused"
    MOVED = "moved"
    HOT = "hot"
    THROTTLED = "throttled"
    UNDER_VOLTAGE = "under_voltage"
    DISK_FULL = "disk_full"
    CLOCK_NOT_SET = "clock_not_set"
    SENSOR_STUCK = "sensor_stuck"
    SENSOR_CHATTERING = "sensor_chattering"
    CAMERA_FAILED = "camera_failed"
    NO_FRAMES = "no_frames"
    PICTURES_LOST = "pictures_lost"


class GapCause(StrEnum):
    """Why the server heard nothing of a camera."""

    RESTARTED = "restarted"
    AGENT_RESTARTED = "agent_restarted"
    WIFI = "wifi"
    NETWORK = "network"


class Gap(TypedDict):
    """A time in which the server heard nothing of a camera."""

    began_at: Instant
    ended_at: Annotated[Instant | None, Field(description="Null while it lasts.")]
    cause: Annotated[GapCause | None, Field(description="Null: not known (yet).")]
    pictures_recovered: Annotated[int, Field(description="Captured in it and received afterwards.", examples=[14])]


class FaultDetail(TypedDict):
    """What a fault means. Figures are there where the code has them, and are the worst so far."""

    code: FaultCode
    times: Annotated[int, Field(description="How often it came and went within this event.", examples=[1])]
    celsius: NotRequired[Annotated[float, Field(description="`hot`, `throttled`.", examples=[82.3])]]
    free_bytes: NotRequired[Annotated[int, Field(description="`disk_full`.", examples=[104857600])]]
    pictures: NotRequired[Annotated[int, Field(description="`pictures_lost`: how many.", examples=[12])]]
    gaps: NotRequired[Annotated[list[Gap], Field(description="`silent`: oldest first, the newest 20.")]]
