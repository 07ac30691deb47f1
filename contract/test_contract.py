"""The contract is what the code does: no drift, no undescribed call, and examples that still fit.

The examples are regression fixtures: a camera on a wall speaks the contract of its day for years. Add to them, and
never change one that has been released.
"""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contract.generate import HERE, documents, encode

EXAMPLES = HERE / "examples"
SCHEMA_OF = {
    "alert": "Alert",
    "alert-list": "AlertList",
    "alert-patch-by-camera": "AlertPatch",
    "alert-patch-by-person": "AlertPatch",
    "camera": "Camera",
    "camera-list": "CameraList",
    "camera-patch": "CameraPatch",
    "camera-settings": "CameraSettingsView",
    "command-answer": "CommandAnswer",
    "command-answers": "CommandAnswers",
    "fault": "Alert",
    "health-history": "HealthHistory",
    "camera-token": "CameraToken",
    "heartbeat": "Heartbeat",
    "heartbeat-answer": "HeartbeatAnswer",
    "heartbeat-with-settings": "Heartbeat",
    "image": "Image",
    "image-list": "ImageList",
    "image-patch": "ImagePatch",
    "new-alert": "NewAlert",
    "new-command": "NewCommand",
    "new-pairing": "NewPairing",
    "own-camera": "OwnCamera",
    "paired-camera": "PairedCamera",
    "pairing": "Pairing",
    "pairing-claim": "PairingClaim",
    "pairing-offer": "PairingOffer",
    "problem": "Problem",
    "readiness": "Readiness",
    "session": "Session",
    "settings-patch": "SettingsPatch",
    "settings-version-list": "SettingsVersionList",
    "setup": "Setup",
    "setup-state": "SetupState",
    "sign-in": "SignIn",
}
AS_TEXT = "image-upload-fields"
"""Form fields are text; api/tests feeds them to the server's own parser."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads((HERE / "openapi.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["openapi.json", "ws.schema.json"])
def test_committed_contract_is_what_the_code_says(name: str) -> None:
    committed = (HERE / name).read_text(encoding="utf-8")
    assert committed == encode(documents()[name]), "run `python -m contract.generate` and commit what it writes"


def example_names() -> list[str]:
    return sorted(path.stem for path in EXAMPLES.glob("*.json"))


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [name for name in example_names() if name != AS_TEXT])
def test_example_fits_its_schema(name: str, document: dict[str, Any]) -> None:
    if name.startswith("ws-"):
        schema = json.loads((HERE / "ws.schema.json").read_text(encoding="utf-8"))
    else:
        schema = {"$ref": f"#/components/schemas/{SCHEMA_OF[name]}", "components": document["components"]}
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    errors = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(example(name))]
    assert errors == []


def test_every_ws_message_and_change_has_an_example() -> None:
    messages = {example(name)["type"] for name in example_names() if name.startswith("ws-")}
    assert messages == {"hello", "changes", "resync", "heartbeat"}
    assert {change["kind"] for change in example("ws-changes")["changes"]} == {"alert", "image", "camera", "review"}


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_call_is_described(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert operation.get("summary"), f"{name} has no summary"
        assert operation.get("operationId"), f"{name} has no operationId"
        assert "security" in operation, f"{name} does not say which credential it takes"
        for parameter in operation.get("parameters", []):
            if "$ref" not in parameter and parameter["in"] == "query":
                assert parameter.get("description"), f"{name} does not explain {parameter['name']}"


def test_every_call_documents_its_errors_as_problems(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        if operation["security"]:
            assert {"401", "403"} <= operation["responses"].keys(), (
                f"{name} takes a credential but documents no refusal"
            )
        if "requestBody" in operation:
            assert {"413", "422"} <= operation["responses"].keys(), (
                f"{name} takes a body but does not say what a bad one gets"
            )
        for status, response in operation["responses"].items():
            if status >= "400" and name != "GET /readyz":
                assert list(response["content"]) == ["application/problem+json"], f"{name} {status}"


def test_every_shape_is_described_and_every_field_of_it_typed(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert schema.get("description"), f"{name} has no description"
        for field, definition in schema.get("properties", {}).items():
            assert definition.keys() & {"type", "$ref", "anyOf", "const", "oneOf", "enum", "items"}, (
                f"{name}.{field} has no type"
            )


def test_no_file_is_without_a_schema() -> None:
    assert set(example_names()) - SCHEMA_OF.keys() - {AS_TEXT} == {
        name for name in example_names() if name.startswith("ws-")
    }
    assert {path.suffix for path in Path(EXAMPLES).iterdir()} == {".json"}
