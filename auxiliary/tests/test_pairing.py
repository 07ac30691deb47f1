"""Pairing on the camera's side: to whom a code is sent, what is written, and what is said. TLS is real, on this machine.

T17, TLS: whoever stands in between, with whatever certificate, gets neither the code nor the token.
"""

import datetime
import http.server
import json
import ssl
import stat
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from auxiliary import pairing
from auxiliary.agent import make_client
from auxiliary.paired_files import PairedFiles, with_settings
from auxiliary.pairing import Exit, Invitation, run_card, run_pairing
from auxiliary.settings import SettingsError, load_settings
from auxiliary.trust import pin_of, trust

LONG_AGO = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)


class Identity:
    """An authority and a server's certificate of it, both long expired: a Pi without a clock cannot tell."""

    def __init__(self, folder: Path, key: Any = None) -> None:
        folder.mkdir()
        ca_key, key = ec.generate_private_key(ec.SECP256R1()), key or ec.generate_private_key(ec.SECP256R1())
        ca = self._sign("authority", ca_key, "authority", ca_key, ca=True)
        self.certificate = self._sign("server", key, "authority", ca_key, ca=False)
        self.ca_file, self.chain, self.key = folder / "ca.pem", folder / "server.pem", folder / "server.key"
        self.ca_file.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
        self.chain.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM) + self.ca_file.read_bytes())
        self.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self.der = self.certificate.public_bytes(serialization.Encoding.DER)
        self.pin = pin_of(self.der)

    @staticmethod
    def _sign(name: str, key: Any, issuer: str, issuer_key: Any, *, ca: bool) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(LONG_AGO)
            .not_valid_after(LONG_AGO + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(issuer_key, hashes.SHA256())
        )


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers like the server; `heard` is everything that reached it in clear."""

    heard: ClassVar[list[str]] = []
    answer: ClassVar[tuple[int, dict[str, Any]]] = (201, {})

    def do_POST(self) -> None:
        self.heard.append(self.rfile.read(int(self.headers["content-length"])).decode())
        self._answer()

    def do_GET(self) -> None:
        self.heard.append(str(self.headers["authorization"]))
        self._answer()

    def _answer(self) -> None:
        status, body = self.answer
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(identity: Identity) -> Iterator[str]:
    Handler.heard = []
    ca_pem = identity.ca_file.read_text()
    Handler.answer = (201, {"camera_id": "x", "name": "Porch", "token": "picam_secret", "server_ca": ca_pem})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.chain, identity.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return Identity(tmp_path_factory.mktemp("ours") / "tls")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return Identity(tmp_path_factory.mktemp("theirs") / "tls")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "_PAUSE_SECONDS", 0.01)


@pytest.fixture
def files(tmp_path: Path) -> PairedFiles:
    return PairedFiles.beside(tmp_path / "etc" / "camera.toml")


def test_paired_with_the_server_that_the_pin_names(ours: Identity, files: PairedFiles) -> None:
    said: list[str] = []
    with serving(ours) as url:
        assert run_pairing(Invitation(url, "7GK2-M9RT", ours.pin), files, "pi", said.append) is Exit.PAIRED
        assert json.loads(Handler.heard[0])["code"] == "7GK2-M9RT"
        assert json.loads(Handler.heard[0])["name"] == "pi"
    assert files.token.read_text() == "picam_secret\n"
    assert stat.S_IMODE(files.token.stat().st_mode) == 0o600
    settings = load_settings({}, files.config)
    assert (settings.server, settings.bearer_token()) == (url, "picam_secret")
    assert settings.server_ca == files.server_ca
    assert any("Porch" in sentence for sentence in said)
    assert not any("picam_secret" in sentence for sentence in said)


def test_another_s_certificate_gets_no_code(ours: Identity, theirs: Identity, files: PairedFiles) -> None:
    said: list[str] = []
    with serving(theirs) as url:
        assert run_pairing(Invitation(url, "7GK2-M9RT", ours.pin), files, None, said.append) is Exit.REFUSED
    assert "Nothing was sent" in said[-1]
    assert Handler.heard == []
    assert not files.token.exists()


def test_without_a_pin_an_unknown_certificate_gets_no_code(theirs: Identity, files: PairedFiles) -> None:
    with serving(theirs) as url:
        assert run_pairing(Invitation(url, "7GK2-M9RT"), files, None, lambda _: None) is not Exit.PAIRED
    assert Handler.heard == []


@pytest.mark.parametrize(
    ("server", "pin"), [("http://192.168.1.10:8000", None), ("http://127.0.0.1:1", "sha256//" + "A" * 43 + "=")]
)
def test_an_address_that_was_made_plain_http_gets_no_code(server: str, pin: str | None, files: PairedFiles) -> None:
    said: list[str] = []
    assert run_pairing(Invitation(server, "7GK2-M9RT", pin), files, None, said.append) is Exit.REFUSED
    assert "http" in said[-1]


async def test_the_agent_sends_its_token_to_no_other_server(ours: Identity, theirs: Identity) -> None:
    with serving(theirs) as url:
        async with make_client(url, "picam_secret", trust(ours.ca_file)) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get("/cameras/self")
        assert Handler.heard == []
    with serving(ours) as url:
        async with make_client(url, "picam_secret", trust(ours.ca_file)) as client:
            await client.get("/cameras/self")
        assert Handler.heard == ["Bearer picam_secret"]


async def test_the_agent_believes_no_certificate_that_nobody_vouches_for(theirs: Identity) -> None:
    with serving(theirs) as url:
        async with make_client(url, "picam_secret") as client:
            with pytest.raises(httpx.ConnectError):
                await client.get("/cameras/self")
    assert Handler.heard == []


def test_a_pinned_server_is_never_asked_in_clear(ours: Identity) -> None:
    with pytest.raises(SettingsError, match="https"):
        load_settings({"server": "http://192.168.1.10:8000", "server_ca": ours.ca_file})


def test_refused_by_the_server_is_said_in_its_words(ours: Identity, files: PairedFiles) -> None:
    said: list[str] = []
    with serving(ours) as url:
        Handler.answer = (403, {"code": "wrong_code", "detail": "This code is not valid."})
        assert run_pairing(Invitation(url, "7GK2-M9RT", ours.pin), files, None, said.append) is Exit.REFUSED
    assert said == ["This code is not valid."]
    assert not files.token.exists()


def card(folder: Path, **content: str) -> Path:
    path = folder / "picam-pairing.toml"
    path.write_text("".join(f'{name} = "{value}"\n' for name, value in content.items()))
    return path


def test_a_file_on_the_card_is_used_once_and_removed(ours: Identity, files: PairedFiles, tmp_path: Path) -> None:
    with serving(ours) as url:
        path = card(tmp_path, server=url, code="7GK2-M9RT", pin=ours.pin)
        assert run_card(path, files, lambda _: None) is Exit.PAIRED
    assert not path.exists()
    assert "Paired" in path.with_suffix(".txt").read_text()


def test_a_card_waits_for_a_server_that_is_away(ours: Identity, files: PairedFiles, tmp_path: Path) -> None:
    path = card(tmp_path, server="https://127.0.0.1:1", code="7GK2-M9RT", pin=ours.pin)
    assert run_card(path, files, lambda _: None) is Exit.UNREACHABLE
    assert path.exists()


@pytest.mark.parametrize("text", ["no toml", 'server = "nonsense"\ncode = "x"\n', ""])
def test_a_card_that_can_never_work_says_why(files: PairedFiles, tmp_path: Path, text: str) -> None:
    path = tmp_path / "picam-pairing.toml"
    path.write_text(text)
    assert run_card(path, files, lambda _: None) in {Exit.REFUSED, Exit.USAGE}
    assert not path.exists()
    assert path.with_suffix(".txt").read_text()


@pytest.mark.parametrize("key", [None, rsa.generate_private_key(65537, 2048)])
def test_the_pin_is_that_of_the_public_key(tmp_path: Path, key: Any) -> None:
    import base64
    import hashlib

    identity = Identity(tmp_path / "tls", key)
    public = identity.certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert identity.pin == f"sha256//{base64.b64encode(hashlib.sha256(public).digest()).decode()}"


@pytest.mark.parametrize(
    "der", [b"", b"\x30", b"\x30\x82", b"\x30\x00", b"no certificate at all", b"\x30\x84\xff\xff\xff\xff" * 9]
)
def test_what_is_no_certificate_has_no_pin(der: bytes) -> None:
    with pytest.raises(ValueError, match="no certificate"):
        pin_of(der)


@pytest.mark.parametrize(
    "before",
    [
        "",
        '# a comment\n# server = "http://x"\n# source = "picamera"\n',
        'server = "http://old"\nsensor = "pir:GPIO17"\n',
        "masks = [\n  [[0, 0], [1, 0], [1, 1]],\n]\n",
        'sensor = "none"\n[other]\nserver = "not ours"\n',
    ],
)
def test_settings_are_changed_and_the_rest_is_left_alone(before: str) -> None:
    after = with_settings(before, {"server": "https://[::1]:8000", "token_file": "/etc/a b/token", "server_ca": None})
    assert tomllib.loads(after) == {
        **tomllib.loads(before),
        "server": "https://[::1]:8000",
        "token_file": "/etc/a b/token",
    }
    assert with_settings(after, {"server": None}).count("https://") == 0
