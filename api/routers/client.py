"""The viewer's files. The built client is served as it is; its own pages all get `index.html`."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

PAGES = ("events", "gallery", "live", "settings", "login", "welcome", "join", "share")
"""First words of the client's own paths; none is the name of a resource."""
_MISSING = "The viewer is not built yet: run `make setup` in the project's folder, then start the server again.\n"


class _Assets(StaticFiles):
    """Files with a hash in their name, cached for ever."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def mount_client(app: FastAPI, directory: Path) -> None:
    """Serve the client under `/`. Must come last: it answers what no resource has taken."""
    index = directory / "index.html"
    if (directory / "assets").is_dir():
        app.mount("/assets", _Assets(directory=directory / "assets"), name="assets")

    async def page(request: Request) -> Response:
        if not index.is_file():
            return PlainTextResponse(_MISSING, 503)
        del request
        return FileResponse(index, headers={"Cache-Control": "no-cache"})

    app.add_api_route("/", page, methods=["GET", "HEAD"], include_in_schema=False)
    for word in PAGES:
        app.add_api_route(f"/{word}", page, methods=["GET", "HEAD"], include_in_schema=False)
        app.add_api_route(f"/{word}/{{rest:path}}", page, methods=["GET", "HEAD"], include_in_schema=False)

    async def other(name: str) -> Response:
        """Files at the top of the build: icons, the manifest. Only names that the build has; no path is ever joined."""
        path = _top_files(directory).get(name)
        if path is None:
            raise HTTPException(404)
        return FileResponse(path, headers={"Cache-Control": "public, max-age=3600"})

    app.add_api_route("/{name}", other, methods=["GET", "HEAD"], include_in_schema=False)


def _top_files(directory: Path) -> dict[str, Path]:
    if not directory.is_dir():
        return {}
    return {path.name: path for path in directory.iterdir() if path.is_file() and path.name != "index.html"}
