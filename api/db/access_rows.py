"""SQL of invitations, scripts' tokens and share links. Functions of a connection, for `Database.read` or `write`."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update

from api.models import (
    InvitationRecord,
    ShareRecord,
    TokenRecord,
    UserRecord,
    invitations,
    shares,
    tokens,
    users,
)
from api.models.base import values_of

MOST_LISTED = 500
"""How many of each one person, or one site, may have: lists of them need no pages."""
_INVITATION_COLUMNS = len(invitations.columns)
_TOKEN_COLUMNS = len(tokens.columns)
_SHARE_COLUMNS = len(shares.columns)


def insert_invitation(connection: Connection, record: InvitationRecord) -> None:
    connection.execute(insert(invitations), values_of(invitations, record))


def find_invitation(connection: Connection, token_hash: bytes) -> tuple[InvitationRecord, UserRecord] | None:
    """The invitation and who made it."""
    query = select(invitations, users).join(users, users.c.id == invitations.c.created_by)
    row = connection.execute(query.where(invitations.c.token_hash == token_hash)).one_or_none()
    if row is None:
        return None
    return InvitationRecord(*row[:_INVITATION_COLUMNS]), UserRecord(*row[_INVITATION_COLUMNS:])


def list_invitations(connection: Connection, now: int) -> list[InvitationRecord]:
    """Those that can still be used, newest first."""
    query = select(invitations).where(invitations.c.expires_at > now).order_by(invitations.c.created_at.desc())
    return [InvitationRecord(*row) for row in connection.execute(query.limit(MOST_LISTED))]


def delete_invitation(connection: Connection, invitation_id: UUID) -> bool:
    """Whether there was one. Of two at once one gets True."""
    return connection.execute(delete(invitations).where(invitations.c.id == invitation_id)).rowcount == 1


def delete_expired_invitations(connection: Connection, now: int) -> None:
    connection.execute(delete(invitations).where(invitations.c.expires_at <= now))


def insert_token(connection: Connection, record: TokenRecord) -> None:
    connection.execute(insert(tokens), values_of(tokens, record))


def find_tokens(connection: Connection, token_hashes: Collection[bytes]) -> list[tuple[TokenRecord, UserRecord]]:
    """Those of these tokens that there are, expired or not, each with its person. At most 500 at once."""
    query = select(tokens, users).join(users, users.c.id == tokens.c.user_id)
    found = connection.execute(query.where(tokens.c.token_hash.in_(list(token_hashes)[:500])))
    return [(TokenRecord(*row[:_TOKEN_COLUMNS]), UserRecord(*row[_TOKEN_COLUMNS:])) for row in found]


def touch_tokens(connection: Connection, token_hashes: Collection[bytes], at: int) -> None:
    connection.execute(update(tokens).where(tokens.c.token_hash.in_(list(token_hashes))).values(last_used_at=at))


def list_tokens(connection: Connection, user_id: UUID | None) -> list[tuple[TokenRecord, UserRecord]]:
    """One person's, or with None everybody's, newest first, each with its person."""
    query = select(tokens, users).join(users, users.c.id == tokens.c.user_id).order_by(tokens.c.created_at.desc())
    if user_id is not None:
        query = query.where(tokens.c.user_id == user_id)
    found = connection.execute(query.limit(MOST_LISTED))
    return [(TokenRecord(*row[:_TOKEN_COLUMNS]), UserRecord(*row[_TOKEN_COLUMNS:])) for row in found]


def get_token(connection: Connection, token_id: UUID) -> TokenRecord | None:
    row = connection.execute(select(tokens).where(tokens.c.id == token_id)).one_or_none()
    return None if row is None else TokenRecord(*row)


def count_tokens(connection: Connection, user_id: UUID) -> int:
    return connection.execute(select(func.count()).where(tokens.c.user_id == user_id)).scalar_one()


def delete_token(connection: Connection, token_id: UUID) -> None:
    connection.execute(delete(tokens).where(tokens.c.id == token_id))


def insert_share(connection: Connection, record: ShareRecord) -> None:
    connection.execute(insert(shares), values_of(shares, record))


def find_share(connection: Connection, token_hash: bytes) -> tuple[ShareRecord, UserRecord] | None:
    """The link and who made it."""
    query = select(shares, users).join(users, users.c.id == shares.c.user_id)
    row = connection.execute(query.where(shares.c.token_hash == token_hash)).one_or_none()
    return None if row is None else (ShareRecord(*row[:_SHARE_COLUMNS]), UserRecord(*row[_SHARE_COLUMNS:]))


def list_shares(connection: Connection, user_id: UUID | None, now: int) -> list[tuple[ShareRecord, UserRecord]]:
    """One person's, or with None everybody's, that have not expired; newest first, each with its person."""
    query = select(shares, users).join(users, users.c.id == shares.c.user_id).where(shares.c.expires_at > now)
    if user_id is not None:
        query = query.where(shares.c.user_id == user_id)
    found = connection.execute(query.order_by(shares.c.created_at.desc()).limit(MOST_LISTED))
    return [(ShareRecord(*row[:_SHARE_COLUMNS]), UserRecord(*row[_SHARE_COLUMNS:])) for row in found]


def get_share(connection: Connection, share_id: UUID) -> ShareRecord | None:
    row = connection.execute(select(shares).where(shares.c.id == share_id)).one_or_none()
    return None if row is None else ShareRecord(*row)


def count_shares(connection: Connection, user_id: UUID, now: int) -> int:
    query = select(func.count()).where(shares.c.user_id == user_id, shares.c.expires_at > now)
    return connection.execute(query).scalar_one()


def touch_share(connection: Connection, share_id: UUID, at: int) -> None:
    connection.execute(update(shares).where(shares.c.id == share_id).values(last_used_at=at))


def delete_share(connection: Connection, share_id: UUID) -> None:
    connection.execute(delete(shares).where(shares.c.id == share_id))


def delete_expired_shares(connection: Connection, now: int) -> None:
    connection.execute(delete(shares).where(shares.c.expires_at <= now))
