"""Every answer that a test's client receives is held against `contract/openapi.json`: status, type, shape.

So each test of a call is a test of the contract too, and an answer that is not documented fails the test that got it.
"""

import json
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema

CONTRACT = Path(__file__).parents[2] / "contract"
_PROBLEM = "application/problem+json"
# Any route may refuse a call before it is known which one it is: guards, routing, the body's syntax.
_EVERYWHERE = {400, 404, 405, 408, 413, 421, 500}
_FORMATS = jsonschema.FormatChecker()


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CONTRACT / "openapi.json").read_text(encoding="utf-8"))
    return found


def validator(schema: str) -> jsonschema.Draft202012Validator:
    """The validator of one named shape of the contract."""
    return _validator(json.dumps({"$ref": f"#/components/schemas/{schema}"}))


@lru_cache(maxsize=256)
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    whole = {**json.loads(schema), "components": document()["components"]}
    return jsonschema.Draft202012Validator(whole, format_checker=_FORMATS)


@cache
def _paths() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    # Literal paths first: `/cameras/self` is not `/cameras/{camera_id}`.
    ordered = sorted(document()["paths"].items(), key=lambda item: item[0].count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), methods) for path, methods in ordered]


def operation(method: str, path: str) -> dict[str, Any] | None:
    """The described call, or None for what is no resource (the viewer's pages, unknown addresses)."""
    for pattern, methods in _paths():
        if pattern.fullmatch(path):
            found: dict[str, Any] | None = methods.get(method.lower())
            return found
    return None


async def check(response: httpx.Response) -> None:
    """An httpx response hook. Raises AssertionError for what the contract does not allow."""
    request = response.request
    await response.aread()
    call = f"{request.method} {request.url.path} {response.status_code}"
    content_type = response.headers.get("content-type", "").partition(";")[0]
    if response.status_code >= 400 and content_type == _PROBLEM:
        check_problem(response)
    described = operation(request.method, request.url.path)
    if described is None:
        return
    answers = described["responses"]
    if str(response.status_code) not in answers:
        assert response.status_code in _EVERYWHERE, f"{call} is not in the contract"
        assert content_type == _PROBLEM, f"{call} is no problem document but {content_type!r}: {response.text[:200]}"
        return
    content = answers[str(response.status_code)].get("content", {})
    if not content:
        return
    assert content_type in content, f"{call} came as {content_type!r}, described are {sorted(content)}"
    if content_type.endswith("json"):
        errors = [
            f"{'/'.join(map(str, error.path))}: {error.message}"
            for error in _validator(json.dumps(content[content_type]["schema"])).iter_errors(response.json())
        ]
        assert errors == [], f"{call} does not fit the contract: {errors}"


def check_problem(response: httpx.Response) -> dict[str, Any]:
    """An RFC 9457 problem that says what to do, in a sentence."""
    body: dict[str, Any] = response.json()
    assert list(validator("Problem").iter_errors(body)) == []
    assert body["status"] == response.status_code
    assert body["type"] == f"urn:picam:problem:{body['code']}"
    assert re.fullmatch(r"[a-z][a-z0-9_]*", body["code"])
    assert body["detail"].endswith("."), f"no sentence: {body['detail']!r}"
    assert len(body["detail"]) > 15, f"no sentence: {body['detail']!r}"
    if response.status_code == 401:
        assert response.headers["www-authenticate"] == "Bearer"
    return body
