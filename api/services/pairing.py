"""Pairing: an admin gets a code, a new camera claims it once, and has a credential of its own. And how a camera loses one.

A code is 39 random bits for ten minutes, its guesses are counted, and only its hash is kept.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection

from api.broadcast import Change
from api.clock import SECOND, Clock, to_rfc3339
from api.db import Database
from api.db.audit_rows import append_audit
from api.db.camera_rows import CameraOverview
from api.db.pairing_rows import (
    claim_pairing,
    count_open_pairings,
    delete_pairing,
    delete_pairings_expired_before,
    find_pairing,
    find_pairing_by_code,
    insert_pairing,
    set_next_token,
)
from api.errors import Conflict, Forbidden, NotFound
from api.ids import uuid7
from api.models import AuditAction, PairingKind, PairingRecord, Role
from api.schemas import pairing as shapes
from api.services import pairing_words
from api.services.audit import Audit
from api.services.cameras import camera_view, create_camera, hash_token, require_overview
from api.services.changes import camera_change
from api.services.limits import Attempts
from api.services.principal import PersonPrincipal, require_role
from api.services.reach import Reach

LASTS = {PairingKind.TYPED: 600 * SECOND, PairingKind.CARD: 86_400 * SECOND}
_LENGTHS = {PairingKind.TYPED: 8, PairingKind.CARD: 24}
# Without letters and digits that look alike; typed in any case, with or without the hyphen.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_MOST_OPEN = 50
_UNNAMED = "New camera"
_DAY = 86_400 * SECOND


@dataclass(frozen=True, slots=True)
class Claimed:
    """`is_new` is False when this very device asks again."""

    camera: shapes.PairedCamera
    is_new: bool


class Pairing:
    """Use cases of pairing. `secret` is the site's own; nonces of devices become tokens by it."""

    def __init__(self, database: Database, audit: Audit, clock: Clock, secret: bytes) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._secret = hmac.digest(secret, b"tokens of paired cameras", "sha256")
        self._wrong_codes = Attempts("pairing code", "10/minute", "200/10 minutes")
        self._offers = Attempts("pairing offer", "30/10 minutes", "300/10 minutes")

    async def offer(self, new: shapes.NewPairing, person: PersonPrincipal, reach: Reach) -> shapes.PairingOffer:
        """A code for a new device. Raises `Forbidden`, `NotFound` for an unknown camera, `Conflict`, `TooMany`."""
        require_role(person, Role.ADMIN)
        self._offers.check(str(person.user_id))
        self._offers.count(str(person.user_id))
        now, code = self._clock.now(), _new_code(_LENGTHS[new.kind])
        record = PairingRecord(
            uuid7(now), new.kind.value, _hash_code(code), new.name, new.camera_id, now, now + LASTS[new.kind]
        )

        def commit(connection: Connection) -> None:
            delete_pairings_expired_before(connection, now - _DAY)
            if new.camera_id is not None:
                require_overview(connection, new.camera_id, person)
            if count_open_pairings(connection, now, _MOST_OPEN) >= _MOST_OPEN:
                raise Conflict("too_many_pairings", f"{_MOST_OPEN} pairings wait for their cameras: let some expire.")
            insert_pairing(connection, record)

        await self._database.write(commit)
        install = pairing_words.install_command(reach, code)
        return {
            **_view(record),
            "code": code,
            "server": reach.server,
            "pin": reach.pin,
            "reachable": reach.reachable,
            "install_command": install,
            "pair_command": pairing_words.pair_command(reach, code),
            "qr_svg": pairing_words.qr_svg(install),
            "card_file": pairing_words.card_file(reach, code),
            "user_data": pairing_words.user_data(reach, code),
        }

    async def get(self, pairing_id: UUID, person: PersonPrincipal) -> shapes.Pairing:
        """Whether it was claimed, and by which camera. Raises `Forbidden`, `NotFound`."""
        require_role(person, Role.ADMIN)
        return _view(await self._database.read(lambda connection: _require(connection, pairing_id)))

    async def cancel(self, pairing_id: UUID, person: PersonPrincipal) -> None:
        """Its code stops working; a camera that has claimed it stays. Raises `Forbidden`, `NotFound`."""
        require_role(person, Role.ADMIN)

        def commit(connection: Connection) -> None:
            _require(connection, pairing_id)
            delete_pairing(connection, pairing_id)

        await self._database.write(commit)

    async def claim(self, claim: shapes.PairingClaim, caller: str, reach: Reach) -> Claimed:
        """Give the device that knows the code its credential. `caller` is its address.

        Raises `Forbidden` for a code that is wrong, used or expired, without telling which; `TooMany` after many of them.
        """
        self._wrong_codes.check(caller)
        now = self._clock.now()
        nonce = claim.nonce or secrets.token_urlsafe(32)
        entry = self._audit.entry(None, AuditAction.CAMERA_PAIRED)

        def commit(connection: Connection) -> tuple[CameraOverview, str, bool]:
            pairing = find_pairing_by_code(connection, _hash_code(claim.code))
            if pairing is None or pairing.expires_at <= now:
                raise _wrong_code()
            token = self._token(pairing, nonce)
            if pairing.camera_id is not None:
                if pairing.claim_hash != hash_token(token):
                    raise _wrong_code()
                return require_overview(connection, pairing.camera_id), token, False
            camera_id = pairing.replaces_id
            if camera_id is None:
                name = pairing.name or claim.name or _UNNAMED
                camera_id = create_camera(connection, name, now, token=token).camera.id
            else:
                # The old device works until the new one does.
                set_next_token(connection, camera_id, hash_token(token), now)
            if not claim_pairing(connection, pairing.id, camera_id, hash_token(token), now):
                raise _wrong_code()
            camera = require_overview(connection, camera_id)
            details = {"pairing": str(pairing.id), "new_device": pairing.replaces_id is not None}
            named = replace(entry, target=f"camera:{camera_id}", actor_name=camera.camera.name, details=details)
            append_audit(connection, named)
            return camera, token, True

        def announce(done: tuple[CameraOverview, str, bool]) -> list[Change]:
            camera, _, is_new = done
            return [camera_change(camera_view(camera, now), "created")] if is_new else []

        try:
            camera, token, is_new = await self._database.write(commit, announce)
        except Forbidden:
            self._wrong_codes.count(caller)
            raise
        paired: shapes.PairedCamera = {
            "camera_id": camera.camera.id,
            "name": camera.camera.name,
            "token": token,
            "pin": reach.pin,
            "server_ca": reach.ca_pem,
        }
        return Claimed(paired, is_new)

    def _token(self, pairing: PairingRecord, nonce: str) -> str:
        """The same for the same device and pairing, so that a claim may be repeated although only hashes are kept."""
        digest = hmac.digest(self._secret, pairing.id.bytes + pairing.code_hash + nonce.encode(), hashlib.sha256)
        return f"picam_{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def _new_code(length: int) -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(length))
    return "-".join(letters[start : start + 4] for start in range(0, length, 4))


def _hash_code(code: str) -> bytes:
    return hash_token("".join(letter for letter in code.upper() if letter in _ALPHABET))


def _wrong_code() -> Forbidden:
    return Forbidden(
        "wrong_code", "This code is not valid: it works once and not for long. Take a new one from Settings, Cameras."
    )


def _require(connection: Connection, pairing_id: UUID) -> PairingRecord:
    found = find_pairing(connection, pairing_id)
    if found is None:
        raise NotFound("not_found", "There is no pairing with this id: it may have expired.")
    return found


def _view(record: PairingRecord) -> shapes.Pairing:
    return {
        "id": record.id,
        "kind": PairingKind(record.kind),
        "created_at": to_rfc3339(record.created_at),
        "expires_at": to_rfc3339(record.expires_at),
        "claimed_at": None if record.claimed_at is None else to_rfc3339(record.claimed_at),
        "camera_id": record.camera_id,
    }
