"""Passkeys (WebAuthn): adding one's own, and signing in with it. The library is loaded when somebody uses one.

A challenge is made of a random number, its end and a seal with the site's key, so no replica has to remember it; that it
is used once each process sees to.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import struct
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from api.clock import SECOND, Clock, to_rfc3339
from api.db import Database
from api.db.audit_rows import append_audit
from api.db.passkey_rows import (
    count_passkeys,
    delete_passkey,
    find_passkey,
    get_passkey,
    insert_passkey,
    list_passkeys,
    use_passkey,
)
from api.errors import Conflict, Invalid, NotFound, Unauthenticated
from api.ids import uuid7
from api.models import AuditAction, PasskeyRecord
from api.schemas.passkey import Passkey
from api.services.accounts import Accounts, SignedIn
from api.services.audit import Audit
from api.services.principal import PersonPrincipal

MOST_PASSKEYS = 20
_CHALLENGE_LASTS = 300 * SECOND
_LAYOUT = struct.Struct(">16sq")
_SEAL_BYTES = 16
_MOST_USED = 10_000
_LOCAL = {"localhost"}
_PRODUCT = "Pi Security Camera"


@dataclass(frozen=True, slots=True)
class Site:
    """Where the browser thinks it is: a passkey works for this name only."""

    host: str
    origin: str


def site_of(scheme: str, host: str) -> Site:
    """From the scheme and the `Host` header. Raises `Invalid` where browsers have no passkeys."""
    name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
    if scheme != "https" and name not in _LOCAL:
        raise Invalid("passkeys_need_https", "Passkeys work on https and on localhost only: use your password here.")
    return Site(name, f"{scheme}://{host}")


class Passkeys:
    """Use cases of passkeys."""

    def __init__(self, database: Database, accounts: Accounts, audit: Audit, clock: Clock, key: bytes) -> None:
        self._database = database
        self._accounts = accounts
        self._audit = audit
        self._clock = clock
        self._key = key
        self._used: OrderedDict[bytes, None] = OrderedDict()

    async def registration_options(self, person: PersonPrincipal, site: Site) -> dict[str, Any]:
        """What `navigator.credentials.create` takes."""
        import webauthn
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            PublicKeyCredentialDescriptor,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        known = await self._database.read(lambda connection: list_passkeys(connection, person.user_id))
        options = webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name=_PRODUCT,
            user_name=person.name,
            user_id=person.user_id.bytes,
            challenge=self._challenge(person.user_id.bytes),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
        )
        return _plain(webauthn.options_to_json(options))

    async def add(self, name: str, credential: dict[str, Any], person: PersonPrincipal, site: Site) -> Passkey:
        """Keep a new passkey. Raises `Invalid` for an answer that is not genuine, `Conflict`."""
        import webauthn
        from webauthn.helpers.exceptions import WebAuthnException

        challenge = self._use_challenge(credential, person.user_id.bytes)
        try:
            verified = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
            # The library's parsers let plain errors through for what is no credential at all.
            raise _refused() from error
        now = self._clock.now()
        record = PasskeyRecord(
            uuid7(now),
            person.user_id,
            name,
            verified.credential_id,
            verified.credential_public_key,
            verified.sign_count,
            now,
            None,
        )
        entry = self._audit.entry(person, AuditAction.PASSKEY_ADDED, f"passkey:{record.id}", passkey=name)

        def commit(connection: Connection) -> None:
            if count_passkeys(connection, person.user_id) >= MOST_PASSKEYS:
                raise Conflict("too_many_passkeys", f"You have {MOST_PASSKEYS} passkeys: remove one first.")
            if find_passkey(connection, record.credential_id) is not None:
                raise Conflict("conflict", "This passkey is known already.")
            insert_passkey(connection, record)
            append_audit(connection, entry)

        await self._database.write(commit)
        return _view(record)

    async def list(self, person: PersonPrincipal) -> list[Passkey]:
        """One's own."""
        found = await self._database.read(lambda connection: list_passkeys(connection, person.user_id))
        return [_view(record) for record in found]

    async def remove(self, passkey_id: UUID, person: PersonPrincipal) -> None:
        """Raises `NotFound`, also for somebody else's."""
        entry = self._audit.entry(person, AuditAction.PASSKEY_REMOVED, f"passkey:{passkey_id}")

        def commit(connection: Connection) -> None:
            record = get_passkey(connection, passkey_id)
            if record is None or record.user_id != person.user_id:
                raise NotFound("not_found", "There is no passkey with this id: it may have been removed already.")
            delete_passkey(connection, passkey_id)
            append_audit(connection, entry)

        await self._database.write(commit)

    def sign_in_options(self, site: Site) -> dict[str, Any]:
        """What `navigator.credentials.get` takes; the browser itself knows whose passkeys it has."""
        import webauthn
        from webauthn.helpers.structs import UserVerificationRequirement

        options = webauthn.generate_authentication_options(
            rp_id=site.host,
            challenge=self._challenge(b""),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return _plain(webauthn.options_to_json(options))

    async def sign_in(self, credential: dict[str, Any], site: Site, user_agent: str | None) -> SignedIn:
        """Raises `Unauthenticated` for a passkey that is not known or an answer that is not genuine."""
        import webauthn
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            challenge = self._use_challenge(credential, b"")
            credential_id = _bytes_of(credential.get("id"))
        except Invalid as error:
            raise _unknown() from error
        found = await self._database.read(lambda connection: find_passkey(connection, credential_id))
        if found is None or found[1].removed_at is not None:
            raise _unknown()
        record, user = found
        try:
            verified = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=record.public_key,
                credential_current_sign_count=record.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
            # The library's parsers let plain errors through for what is no credential at all.
            raise _unknown() from error
        now = self._clock.now()
        await self._database.write(lambda connection: use_passkey(connection, record.id, verified.new_sign_count, now))
        return await self._accounts.begin_session(user, user_agent, how="passkey")

    def _challenge(self, purpose: bytes) -> bytes:
        body = _LAYOUT.pack(secrets.token_bytes(16), self._clock.now() + _CHALLENGE_LASTS)
        return body + self._seal(body, purpose)

    def _use_challenge(self, credential: dict[str, Any], purpose: bytes) -> bytes:
        """The challenge that the browser answered, if it is one of ours that nobody has answered yet. Raises `Invalid`."""
        response = credential.get("response")
        stated = response.get("clientDataJSON") if isinstance(response, dict) else None
        try:
            client_data = json.loads(_bytes_of(stated))
            challenge = _bytes_of(client_data["challenge"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise _refused() from error
        body, seal = challenge[: _LAYOUT.size], challenge[_LAYOUT.size :]
        if len(body) != _LAYOUT.size or not hmac.compare_digest(seal, self._seal(body, purpose)):
            raise _refused()
        if _LAYOUT.unpack(body)[1] < self._clock.now() or body in self._used:
            raise _refused()
        self._used[body] = None
        while len(self._used) > _MOST_USED:
            self._used.popitem(last=False)
        return challenge

    def _seal(self, body: bytes, purpose: bytes) -> bytes:
        return hmac.digest(self._key, b"passkey" + purpose + body, hashlib.sha256)[:_SEAL_BYTES]


def _plain(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def _bytes_of(text: object) -> bytes:
    if not isinstance(text, str):
        raise _refused()
    try:
        return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error) as error:
        raise _refused() from error


def _refused() -> Invalid:
    return Invalid("passkey_refused", "The passkey's answer does not fit: start again from the page.")


def _unknown() -> Unauthenticated:
    return Unauthenticated("unknown_passkey", "This passkey is not known here: sign in with your password.")


def _view(record: PasskeyRecord) -> Passkey:
    return {
        "id": record.id,
        "name": record.name,
        "created_at": to_rfc3339(record.created_at),
        "last_used_at": None if record.last_used_at is None else to_rfc3339(record.last_used_at),
    }
