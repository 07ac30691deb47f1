"""Encryption of what the server must be able to read again: addresses and passwords of channels, the push key.

The key is a file that is not in the database, so a stolen copy of the database gives none of them away.
"""

import base64
import binascii
import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_KEY_BYTES = 32


class SecretBox:
    """Encrypts with the first key of the file, reads with all of them: a new key is put in front of the old ones."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def close(self, values: dict[str, Any]) -> bytes:
        """JSON values as an encrypted text."""
        return self._fernet.encrypt(orjson.dumps(values))

    def open(self, sealed: bytes) -> dict[str, Any]:
        """What was closed. Raises `ValueError` when it was closed with a key that is not in the file."""
        from cryptography.fernet import InvalidToken

        try:
            opened: dict[str, Any] = orjson.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise ValueError("they were encrypted with another key than that of PICAM_SECRET_KEY_FILE") from error
        return opened

    @cached_property
    def _fernet(self) -> "MultiFernet":
        # Imported when there is something to encrypt: a server that tells nobody does without.
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(key) for key in _keys_of(self._file)])


def open_secret_box(file: Path) -> SecretBox:
    """The box with the file's keys, one a line. A file that is not there is made when there is something to encrypt,
    readable by its owner alone.

    Raises OSError; ValueError when a line is no key.
    """
    if file.exists():
        _keys_of(file)
    return SecretBox(file)


def _keys_of(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="ascii")
    except FileNotFoundError:
        text = _made(file)
    keys = [line.strip() for line in text.splitlines() if line.strip()]
    if not keys or not all(_is_key(key) for key in keys):
        raise ValueError(f"{file} must hold one key a line, each 32 bytes in base64url")
    return keys


def _is_key(text: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def _made(file: Path) -> str:
    key = base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was quicker
        return file.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(key + "\n")
        out.flush()
        os.fsync(out.fileno())
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return key
