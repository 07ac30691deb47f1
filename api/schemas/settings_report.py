"""What a camera says of its settings: parsed leniently, since a newer camera may say more, and shown as it stands."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from api.schemas.camera_settings import CameraSettings, SettingsReport, SettingsState
from api.schemas.common import Printable

_LARGEST_BYTES = 32_768
_Version = Annotated[int, Field(ge=0, le=2**31 - 1)]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Only settings that we know, and only if they can be written down."""
    known = {name: value for name, value in values.items() if name in CameraSettings.model_fields}
    try:
        text = json.dumps(known, allow_nan=False)
    except (ValueError, RecursionError):
        return {}
    return known if len(text) <= _LARGEST_BYTES else {}


class RolledBackIn(BaseModel):
    """A version that the camera does not use, and why."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    version: _Version
    code: Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")]
    reason: Annotated[str, Field(min_length=1, max_length=300), Printable]


class SettingsReportIn(BaseModel):
    """Sent on the control connection and with each heartbeat."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    applied_version: _Version
    applying_version: _Version | None = None
    rolled_back: RolledBackIn | None = None
    effective: Annotated[dict[str, Any], AfterValidator(_plain)] = {}
    armed_now: bool = True

    def stored(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


def report_view(stored: Mapping[str, Any] | None) -> SettingsReport | None:
    """The report as it was stored."""
    if stored is None:
        return None
    return {
        "applied_version": stored["applied_version"],
        "applying_version": stored["applying_version"],
        "rolled_back": stored["rolled_back"],
        "effective": stored["effective"],
        "armed_now": stored["armed_now"],
    }


def settings_state(version: int, report: Mapping[str, Any] | None) -> SettingsState:
    """How far a version has come, by the camera's last word."""
    if version == 0 and report is None:
        return SettingsState.APPLIED
    if report is None:
        return SettingsState.WAITING
    if report["applied_version"] == version:
        return SettingsState.APPLIED
    if report["applying_version"] == version:
        return SettingsState.APPLYING
    if report["rolled_back"] is not None and report["rolled_back"]["version"] == version:
        return SettingsState.ROLLED_BACK
    return SettingsState.WAITING
