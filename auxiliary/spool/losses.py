"""What the spool had to give up: counted for ever, and the stretch of time that it left a hole in.

Written down, durably, before the pictures themselves go: a power cut in between counts a picture that is still there, never
the other way round.
"""

import json
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from auxiliary.spool.durable import synchronize_directory, write_file

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Losses:
    """`pictures` since the spool was made; wall times (ns) of the first and last of those that the server was not told of yet,
    0 when there are none. `told`: how many it knows of."""

    pictures: int = 0
    told: int = 0
    from_ns: int = 0
    until_ns: int = 0


class LossBook:
    """Not thread safe: the spool holds its lock while it changes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.losses = _load(file)

    def add(self, pictures: int, captured_ns: int) -> None:
        """Count pictures that are lost already. That the card fails to take the count changes only what the next start knows."""
        try:
            self.announce(pictures, captured_ns)
        except OSError as error:
            logger.warning("cannot note lost pictures: %s", error)

    def announce(self, pictures: int, captured_ns: int) -> None:
        """Count pictures that are going to be given up. Raises OSError when the card does not take the count."""
        was = self.losses
        if captured_ns:
            from_ns = min(was.from_ns, captured_ns) if was.from_ns else captured_ns
            was = replace(was, from_ns=from_ns, until_ns=max(was.until_ns, captured_ns))
        self._keep(replace(was, pictures=was.pictures + pictures))

    def told(self, losses: Losses) -> None:
        """The server knows of these: what is lost from now on leaves another hole."""
        if self.losses.told >= losses.pictures:
            return
        hole = (0, 0) if self.losses.pictures == losses.pictures else (losses.until_ns, self.losses.until_ns)
        try:
            self._keep(replace(self.losses, told=losses.pictures, from_ns=hole[0], until_ns=hole[1]))
        except OSError as error:  # it is told once more after the next start
            logger.warning("cannot note that lost pictures were reported: %s", error)

    def _keep(self, losses: Losses) -> None:
        self.losses = losses
        write_file(self._file, json.dumps(asdict(losses)).encode())
        synchronize_directory(self._file.parent)


def _load(file: Path) -> Losses:
    try:
        note = json.loads(file.read_bytes())
        known = {name: int(note[name]) for name in Losses.__dataclass_fields__ if name in note}
    except (OSError, ValueError, TypeError):
        return Losses()
    return Losses(**known)
