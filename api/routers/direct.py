"""The few calls that come by the thousand, taken past the framework's routing and dependency solving.

Measured: that way costs more than taking a picture in does, and a live connection keeps its dozen frames in memory for
as long as it lasts. The routes stay registered as all others are, for the description of the API; here the same
functions are called, found by method and path alone.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request, Response, WebSocket
from pydantic import BaseModel, ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import DomainError, Invalid
from api.routers.problems import domain_problem, field_problems, summary

Model = TypeVar("Model", bound=BaseModel)
Endpoint = Callable[[Request], Awaitable[Response]]


def query_of(request: Request, model: type[Model], lists: Collection[str]) -> Model:
    """The query parameters as the framework reads them: of `lists` all values, of others the last one.

    Raises `Invalid` with the fields that are wrong.
    """
    pairs = request.query_params.multi_items()
    values: dict[str, object] = dict(pairs)
    for name in lists:
        if name in values:
            values[name] = [value for other, value in pairs if other == name]
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = field_problems(error.errors(include_url=False, include_input=False))
        raise Invalid("invalid_request", summary(found), errors=found) from error


@dataclass(frozen=True, slots=True)
class _Route:
    """What the request log asks of a route."""

    path: str


class DirectRoutes:
    """The innermost middleware.

    `endpoints`: by method and exact path, what answers; it may raise `DomainError`. `sockets`: by path, what serves a
    WebSocket; it raises nothing.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        endpoints: Mapping[tuple[str, str], Endpoint],
        sockets: Mapping[str, Callable[[WebSocket], Awaitable[None]]],
    ) -> None:
        self._app = app
        self._sockets = sockets
        self._endpoints = {key: (endpoint, _Route(key[1])) for key, endpoint in endpoints.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "websocket" and scope["path"] in self._sockets:
            scope["route"] = _Route(scope["path"])
            await self._sockets[scope["path"]](WebSocket(scope, receive, send))
            return
        found = self._endpoints.get((scope["method"], scope["path"])) if kind == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        endpoint, scope["route"] = found
        try:
            response = await endpoint(Request(scope, receive, send))
        except DomainError as error:
            response = domain_problem(error)
        await response(scope, receive, send)
