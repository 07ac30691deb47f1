"""The server's own certificate: whom it names, who may read its key, and that renewing it does not cost a camera."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from api.settings import Settings
from api.tls import own_identity, pin_of

NOW = datetime(2026, 11, 25, tzinfo=UTC)
NAMES = {"nas", "nas.local", "192.168.1.10", "::1"}


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_it_names_the_machine_and_its_key_is_nobody_else_s(tmp_path: Path) -> None:
    identity = own_identity(tmp_path / "tls", NAMES, NOW)
    made = certificate(identity.certificate_file)
    named = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(named.get_values_for_type(x509.DNSName)) == {"nas", "nas.local"}
    assert {str(each) for each in named.get_values_for_type(x509.IPAddress)} == {"192.168.1.10", "::1"}
    assert identity.pin == pin_of(made)
    made.verify_directly_issued_by(x509.load_pem_x509_certificate(identity.ca_pem.encode()))
    assert made.not_valid_after_utc - NOW < timedelta(days=398), "telephones take no longer one"
    for path in (tmp_path / "tls").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == (0o600 if path.suffix == ".key" else 0o644)
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700


def test_the_same_is_kept_while_it_is_good(tmp_path: Path) -> None:
    first = own_identity(tmp_path, NAMES, NOW)
    assert own_identity(tmp_path, NAMES - {"nas"}, NOW + timedelta(days=300)) == first


@pytest.mark.parametrize(
    ("names", "later"),
    [(NAMES, timedelta(days=350)), (NAMES, timedelta(days=900)), (NAMES | {"10.0.0.1"}, timedelta())],
)
def test_it_is_renewed_under_the_same_authority(tmp_path: Path, names: set[str], later: timedelta) -> None:
    first = own_identity(tmp_path, NAMES, NOW)
    second = own_identity(tmp_path, names, NOW + later)
    assert second.ca_pem == first.ca_pem, "paired cameras rely on it"
    assert second.pin != first.pin
    certificate(second.certificate_file).verify_directly_issued_by(
        x509.load_pem_x509_certificate(first.ca_pem.encode())
    )


@pytest.mark.parametrize("name", ["server.pem", "server.key"])
@pytest.mark.parametrize("damage", [b"", b"rubbish"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, name: str, damage: bytes) -> None:
    first = own_identity(tmp_path, NAMES, NOW)
    (tmp_path / name).write_bytes(damage)
    second = own_identity(tmp_path, NAMES, NOW)
    assert second.ca_pem == first.ca_pem
    assert own_identity(tmp_path, NAMES, NOW) == second


@pytest.mark.parametrize(
    ("settings", "https"),
    [
        ({}, False),
        ({"host": "::1"}, False),
        ({"host": "localhost"}, False),
        ({"host": "0.0.0.0"}, True),
        ({"host": ""}, True),
        ({"host": "192.168.1.10"}, True),
        ({"host": "0.0.0.0", "insecure_http": True}, False),
        ({"host": "0.0.0.0", "trusted_proxies": "10.0.0.0/8"}, False),
        ({"host": "0.0.0.0", "public_url": "https://cam.example.org"}, True),
    ],
)
def test_in_clear_beyond_this_machine_only_when_the_owner_says_so(settings: dict[str, object], https: bool) -> None:
    assert Settings(**settings).serves_tls is https  # type: ignore[arg-type]
