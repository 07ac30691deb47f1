"""SQL of pairings and of cameras' tokens. Functions of a connection, to be run by `Database.read` or `Database.write`."""

from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from api.models import CameraTokenRecord, PairingRecord, TokenState, camera_tokens, cameras, pairings
from api.models.base import values_of

_MOST_OLD_TOKENS = 20


def insert_pairing(connection: Connection, record: PairingRecord) -> None:
    connection.execute(insert(pairings), values_of(pairings, record))


def find_pairing(connection: Connection, pairing_id: UUID) -> PairingRecord | None:
    row = connection.execute(select(pairings).where(pairings.c.id == pairing_id)).one_or_none()
    return None if row is None else PairingRecord(*row)


def find_pairing_by_code(connection: Connection, code_hash: bytes) -> PairingRecord | None:
    row = connection.execute(select(pairings).where(pairings.c.code_hash == code_hash)).one_or_none()
    return None if row is None else PairingRecord(*row)


def claim_pairing(connection: Connection, pairing_id: UUID, camera_id: UUID, claim_hash: bytes, now: int) -> bool:
    """Whether this is the one claim; of several at once exactly one gets True."""
    claimed = connection.execute(
        update(pairings)
        .where(pairings.c.id == pairing_id, pairings.c.claimed_at.is_(None))
        .values(claimed_at=now, claim_hash=claim_hash, camera_id=camera_id)
    )
    return claimed.rowcount == 1


def count_open_pairings(connection: Connection, now: int, most: int) -> int:
    """How many wait for a camera, counted up to `most`."""
    waiting = select(pairings.c.id).where(pairings.c.claimed_at.is_(None), pairings.c.expires_at > now).limit(most)
    return len(connection.execute(waiting).all())


def delete_pairing(connection: Connection, pairing_id: UUID) -> None:
    connection.execute(delete(pairings).where(pairings.c.id == pairing_id))


def delete_pairings_expired_before(connection: Connection, moment: int) -> None:
    connection.execute(delete(pairings).where(pairings.c.expires_at < moment))


def find_token(connection: Connection, token_hash: bytes) -> CameraTokenRecord | None:
    """A token that is not any camera's current one, but was, or is to become it."""
    row = connection.execute(select(camera_tokens).where(camera_tokens.c.token_hash == token_hash)).one_or_none()
    return None if row is None else CameraTokenRecord(*row)


def set_next_token(connection: Connection, camera_id: UUID, token_hash: bytes, now: int) -> None:
    """One next token a camera: an earlier one that was never used is forgotten."""
    connection.execute(
        delete(camera_tokens).where(
            camera_tokens.c.camera_id == camera_id, camera_tokens.c.state == TokenState.NEXT.value
        )
    )
    _keep(connection, CameraTokenRecord(token_hash, camera_id, TokenState.NEXT.value, now))


def change_current_token(connection: Connection, camera_id: UUID, token_hash: bytes, old: TokenState, now: int) -> bool:
    """Make `token_hash` the camera's current token; what it had goes on being known, as `old`. False: no such camera."""
    before = connection.execute(select(cameras.c.token_hash).where(cameras.c.id == camera_id)).scalar_one_or_none()
    if before is None:
        return False
    connection.execute(delete(camera_tokens).where(camera_tokens.c.token_hash == token_hash))
    if old is TokenState.REPLACED:
        # It has a credential again, so it is not revoked any more; its older tokens stay good for nothing.
        connection.execute(
            update(camera_tokens)
            .where(camera_tokens.c.camera_id == camera_id, camera_tokens.c.state == TokenState.REVOKED.value)
            .values(state=TokenState.REPLACED.value)
        )
    _keep(connection, CameraTokenRecord(before, camera_id, old.value, now))
    connection.execute(update(cameras).where(cameras.c.id == camera_id).values(token_hash=token_hash))
    return True


def promote_next_token(connection: Connection, token_hash: bytes, now: int) -> None:
    """A next token is used for the first time: it becomes the camera's current one. Does nothing for any other token."""
    found = find_token(connection, token_hash)
    if found is not None and found.state == TokenState.NEXT:
        change_current_token(connection, found.camera_id, token_hash, TokenState.REPLACED, now)


def delete_next_token(connection: Connection, camera_id: UUID) -> None:
    connection.execute(
        delete(camera_tokens).where(
            camera_tokens.c.camera_id == camera_id, camera_tokens.c.state == TokenState.NEXT.value
        )
    )


def _keep(connection: Connection, record: CameraTokenRecord) -> None:
    connection.execute(insert(camera_tokens), values_of(camera_tokens, record))
    newest = (
        select(camera_tokens.c.token_hash)
        .where(camera_tokens.c.camera_id == record.camera_id)
        .order_by(camera_tokens.c.changed_at.desc(), camera_tokens.c.token_hash)
        .limit(_MOST_OLD_TOKENS)
    )
    kept = connection.execute(newest).scalars().all()
    if len(kept) == _MOST_OLD_TOKENS:
        connection.execute(
            delete(camera_tokens).where(
                camera_tokens.c.camera_id == record.camera_id, camera_tokens.c.token_hash.not_in(kept)
            )
        )
