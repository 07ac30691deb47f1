"""The commands: each says what it did and what to do next. `create-*` work beside a running server, at once."""

import argparse
import getpass
import json
import sys
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from api import __version__
from api.clock import SystemClock
from api.commands.care import add_care
from api.commands.context import CommandError, valid, with_database
from api.errors import DomainError
from api.models import Role
from api.routers.problems import field_problems
from api.schemas.common import Name
from api.schemas.session import Password, PersonName
from api.services.accounts import create_user
from api.services.cameras import create_camera
from api.services.passwords import Passwords
from api.settings import Settings

_EPILOG = """\
examples:
  python -m api serve                              the server on http://localhost:8000, data in ./data
  PICAM_DATA_DIR=/srv/picam python -m api serve    the same, data elsewhere
  python -m api create-camera Porch                a camera; prints its token once, as JSON
  python -m api backup /mnt/usb/picam               database and pictures, again and again into the same folder
  echo 'a long sentence' | python -m api create-user Ann --role admin --password-stdin

Settings are PICAM_* variables: docs/guide/settings.md lists them all.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 when it did what it was asked, 1 when not, 2 for a wrong call."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options, _settings())
    except (CommandError, DomainError) as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m api",
        description="The Pi Security Camera server.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run the server")
    serve.set_defaults(run=_serve)
    migrate = commands.add_parser("migrate", help="bring the database up to this version (serve does so too)")
    migrate.set_defaults(run=_migrate)
    user = commands.add_parser("create-user", help="add a person")
    user.add_argument("name", metavar="NAME")
    user.add_argument(
        "--role", choices=[role.value for role in Role], default=Role.VIEWER.value, help="default: viewer"
    )
    user.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input, not the terminal"
    )
    user.set_defaults(run=_create_user)
    camera = commands.add_parser("create-camera", help="add a camera and print its token once")
    camera.add_argument("name", metavar="NAME")
    camera.set_defaults(run=_create_camera)
    add_care(commands)
    return parser


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        problem = field_problems(error.errors(include_url=False, include_input=False))[0]
        raise CommandError(f"the setting PICAM_{problem.field.upper()} is wrong: {problem.message}") from error


def _serve(_options: argparse.Namespace, settings: Settings) -> int:
    # Only `serve` needs the web server: the other commands start in half the time without it.
    from api.server import CannotStart, serve

    try:
        serve(settings)
    except CannotStart as error:
        raise CommandError(str(error)) from error
    return 0


def _migrate(_options: argparse.Namespace, settings: Settings) -> int:
    with_database(settings, lambda _connection: None)
    print("The database is up to date. Start the server with: python -m api serve")
    return 0


def _create_user(options: argparse.Namespace, settings: Settings) -> int:
    name = valid(TypeAdapter(PersonName), options.name, "name")
    password = valid(TypeAdapter(Password), _ask_password(from_stdin=options.password_stdin), "password")
    passwords = Passwords()
    password_hash = passwords.hash_now(password)
    passwords.close()
    role = Role(options.role)
    with_database(settings, lambda connection: create_user(connection, name, password_hash, role, SystemClock().now()))
    print(f"{name} can sign in now, as {role}.")
    return 0


def _ask_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise CommandError("there is no terminal to ask for the password: give it with --password-stdin.")
    return getpass.getpass("Password: ")


def _create_camera(options: argparse.Namespace, settings: Settings) -> int:
    name = valid(TypeAdapter(Name), options.name, "name")
    new = with_database(settings, lambda connection: create_camera(connection, name, SystemClock().now()))
    print(
        f"Camera {name!r} is known now. Its token is shown this once: keep it in a file that only the camera can read."
    )
    print(json.dumps({"camera_id": str(new.camera.id), "token": new.token}))
    return 0
