"""When the last boots of this machine began, kept on the card: pictures that outlive a power cut get their true time later.

Written once a boot and when it becomes much better known. Neighbours: `clock` knows, `heartbeat` has it noted.
"""

import logging
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from auxiliary.server_time import Started
from auxiliary.spool.durable import make_directory, write_file

logger = logging.getLogger(__name__)

_MOST = 8
_MUCH_BETTER = 4
_CONTENT = TypeAdapter(dict[str, tuple[int, int]])


class Boots:
    """The file in `directory`. Never raises: without it, only times from before a power cut stay uncertain."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "boots.json"
        self.known: dict[str, Started] = {}
        try:
            content = _CONTENT.validate_json(self._file.read_bytes())
            self.known = {boot_id: Started(*values) for boot_id, values in content.items()}
        except FileNotFoundError:
            pass
        except (OSError, ValidationError) as error:
            logger.warning("%s cannot be read: %s", self._file, error)

    def worth_noting(self, boot_id: str, started: Started) -> bool:
        """Whether this is new, or known much better than before."""
        known = self.known.get(boot_id)
        return known is None or started.uncertainty_ns * _MUCH_BETTER < known.uncertainty_ns

    def note(self, boot_id: str, started: Started) -> None:
        """Keep it, for the newest few boots."""
        self.known.pop(boot_id, None)
        self.known[boot_id] = started
        while len(self.known) > _MOST:
            del self.known[next(iter(self.known))]
        content = {each: (at.wall_ns, at.uncertainty_ns) for each, at in self.known.items()}
        try:
            make_directory(self._file.parent)
            write_file(self._file, _CONTENT.dump_json(content))
        except OSError as error:
            logger.warning("%s cannot be written: %s", self._file, error)
