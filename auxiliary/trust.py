"""Which server is ours, where no public authority says so: by its pin while we are paired, by its own authority ever after.

The clock plays no part: a Pi starts without one, and in a network without time servers stays without. So a certificate of our
own server's authority is good whatever it says about its dates; nobody else can have one made.
"""

import base64
import hashlib
import socket
import ssl
from pathlib import Path

_NO_CHECK_TIME = 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python has no name for
_SEQUENCE, _VERSION = 0x30, 0xA0
_BEFORE_KEY = 5  # serial number, algorithm, issuer, validity, subject
_LONG_FORM = 0x80


class TrustError(Exception):
    """The authority's file cannot be read; the message says why."""


def trust(server_ca: Path | None) -> ssl.SSLContext | None:
    """Trust the servers of this authority and no others, under whatever address; None: the public ones, by name.

    Raises TrustError.
    """
    if server_ca is None:
        return None
    context = _context()
    try:
        context.load_verify_locations(cafile=str(server_ca))
    except OSError as error:  # ssl.SSLError is one
        reason = error.strerror or "it holds no certificate"
        raise TrustError(f"The server's certificate {server_ca} cannot be read: {reason}.") from error
    return context


def trust_certificate(der: bytes) -> ssl.SSLContext:
    """Trust the owner of exactly this certificate."""
    context = _context()
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=der)
    return context


def certificate_of(host: str, port: int, timeout_seconds: float) -> bytes:
    """The certificate (DER) of whoever answers there; that it is ours is for the caller to find out. Raises OSError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((host, port), timeout_seconds) as connection,
        context.wrap_socket(connection, server_hostname=host) as encrypted,
    ):
        return encrypted.getpeercert(binary_form=True) or b""


def pin_of(der: bytes) -> str:
    """`sha256//...` of the certificate's public key, as curl's `--pinnedpubkey` has it. Raises ValueError for no certificate."""
    try:
        whole, _ = _value(der, 0)
        body, _ = _value(der, whole)
        at = _end(der, body) if der[body] == _VERSION else body
        for _ in range(_BEFORE_KEY):
            at = _end(der, at)
        if der[at] != _SEQUENCE:
            raise ValueError("this is no certificate")
        key = der[at : _end(der, at)]
    except IndexError:
        raise ValueError("this is no certificate") from None
    return f"sha256//{base64.b64encode(hashlib.sha256(key).digest()).decode()}"


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # The authority signs for one server alone, whose address may change; so the name adds nothing.
    context.check_hostname = False
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    return context


def _value(der: bytes, at: int) -> tuple[int, int]:
    """Where the value of the element at `at` begins and ends."""
    length, begin = der[at + 1], at + 2
    if length & _LONG_FORM:
        count = length & ~_LONG_FORM
        length = int.from_bytes(der[begin : begin + count], "big")
        begin += count
    return begin, begin + length


def _end(der: bytes, at: int) -> int:
    return _value(der, at)[1]
