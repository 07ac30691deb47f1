"""Cameras on the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from api.schemas.camera_settings import SettingsState
from api.schemas.common import Finite, Instant, InstantIn, Name, Printable, Strict, TimeUncertainty
from api.schemas.settings_report import SettingsReportIn

_Count = Annotated[int, Field(ge=0, le=2**53)]
_Word = Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")]


class Health(BaseModel):
    """What a camera says of itself. All fields are optional; unknown ones are dropped, since a newer camera may say more."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    uptime_seconds: Annotated[Finite, Field(ge=0, le=1e10)] | None = None
    temperature_celsius: Annotated[Finite, Field(ge=-100, le=250)] | None = None
    throttled: bool | None = None
    under_voltage: bool | None = None
    wifi_signal_dbm: Annotated[Finite, Field(ge=-200, le=50)] | None = None
    disk_free_bytes: _Count | None = None
    spool_files: _Count | None = None
    spool_bytes: _Count | None = None
    set_aside_files: _Count | None = None
    dropped_files: _Count | None = None
    dropped_from_at: Instant | None = None
    dropped_until_at: Instant | None = None
    spool_written_today_bytes: _Count | None = None
    spool_in_memory_files: _Count | None = None
    clock_synchronized: bool | None = None
    agent_uptime_seconds: Annotated[Finite, Field(ge=0, le=1e10)] | None = None
    frame_age_seconds: Annotated[Finite, Field(ge=0, le=1e10)] | None = None
    source: Annotated[str, Field(max_length=64)] | None = None
    sensor: Annotated[str, Field(max_length=64)] | None = None
    capture_state: Annotated[str, Field(max_length=32)] | None = None
    camera_restarts: Annotated[
        _Count | None, Field(description="How often the agent had to start the camera anew since it runs.")
    ] = None
    sensor_state: Annotated[_Word | None, Field(description="`good`, `stuck` or `chattering`.", examples=["good"])] = (
        None
    )
    view: Annotated[
        _Word | None, Field(description="`good`, `covered`, `defocused` or `moved`.", examples=["good"])
    ] = None
    time_uncertainty_seconds: Annotated[
        TimeUncertainty | None, Field(description="How far off its times may be; left out: it cannot say.")
    ] = None
    model: Annotated[str, Field(max_length=80), Printable] | None = None
    os_version: Annotated[str, Field(max_length=80), Printable] | None = None
    python_version: Annotated[str, Field(max_length=32), Printable] | None = None


class BootClock(BaseModel):
    """When this boot of the camera's machine began, as well as the camera knows. Left out while it does not."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    boot_id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
    started_at: InstantIn
    uncertainty_seconds: TimeUncertainty


class Heartbeat(Strict):
    """Sent by a camera every half minute or so."""

    agent_version: Annotated[str, Field(min_length=1, max_length=64, examples=["0.1.0"]), Printable]
    health: Health = Health()
    boot: BootClock | None = None
    settings: Annotated[
        SettingsReportIn | None,
        Field(description="What it made of its settings; the same as on the control connection."),
    ] = None


class HeartbeatAnswer(TypedDict):
    """The server's time, by which a camera without a clock can tell how wrong its own is; and whether to ask for settings."""

    server_time: Instant
    settings_version: Annotated[int, Field(description="The newest version of its settings; 0: there is none.")]


class Camera(TypedDict):
    """One camera and how it is."""

    id: UUID
    name: Annotated[str, Field(examples=["Porch"])]
    created_at: Instant
    online: Annotated[bool, Field(description="Heard of in the last 75 seconds.")]
    last_seen_at: Instant | None
    last_alert_at: Instant | None
    latest_image_id: UUID | None
    agent_version: Annotated[str | None, Field(examples=["0.1.0"])]
    health: Annotated[dict[str, Any] | None, Field(description="The last heartbeat's health (schema `Health`).")]
    retention_days: Annotated[int | None, Field(description="Its own rule; null: the site's.")]
    retention_bytes: Annotated[
        int | None, Field(description="The most its pictures may take; null: no limit of its own.")
    ]
    armed: Annotated[bool, Field(description="As people want it, whatever the schedule says.")]
    armed_now: Annotated[bool, Field(description="Whether it raises motion alerts, by its last word.")]
    settings_version: Annotated[int, Field(description="The newest version of its settings.")]
    settings_state: SettingsState
    revoked_at: Annotated[
        Instant | None,
        Field(description="Since when its token is withdrawn; null: it may come. Pairing it anew ends that."),
    ]


class CameraList(TypedDict):
    """All cameras by name; at most a thousand, so there is one page."""

    items: list[Camera]
    next_cursor: None


class OwnCamera(TypedDict):
    """What a camera may know of itself."""

    id: UUID
    name: Annotated[str, Field(examples=["Porch"])]


class CameraPatch(Strict):
    """What an admin may change of a camera. Null takes the site's rule."""

    name: Name | None = None
    retention_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    retention_bytes: Annotated[int, Field(ge=1_000_000, le=2**53)] | None = None
