"""What the commands share: an error for the person at the terminal, valid words, and an open database."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from sqlite3 import Error as SqliteError
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.clock import SystemClock
from api.db import known_revisions, open_engines, revision_of, upgrade_schema
from api.db.engine import Engines
from api.routers.problems import field_problems, summary
from api.services.site import ensure_site
from api.settings import Settings
from api.storage import BlobStore, StoreFull, StoreUnavailable, open_store

T = TypeVar("T")
_TELL_EVERY_SECONDS = 2.0


class CommandError(Exception):
    """What went wrong, as a sentence for the person at the terminal."""


class Progress:
    """How far long work is, on standard error: at most a line every two seconds."""

    def __init__(self, command: str) -> None:
        self._command = command
        self._told_at = time.monotonic()

    def __call__(self, text: str) -> None:
        if time.monotonic() - self._told_at >= _TELL_EVERY_SECONDS:
            self._told_at = time.monotonic()
            print(f"{self._command}: {text} ...", file=sys.stderr, flush=True)


@contextmanager
def opened_database(settings: Settings) -> Iterator[Engines]:
    """The engines of the database; whatever fails inside becomes a `CommandError`."""
    try:
        engines = open_engines(settings.resolved_database_url())
        try:
            yield engines
        finally:
            engines.dispose()
    except SQLAlchemyError as error:
        raise CommandError(f"the database does not answer: {getattr(error, 'orig', error)}") from error
    except StoreUnavailable as error:
        raise CommandError(f"the pictures' store does not answer: {error}") from error
    except StoreFull as error:
        raise CommandError("the pictures' store is full") from error
    except (ValueError, OSError, SqliteError) as error:
        raise CommandError(str(error)) from error


def with_database(settings: Settings, function: Callable[[Connection], T]) -> T:
    """One transaction on an up-to-date database, beside whatever else uses it."""
    with opened_database(settings) as engines:
        upgrade_schema(engines.writer)
        with engines.writer.begin() as connection:
            ensure_site(connection, settings.site_name, SystemClock().now())
            return function(connection)


def require_current_schema(engines: Engines) -> None:
    """Raises `CommandError` unless the database is of this version: a look at it must not change it."""
    with engines.reader.connect() as connection:
        present = revision_of(connection)
    if present is None:
        raise CommandError("this database is empty: is PICAM_DATA_DIR (or PICAM_DATABASE_URL) the one that serve uses?")
    if present != known_revisions()[0]:
        raise CommandError("this database is of another version: run `python -m api migrate` of the newest one first")


def opened_store(settings: Settings) -> BlobStore:
    """The pictures' store, reached directly: a command is no browser."""
    store = open_store(settings.resolved_storage_url())
    store.probe()
    return store


def valid(adapter: TypeAdapter[T], value: str, field: str) -> T:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise CommandError(f"the {field} is not valid: {summary(field_problems(error.errors()))}") from error
