"""Log lines: one a record, fields that cannot be forged, a request id in each, and never a secret."""

import json
import logging
import re
import sys
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from api.clock import FakeClock
from api.log import JsonFormatter, LogfmtFormatter, RequestNote, configure_logging, redact, request_note
from api.models import Role
from api.routers.request_log import RequestLog
from api.tests.http_sink import http_sink
from api.tests.support import CameraAccess, Server, jpeg, upload


@pytest.fixture
def database_url() -> str:
    """Nothing here depends on the database."""
    return ""


@pytest.fixture(autouse=True)
def outside_of_requests() -> Iterator[None]:
    token = request_note.set(None)
    yield
    request_note.reset(token)


def record(message: str, *arguments: object, level: int = logging.INFO) -> logging.LogRecord:
    made = logging.LogRecord("api.somewhere", level, __file__, 1, message, arguments, None)
    made.created = 1_795_000_000.123456
    return made


def test_a_record_is_time_level_event_and_fields() -> None:
    line = LogfmtFormatter().format(record("bus_lost error=%s tries=%d", "connection refused", 3))
    assert line == '2026-11-18T11:06:40.123456Z info bus_lost error="connection refused" tries=3'


def test_the_same_as_json() -> None:
    whole = json.loads(JsonFormatter().format(record("bus_lost error=%s tries=%d", "away", 3)))
    assert whole == {
        "time": "2026-11-18T11:06:40.123456Z",
        "level": "info",
        "event": "bus_lost",
        "error": "away",
        "tries": 3,
    }


def test_numbers_stay_numbers() -> None:
    made = record("request status=%d ms=%.1f again_in_seconds=%.0f", 201, 12.345, 2.0)
    assert LogfmtFormatter().format(made).endswith("request status=201 ms=12.3 again_in_seconds=2.0")
    assert json.loads(JsonFormatter().format(made))["ms"] == 12.3


HOSTILE = ["a\nb", "a b", 'a"b', "x event=forged level=error", "\x1b[31mred", "\u2028", "a\r\nb", "", "=", "\\"]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_can_pretend_to_be_a_line_or_a_field(value: str) -> None:
    line = LogfmtFormatter().format(record("event name=%s after=%s", value, "z"))
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    found = re.fullmatch(r'\S+ info event name=("(?:[^"\\]|\\.)*"|[^\s"=\\]+) after=z', line)
    assert found is not None
    assert (json.loads(found[1]) if found[1].startswith('"') else found[1]) == value
    whole = JsonFormatter().format(record("event name=%s", value))
    assert len(whole.split("\n")) == 1
    assert json.loads(whole)["name"] == value


def test_a_field_never_hides_what_a_line_begins_with() -> None:
    whole = json.loads(JsonFormatter().format(record("real event=%s level=%s", "forged", "debug")))
    assert (whole["event"], whole["level"]) == ("real", "info")


def test_sentences_of_other_libraries_keep_to_one_field() -> None:
    line = LogfmtFormatter().format(record("Finished server process [%d]", 7))
    assert line.endswith('info log logger=api.somewhere message="Finished server process [7]"')


def test_an_error_is_one_line_with_its_traceback() -> None:
    made = record("worker_failed worker=%s", "decoding", level=logging.ERROR)
    try:
        raise ValueError("two\nlines")
    except ValueError:
        made.exc_info = sys.exc_info()
    line = LogfmtFormatter().format(made)
    assert len(line.splitlines()) == 1
    assert 'error="ValueError: two\\nlines"' in line
    assert "test_log.py" in line


def test_a_line_within_a_request_carries_its_id() -> None:
    request_note.set(RequestNote("0123456789ab"))
    assert LogfmtFormatter().format(record("something")).endswith("something request=0123456789ab")


SECRETS = [
    "Authorization: Bearer {}",
    "authorization=Basic {}",
    '"Authorization": "Bearer {}"',
    "Cookie: picam_session={}",
    "picam_session={}; Path=/",
    "password={}",
    '{{"password": "{}"}}',
    "token: {}",
    "postgresql://picam:{}@database/picam",
    "https://s3.example.org/b/k?X-Amz-Signature={}",
    "GET /images?cursor={} done",
    "/shares?x=1&token={}",
    "X-Amz-Credential={}&x",
]


@pytest.mark.parametrize("text", SECRETS)
def test_what_looks_like_a_credential_is_taken_out(text: str) -> None:
    secret = "Zx9_kT4-pQ7wRm2Ln8Vb3Cd6"
    assert secret in text.format(secret)
    assert secret not in redact(text.format(secret))
    for formatter in (LogfmtFormatter(), JsonFormatter()):
        assert secret not in formatter.format(record("event detail=%s", text.format(secret)))
        assert secret not in formatter.format(record(text.format(secret).replace("%", "%%")))


@pytest.mark.parametrize("name", ["password", "token", "cookie", "authorization", "secret"])
def test_a_field_of_that_name_is_never_shown(name: str) -> None:
    line = LogfmtFormatter().format(record(f"event {name}=%s", "a long sentence with spaces"))
    assert line.endswith(f"event {name}=***")


@pytest.mark.parametrize(
    "text", ["the token is not known", "http://localhost:8000/", "what? nothing", "picam_changes", "a bearer token"]
)
def test_plain_words_stay(text: str) -> None:
    assert redact(text) == text


class Lines(logging.Handler):
    """Every line that the process would write, in both forms."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, entry: logging.LogRecord) -> None:
        if entry.name.startswith("http"):
            return  # The tests' own client.
        self.lines += [LogfmtFormatter().format(entry), JsonFormatter().format(entry)]

    def requests(self) -> list[dict[str, object]]:
        found = [json.loads(line) for line in self.lines if line.startswith("{")]
        return [line for line in found if line["event"] == "request"]


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, root = Lines(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


async def test_each_request_is_one_line_and_has_an_id_of_ours(
    server: Server, camera: CameraAccess, as_camera: httpx.AsyncClient, lines: Lines, clock: FakeClock
) -> None:
    data = jpeg()
    answer = await upload(as_camera, camera, data, clock)
    line = lines.requests()[-1]
    assert line["request"] == answer.headers["x-request-id"]
    assert (line["method"], line["route"], line["status"]) == ("POST", "/images", 201)
    assert line["who"] == f"camera:{camera.id}"
    assert int(str(line["in"])) > len(data)
    assert line["out"] == len(answer.content)
    person = server.add_person(Role.ADMIN)
    image = answer.json()["id"]
    answer = await server.client(person).get(f"/images/{image}", headers={"X-Request-Id": "mine\x7f"})
    assert re.fullmatch(r"[0-9a-f]{12}", answer.headers["x-request-id"])
    line = lines.requests()[-1]
    assert (line["route"], line["who"]) == ("/images/{image_id}", f"person:{person.id}")
    assert image not in json.dumps({**line, "out": 0})


async def test_an_unknown_address_a_refusal_and_a_bug_are_lines_too(
    server: Server, as_nobody: httpx.AsyncClient, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    await as_nobody.get("/no/such/page/secret-word")
    assert (lines.requests()[-1]["route"], lines.requests()[-1]["status"]) == ("-", 404)
    await as_nobody.get("/images")
    assert (lines.requests()[-1]["who"], lines.requests()[-1]["status"]) == ("-", 401)
    assert "secret-word" not in "".join(lines.lines)

    def break_down(*_arguments: object, **_rest: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(server.app.state.services.accounts, "owner_needed", break_down)
    assert (await server.client(raise_bugs=False).get("/setup")).status_code == 500
    assert lines.requests()[-1]["status"] == 500
    bug = next(json.loads(line) for line in lines.lines if '"unexpected_error"' in line)
    assert bug["error"] == "RuntimeError: a bug"
    assert bug["request"] == lines.requests()[-1]["request"]


async def test_health_checks_do_not_fill_the_log(as_nobody: httpx.AsyncClient, lines: Lines) -> None:
    for path in ("/healthz", "/readyz"):
        assert (await as_nobody.get(path)).status_code == 200
    assert {line["level"] for line in lines.requests()} == {"debug"}


async def test_no_secret_of_a_whole_session_is_in_any_line(
    server: Server, as_nobody: httpx.AsyncClient, lines: Lines, clock: FakeClock
) -> None:
    password = "correct horse battery staple"
    answer = await as_nobody.post("/setup", json={"name": "Ann", "password": password})
    assert answer.status_code == 201
    cookie = answer.cookies["picam_session"]
    camera = server.add_camera()
    sends, ann = server.client(camera), server.client()
    image = (await upload(sends, camera, jpeg(), clock)).json()
    secrets = [password, quote(password), cookie, camera.token, camera.token.removeprefix("picam_")]
    session = {"Cookie": f"picam_session={cookie}"}
    cursor = "cursor-that-nobody-needs-to-see"
    for path in ("/images", "/alerts", "/cameras", f"/images/{image['id']}/file", "/session", "/metrics"):
        await ann.get(path, params={"cursor": cursor, "token": camera.token}, headers=session)
    await ann.get("/images", headers={"Authorization": f"Bearer {camera.token}x"})
    await ann.post("/session", json={"name": "Ann", "password": password + "!"})
    await ann.post("/session", content=password.encode(), headers={"Content-Type": "application/json"})
    await ann.request("DELETE", "/session", headers=session)
    written = "\n".join(lines.lines)
    assert len(lines.requests()) >= 11
    for secret in [*secrets, cursor]:
        assert secret not in written
    assert "picam_session" not in written
    assert not [line for line in lines.requests() if "?" in str(line["route"])]


def test_the_process_writes_what_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        for as_json in (False, True):
            configure_logging("warning", as_json=as_json)
            logging.getLogger("api.x").info("quiet")
            logging.getLogger("api.x").warning("loud number=%d", 1)
            said = capsys.readouterr().err
            assert said.count("\n") == 1
            assert said.startswith("{") == as_json
            assert "loud" in said
    finally:
        root.handlers[:] = before
        root.setLevel(level)


async def test_addresses_that_are_called_stand_in_no_log(capsys: pytest.CaptureFixture[str]) -> None:
    """The address of a bot or a webhook is its credential, and the library that calls it writes it down whole."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure_logging("debug", as_json=False)
        async with http_sink() as sink, httpx.AsyncClient() as client:
            await client.get(f"{sink.address}/bot123:token/sendMessage")
        logging.getLogger("api.x").debug("heard")
        said = capsys.readouterr().err
        assert "heard" in said
        assert "bot123" not in said
    finally:
        root.handlers[:] = before
        root.setLevel(level)


async def test_a_client_that_goes_before_the_answer_is_told_apart(server: Server) -> None:
    seen: list[int] = []

    async def app(_scope: object, _receive: object, _send: object) -> None:
        """Gives up without an answer, as a route does whose client has gone."""

    class Counted:
        def answered(self, _method: str, _route: str, status: int, _seconds: float) -> None:
            seen.append(status)

    middleware = RequestLog(app, metrics=Counted())  # type: ignore[arg-type]
    await middleware({"type": "http", "method": "GET", "path": "/"}, None, None)  # type: ignore[arg-type]
    assert seen == [499]
