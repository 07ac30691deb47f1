"""What each answer means: only our own server makes the agent let go of something."""

import errno
import socket
import ssl

import httpx
import pytest

from auxiliary.delivery import Verdict, judge, judge_failure

_OURS = {"content-type": "application/problem+json"}
_HTML = {"content-type": "text/html"}
_PROBLEM = b'{"code": "x", "detail": "Do this."}'


def caused(cause: OSError) -> httpx.ConnectError:
    """As the HTTP library raises it: the cause is two levels down, in a group when several addresses were tried."""
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = OSError("All connection attempts failed")
    error.__cause__.__cause__ = ExceptionGroup("several", [cause])
    return error


@pytest.mark.parametrize(
    ("status", "headers", "body", "verdict"),
    [
        (201, {"content-type": "application/json"}, b'{"id": "abc"}', Verdict.DELIVERED),
        (200, {"content-type": "application/json"}, b'{"id": "ABC"}', Verdict.DELIVERED),
        (200, {"content-type": "application/json"}, b'{"id": "other"}', Verdict.UNREACHABLE),
        (200, _HTML, b"<h1>Welcome to the hotel</h1>", Verdict.UNREACHABLE),
        (200, {"content-type": "application/json"}, b"[]", Verdict.UNREACHABLE),
        (200, {"content-type": "application/json"}, b'{"id": "ab', Verdict.UNREACHABLE),
        (302, {"location": "http://portal/"}, b"", Verdict.UNREACHABLE),
        (400, _OURS, _PROBLEM, Verdict.REFUSED),
        (404, _OURS, _PROBLEM, Verdict.REFUSED),
        (409, _OURS, _PROBLEM, Verdict.REFUSED),
        (413, _OURS, _PROBLEM, Verdict.REFUSED),
        (422, _OURS, _PROBLEM, Verdict.REFUSED),
        (404, _HTML, b"not found", Verdict.UNREACHABLE),
        (404, {"content-type": "application/json"}, b'{"detail": "Not Found"}', Verdict.UNREACHABLE),
        (413, _HTML, b"nginx", Verdict.UNREACHABLE),
        (413, {**_OURS, "retry-after": "30"}, _PROBLEM, Verdict.BUSY),
        (401, _OURS, _PROBLEM, Verdict.UNAUTHORIZED),
        (403, _OURS, _PROBLEM, Verdict.FORBIDDEN),
        (403, _HTML, b"blocked by a proxy", Verdict.UNREACHABLE),
        (408, {}, b"", Verdict.BUSY),
        (429, _OURS, _PROBLEM, Verdict.BUSY),
        (503, {}, b"", Verdict.BUSY),
        (507, _OURS, _PROBLEM, Verdict.BUSY),
        (500, {}, b"", Verdict.FAILED),
        (502, _HTML, b"", Verdict.UNREACHABLE),
        (504, _HTML, b"", Verdict.UNREACHABLE),
    ],
)
def test_verdicts(status: int, headers: dict[str, str], body: bytes, verdict: Verdict) -> None:
    assert judge(httpx.Response(status, headers=headers, content=body), "abc").verdict is verdict


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("30", 30.0), ("99999999", 3600.0), ("-5", 0.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("soon", None)],
)
def test_how_long_the_server_asks_to_wait(value: str, seconds: float | None) -> None:
    assert judge(httpx.Response(503, headers={"retry-after": value}), None).wait_seconds == seconds


def test_the_reason_is_the_servers_own_sentence() -> None:
    assert judge(httpx.Response(409, headers=_OURS, content=_PROBLEM), None).reason == "Do this."


@pytest.mark.parametrize(
    ("error", "verdict", "words"),
    [
        (caused(ConnectionRefusedError(111, "Connection refused")), Verdict.UNREACHABLE, "connection refused"),
        (caused(socket.gaierror(-2, "Name or service not known")), Verdict.UNREACHABLE, "its name cannot be looked up"),
        (
            caused(ssl.SSLCertVerificationError("bad")),
            Verdict.UNREACHABLE,
            "it does not prove to be our server: its certificate is not trusted",
        ),
        (caused(OSError(errno.ENETUNREACH, "Network is unreachable")), Verdict.UNREACHABLE, "no network"),
        (caused(OSError(errno.EMFILE, "Too many open files")), Verdict.UNREACHABLE, "All connection attempts failed"),
        (httpx.ConnectTimeout(""), Verdict.UNREACHABLE, "no answer in time"),
        (httpx.ReadTimeout(""), Verdict.FAILED, "no answer in time"),
        (httpx.RemoteProtocolError("Server disconnected"), Verdict.UNREACHABLE, "the connection broke off"),
        (httpx.ReadError(""), Verdict.UNREACHABLE, "the connection broke off"),
        (httpx.ConnectError(""), Verdict.UNREACHABLE, "ConnectError"),
    ],
)
def test_no_answer_is_told_in_words(error: httpx.HTTPError, verdict: Verdict, words: str) -> None:
    outcome = judge_failure(error)
    assert (outcome.verdict, outcome.reason) == (verdict, words)
