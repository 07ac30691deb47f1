"""Our server on a data directory: started as users start it, with cameras and a signed-in person made beforehand."""

import contextlib
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from api.clock import SystemClock
from api.db import open_engines, upgrade_schema
from api.db.person_rows import insert_session, insert_user
from api.ids import uuid7
from api.models import Role, SessionRecord, UserRecord
from api.services.accounts import SESSION_LASTS, name_key
from api.services.cameras import create_camera, hash_token
from bench.server.processes import Started, cores, free_port, started


@dataclass(frozen=True)
class Access:
    """Who may do what on a data directory: the cameras with their tokens, and a person's session."""

    cameras: tuple[UUID, ...]
    tokens: tuple[str, ...]
    session: str

    @property
    def person_header(self) -> str:
        return f"Cookie: picam_session={self.session}\r\n"

    def camera_header(self, index: int = 0) -> str:
        return f"Authorization: Bearer {self.tokens[index]}\r\n"


def prepare(data_dir: Path, cameras: int = 1) -> Access:
    """Make the database, or take the one that is there, and add cameras and a person."""
    engines = open_engines(f"sqlite:///{data_dir / 'picam.sqlite3'}")
    upgrade_schema(engines.writer)
    now = SystemClock().now()
    user_id, session = uuid7(now), secrets.token_urlsafe(32)
    with engines.writer.begin() as connection:
        new = [create_camera(connection, f"Camera {number}", now) for number in range(cameras)]
        name = f"bench {secrets.token_hex(3)}"
        insert_user(connection, UserRecord(user_id, name, name_key(name), "no password", Role.ADMIN.value, now))
        insert_session(connection, SessionRecord(hash_token(session), user_id, now, now, now + SESSION_LASTS, "bench"))
    engines.dispose()
    return Access(tuple(camera.camera.id for camera in new), tuple(camera.token for camera in new), session)


@contextlib.contextmanager
def serving(data_dir: Path, *, decoding: bool = True, **settings: str) -> Iterator[Started]:
    """The server, ready, on the measured core. Its log goes to a file, as a service's does."""
    port = free_port()
    module = "api" if decoding else "bench.server.paused_decoding"
    environment = {"PICAM_DATA_DIR": str(data_dir), "PICAM_PORT": str(port)}
    environment |= {f"PICAM_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", module, "serve"]
    log = data_dir / "server.log"
    with started(command, port, core=cores()[0], log=log, path="/readyz", environment=environment) as server:
        yield server
