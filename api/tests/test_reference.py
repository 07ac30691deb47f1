"""The contract as a page: every call and shape on it, nothing that a page of ours may not hold, and only for people."""

import re

import httpx

from api.tests.support import Server


async def test_every_call_and_every_shape_is_on_the_page(server: Server, as_owner: httpx.AsyncClient) -> None:
    page = (await as_owner.get("/docs")).text
    document = server.app.openapi()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}" in page
            assert operation["summary"] in page.replace("&#x27;", "'")
    for name in document["components"]["schemas"]:
        assert f'id="{name}"' in page


async def test_the_page_needs_no_script_and_no_other_site(as_owner: httpx.AsyncClient) -> None:
    page = (await as_owner.get("/docs")).text
    assert not re.search(r"<script|<style| style=| on\w+=|https?://", page)
    assert (await as_owner.get("/docs/style.css")).headers["content-type"].startswith("text/css")


async def test_the_page_is_for_people(as_nobody: httpx.AsyncClient, as_camera: httpx.AsyncClient) -> None:
    for path in ("/docs", "/docs/style.css"):
        assert (await as_nobody.get(path)).status_code == 401
        assert (await as_camera.get(path)).status_code == 403
