"""Every setting of the server, read once from `PICAM_*` variables. `docs/guide/settings.md` explains each."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_PACKAGE = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """The server's settings. Sizes in bytes, durations in seconds."""

    model_config = SettingsConfigDict(env_prefix="PICAM_", extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    """Address to listen on. Only this machine by default: nothing is exposed by accident."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    data_dir: Path = Path("data")
    """Where the database and the pictures of an embedded installation live."""
    database_url: str = ""
    """SQLAlchemy address of the database; empty: `picam.sqlite3` in the data directory."""
    storage_url: str = ""
    """Where pictures are kept; empty: `file://` in the data directory."""
    client_dir: Path = _PACKAGE.parent / "client" / "dist"
    """The built viewer."""
    site_name: Annotated[str, Field(min_length=1, max_length=80)] = "My place"
    max_image_bytes: Annotated[int, Field(ge=1024, le=1 << 30)] = 25_000_000
    max_image_pixels: Annotated[int, Field(ge=4096, le=1 << 30)] = 24_000_000
    upload_stall_seconds: Annotated[float, Field(gt=0, le=3600)] = 60.0
    """An upload that sends nothing for this long is ended."""
    log_level: str = "info"

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("must be one of debug, info, warning, error")
        return value.lower()

    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'picam.sqlite3'}"

    def resolved_storage_url(self) -> str:
        return self.storage_url or f"file://{self.data_dir.resolve() / 'media'}"
