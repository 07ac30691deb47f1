"""The server's settings laid over the camera's own: what is wanted, checked as a whole before anything is tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from auxiliary.remote.schedule import Schedule, parse_schedule
from auxiliary.settings import Settings

# What a person may set from afar. Server, token, source, spool and the like stay the machine's own business: a wrong one
# could not be taken back from afar.
REMOTE_FIELDS = (
    "armed",
    "trigger",
    "sensitivity",
    "smallest_person",
    "zones",
    "masks",
    "privacy_masks",
    "pre_roll_seconds",
    "pre_roll_pictures",
    "picture_every_seconds",
    "quiet_seconds",
    "alert_seconds",
    "still_every_seconds",
    "picture_width",
    "picture_height",
    "frames_per_second",
    "video_kilobits",
    "night_sensitivity",
    "night_smallest_person",
    "night_below_lux",
)
REOPENING_FIELDS = ("privacy_masks", "picture_width", "picture_height", "frames_per_second")
"""The camera has to be opened anew for these."""


class WrongSettingsError(Exception):
    """These settings make no sense on this camera; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """All settings of the camera, and when it is to be armed."""

    settings: Settings
    schedule: Schedule

    def effective(self) -> dict[str, Any]:
        """The values of `REMOTE_FIELDS` as JSON."""
        return self.settings.model_dump(mode="json", include=set(REMOTE_FIELDS))


def lay_over(base: Settings, remote: Mapping[str, Any], time_zone: str) -> Wanted:
    """The camera's own settings with what the server wants different. A field that is null, or that this camera does not know
    (the server may be newer), changes nothing. Raises WrongSettingsError."""
    changed = {name: remote[name] for name in REMOTE_FIELDS if remote.get(name) is not None}
    try:
        schedule = parse_schedule(remote.get("schedule") or (), time_zone)
        settings = Settings(**(base.model_dump() | changed))
    except ValidationError as error:
        raise WrongSettingsError("; ".join(_mistake(dict(each)) for each in error.errors())[:300]) from error
    except (ValueError, TypeError) as error:
        raise WrongSettingsError(str(error)[:300]) from error
    return Wanted(settings, schedule)


def _mistake(mistake: dict[str, Any]) -> str:
    name = ".".join(str(part) for part in mistake["loc"])
    message = str(mistake["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message
