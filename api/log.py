"""Structured logs: one line a record, `time level event key=value ...` (logfmt) or JSON.

Code logs with the standard library, `_LOG.warning("bus_lost error=%s", error)`: the first word names the event, and each
`key=%s` becomes a field of its own, so that no value can pretend to be a field or a line. What a request causes carries
its `request` id. Secrets are not logged in the first place; `redact` is the net below.
"""

import json
import logging
import re
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from api.clock import to_rfc3339

_EVENT = re.compile(r"(?P<event>[a-z][a-z0-9_]*)((?: [a-z_]+=%[^ ]+)*)")
_FIELD = re.compile(r" ([a-z_]+)=(%[^ ]+)")
_BARE = re.compile(r"[^\s\"=\\\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SECRET_NAMES = {"authorization", "cookie", "password", "secret", "token"}
_SUSPICIOUS = ("picam_", "bearer", "authori", "cookie", "passw", "secret", "token", "x-amz-", "://", "?")
_SECRETS = re.compile(
    r"""(?P<head>\bpicam_session=|\bpicam_(?=[\w-]{24})|\bbearer\s+(?=\S{16})
    |\b(?:authorization|cookie|password|passwd|secret|token)\\?["']?\s?[:=]\s?\\?["']?(?:(?:basic|bearer)\s+)?
    |\bx-amz-(?:signature|credential|security-token)=|://[^\s/@:"]*:(?=[^\s/@"]+@)|\?(?=[\w%.~-]+=))
    (?P<secret>[^\s;,"'@\\]+)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(slots=True)
class RequestNote:
    """What is known of the request at hand: its id, and who asks once that is found out (`camera:ID`, `person:ID`, `token:ID`).

    `address`: where it came from, as the server sees it.
    """

    request_id: str
    who: str = "-"
    address: str | None = None


request_note: ContextVar[RequestNote | None] = ContextVar("request_note", default=None)
"""The request that the running code serves; None outside of requests."""


def configure_logging(level: str, *, as_json: bool) -> None:
    """Send every record of the process to standard error in one form. Called once, by the command line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if as_json else LogfmtFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # They write down each address that is called, whole; the address is the credential of a bot, a webhook, a ping.
    for library in ("httpx", "httpcore"):
        logging.getLogger(library).setLevel(logging.WARNING)


def redact(text: str) -> str:
    """The text without what looks like a credential."""
    lower = text.lower()
    # The expression takes 30 us a line, this look 1 us.
    if not any(word in lower for word in _SUSPICIOUS):
        return text
    return _SECRETS.sub(r"\g<head>***", text)


class LogfmtFormatter(logging.Formatter):
    """`2026-11-22T14:02:11.123456Z warning bus_lost error="connection refused" request=k3v9...`."""

    def format(self, record: logging.LogRecord) -> str:
        event, fields = _parts(record)
        line = f"{_time(record)} {record.levelname.lower()} {event}"
        return redact(line + "".join(f" {name}={_quoted(str(value))}" for name, value in fields.items()))


class JsonFormatter(logging.Formatter):
    """The same as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        event, fields = _parts(record)
        whole = {"time": _time(record), "level": record.levelname.lower(), "event": event}
        # A field never hides one of the three.
        whole |= {name: redact(value) if isinstance(value, str) else value for name, value in fields.items()} | whole
        return json.dumps(whole, ensure_ascii=False)


def _time(record: logging.LogRecord) -> str:
    return to_rfc3339(round(record.created * 1_000_000))


def _parts(record: logging.LogRecord) -> tuple[str, dict[str, Any]]:
    event, fields = _event_of(record)
    note = request_note.get()
    if note is not None:
        fields.setdefault("request", note.request_id)
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        fields["error"] = f"{type(error).__name__}: {error}"
        fields["traceback"] = logging.Formatter().formatException(record.exc_info)
    return event, fields


def _event_of(record: logging.LogRecord) -> tuple[str, dict[str, Any]]:
    """Event and fields of our own records; other libraries' sentences are the field `message` of an event `log`."""
    arguments = record.args if isinstance(record.args, tuple) else ()
    event, names = _template(record.msg) if isinstance(record.msg, str) else ("", ())
    if not event or len(names) != len(arguments):
        return "log", {"logger": record.name, "message": record.getMessage()}
    return event, {name: _value(name, form, value) for (name, form), value in zip(names, arguments, strict=True)}


@lru_cache(maxsize=256)
def _template(message: str) -> tuple[str, Sequence[tuple[str, str]]]:
    """Event and fields (name, format) of a record's text before its values are put in; no event if it is a sentence."""
    found = _EVENT.fullmatch(message)
    return ("", ()) if found is None else (found["event"], _FIELD.findall(found[2]))


def _value(name: str, form: str, value: object) -> object:
    if name in _SECRET_NAMES:
        return "***"
    if not isinstance(value, int | float):
        return form % (value,)
    # Numbers stay numbers, as exact as the code asks for.
    return value if form in {"%s", "%d"} else float(form % value)


def _quoted(value: str) -> str:
    return value if _BARE.fullmatch(value) else json.dumps(value, ensure_ascii=True)
