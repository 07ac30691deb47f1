"""Where a paired camera keeps what it was given: its token, its server's authority, and in its settings where both are."""

import json
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

_FIRST_LINES = "# Settings of this camera. Every option that --help names may stand here.\n"


@dataclass(frozen=True, slots=True)
class PairedFiles:
    """All beside the settings file; those of a further camera carry its name."""

    config: Path
    token: Path
    server_ca: Path

    @classmethod
    def beside(cls, config: Path, token: Path | None = None) -> "PairedFiles":
        prefix = "" if config.stem == "camera" else f"{config.stem}."
        return cls(config, token or config.with_name(f"{prefix}token"), config.with_name(f"{prefix}server-ca.pem"))

    def check(self) -> None:
        """Raises OSError where nothing could be written: better before the code is used up."""
        self.config.parent.mkdir(parents=True, exist_ok=True)
        for folder in {self.config.parent, self.token.parent}:
            probe = folder / f".picam-{os.getpid()}"
            _write(probe, "", 0o600)
            probe.unlink()

    def write(self, server: str, paired: dict[str, str]) -> None:
        """Keep what the server gave. Raises OSError; each file is then the old or the new one, never a part."""
        _write(self.token, f"{paired['token']}\n", 0o600)
        settings = {"server": server, "token_file": str(self.token.absolute()), "server_ca": None}
        if "server_ca" in paired:
            _write(self.server_ca, paired["server_ca"], 0o644)
            settings["server_ca"] = str(self.server_ca.absolute())
        before = self.config.read_text(encoding="utf-8") if self.config.is_file() else _FIRST_LINES
        _write(self.config, with_settings(before, settings), 0o640)


def with_settings(text: str, settings: dict[str, str | None]) -> str:
    """A settings file with these values at its top level, everything else as it was; None removes one."""
    lines = text.splitlines()
    for name, value in settings.items():
        line = None if value is None else f"{name} = {json.dumps(value, ensure_ascii=False)}"
        lines = _with_line(lines, name, line)
    changed = "\n".join([*lines, ""])
    found = tomllib.loads(changed)
    assert {name: found.get(name) for name in settings} == settings
    return changed


def _with_line(lines: list[str], name: str, line: str | None) -> list[str]:
    """In place of what sets it now, or of the comment that shows how to, or after the comments at the top."""
    tables = next((index for index, each in enumerate(lines) if each.lstrip().startswith("[")), len(lines))
    for pattern in (rf"\s*{name}\s*=", rf"#\s*{name}\s*="):
        for index, each in enumerate(lines[:tables]):
            if re.match(pattern, each):
                if line is None and each.lstrip().startswith("#"):
                    return lines
                return [*lines[:index], *([] if line is None else [line]), *lines[index + 1 :]]
    if line is None:
        return lines
    top = next((index for index, each in enumerate(lines) if not each.startswith("#")), len(lines))
    return [*lines[:top], line, *lines[top:]]


def _write(path: Path, text: str, mode: int) -> None:
    """Replace the file as a whole; who may read it stays as it is, and is `mode` for a new one."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    before = path.stat() if path.is_file() else None
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        if before is not None and os.geteuid() == 0:
            os.fchown(file.fileno(), before.st_uid, before.st_gid)
        os.fchmod(file.fileno(), mode)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
