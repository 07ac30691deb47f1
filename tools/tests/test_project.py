"""Rules of the house that a machine can watch: sizes, links, documented settings, commands that exist, nothing private."""

import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from statistics import median
from urllib.parse import unquote

import pytest

from api.settings import Settings as ServerSettings
from auxiliary.settings import Settings as CameraSettings
from tools.stages import ROOT

MOST_LINES = 400
_SOURCE_FOLDERS = {"api", "auxiliary", "tools", "e2e", "bench", "contract", "client"}
_SKIPPED_FOLDERS = {".git", ".venv", "node_modules", "dist", "data", "output", "__pycache__"}
_GENERATED = {"client/src/api/schema.ts"}


@lru_cache(maxsize=1)
def project_files() -> tuple[Path, ...]:
    """Every file of the project: what git would commit, or in a checkout without git all but the known outputs."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        return tuple(sorted(path for name in names if (path := ROOT / name).is_file()))
    found = (path for path in ROOT.rglob("*") if path.is_file())
    return tuple(sorted(path for path in found if not _SKIPPED_FOLDERS.intersection(path.relative_to(ROOT).parts)))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def source_modules() -> list[Path]:
    """Hand-written modules that ship, without tests."""
    return [
        path
        for path in project_files()
        if path.suffix in {".py", ".ts", ".tsx"}
        and path.relative_to(ROOT).parts[0] in _SOURCE_FOLDERS
        and not {"tests", "test", "versions"}.intersection(path.parts)
        and ".test." not in path.name
        and relative(path) not in _GENERATED
    ]


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def markdown_files() -> list[Path]:
    return [path for path in project_files() if path.suffix == ".md"]


def test_no_module_is_longer_than_a_person_reads_at_once() -> None:
    sizes = {relative(path): lines_of(path) for path in source_modules()}
    assert len(sizes) > 50
    assert {name: size for name, size in sizes.items() if size > MOST_LINES} == {}
    # Half of the modules near a page and a half: more means that parts grow together again.
    assert median(sizes.values()) <= 140


@pytest.mark.parametrize("path", markdown_files(), ids=relative)
def test_links_in_documents_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [unquote(target) for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:", target)]
    dead = [target for target in local if target and not (path.parent / target).exists()]
    assert dead == []


def documented_settings() -> set[str]:
    text = (ROOT / "docs" / "guide" / "settings.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z_]+)` \|", text, flags=re.MULTILINE))


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    server = {f"PICAM_{name.upper()}" for name in ServerSettings.model_fields}
    camera = {f"PICAM_CAMERA_{name.upper()}" for name in CameraSettings.model_fields}
    tools = {"PICAM_BENCH_DIR", "PICAM_CHROMIUM", "PICAM_ALL_TESTS_MUST_RUN", "PICAM_FOOTAGE", "PICAM_SERVER", "PYTHON"}
    assert documented_settings() == server | camera | tools


def test_settings_named_anywhere_are_documented() -> None:
    known = documented_settings()
    # A name that ends with an underscore is a prefix, such as that of all settings.
    name_of_setting = re.compile(r"\bPICAM_[A-Z_]*[A-Z]\b(?!_)")
    unknown = {
        f"{relative(path)}: {name}"
        for path in [*source_modules(), *markdown_files(), ROOT / "docker-compose.yml", ROOT / "api" / "Dockerfile"]
        for name in name_of_setting.findall(path.read_text(encoding="utf-8"))
        if name not in known
    }
    assert unknown == set()


def commands_in_documents() -> list[str]:
    """Every line that a reader may type: in code blocks of a shell, and in spans."""
    commands = []
    for path in markdown_files():
        text = path.read_text(encoding="utf-8")
        for block in re.findall(r"```(?:sh|bash)\n(.*?)```", text, flags=re.DOTALL):
            commands += re.split(r"\n|&&", block.replace("\\\n", " "))
        commands += re.findall(r"`([^`\n]+)`", text)
    return [command.strip() for command in commands]


def test_make_targets_named_in_documents_exist() -> None:
    targets = set(
        re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    named = {
        match for command in commands_in_documents() for match in re.findall(r"^(?:\S+=\S+ )*make ([a-z-]+)", command)
    }
    assert {"run", "test"} <= named
    assert named <= targets


def test_python_commands_named_in_documents_exist() -> None:
    named = {
        (module, command)
        for text in commands_in_documents()
        for module, command in re.findall(r"python3? -m (api|auxiliary\.camera_client) ([a-z][a-z-]+)", text)
    }
    assert ("api", "create-camera") in named
    for module, command in sorted(named):
        done = subprocess.run(
            [sys.executable, "-m", module, command, "--help"], cwd=ROOT, capture_output=True, check=False
        )
        assert done.returncode == 0, f"python -m {module} {command}: {done.stderr.decode()}"


def test_options_of_the_camera_named_in_documents_exist() -> None:
    known = {f"--{name.replace('_', '-')}" for name in CameraSettings.model_fields} | {"--config", "--csv", "--once"}
    named = {
        option
        for text in commands_in_documents()
        if "auxiliary.camera_client" in text
        for option in re.findall(r"(?<!\S)--[a-z-]+", text)
    }
    assert "--token-file" in named
    assert named <= known


def test_lock_files_agree_and_name_no_address() -> None:
    versions: dict[str, set[str]] = {}
    for path in sorted((*(ROOT / "requirements").glob("*.lock"), ROOT / "auxiliary" / "requirements.lock")):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text, relative(path)
        for name, version, marker in re.findall(r"^([a-z0-9-]+)==(\S+)( ; .*?)? \\$", text, flags=re.MULTILINE):
            versions.setdefault(name + marker, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
    package_lock = (ROOT / "client" / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity"' in package_lock
    assert '"resolved"' not in package_lock


def test_nothing_private_is_in_the_project() -> None:
    # Pieces, so that this file does not contain what it looks for.
    private = re.compile(
        "|".join(("/wo" + "rk/", "/tmp/" + "bash", "/ro" + "ot/", "py" + "pi.org", "registry.np" + "mjs"))
    )
    found = [
        f"{relative(path)}:{number}"
        for path in project_files()
        if path.suffix not in {".mp4", ".png", ".jpg", ".ico", ".woff2"}
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if private.search(line)
    ]
    assert found == []


def test_no_large_file_is_committed() -> None:
    large = {relative(path) for path in project_files() if path.stat().st_size > 1 << 20}
    assert large <= {"auxiliary/sample/plaza.mp4", "auxiliary/sample/yard.mp4"}
