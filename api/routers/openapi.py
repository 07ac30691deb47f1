"""The OpenAPI document: FastAPI's own, with what it cannot know. Served to people who are signed in."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from api.routers.dependencies import PersonDep
from api.routers.problems import problems
from api.schemas.camera import Health
from api.schemas.common import Problem
from api.schemas.image import ImageUpload

router = APIRouter(tags=["operations"])
_REF = "#/components/schemas/{model}"
_CAMERAS_TOO = {
    ("/images", "post"),
    ("/images/{image_id}/thumbnail", "put"),
    ("/alerts", "post"),
    ("/alerts/{alert_id}", "patch"),
    ("/cameras/{camera_id}/settings", "get"),
}
_OF_BROWSERS = ("/session", "/users", "/passkeys", "/tokens", "/invitations", "/notifications")
"""Accounts and credentials: no script's token reaches them, but for reading two."""
_SIGN_IN = {("/session", "post"), ("/session/passkey", "post")}
_READ_BY_SCRIPTS = {
    ("/session", "get"),
    ("/users", "get"),
    ("/notifications", "get"),
    ("/notifications/{notification_id}", "get"),
}


@router.get("/openapi.json", summary="This contract", responses=problems(401, 403))
async def openapi_document(request: Request, _person: PersonDep) -> dict[str, Any]:
    document: dict[str, Any] = request.app.openapi()
    return document


def describe(app: FastAPI) -> None:
    """Complete the generated document: problems, the upload form, credentials."""
    generate = app.openapi
    for route in app.routes:
        if isinstance(route, APIRoute):
            # The function's own name: good method names in generated clients.
            route.operation_id = route.name

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(generate())
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for shape in (Problem, Health):
        _add(schemas, shape)
    fields = _fields(schemas)
    binary = {"type": "string", "format": "binary"}
    schemas["ImageForm"] = {
        "type": "object",
        "title": "ImageForm",
        "description": "A picture with its fields as a multipart form.",
        "required": ["file", *fields["required"]],
        "properties": {
            "file": {**binary, "description": "The JPEG: at most 25 MB and 24 megapixels by default."},
            **fields["properties"],
            "thumbnail": {**binary, "description": "The camera's own thumbnail: a JPEG at most 320 pixels wide."},
        },
    }
    document["components"]["parameters"] = {
        "RawUploadFields": {
            "name": "fields",
            "in": "query",
            "description": "With an `image/jpeg` body the form's other fields come as query parameters.",
            "style": "form",
            "explode": True,
            "schema": {"type": "object", "properties": fields["properties"]},
        }
    }
    document["components"]["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": "picam_session", "description": "A signed-in person."},
        "camera": {
            "type": "http",
            "scheme": "bearer",
            "description": "A camera's own token; as the password of HTTP Basic, too.",
        },
        "token": {"type": "http", "scheme": "bearer", "description": "A script's token, as far as its scope reaches."},
    }
    _say_who(document)
    return document


def _add(schemas: dict[str, Any], shape: Any) -> None:
    schema = TypeAdapter(shape).json_schema(ref_template=_REF)
    schemas.update(schema.pop("$defs", {}))
    schemas[schema["title"]] = schema


def _fields(schemas: dict[str, Any]) -> dict[str, Any]:
    schema = ImageUpload.model_json_schema(ref_template=_REF)
    schemas.update(schema.pop("$defs", {}))
    schema["properties"]["motion_boxes"]["description"] = "As JSON text: where the camera saw motion."
    return schema


def _say_who(document: dict[str, Any]) -> None:
    """Which credential each call takes: none where no 401 is documented (signing in takes none either)."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["responses"].pop("422", None) if _generated_422(operation) else None
            operation["security"] = [{scheme: []} for scheme in _credentials(path, method, operation)]


def _credentials(path: str, method: str, operation: dict[str, Any]) -> tuple[str, ...]:
    if "401" not in operation["responses"] or (path, method) in _SIGN_IN:
        return ()
    if path == "/cameras/self" or path.endswith("/heartbeat") or path.startswith("/dav/"):
        return ("camera",)
    if (path, method) in _CAMERAS_TOO:
        return ("camera", "session", "token")
    if (path, method) in _READ_BY_SCRIPTS or not path.startswith(_OF_BROWSERS):
        return ("session", "token")
    return ("session",)


def _generated_422(operation: dict[str, Any]) -> bool:
    content = operation["responses"].get("422", {}).get("content", {})
    return "application/json" in content
