"""Remote settings, commands and health history of a camera, on the wire."""

import re
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import TypedDict

from api.schemas.common import EXAMPLE_ID, Finite, Identity, Instant, Strict

_MOST_POLYGONS = 32
_MOST_POINTS = 64
_MOST_WINDOWS = 28
_LEAST_AREA = 1e-4
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _is_an_area(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """Of a crossing outline only the difference of its two halves counts, and nothing is left of a line."""
    twice = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(points, (*points[1:], points[0]), strict=True))
    if abs(twice) / 2 < _LEAST_AREA:
        raise ValueError("must enclose an area: its points lie on a line, or its outline crosses itself")
    return points


def _time_of_day(value: str) -> str:
    if _TIME.fullmatch(value) is None:
        raise ValueError("must be a time of day like 22:00")
    return value


Coordinate = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Polygon = Annotated[
    tuple[tuple[Coordinate, Coordinate], ...],
    Field(
        min_length=3,
        max_length=_MOST_POINTS,
        description="Points `[x, y]` in fractions of the picture, from its upper left corner.",
        examples=[[[0.1, 0.2], [0.9, 0.2], [0.9, 0.8]]],
    ),
    AfterValidator(_is_an_area),
]
Polygons = Annotated[tuple[Polygon, ...], Field(max_length=_MOST_POLYGONS)]
TimeOfDay = Annotated[str, Field(examples=["22:00"]), AfterValidator(_time_of_day)]


class ArmedWindow(Strict):
    """On these days armed from `start` until `end`, in the site's time zone; an `end` before `start` is on the next day."""

    days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=7, examples=[["mon", "tue"]])]
    start: TimeOfDay
    end: TimeOfDay

    @model_validator(mode="after")
    def _lasts(self) -> "ArmedWindow":
        if self.start == self.end:
            raise ValueError("`start` and `end` are the same time: for a whole day write 00:00 to 23:59")
        return self


class CameraSettings(Strict):
    """What people want of a camera. Null, or left out: as the camera's own settings file has it.

    `schedule` null or empty: armed all the time that `armed` is true. A disarmed camera raises no motion alerts; proof of
    life and faults go on.
    """

    armed: bool | None = None
    schedule: Annotated[tuple[ArmedWindow, ...], Field(max_length=_MOST_WINDOWS)] | None = None
    trigger: Annotated[
        Literal["either", "both", "prior", "pixels", "sensor"] | None,
        Field(
            description="What makes an alert: `either` of PIR and pixels, `both` together, pixels with the PIR as a `prior`, "
            "`pixels` alone, or the `sensor` alone."
        ),
    ] = None
    sensitivity: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, examples=[0.5])] | None = None
    smallest_person: Annotated[float, Field(ge=0.01, le=1, allow_inf_nan=False, examples=[0.08])] | None = None
    zones: Annotated[
        Polygons | None, Field(description="Only motion inside one of them counts; empty: everywhere.")
    ] = None
    masks: Annotated[Polygons | None, Field(description="Motion inside them is ignored.")] = None
    privacy_masks: Annotated[Polygons | None, Field(description="Painted over before a picture leaves the camera.")] = (
        None
    )
    pre_roll_seconds: Annotated[Finite, Field(ge=0, le=30)] | None = None
    pre_roll_pictures: Annotated[int, Field(ge=0, le=20)] | None = None
    picture_every_seconds: Annotated[Finite, Field(ge=0.1, le=3600)] | None = None
    quiet_seconds: Annotated[
        Annotated[Finite, Field(ge=0.5, le=600)] | None,
        Field(description="Post-roll: so long without movement ends an alert."),
    ] = None
    alert_seconds: Annotated[Finite, Field(ge=5, le=3600)] | None = None
    still_every_seconds: Annotated[Finite, Field(ge=10, le=86_400)] | None = None
    picture_width: Annotated[int, Field(ge=320, le=4608, multiple_of=2)] | None = None
    picture_height: Annotated[int, Field(ge=240, le=2592, multiple_of=2)] | None = None
    frames_per_second: Annotated[Finite, Field(ge=1, le=30)] | None = None
    video_kilobits: Annotated[int, Field(ge=150, le=20_000)] | None = None
    night_sensitivity: Annotated[
        Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None,
        Field(description="Instead of `sensitivity` when it is dark."),
    ] = None
    night_smallest_person: Annotated[float, Field(ge=0.01, le=1, allow_inf_nan=False)] | None = None
    night_below_lux: Annotated[
        Annotated[Finite, Field(ge=0, le=10_000)] | None,
        Field(description="In less light than this the night's values hold."),
    ] = None

    @model_validator(mode="after")
    def _belongs_together(self) -> "CameraSettings":
        if (self.picture_width is None) != (self.picture_height is None):
            raise ValueError("give `picture_width` and `picture_height` together")
        return self


class SettingsPatch(CameraSettings):
    """The fields to change. `base_version`: refuse when somebody else has changed the settings since that version."""

    base_version: Annotated[int, Field(ge=0, le=2**31)] | None = None


class SettingsState(StrEnum):
    """How far the newest version has come."""

    WAITING = "waiting"
    APPLYING = "applying"
    APPLIED = "applied"
    ROLLED_BACK = "rolled_back"


class RolledBack(TypedDict):
    """A version that the camera tried, or refused, and does not use."""

    version: int
    code: Annotated[
        str,
        Field(
            description="`invalid`, `no_picture`, `failed`, or `restarted`: it did not survive the trial.",
            examples=["no_picture"],
        ),
    ]
    reason: Annotated[str, Field(description="A sentence.", examples=["No picture came within 20 s of the change."])]


class SettingsReport(TypedDict):
    """What the camera last said of its settings."""

    applied_version: Annotated[int, Field(description="What it runs with; 0: its own settings file alone.")]
    applying_version: Annotated[int | None, Field(description="On trial just now.")]
    rolled_back: RolledBack | None
    effective: Annotated[dict[str, Any], Field(description="All values it runs with.")]
    armed_now: Annotated[bool, Field(description="By `armed` and `schedule`, at the moment of the report.")]


class CameraSettingsView(TypedDict):
    """The newest settings of a camera, and what has become of them."""

    camera_id: Annotated[UUID, Field(examples=[EXAMPLE_ID])]
    version: Annotated[int, Field(description="0: nobody has changed any.", examples=[4])]
    settings: Annotated[CameraSettings, Field(description="Every field; null: as the camera's own file has it.")]
    changed_at: Instant | None
    changed_by: Annotated[str | None, Field(examples=["Ann"])]
    restored_from: Annotated[int | None, Field(description="It brings that version back.")]
    time_zone: Annotated[str, Field(description="The schedule's.", examples=["Europe/Berlin"])]
    state: SettingsState
    report: Annotated[SettingsReport | None, Field(description="Null: the camera has never said.")]


class SettingsVersion(TypedDict):
    """One version of a camera's settings."""

    version: int
    settings: CameraSettings
    changed_at: Instant
    changed_by: str | None
    restored_from: int | None
    changed_fields: Annotated[
        list[str], Field(description="What differs from the version before.", examples=[["zones"]])
    ]


class SettingsVersionList(TypedDict):
    """The newest 100 versions, newest first."""

    items: list[SettingsVersion]
    next_cursor: None


class CommandName(StrEnum):
    """What a camera can be told. `arm` and `disarm` are settings: they reach it whenever it comes back."""

    SNAPSHOT = "snapshot"
    RESTART = "restart"
    IDENTIFY = "identify"
    ARM = "arm"
    DISARM = "disarm"


class NewCommand(Strict):
    """A command for one camera."""

    command: CommandName


class CommandAnswer(TypedDict):
    """What came of a command."""

    camera_id: UUID
    command: CommandName
    state: Annotated[
        Literal["done", "waiting"], Field(description="`waiting`: the camera is away, and does it when it is back.")
    ]
    message: Annotated[str, Field(description="A sentence.", examples=["A picture was taken."])]
    alert_id: Annotated[UUID | None, Field(description="The event of a snapshot.")]
    settings_version: Annotated[int | None, Field(description="The version that arms or disarms it.")]


class CommandAnswers(TypedDict):
    """What came of arming or disarming all cameras."""

    items: list[CommandAnswer]


class HealthSample(TypedDict):
    """Five minutes of a camera."""

    started_at: Instant
    online_seconds: Annotated[float, Field(description="Of 300: how long the server knew of it.", examples=[300.0])]
    temperature_celsius: Annotated[float | None, Field(description="The highest.")]
    wifi_signal_dbm: Annotated[float | None, Field(description="The weakest.")]
    disk_free_bytes: Annotated[int | None, Field(description="The least.")]
    spool_files: Annotated[int | None, Field(description="The most.")]
    under_voltage: Annotated[bool, Field(description="At any time in it.")]
    throttled: Annotated[bool, Field(description="At any time in it.")]


class HealthHistory(TypedDict):
    """How a camera was: samples of five minutes, oldest first; those in which nothing was heard are left out."""

    bucket_seconds: Literal[300]
    items: list[HealthSample]


class CommandResult(Strict):
    """What the camera answers on its control connection."""

    id: Annotated[str, Field(max_length=64)]
    ok: bool
    code: Annotated[str, Field(max_length=64)] = ""
    message: Annotated[str, Field(max_length=300)] = ""
    alert_id: Identity | None = None
