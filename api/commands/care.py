"""`check`, `backup`, `restore`: care for what is stored. The first two work beside a running server."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from api.clock import SystemClock
from api.commands.context import CommandError, Progress, opened_database, opened_store, require_current_schema
from api.services.backup import back_up
from api.services.check import Check, Finding, Kind
from api.services.restore import UnusableBackup, restore
from api.settings import Settings

_WORDS = {
    Kind.FILE_MISSING: "a picture's file is missing",
    Kind.WRONG_SIZE: "a picture's file has another size than its row says",
    Kind.THUMBNAIL_MISSING: "a thumbnail is missing (made again when somebody looks)",
    Kind.ORPHAN_FILE: "a file that no row knows",
    Kind.WRONG_COUNTS: "the time line counts wrongly",
}
_HEALED = {
    Kind.FILE_MISSING: "marked as damaged",
    Kind.WRONG_SIZE: "marked as damaged",
    Kind.THUMBNAIL_MISSING: "will be made again",
    Kind.ORPHAN_FILE: "moved to lost+found",
    Kind.WRONG_COUNTS: "counted anew",
}


def add_care(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = commands.add_parser("check", help="hold the database against the files, both ways")
    check.add_argument("--heal", action="store_true", help="set right what is wrong; nothing is ever deleted")
    check.set_defaults(run=_check)
    backup = commands.add_parser("backup", help="back up the database and the pictures that the backup lacks")
    backup.add_argument("place", metavar="DIR", type=Path, help="a new folder, or that of an earlier backup")
    backup.set_defaults(run=_backup)
    back = commands.add_parser("restore", help="restore a backup into an empty server that is not running")
    back.add_argument("place", metavar="DIR", type=Path)
    back.set_defaults(run=_restore)


def _check(options: argparse.Namespace, settings: Settings) -> int:
    found: Counter[str] = Counter()
    open_ones = 0
    with opened_database(settings) as engines:
        require_current_schema(engines)
        check = Check(
            engines.reader,
            engines.writer,
            opened_store(settings),
            SystemClock(),
            heal=options.heal,
            tell=Progress("check"),
        )
        for finding in check.run():
            print(_line(finding))
            found[finding.kind] += 1
            open_ones += not (finding.healed or finding.known)
    for kind, count in sorted(found.items()):
        print(f"{count:8}  {_WORDS[Kind(kind)]}")
    if not found:
        print("Database and files agree.")
    elif open_ones:
        print("Run `python -m api check --heal` to set this right." if not options.heal else "Not all could be healed.")
    return 1 if open_ones else 0


def _line(finding: Finding) -> str:
    state = _HEALED[finding.kind] if finding.healed else "known, marked as damaged" if finding.known else ""
    return f"{finding.kind} {finding.what}" + (f" ({state})" if state else "")


def _backup(options: argparse.Namespace, settings: Settings) -> int:
    with opened_database(settings) as engines:
        require_current_schema(engines)
        done = back_up(engines.reader, opened_store(settings), options.place, SystemClock(), Progress("backup"))
    for key in done.missing:
        print(f"missing on the server: {key}", file=sys.stderr)
    for key in done.damaged:
        print(f"not what its row says: {key}", file=sys.stderr)
    print(
        f"{options.place}: {done.rows} rows; {done.copied} files copied ({done.copied_bytes / 1e6:.1f} MB), "
        f"{done.present} were there already."
    )
    if done.missing or done.damaged:
        print("The backup is complete but for the files above: run `python -m api check`.")
        return 1
    return 0


def _restore(options: argparse.Namespace, settings: Settings) -> int:
    with opened_database(settings) as engines:
        try:
            done = restore(engines.writer, opened_store(settings), options.place, Progress("restore"))
        except UnusableBackup as error:
            raise CommandError(str(error)) from error
    for image_id in sorted(done.damaged):
        print(f"not whole in the backup, marked as damaged: image {image_id}", file=sys.stderr)
    print(f"Restored the backup of {done.made_at}: {done.rows} rows, {done.pictures} pictures, each as its row says.")
    print("Cameras go on as they are. People sign in again. Start the server with: python -m api serve")
    return 1 if done.damaged else 0
