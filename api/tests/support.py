"""What the server's tests share: a running application, cameras, people, real JPEGs, and what an upload left behind."""

import base64
import hashlib
import io
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
import numpy as np
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import Connection, Engine, Table, event, func, select

from api.broadcast import EventBus
from api.clock import Clock, FakeClock, to_rfc3339
from api.db import open_engines, upgrade_schema
from api.db.access_rows import insert_token
from api.db.person_rows import insert_session, insert_user
from api.ids import uuid7
from api.main import create_app
from api.models import Role, Scope, SessionRecord, TokenRecord, UserRecord, metadata
from api.services.accounts import SCRIPT_PREFIX, SESSION_LASTS, name_key
from api.services.cameras import create_camera, hash_token
from api.services.passwords import Passwords
from api.settings import Settings
from api.storage import BlobStore
from api.tests import conformance

T = TypeVar("T")
ORIGIN = "http://localhost:8000"
HERE = ("127.0.0.1", 50000)


@dataclass(frozen=True)
class CameraAccess:
    """A camera and the header that makes a call its own."""

    id: UUID
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class PersonAccess:
    """A signed-in person and the header that makes a call theirs."""

    id: UUID
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"picam_session={self.token}"}


@dataclass
class LeftBehind:
    """Number of rows by table, and the media files."""

    rows: dict[str, int]
    files: set[str]


@dataclass
class Server:
    """One application on a data directory of its own, with its lifespan entered."""

    app: FastAPI
    settings: Settings
    clock: Clock
    engine: Engine
    _clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(
        self,
        who: CameraAccess | PersonAccess | None = None,
        *,
        address: tuple[str, int] = HERE,
        base_url: str = ORIGIN,
        raise_bugs: bool = True,
    ) -> httpx.AsyncClient:
        """A client whose every answer is checked against the contract."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=raise_bugs, client=address)
        client = httpx.AsyncClient(
            transport=transport,
            base_url=base_url,
            headers=None if who is None else who.headers,
            event_hooks={"response": [conformance.check]},
        )
        self._clients.append(client)
        return client

    def transaction(self, function: Callable[[Connection], T]) -> T:
        """Run a function on the server's database from outside, as the command line does."""
        with self.engine.begin() as connection:
            return function(connection)

    def add_camera(self, name: str = "Porch") -> CameraAccess:
        new = self.transaction(lambda connection: create_camera(connection, name, self.clock.now()))
        return CameraAccess(new.camera.id, new.token)

    def add_person(
        self, role: Role = Role.ADMIN, name: str | None = None, cameras: Sequence[CameraAccess] | None = None
    ) -> PersonAccess:
        """A signed-in person, without the price of a password hash; `cameras`: those that they may see."""
        chosen = None if cameras is None else [str(camera.id) for camera in cameras]
        now = self.clock.now()
        user_id, token = uuid7(now), secrets.token_urlsafe(32)
        shown = name or f"{role} {secrets.token_hex(3)}"

        def insert(connection: Connection) -> None:
            insert_user(
                connection, UserRecord(user_id, shown, name_key(shown), _password_hash(), role.value, now, chosen)
            )
            insert_session(
                connection, SessionRecord(hash_token(token), user_id, now, now, now + SESSION_LASTS, "tests")
            )

        self.transaction(insert)
        return PersonAccess(user_id, token)

    def add_script(
        self, scope: Scope, cameras: Sequence[CameraAccess] | None = None, owner: PersonAccess | None = None
    ) -> CameraAccess:
        """A script's token, of an admin unless an owner is named. (Its header has the form of a camera's.)"""
        now = self.clock.now()
        token_id, token = uuid7(now), SCRIPT_PREFIX + secrets.token_urlsafe(32)
        chosen = None if cameras is None else [str(camera.id) for camera in cameras]
        user_id = (owner or self.add_person()).id
        record = TokenRecord(
            token_id, user_id, "Script", hash_token(token), scope.value, chosen, now, now + SESSION_LASTS, None
        )
        self.transaction(lambda connection: insert_token(connection, record))
        return CameraAccess(token_id, token)

    def count(self, table: Table) -> int:
        return self.transaction(
            lambda connection: connection.execute(select(func.count()).select_from(table)).scalar_one()
        )

    def left_behind(self) -> LeftBehind:
        media = self.settings.data_dir / "media"
        files = {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}
        counted = [metadata.tables[name] for name in ("images", "alerts", "image_labels", "cameras", "users")]
        return LeftBehind({table.name: self.count(table) for table in counted}, files)

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


@asynccontextmanager
async def running(
    data_dir: Path,
    *,
    clock: Clock | None = None,
    store: BlobStore | None = None,
    bus: EventBus | None = None,
    **settings: Any,
) -> AsyncIterator[Server]:
    """Start the application in this process, and stop it at the end."""
    settings = {"data_dir": data_dir, "client_dir": data_dir / "no-client", **settings}
    chosen = Settings(**settings)
    clock = clock or FakeClock()
    if not chosen.database_url:
        _begin_with_a_migrated_database(data_dir)
    app = create_app(chosen, clock=clock, store=store, bus=bus)
    async with app.router.lifespan_context(app):
        engines = open_engines(chosen.resolved_database_url())
        server = Server(app, chosen, clock, engines.writer)
        try:
            yield server
        finally:
            await server.close()
            engines.dispose()


def _begin_with_a_migrated_database(data_dir: Path) -> None:
    """Spare each server the migrations, which have tests of their own; it runs those that are left, namely none."""
    database = data_dir / "picam.sqlite3"
    if not database.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        database.write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as place:
        database = Path(place) / "picam.sqlite3"
        engines = open_engines(f"sqlite:///{database}")
        upgrade_schema(engines.writer)
        engines.dispose()
        return database.read_bytes()


@cache
def _password_hash() -> str:
    """Of a password that nobody types."""
    passwords = Passwords()
    passwords.close()
    return passwords.hash_now(secrets.token_urlsafe())


# What workers ask by themselves every few seconds: it would come into anybody's count.
_OF_WORKERS = (
    "SELECT jobs.due_at",
    "UPDATE jobs SET lease_until",
    "INSERT INTO leases",
    "DELETE FROM health_samples",
    "SELECT cameras.id, cameras.last_seen_at, camera_states.silence",
)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL statements that run meanwhile, but for those that begin and end transactions."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", *_OF_WORKERS)):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def picture(width: int, height: int, seed: int = 0) -> Image.Image:
    """A picture like a photograph: smooth gradients, edges and a little noise."""
    random = np.random.default_rng(seed)
    x = np.linspace(0, 6 + seed % 7, width)
    y = np.linspace(0, 4, height)
    plane = np.sin(x)[None, :] * np.cos(y)[:, None]
    channels = [plane * 90 + 120, plane * -60 + 100, np.broadcast_to(np.cos(x * 2)[None, :] * 50 + 90, plane.shape)]
    pixels = np.stack(channels, axis=2)
    pixels[height // 4 : height // 2, width // 3 : width // 2] = (200, 40, 30)
    pixels += random.normal(0, 3, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def jpeg(width: int = 64, height: int = 48, seed: int = 0, *, quality: int = 80, **options: Any) -> bytes:
    """A real JPEG; `options` go to Pillow (`progressive=True`, `exif=...`, `restart_marker_blocks=...`)."""
    buffer = io.BytesIO()
    picture(width, height, seed).save(buffer, "JPEG", quality=quality, **options)
    return buffer.getvalue()


def digest(data: bytes) -> str:
    """The value of `Content-Digest` (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def at(clock: Clock, seconds: float = 0.0) -> str:
    """The clock's time moved by some seconds, as a camera writes it."""
    return to_rfc3339(clock.now() + round(seconds * 1_000_000))


async def upload(
    client: httpx.AsyncClient, camera: CameraAccess, data: bytes, clock: Clock, **fields: Any
) -> httpx.Response:
    """`POST /images` as a multipart form; fields that are None are left out."""
    form = {"camera_id": str(camera.id), "timestamp": at(clock), **fields}
    text = {name: str(value) for name, value in form.items() if value is not None}
    return await client.post("/images", data=text, files={"file": ("picture.jpg", data, "image/jpeg")})


async def raise_alert(client: httpx.AsyncClient, camera: CameraAccess, clock: Clock, **fields: Any) -> dict[str, Any]:
    body = {"timestamp": at(clock), "type": "motion", "camera_id": str(camera.id), **fields}
    response = await client.post("/alerts", json=body)
    assert response.status_code in {200, 201}, response.text
    answer: dict[str, Any] = response.json()
    return answer
