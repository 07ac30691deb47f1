"""The commands: each says what it did and what to do next. `create-*` work beside a running server, at once."""

import argparse
import gc
import json
import ssl
import sys
from collections.abc import Sequence
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from pydantic import TypeAdapter, ValidationError

from api import __version__
from api.clock import SystemClock
from api.commands.care import add_care
from api.commands.context import CommandError, valid, with_database
from api.commands.people import add_user, reset_password
from api.errors import DomainError
from api.models import Role
from api.routers.problems import field_problems
from api.schemas.common import Name
from api.services.cameras import create_camera
from api.settings import Settings

_EPILOG = """\
examples:
  python -m api serve                              the server on http://localhost:8000, data in ./data
  PICAM_DATA_DIR=/srv/picam python -m api serve    the same, data elsewhere
  python -m api create-camera Porch                a camera; prints its token once, as JSON
  python -m api backup /mnt/usb/picam               database and pictures, again and again into the same folder
  echo 'a long sentence' | python -m api create-user Ann --role admin --password-stdin
  python -m api reset-password Ann                 when the password is lost; asks for a new one

Settings are PICAM_* variables: docs/guide/settings.md lists them all.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 when it did what it was asked, 1 when not, 2 for a wrong call."""
    options = _parser().parse_args(arguments)
    if options.run is not _serve:
        # `serve` does so when it is ready.
        gc.enable()
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
    probe = commands.add_parser("probe", help="ask the running server whether it is ready: exit code 0 when it is")
    probe.set_defaults(run=_probe)
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
    user.set_defaults(run=add_user)
    reset = commands.add_parser("reset-password", help="give somebody a new password and sign them out everywhere")
    reset.add_argument("name", metavar="NAME")
    reset.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input, not the terminal"
    )
    reset.set_defaults(run=reset_password)
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


def _probe(_options: argparse.Namespace, settings: Settings) -> int:
    """For container engines: over http or https, whichever these settings make `serve` speak."""
    scheme, connection = "http", HTTPConnection("127.0.0.1", settings.port, timeout=2)
    if settings.serves_tls:
        context = ssl.create_default_context(cafile=str(settings.data_dir / "tls" / "ca.pem"))
        scheme, connection = "https", HTTPSConnection("127.0.0.1", settings.port, timeout=2, context=context)
    try:
        with closing(connection):
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            status, text = answer.status, answer.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        raise CommandError(f"the server does not answer over {scheme}: {error}") from error
    print(text)
    return 0 if status == HTTPStatus.OK else 1


def _migrate(_options: argparse.Namespace, settings: Settings) -> int:
    with_database(settings, lambda _connection: None)
    print("The database is up to date. Start the server with: python -m api serve")
    return 0


def _create_camera(options: argparse.Namespace, settings: Settings) -> int:
    name = valid(TypeAdapter(Name), options.name, "name")
    new = with_database(settings, lambda connection: create_camera(connection, name, SystemClock().now()))
    print(
        f"Camera {name!r} is known now. Its token is shown this once: keep it in a file that only the camera can read."
    )
    print(json.dumps({"camera_id": str(new.camera.id), "token": new.token}))
    return 0
