"""`GET /docs`: the contract as a page to read. Made from the OpenAPI document, without script, so it needs nothing from
anywhere and obeys the same Content-Security-Policy as every page."""

from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from api.routers.dependencies import PersonDep
from api.routers.problems import problems

router = APIRouter(tags=["operations"])

_STYLE = """\
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 0 auto; padding: 1rem }
h2 { margin-top: 2.5rem }
article { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .5rem 0 }
code { font-size: .9em } table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0 }
"""


@router.get("/docs", response_class=HTMLResponse, summary="This contract, to read", responses=problems(401, 403))
async def reference(request: Request, _person: PersonDep) -> Response:
    return HTMLResponse("\n".join(_page(request.app.openapi())))


@router.get("/docs/style.css", response_class=Response, summary="The style of that page", responses=problems(401, 403))
async def style(_person: PersonDep) -> Response:
    return Response(_STYLE, media_type="text/css")


def _page(document: dict[str, Any]) -> Iterator[str]:
    info = document["info"]
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/docs/style.css">'
    yield f"<title>{escape(info['title'])} API</title></head><body><main>"
    yield f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1><p>{escape(info['description'])} "
    yield 'For programs: <a href="/openapi.json">openapi.json</a>.</p>'
    for tag in dict.fromkeys(operation["tags"][0] for _, _, operation in _operations(document)):
        yield f"<h2>{escape(tag.capitalize())}</h2>"
        for method, path, operation in _operations(document):
            if operation["tags"][0] == tag:
                yield from _operation(method, path, operation)
    yield "<h2>Shapes</h2>"
    for name, schema in sorted(document["components"]["schemas"].items()):
        yield from _shape(name, schema)
    yield "</main></body></html>"


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"<article><h3><code>{method} {escape(path)}</code></h3>"
    yield f"<p><strong>{escape(operation['summary'])}.</strong> {escape(operation.get('description', ''))}</p>"
    who = sorted({name for choice in operation["security"] for name in choice})
    yield f"<p>Credential: {escape(' or '.join(who)) or 'none'}.</p>"
    rows = [
        (parameter["name"], parameter.get("description", ""))
        for parameter in operation.get("parameters", [])
        if "$ref" not in parameter
    ]
    body = operation.get("requestBody", {}).get("content", {})
    rows += [("body", f"{kind}: {_kind(part.get('schema', {}))}") for kind, part in body.items()]
    rows += [(status, answer["description"]) for status, answer in operation["responses"].items()]
    yield from _table(rows)
    yield "</article>"


def _shape(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f'<article><h3 id="{escape(name)}"><code>{escape(name)}</code></h3><p>{escape(schema.get("description", ""))}</p>'
    required = schema.get("required", [])
    yield from _table(
        [
            (
                field,
                f"{_kind(definition)}{'' if field in required else ', optional'}. {definition.get('description', '')}",
            )
            for field, definition in schema.get("properties", {}).items()
        ]
    )
    yield "</article>"


def _table(rows: list[tuple[str, str]]) -> Iterator[str]:
    if rows:
        yield "<table>"
        for name, text in rows:
            yield f"<tr><th scope=row><code>{escape(name)}</code></th><td>{escape(text)}</td></tr>"
        yield "</table>"


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_kind(choice) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")
