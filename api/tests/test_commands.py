"""The command line, as a person meets it: its words, its exit codes, and real processes where a process matters."""

import contextlib
import io
import json
import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api import __version__
from api.commands import main
from api.tests.processes import ServerProcess, run

PASSWORD = "a sentence to remember"
OWNER = {"name": "Ann", "password": PASSWORD}


@dataclass(frozen=True)
class Outcome:
    """What a command left for the one who called it."""

    returncode: int
    stdout: str
    stderr: str


class Command:
    """Runs a command in this process: the same code, without the second that a new interpreter takes."""

    def __init__(self, data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        for name in [name for name in os.environ if name.startswith("PICAM_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("PICAM_DATA_DIR", str(data_dir))
        monkeypatch.setenv("PICAM_PORT", "0")

    def __call__(self, *arguments: str, text: str = "", **settings: str) -> Outcome:
        for name, value in settings.items():
            self._monkeypatch.setenv(name, value)
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        shown = self._capsys.readouterr()
        return Outcome(code, shown.out, shown.err)


@pytest.fixture
def command(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(data_dir, monkeypatch, capsys)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_help_names_every_command_and_gives_examples(command: Command, data_dir: Path) -> None:
    shown = command("--help")
    assert shown.returncode == 0
    for word in ("serve", "migrate", "create-user", "create-camera", "examples:", "PICAM_DATA_DIR"):
        assert word in shown.stdout
    assert command("--version").stdout.strip() == __version__
    assert command().returncode == command("fly").returncode == 2
    assert not data_dir.exists(), "asking for help makes nothing"


def test_create_camera_prints_one_line_of_json_last(command: Command, data_dir: Path) -> None:
    made = command("create-camera", "Front  door")
    assert (made.returncode, made.stderr) == (0, "")
    last = json.loads(made.stdout.strip().splitlines()[-1])
    assert last.keys() == {"camera_id", "token"}
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", last["camera_id"])
    assert len(last["token"]) > 40
    assert "once" in made.stdout
    assert last["token"].encode() not in (data_dir / "picam.sqlite3").read_bytes()


def test_it_is_a_program_of_its_own(data_dir: Path) -> None:
    shown = run(data_dir, "--help")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.startswith("usage: python -m api")
    assert run(data_dir, "create-camera", "").returncode == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\nb"])
def test_a_camera_needs_a_name(command: Command, name: str) -> None:
    refused = command("create-camera", name)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert one_sentence(refused.stderr).startswith("create-camera: the name is not valid")


def test_create_user_takes_the_password_from_standard_input_only(command: Command) -> None:
    made = command("create-user", "Ann", "--role", "admin", "--password-stdin", text=PASSWORD + "\n")
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout == "Ann can sign in now, as admin.\n"
    again = command("create-user", "ANN", "--password-stdin", text=PASSWORD)
    assert again.returncode == 1
    assert one_sentence(again.stderr) == "create-user: Somebody has this name already: choose another."
    for wrong in ("create-user Ann --password secret", "create-user Ann --role king --password-stdin"):
        assert command(*wrong.split()).returncode == 2


@pytest.mark.parametrize("password", ["", "seven77", "x" * 257])
def test_a_password_that_is_too_short_or_too_long_is_refused_in_a_sentence(command: Command, password: str) -> None:
    refused = command("create-user", "Ann", "--password-stdin", text=password + "\n")
    assert refused.returncode == 1
    sentence = one_sentence(refused.stderr)
    assert sentence.startswith("create-user: the password is not valid")
    assert "8" in sentence or "256" in sentence
    if password:
        assert password not in refused.stderr


def test_a_user_without_a_terminal_is_told_what_to_do(command: Command) -> None:
    refused = command("create-user", "Ann")
    assert refused.returncode == 1
    assert "--password-stdin" in one_sentence(refused.stderr)


def test_migrate_makes_the_database_and_may_run_again(command: Command, data_dir: Path) -> None:
    for _ in range(2):
        made = command("migrate")
        assert (made.returncode, made.stderr) == (0, "")
    assert (data_dir / "picam.sqlite3").is_file()


def one_sentence(text: str) -> str:
    assert "Traceback" not in text
    assert text.count("\n") == 1, text
    return text.strip()


@pytest.mark.parametrize("arguments", [["serve"], ["create-camera", "Porch"]])
@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PICAM_PORT", "http", "PICAM_PORT"),
        ("PICAM_PORT", "70000", "PICAM_PORT"),
        ("PICAM_MAX_IMAGE_BYTES", "-1", "PICAM_MAX_IMAGE_BYTES"),
        ("PICAM_LOG_LEVEL", "loud", "PICAM_LOG_LEVEL"),
        ("PICAM_DATABASE_URL", "nonsense", "PICAM_DATABASE_URL"),
        ("PICAM_DATABASE_URL", "oracle://host/name", "PICAM_DATABASE_URL"),
    ],
)
def test_a_wrong_setting_is_named_in_a_sentence(
    command: Command, arguments: list[str], name: str, value: str, says: str
) -> None:
    refused = command(*arguments, **{name: value})
    assert refused.returncode == 1
    assert says in one_sentence(refused.stderr)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PICAM_STORAGE_URL", "ftp://host/x", "PICAM_STORAGE_URL"),
        ("PICAM_HOST", "256.1.1.1", "256.1.1.1"),
        ("PICAM_HOST", "192.0.2.1", "192.0.2.1"),
        ("PICAM_DATA_DIR", "/proc/nothing", "/proc/nothing"),
    ],
)
def test_what_keeps_the_server_from_starting_is_a_sentence(command: Command, name: str, value: str, says: str) -> None:
    refused = command("serve", **{name: value})
    assert refused.returncode == 1
    assert says in one_sentence(refused.stderr)


def test_a_database_that_is_none_is_a_sentence(command: Command, data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "picam.sqlite3").write_bytes(b"this is no database\n" * 500)
    for arguments in (["serve"], ["create-camera", "Porch"], ["migrate"]):
        refused = command(*arguments)
        assert refused.returncode == 1
        assert "database" in one_sentence(refused.stderr)


def test_a_port_that_is_taken_is_a_sentence(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = command("serve", PICAM_PORT=str(port))
    assert refused.returncode == 1
    assert one_sentence(refused.stderr).startswith(f"serve: port {port} is taken")


def test_the_server_starts_says_where_it_is_and_ends_at_ctrl_c(data_dir: Path) -> None:
    with ServerProcess(data_dir) as server:
        assert server.announced == f"Pi Security Camera is ready: http://localhost:{server.port}"
        assert "First start" in server.next_line()
        assert re.search(r": [2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}$", server.next_line())
        assert httpx.get(f"{server.url}/healthz").json() == {"status": "ok"}
        assert httpx.get(f"{server.url}/readyz").json()["status"] == "ready"
        assert server.stop(signal.SIGINT) == 0
        assert "Traceback" not in server.log()


def test_the_printed_code_lets_the_owner_in_from_elsewhere(data_dir: Path) -> None:
    with ServerProcess(data_dir) as server:
        server.next_line()
        code = server.next_line().rpartition(" ")[2]
        elsewhere = {"host": "192.168.1.10"}
        assert httpx.post(f"{server.url}/setup", json=OWNER, headers=elsewhere).status_code == 403
        made = httpx.post(f"{server.url}/setup", json={**OWNER, "code": code}, headers=elsewhere)
        assert made.status_code == 201
        assert server.stop(signal.SIGTERM) == 0
    with ServerProcess(data_dir) as server:
        assert httpx.post(f"{server.url}/session", json=OWNER).json() == made.json()
        assert server.stop(signal.SIGTERM) == 0
        assert "one-time code" not in server.said, "there is an owner: no code is offered any more"


NO_HTTP = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    b"POST /images HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
    b"POST /images HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"G\xc3\xa9T / HTTP/1.1\r\n\r\n",
]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServerProcess, Path]]:
    """A server process for the tests that leave it as it is."""
    data_dir = tmp_path_factory.mktemp("shared") / "data"
    with ServerProcess(data_dir) as server:
        yield server, data_dir


def test_cameras_and_people_made_beside_a_running_server_are_known_at_once(
    shared: tuple[ServerProcess, Path], command: Command
) -> None:
    server, data_dir = shared
    # A process of its own, as scripts start it; the rest of it in this one.
    camera = json.loads(run(data_dir, "create-camera", "Porch").stdout.splitlines()[-1])
    bearer = {"authorization": f"Bearer {camera['token']}"}
    itself = httpx.get(f"{server.url}/cameras/self", headers=bearer)
    assert itself.json() == {"id": camera["camera_id"], "name": "Porch"}
    beside = {"PICAM_DATA_DIR": str(data_dir)}
    command("create-user", "Ann", "--role", "admin", "--password-stdin", text=PASSWORD, **beside)
    with httpx.Client(base_url=server.url) as client:
        assert client.post("/session", json=OWNER).json()["user"]["role"] == "admin"
        assert camera["camera_id"] in {item["id"] for item in client.get("/cameras").json()["items"]}
        assert client.get("/setup").json()["needed"] is False
    assert httpx.post(f"{server.url}/setup", json=OWNER).status_code == 409


def test_a_body_that_is_too_large_by_its_header_is_answered_before_it_is_sent(
    shared: tuple[ServerProcess, Path], command: Command
) -> None:
    """On a thin link 30 MB are not sent in vain: the answer comes on the header alone."""
    server, data_dir = shared
    made = command("create-camera", "Yard", PICAM_DATA_DIR=str(data_dir))
    camera = json.loads(made.stdout.splitlines()[-1])
    path = f"/images?camera_id={camera['camera_id']}&timestamp=2026-01-01T00:00:00Z"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {camera['token']}\r\n"
            "Content-Type: image/jpeg\r\nContent-Length: 30000000\r\n\r\n".encode()
        )
        assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_what_is_no_http_is_refused_and_hurts_nobody(shared: tuple[ServerProcess, Path]) -> None:
    server, _ = shared
    for sent in NO_HTTP:
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            answer = b""
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                connection.sendall(sent)
                with contextlib.suppress(OSError):  # Not connected any more: the server has answered and gone.
                    connection.shutdown(socket.SHUT_WR)
                while chunk := connection.recv(65_536):
                    answer += chunk
        assert not re.match(rb"HTTP/1.1 (5|2)", answer), (sent[:50], answer[:200])
        assert httpx.get(f"{server.url}/healthz").status_code == 200
    assert "Traceback" not in server.log()
