"""What this camera keeps of the server's settings, across restarts: the last good ones, and that others are on trial.

One small file, replaced as a whole and durably. A trial is noted before it begins: a process that dies in it finds the note at
its next start, and goes by the last good settings.
"""

import logging
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from auxiliary.spool.durable import make_directory, synchronize_directory, write_file

logger = logging.getLogger(__name__)

FILE = "remote-settings.json"


class Version(BaseModel):
    """One version of the server's settings, as they came."""

    model_config = ConfigDict(frozen=True)
    version: int = 0
    settings: dict[str, Any] = {}
    time_zone: str = "UTC"


class RolledBack(BaseModel):
    """A version that was tried, or refused at once, and is not used."""

    model_config = ConfigDict(frozen=True)
    version: int
    code: str
    reason: str


class Kept(BaseModel):
    """The file's content."""

    model_config = ConfigDict(frozen=True)
    good: Version = Version()
    trial: int | None = None
    rolled_back: RolledBack | None = None


class KeptSettings:
    """The file in `directory`. Used in one thread."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file = directory / FILE

    def load(self) -> Kept:
        """What was kept last; nothing when there is no file, or none that can be read: the server is asked anew."""
        try:
            return Kept.model_validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return Kept()
        except (OSError, ValidationError) as error:
            logger.warning("the kept settings cannot be read: %s", error)
            return Kept()

    def save(self, kept: Kept) -> None:
        """Replace the file: after a power cut there is the old content or this. Raises OSError."""
        make_directory(self._directory)
        write_file(self._file, kept.model_dump_json().encode())
        synchronize_directory(self._directory)
