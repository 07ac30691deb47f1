"""`make lint`: every static check of the project, all of them run even when an early one fails."""

import shutil
import sys

from tools.stages import ROOT, Stage, tool_environment


def shell_scripts() -> list[str]:
    """Every file of tools/, .ci/ and auxiliary/install/ that a shell runs, relative to the checkout."""
    files = sorted(
        path for folder in ("tools", ".ci", "auxiliary/install") for path in (ROOT / folder).iterdir() if path.is_file()
    )
    return [str(path.relative_to(ROOT)) for path in files if path.suffix == ".sh" or _has_shell_line(path.read_bytes())]


def _has_shell_line(content: bytes) -> bool:
    first_line = content.partition(b"\n")[0]
    return first_line.startswith(b"#!") and first_line.endswith(b"sh")


def stages() -> list[Stage]:
    """What to run here. shellcheck has no wheel for the Pi's processor; there it runs when it is installed by hand."""
    shellcheck = Stage("shellcheck", ["shellcheck", "--external-sources", *shell_scripts()])
    has_shellcheck = shutil.which("shellcheck", path=tool_environment({})["PATH"]) is not None
    if not has_shellcheck:
        print("shellcheck is not on this machine and is left out.")
    return [
        Stage("ruff", ["ruff", "check", "."]),
        Stage("ruff format", ["ruff", "format", "--check", "."]),
        Stage("mypy", ["mypy"]),
        Stage("import directions", ["lint-imports"]),
        *([shellcheck] if has_shellcheck else []),
        Stage("wheels for the Pi", ["tools/check-arm64"]),
        Stage("web pages (Biome, tsc)", ["npm", "run", "--silent", "lint"], folder="client"),
    ]


def main() -> int:
    failed = [stage.name for stage in stages() if not stage.run()]
    print(f"\nlint: {'failed: ' + ', '.join(failed) if failed else 'all checks passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
