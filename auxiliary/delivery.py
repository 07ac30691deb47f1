"""What an answer (or none) means for the item that was sent: delivered, refused for good, or not now.

Only our own server may make us let go of a picture: a portal's friendly 200 page or a proxy's 404 never does.
"""

import errno
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

import httpx

LONGEST_RETRY_AFTER_SECONDS = 3600.0


class Verdict(StrEnum):
    DELIVERED = "delivered"
    REFUSED = "refused"  # this item, for good, by our server
    UNAUTHORIZED = "unauthorized"  # the token is not accepted
    FORBIDDEN = "forbidden"  # not for this camera: the token may have changed, or the item is another's
    BUSY = "busy"  # the server asks to wait
    FAILED = "failed"  # the server failed over this item: others may work
    UNREACHABLE = "unreachable"  # no server, or something that is not ours, answered


_REFUSED = {400, 404, 405, 409, 410, 413, 415, 422}
_CREDENTIAL = {401: Verdict.UNAUTHORIZED, 403: Verdict.FORBIDDEN}
_BUSY = {408, 425, 429, 503, 507}
_FROM_A_PROXY = {502, 504}
_NO_NETWORK = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}
_FAILURES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (ConnectionRefusedError, "connection refused"),
    (socket.gaierror, "its name cannot be looked up"),
    (ssl.SSLCertVerificationError, "it does not prove to be our server: its certificate is not trusted"),
    (httpx.TimeoutException, "no answer in time"),
    ((httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError, httpx.CloseError), "the connection broke off"),
)
_ODD_ANSWERS = {Verdict.UNREACHABLE: "HTTP {}, which is not how the camera server answers"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reason` is for people; `wait_seconds` is what the server asked for; `body` is the JSON object of a success."""

    verdict: Verdict
    reason: str = ""
    wait_seconds: float | None = None
    body: Mapping[str, object] = field(default_factory=dict)
    code: str = ""  # our server's word for an error


def judge(response: httpx.Response, expected_id: str | None) -> Outcome:
    """What an answer means. `expected_id` must be in a success's body: anybody can say 200."""
    body = _json(response)
    if not response.is_success:
        problem = _problem(response, body)
        outcome = _judge_error(response.status_code, problem, _retry_after(response))
        return outcome if problem is None or body is None else replace(outcome, code=str(body["code"]))
    if body is None or (expected_id is not None and str(body.get("id")).lower() != expected_id):
        return Outcome(Verdict.UNREACHABLE, "something else than the camera server answered")
    return Outcome(Verdict.DELIVERED, body=body)


def _judge_error(status: int, problem: str | None, wait_seconds: float | None) -> Outcome:
    """`problem` is the sentence of our server, None when it was not ours that answered."""
    if status in _BUSY or (status == 413 and wait_seconds is not None):
        verdict = Verdict.BUSY
    elif status in _CREDENTIAL and problem is not None:
        verdict = _CREDENTIAL[status]
    elif status in _REFUSED and problem is not None:
        verdict = Verdict.REFUSED
    elif status >= 500 and status not in _FROM_A_PROXY:
        verdict = Verdict.FAILED
    else:
        verdict = Verdict.UNREACHABLE
    return Outcome(verdict, problem or _ODD_ANSWERS.get(verdict, "HTTP {}").format(status), wait_seconds)


def judge_failure(error: httpx.HTTPError) -> Outcome:
    """What no answer means. A request that timed out half-way may be this item's own fault: it is too large for the line."""
    if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
        return Outcome(Verdict.FAILED, "no answer in time")
    return Outcome(Verdict.UNREACHABLE, _in_words(error))


def _in_words(error: httpx.HTTPError) -> str:
    causes = list(_causes(error))
    for kinds, words in _FAILURES:
        if any(isinstance(cause, kinds) for cause in causes):
            return words
    if any(isinstance(cause, OSError) and cause.errno in _NO_NETWORK for cause in causes):
        return "no network"
    return str(error) or type(error).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it: the HTTP library says only that all attempts failed."""
    while error is not None:
        yield error
        error = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__ or error.__context__


def _json(response: httpx.Response) -> dict[str, object] | None:
    if "json" not in response.headers.get("content-type", ""):
        return None
    try:
        body = response.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _problem(response: httpx.Response, body: dict[str, object] | None) -> str | None:
    """The sentence of a problem document of ours, None when this is none."""
    if body is None or "code" not in body or "problem+json" not in response.headers.get("content-type", ""):
        return None
    return str(body.get("detail") or body.get("title") or body["code"])


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after")
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_SECONDS)
