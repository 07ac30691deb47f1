"""The agent's own borders: which module may import what, and that the fake camera's calls exist in the real library."""

import ast
import importlib.util
from pathlib import Path

import pytest

import auxiliary
from auxiliary.source import picamera

_PACKAGE = Path(auxiliary.__file__).parent
_ONLY_IN = {
    "picamera2": {"source/picamera.py"},
    "libcamera": {"source/picamera.py"},
    "simplejpeg": {"source/stills.py"},
    "gpiozero": {"sensor/pir.py"},
    "av": {"source/encoded.py", "source/recording.py", "source/network.py", "source/scaling.py", "source/usb.py"},
    "api": set[str](),
}


def imports_of(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.split(".")[0] for name in found}


def modules() -> dict[str, set[str]]:
    files = (file for file in _PACKAGE.rglob("*.py") if "tests" not in file.parts)
    return {file.relative_to(_PACKAGE).as_posix(): imports_of(file) for file in files}


@pytest.mark.parametrize("library", _ONLY_IN)
def test_hardware_libraries_are_imported_in_one_place(library: str) -> None:
    assert {name for name, imported in modules().items() if library in imported} == _ONLY_IN[library]


def methods_of(tree: ast.Module, name: str) -> dict[str, list[set[str]]]:
    """The parameters of each method of a class, once per definition (overloads count one by one)."""
    found: dict[str, list[set[str]]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    arguments = [*method.args.args, *method.args.kwonlyargs]
                    found.setdefault(method.name, []).append({argument.arg for argument in arguments})
    return found


def test_what_is_used_of_picamera2_exists_there() -> None:
    spec = importlib.util.find_spec("picamera2")
    if spec is None or spec.origin is None:
        pytest.skip("picamera2 is not installed; on a Pi it is")
    library = Path(spec.origin).parent
    ours = ast.parse(Path(picamera.__file__).read_text(encoding="utf-8"))
    for name, file in (("Picamera2", "picamera2.py"), ("CompletedRequest", "request.py")):
        theirs = methods_of(ast.parse((library / file).read_text(encoding="utf-8")), name)
        for method, definitions in methods_of(ours, name).items():
            assert method in theirs, f"{name}.{method}"
            assert any(definitions[0] <= parameters for parameters in theirs[method]), f"{name}.{method}"
