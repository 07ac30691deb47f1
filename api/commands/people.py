"""`create-user` and `reset-password`: people, also when nobody can sign in any more. Whoever runs them holds the server."""

import argparse
import getpass
import sys

from pydantic import TypeAdapter
from sqlalchemy import Connection

from api.clock import SystemClock
from api.commands.context import CommandError, valid, with_database
from api.db.audit_rows import append_audit
from api.db.person_rows import delete_sessions_of, find_user, update_user
from api.models import AuditAction, Role
from api.schemas.session import Password, PersonName
from api.services.accounts import create_user, name_key
from api.services.audit import COMMAND, audit_entry
from api.services.passwords import Passwords
from api.settings import Settings


def add_user(options: argparse.Namespace, settings: Settings) -> int:
    """`create-user NAME`: add a person."""
    name = valid(TypeAdapter(PersonName), options.name, "name")
    password_hash = _hashed(from_stdin=options.password_stdin)
    role, now = Role(options.role), SystemClock().now()

    def commit(connection: Connection) -> None:
        user = create_user(connection, name, password_hash, role, now)
        target = f"person:{user.id}"
        append_audit(
            connection, audit_entry(now, COMMAND, AuditAction.USER_CREATED, target, name=name, role=role.value)
        )

    with_database(settings, commit)
    print(f"{name} can sign in now, as {role}.")
    return 0


def reset_password(options: argparse.Namespace, settings: Settings) -> int:
    """`reset-password NAME`: a new password; every browser of theirs is signed out."""
    password_hash, now = _hashed(from_stdin=options.password_stdin), SystemClock().now()

    def commit(connection: Connection) -> str | None:
        user = find_user(connection, name_key(options.name))
        if user is None:
            return None
        update_user(connection, user.id, password_hash=password_hash, removed_at=None)
        delete_sessions_of(connection, user.id)
        target = f"person:{user.id}"
        append_audit(connection, audit_entry(now, COMMAND, AuditAction.PASSWORD_RESET, target, name=user.name))
        return user.name

    name = with_database(settings, commit)
    if name is None:
        raise CommandError(
            "there is nobody with this name: `python -m api create-user NAME --role admin` makes a new admin."
        )
    print(f"{name} has a new password and was signed out everywhere. Passkeys and tokens of scripts still work:")
    print("look at them under Settings after signing in.")
    return 0


def _hashed(*, from_stdin: bool) -> str:
    password = valid(TypeAdapter(Password), _ask_password(from_stdin=from_stdin), "password")
    passwords = Passwords()
    try:
        return passwords.hash_now(password)
    finally:
        passwords.close()


def _ask_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandError("there is no terminal to ask for the password: give it with --password-stdin.")
    return getpass.getpass("Password: ")
