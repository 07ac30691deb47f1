"""`camera_client pair`: with a code that the server's page shows, this machine becomes one of its cameras.

The code is sent only to the server whose key has the pin that stands beside it. What comes back (token, the server's own
authority) is written so that a power cut leaves the old or the new, and the token so that nobody else can read it.
"""

import re
import secrets
import socket
import ssl
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path

import httpx

from auxiliary import wire
from auxiliary.delivery import Outcome, Verdict, judge, judge_failure
from auxiliary.paired_files import PairedFiles
from auxiliary.trust import certificate_of, pin_of, trust_certificate

_TRIES = 5
_PAUSE_SECONDS = 3.0
_TIMEOUT_SECONDS = 15.0
_PIN = re.compile(r"sha256//[A-Za-z0-9+/]{43}=")
_HERE = {"localhost", "127.0.0.1", "::1"}
_Say = Callable[[str], None]


class Exit(IntEnum):
    """What the shell is told."""

    PAIRED = 0
    REFUSED = 1  # by the server, or by us: trying again does not help
    USAGE = 2
    UNREACHABLE = 3  # may help later


@dataclass(frozen=True, slots=True)
class Invitation:
    """What stands on the server's page. `pin` is None where the server has a public certificate, or none."""

    server: str
    code: str
    pin: str | None = None
    in_clear: bool = False


class PairingError(Exception):
    """Why this machine is not paired; the message is for a person."""

    def __init__(self, sentence: str, code: Exit = Exit.REFUSED) -> None:
        super().__init__(sentence)
        self.code = code


def run_pairing(invitation: Invitation, files: PairedFiles, name: str | None = None, say: _Say = print) -> Exit:
    """Pair, and say what was done and what is next."""
    try:
        _check(invitation)
        files.check()
        paired = _claim(invitation, name or socket.gethostname(), say)
        files.write(invitation.server, paired)
    except PairingError as error:
        say(str(error))
        return error.code
    except OSError as error:
        say(
            f"{error.filename or 'A file'} cannot be written: {error.strerror}. Run this as root: sudo picam-agent pair ..."
        )
        return Exit.REFUSED
    say(f"Paired: this camera is {paired['name']!r} on {invitation.server}.")
    say(f"Wrote {files.token} (its credential, for nobody else to read) and {files.config} (its settings).")
    return Exit.PAIRED


def run_card(card: Path, files: PairedFiles, say: _Say = print) -> Exit:
    """Pair with a file from the boot partition. It is removed once it was used, or can never be: then a text says why."""
    said: list[str] = []

    def note(sentence: str) -> None:
        said.append(sentence)
        say(sentence)

    try:
        result = run_pairing(read_card(card), files, say=note)
    except PairingError as error:
        note(str(error))
        result = error.code
    if result is not Exit.UNREACHABLE:
        card.unlink(missing_ok=True)
        card.with_suffix(".txt").write_text("\n".join([*said, ""]), encoding="utf-8")
    return result


def read_card(card: Path) -> Invitation:
    """`server`, `code` and `pin` of a settings file. Raises PairingError."""
    try:
        content = tomllib.loads(card.read_text(encoding="utf-8"))
        known = {"server": "", "code": "", "pin": None, "in_clear": False}
        return replace(Invitation("", ""), **{name: content.get(name, usual) for name, usual in known.items()})  # type: ignore[arg-type]
    except (OSError, ValueError) as error:
        raise PairingError(f"{card} cannot be read: {error}") from error


def _check(invitation: Invitation) -> None:
    try:
        url = httpx.URL(str(invitation.server))
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise PairingError("--server must be an address like https://192.168.1.10:8000.", Exit.USAGE)
    if not str(invitation.code).strip():
        raise PairingError("The code is missing: Settings, Cameras, Add a camera shows one.", Exit.USAGE)
    if invitation.pin is not None and not _PIN.fullmatch(str(invitation.pin)):
        raise PairingError("--pin must be copied whole: sha256// and 44 characters.", Exit.USAGE)
    if url.scheme == "http" and invitation.pin is not None:
        raise PairingError(
            "A pin belongs to an https address. Somebody may have changed it: take the whole line again."
        )
    if url.scheme == "http" and url.host not in _HERE and not invitation.in_clear:
        raise PairingError(
            "Over plain http everybody in between could read this camera's credential and pictures. If that is what you want, "
            "add --in-clear; otherwise give the server https (its guide: Reaching it from outside)."
        )


def _claim(invitation: Invitation, name: str, say: _Say) -> dict[str, str]:
    """Ask until there is an answer. The nonce makes asking again harmless."""
    request = wire.claim(invitation.code, _printable(name), secrets.token_urlsafe(32))
    for left in reversed(range(_TRIES)):
        outcome = _ask(invitation, request)
        if outcome.verdict is Verdict.DELIVERED:
            return _paired(outcome)
        if outcome.verdict not in (Verdict.UNREACHABLE, Verdict.FAILED, Verdict.BUSY):
            raise PairingError(outcome.reason)
        if not left or outcome.wait_seconds is not None:
            raise PairingError(f"{invitation.server} cannot be asked just now: {outcome.reason}", Exit.UNREACHABLE)
        say(f"{invitation.server} does not answer ({outcome.reason}), trying again ...")
        time.sleep(_PAUSE_SECONDS)
    raise AssertionError("unreachable")


def _ask(invitation: Invitation, request: wire.Request) -> Outcome:
    try:
        with httpx.Client(verify=_trust(invitation), timeout=_TIMEOUT_SECONDS, follow_redirects=False) as client:
            return judge(client.request(request.method, f"{invitation.server}{request.path}", json=request.body), None)
    except httpx.HTTPError as error:
        return judge_failure(error)
    except OSError as error:
        return Outcome(Verdict.UNREACHABLE, error.strerror or str(error))


def _trust(invitation: Invitation) -> ssl.SSLContext | bool:
    """Whom to send the code to. Raises PairingError for another than the pin names, OSError when nobody answers."""
    if invitation.pin is None:
        return True
    url = httpx.URL(invitation.server)
    certificate = certificate_of(url.host, url.port or 443, _TIMEOUT_SECONDS)
    try:
        found = pin_of(certificate)
    except ValueError:
        found = ""
    if found != invitation.pin:
        raise PairingError(
            f"{invitation.server} is not the server that showed this code: its key is another ({found}). Nothing was sent to it. "
            "Take the line from the page again; if that does not help, something between here and there pretends to be it."
        )
    return trust_certificate(certificate)


def _paired(outcome: Outcome) -> dict[str, str]:
    body = {name: str(outcome.body[name]) for name in ("name", "token", "server_ca") if outcome.body.get(name)}
    if not {"name", "token"} <= body.keys():
        raise PairingError("What answered is no camera server.")
    return body


def _printable(name: str) -> str | None:
    return name[:80] if name and name.isprintable() else None
