"""The server's own certificate, for networks in which nobody else vouches for it: an authority of its own, made at the first
start, signs it. Cameras learn that authority when they are paired and trust no other.

Files in the folder `tls` of the data directory, keys 0600: `ca.pem` and `ca.key` (kept for ever: paired cameras rely on them),
`server.pem` and `server.key` (made anew before they run out, and when the machine gets other addresses).
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CA_LASTS = timedelta(days=365 * 25)
# Browsers and telephones take certificates of at most 825 days, public ones of 398.
_SERVER_LASTS = timedelta(days=397)
_RENEW_BEFORE = timedelta(days=60)
# A Pi that starts without a clock believes to live a little before the server.
_VALID_SINCE = timedelta(days=2)
_NAME = "Pi Security Camera"


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """What TLS needs, and by what a camera knows the server: `pin` before it was paired, `ca_pem` afterwards."""

    certificate_file: Path
    key_file: Path
    ca_pem: str
    pin: str
    expires_at: datetime

    def is_due(self, now: datetime) -> bool:
        """Whether it should be made anew."""
        return self.expires_at - now < _RENEW_BEFORE


def own_identity(directory: Path, names: Collection[str], now: datetime) -> ServerIdentity:
    """The identity kept in `directory`, made or renewed where needed so that it names all of `names` (DNS names and
    addresses). Raises OSError, or ValueError when a file there is no certificate or key."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    ca_file, ca_key_file = directory / "ca.pem", directory / "ca.key"
    certificate_file, key_file = directory / "server.pem", directory / "server.key"
    if not (ca_file.exists() and ca_key_file.exists()):
        ca_key = ec.generate_private_key(ec.SECP256R1())
        _write(ca_key_file, _key_pem(ca_key), 0o600)
        _write(ca_file, _pem(_make_authority(ca_key, now)), 0o644)
    ca = x509.load_pem_x509_certificate(ca_file.read_bytes())
    current = _current(certificate_file, key_file, ca)
    if current is None or not _is_good(current, names, now):
        ca_key = _load_key(ca_key_file)
        key = ec.generate_private_key(ec.SECP256R1())
        current = _make_certificate(key, ca, ca_key, names, now)
        _write(key_file, _key_pem(key), 0o600)
        _write(certificate_file, _pem(current) + _pem(ca), 0o644)
    return ServerIdentity(certificate_file, key_file, _pem(ca).decode(), pin_of(current), current.not_valid_after_utc)


def pin_of(certificate: x509.Certificate) -> str:
    """As curl's `--pinnedpubkey` takes it."""
    key = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return f"sha256//{base64.b64encode(hashlib.sha256(key).digest()).decode()}"


def _current(certificate_file: Path, key_file: Path, ca: x509.Certificate) -> x509.Certificate | None:
    """The certificate in use, unless a power cut came between it and its key, or it is of another authority."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        certificate.verify_directly_issued_by(ca)
        if _load_key(key_file).public_key() != certificate.public_key():
            return None
    except Exception:  # noqa: BLE001 - whatever is wrong with it, a new one is made
        return None
    return certificate


def _is_good(certificate: x509.Certificate, names: Collection[str], now: datetime) -> bool:
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(_general_names(names)) <= set(named) and certificate.not_valid_after_utc - now >= _RENEW_BEFORE


def _make_authority(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    # Named by chance, so that a browser that trusts two servers never takes one's authority for the other's.
    name = _name(f"{_NAME} authority {secrets.token_hex(4)}")
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    return (
        _builder(name, name, key, now, _CA_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _make_certificate(
    key: ec.EllipticCurvePrivateKey,
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    names: Collection[str],
    now: datetime,
) -> x509.Certificate:
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    return (
        _builder(_name(_NAME), ca.subject, key, now, _SERVER_LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_general_names(names)), critical=False)
        .add_extension(issuer_key, critical=False)
        .sign(ca_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - _VALID_SINCE)
        .not_valid_after(now.astimezone(UTC) + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_names(names: Collection[str]) -> list[x509.GeneralName]:
    made: list[x509.GeneralName] = []
    for name in sorted(names):
        try:
            made.append(x509.IPAddress(ip_address(name)))
        except ValueError:
            with suppress(ValueError):  # a host name that no certificate can carry
                made.append(x509.DNSName(name))
    return made


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} holds another kind of key than this server makes")
    return key


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, data: bytes, mode: int) -> None:
    """Replace the file as a whole; nobody else can read it in between, nor after a power cut is half of it there."""
    new = path.with_suffix(f"{path.suffix}.new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
