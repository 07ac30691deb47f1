"""Settings of the agent: command line > `PICAM_CAMERA_*` variables > settings file > default, all with the same names.

`server` is `--server`, `PICAM_CAMERA_SERVER` and `server = ...` in `/etc/picam/camera.toml`. The token alone never stands on
the command line, where every user of the machine could read it.
"""

import os
import shlex
import ssl
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from auxiliary.capture import CaptureSettings, WatchSettings
from auxiliary.fusion import NEEDS_SENSOR, Trigger
from auxiliary.motion.types import MotionSettings, Polygon
from auxiliary.sensor.types import GateSettings
from auxiliary.spool import SpoolLimits
from auxiliary.trust import TrustError, trust

DEFAULT_FILE = Path("/etc/picam/camera.toml")


class SettingsError(Exception):
    """The settings make no sense together; the message names each mistake on a line of its own."""


def _address(url: str) -> str:
    from httpx import URL, InvalidURL

    try:
        parsed = URL(url)
    except InvalidURL as error:
        raise ValueError(f"{url!r} is not an address ({error})") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError(f"{url!r} is not an address like http://192.168.1.10:8000")
    if parsed.userinfo or parsed.query or parsed.fragment:
        raise ValueError("the address must not carry a user, a password or a query: use --token-file")
    return url.rstrip("/")


def _state_directory() -> Path:
    """Where systemd says, else where the user's programs keep their state."""
    if directory := os.environ.get("STATE_DIRECTORY"):
        return Path(directory) / "spool"
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "picam" / "spool"


class Settings(BaseSettings):
    """All of them; the help texts are those of the command line."""

    model_config = SettingsConfigDict(env_prefix="PICAM_CAMERA_", env_ignore_empty=True, extra="forbid", frozen=True)

    server: Annotated[str, AfterValidator(_address)]
    token: SecretStr | None = None
    token_file: Path | None = None
    server_ca: Path | None = None
    source: str = "picamera"
    sensor: str = "none"
    spool: Path = Field(default_factory=_state_directory)

    speed: float = Field(1.0, ge=0, le=1000)
    loop: bool | None = None
    isolated: bool = False
    frames_per_second: float = Field(10.0, gt=0, le=60)
    picture_width: int = Field(1280, ge=320, le=4608, multiple_of=2)
    picture_height: int = Field(720, ge=240, le=2592, multiple_of=2)

    video_kilobits: int = Field(1500, ge=150, le=20000)

    armed: bool = True
    trigger: Trigger = Trigger.EITHER
    sensitivity: float = Field(0.5, ge=0, le=1)
    smallest_person: float = Field(0.08, gt=0, le=1)
    night_sensitivity: float | None = Field(None, ge=0, le=1)
    night_smallest_person: float | None = Field(None, gt=0, le=1)
    night_below_lux: float = Field(5.0, ge=0, le=10000)
    zones: tuple[Polygon, ...] = ()
    masks: tuple[Polygon, ...] = ()
    privacy_masks: tuple[Polygon, ...] = ()
    pre_roll_seconds: float = Field(8.0, ge=0, le=30)
    pre_roll_pictures: int = Field(3, ge=0, le=20)
    picture_every_seconds: float = Field(2.0, ge=0.1, le=3600)
    quiet_seconds: float = Field(5.0, ge=0.5, le=600)
    alert_seconds: float = Field(120.0, ge=5, le=3600)
    still_every_seconds: float = Field(60.0, ge=0, le=86400)
    sensor_warm_up_seconds: float = Field(60.0, ge=0, le=600)
    sensor_debounce_seconds: float = Field(0.1, ge=0, le=10)
    sensor_hold_off_seconds: float = Field(1.0, ge=0, le=60)
    both_within_seconds: float = Field(3.0, ge=0.2, le=60)

    spool_megabytes: int = Field(1024, ge=1)
    card_megabytes_per_day: int = Field(2000, ge=0)
    backlog_kilobits: int = Field(4000, ge=0)
    drain_seconds: float = Field(5.0, ge=0, le=3600)
    reboot_command: str = ""

    @model_validator(mode="after")
    def _belongs_together(self) -> "Settings":
        if self.server_ca is not None and not self.server.startswith("https:"):
            raise ValueError("--server-ca goes with an https address: nothing else proves that it is the paired server")
        if self.loop and self.speed != 1:
            raise ValueError("a recording loops in real time only: leave --loop away, or --speed")
        if self.trigger in NEEDS_SENSOR and self.sensor == "none":
            raise ValueError(f"--trigger {self.trigger.value} needs a sensor: --sensor pir:GPIO17")
        self.motion_settings()
        shlex.split(self.reboot_command)
        return self

    @property
    def loops(self) -> bool:
        """Whether a recording starts again at its end: in real time, unless told otherwise."""
        return self.speed == 1 if self.loop is None else self.loop

    def bearer_token(self) -> str:
        """The camera's credential. Raises SettingsError saying where it should come from."""
        if self.token is not None:
            return _clean_token(self.token.get_secret_value(), "PICAM_CAMERA_TOKEN")
        if self.token_file is None:
            raise SettingsError(
                "No token: give --token-file FILE or set PICAM_CAMERA_TOKEN. "
                "To pair this camera: camera_client pair CODE, with the code from Settings, Cameras, Add a camera."
            )
        try:
            text = self.token_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise SettingsError(f"The token file {self.token_file} cannot be read: {reason}.") from error
        return _clean_token(text, str(self.token_file))

    def trusted(self) -> ssl.SSLContext | None:
        """Which servers are ours (see `trust`). Raises SettingsError."""
        try:
            return trust(self.server_ca)
        except TrustError as error:
            raise SettingsError(str(error)) from error

    def capture_settings(self) -> CaptureSettings:
        return CaptureSettings(
            armed=self.armed,
            trigger=self.trigger,
            picture_every_seconds=self.picture_every_seconds,
            quiet_seconds=self.quiet_seconds,
            alert_seconds=self.alert_seconds,
            both_within_seconds=self.both_within_seconds,
            pre_roll_seconds=self.pre_roll_seconds,
            pre_roll_pictures=self.pre_roll_pictures,
        )

    def spool_limits(self) -> SpoolLimits:
        return SpoolLimits(most_bytes=self.spool_megabytes << 20, day_bytes=self.card_megabytes_per_day << 20)

    def motion_settings(self) -> MotionSettings:
        """Nothing moves under a privacy mask, so it is not looked at either. Raises ValueError for what is no polygon."""
        masks = (*self.masks, *self.privacy_masks)
        return MotionSettings(
            self.sensitivity,
            self.smallest_person,
            self.zones,
            masks,
            self.night_sensitivity,
            self.night_smallest_person,
            self.night_below_lux,
        )

    def watch_settings(self) -> WatchSettings:
        """What may change while the camera runs."""
        return WatchSettings(self.motion_settings(), self.capture_settings(), self.gate_settings())

    def gate_settings(self) -> GateSettings:
        return GateSettings(self.sensor_warm_up_seconds, self.sensor_debounce_seconds, self.sensor_hold_off_seconds)


def load_settings(flags: Mapping[str, Any], file: Path | None = None) -> Settings:
    """Settings from everywhere. A settings file that was named must exist, the default one may be missing. Raises SettingsError."""
    toml_file = file or DEFAULT_FILE
    if file is not None and not file.is_file():
        raise SettingsError(f"There is no settings file {file}.")

    class _Layered(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file)

    try:
        return _Layered(**flags)
    except ValidationError as error:
        raise SettingsError("\n".join(_mistake(dict(mistake)) for mistake in error.errors())) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"The settings file {toml_file} cannot be read: {error}") from error


def _mistake(mistake: dict[str, Any]) -> str:
    name = ".".join(str(part) for part in mistake["loc"])
    if mistake["type"] == "missing":
        return f"{name} is missing: give --{name.replace('_', '-')}, or PICAM_CAMERA_{name.upper()}, or put it into the settings file."
    if mistake["type"] == "extra_forbidden":
        return f"{name}: there is no such setting."
    message = str(mistake["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message


def _clean_token(text: str, where: str) -> str:
    token = text.strip()
    if not token or not token.isascii() or any(sign.isspace() for sign in token):
        raise SettingsError(f"{where} must hold one token and nothing else.")
    return token
