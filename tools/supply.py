"""What the product is made of: `sbom` writes it down, `audit` asks whether any of it has a known weakness.

Both go by the lock files, which pin every package with its digest; nothing is installed for it.
"""

import os
import subprocess
import sys
from pathlib import Path

from tools.stages import ROOT

_LOCKS = {"server": ROOT / "requirements" / "server.lock", "camera": ROOT / "auxiliary" / "requirements.lock"}
_OUTPUT = ROOT / "sbom"
_CLIENT = ROOT / "client"
# What these tools print when nobody answers them, in any of their words for it.
_AWAY = (
    "ConnectionError",
    "Failed to upgrade",
    "service",
    "ENOTFOUND",
    "ECONNREFUSED",
    "timed out",
    "network",
    "NewConnectionError",
    "audit endpoint",
)


def main(arguments: list[str]) -> int:
    match arguments:
        case ["sbom"]:
            return write_sbom(_OUTPUT)
        case ["audit"]:
            return audit()
    print("usage: python -m tools.supply sbom | audit", file=sys.stderr)
    return 2


def write_sbom(output: Path) -> int:
    """One file for each part, in CycloneDX 1.6; 0 when all are written."""
    output.mkdir(exist_ok=True)
    failed = 0
    for part, lock in _LOCKS.items():
        command = [_tool("cyclonedx-py"), "requirements", str(lock), "--of", "JSON", "-o", str(output / f"{part}.json")]
        failed += _run(part, command).returncode != 0
    done = _run("pages", ["npm", "sbom", "--package-lock-only", "--omit", "dev", "--sbom-format", "cyclonedx"], _CLIENT)
    if done.returncode == 0:
        (output / "pages.json").write_text(done.stdout, encoding="utf-8")
    failed += done.returncode != 0
    print(f"Wrote what {3 - failed} of 3 parts are made of to {output.name}/.")
    return 1 if failed else 0


def audit() -> int:
    """0 nothing known, 1 something known, 3 nobody could be asked."""
    outcomes = {}
    for part, lock in _LOCKS.items():
        command = [
            _tool("pip-audit"),
            "--require-hashes",
            "--disable-pip",
            "-r",
            str(lock),
            "--progress-spinner",
            "off",
        ]
        outcomes[part] = _judge(_run(part, command))
    outcomes["pages"] = _judge(_run("pages", ["npm", "audit", "--omit", "dev"], _CLIENT))
    for part, outcome in outcomes.items():
        print(f"{part:<8}{outcome}")
    if any(outcome.startswith("KNOWN") for outcome in outcomes.values()):
        return 1
    return 3 if any(outcome.startswith("NOT") for outcome in outcomes.values()) else 0


def _judge(done: "subprocess.CompletedProcess[str]") -> str:
    said = f"{done.stdout}\n{done.stderr}"
    if done.returncode == 0:
        return "nothing is known against it"
    if "found" in said.lower() and "vulnerabilit" in said.lower():
        print(said)
        return "KNOWN WEAKNESSES, see above: update the lock (make lock), or say in meetings.md why it does not matter"
    reason = next((line for line in said.splitlines() if any(word in line for word in _AWAY)), said.strip()[-200:])
    return f"NOT CHECKED: the advisory service could not be reached ({reason.strip()[:160]})"


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _run(part: str, command: list[str], folder: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    node = ROOT / ".venv" / "nodejs" / "bin"
    environment = {**os.environ, "PATH": f"{node}:{os.environ.get('PATH', '')}"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        done = subprocess.CompletedProcess(command, 1, "", str(error))
    if done.returncode and command[0] != "npm" and "audit" not in command[0]:
        print(f"{part}: {done.stderr.strip()[-400:]}", file=sys.stderr)
    return done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
