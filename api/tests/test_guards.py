"""What stands before every route: other sites' pages are refused, bodies are bounded, every answer is dressed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.tests.support import ORIGIN, CameraAccess, Server, at, jpeg, running, upload

UNSAFE: list[tuple[str, str]] = [
    ("POST", "/setup"),
    ("POST", "/session"),
    ("DELETE", "/session"),
    ("POST", "/images"),
    ("PATCH", "/images/019ab1c2-7d10-7a3b-8c55-0123456789ab"),
    ("PUT", "/images/019ab1c2-7d10-7a3b-8c55-0123456789ab/thumbnail"),
    ("POST", "/alerts"),
    ("PATCH", "/alerts/019ab1c2-7d10-7a3b-8c55-0123456789ab"),
    ("PATCH", "/cameras/019ab1c2-7d10-7a3b-8c55-0123456789ab"),
]
FOREIGN: list[dict[str, str]] = [
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"origin": "http://localhost:8001"},
    {"origin": "http://localhost.evil.example:8000"},
    {"origin": "http://localhost:8000@evil.example"},
    {"origin": "http://["},
    {"origin": ""},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": ORIGIN},
    {"sec-fetch-site": "nonsense"},
]
OWN: list[dict[str, str]] = [
    {},
    {"origin": ORIGIN},
    {"sec-fetch-site": "same-origin", "origin": ORIGIN},
    {"sec-fetch-site": "none"},
]


@pytest.mark.parametrize("foreign", FOREIGN)
async def test_a_page_of_another_site_moves_nothing(
    server: Server, as_owner: httpx.AsyncClient, foreign: dict[str, str]
) -> None:
    before = server.left_behind()
    for method, url in UNSAFE:
        response = await as_owner.request(method, url, headers=foreign, json={})
        assert (response.status_code, response.json()["code"]) == (403, "cross_site"), (method, url)
        assert "access-control-allow-origin" not in response.headers
    assert server.left_behind() == before
    assert (await as_owner.get("/session", headers=foreign)).status_code == 200, "reading is what CORS guards"


@pytest.mark.parametrize("own", OWN)
async def test_the_viewer_s_own_pages_and_programs_pass(
    camera: CameraAccess, as_owner: httpx.AsyncClient, own: dict[str, str]
) -> None:
    assert (await as_owner.patch(f"/cameras/{camera.id}", json={"name": "Gate"}, headers=own)).status_code == 200


async def test_a_camera_carries_its_token_knowingly(server: Server, camera: CameraAccess) -> None:
    body = {"timestamp": at(server.clock), "type": "motion", "camera_id": str(camera.id)}
    client = server.client(camera)
    assert (await client.post("/alerts", json=body, headers={"origin": "http://evil.example"})).status_code == 201
    with_cookie = {"origin": "http://evil.example", "cookie": "picam_session=x"}
    assert (await client.post("/alerts", json=body, headers=with_cookie)).status_code == 403


async def test_a_form_of_another_site_is_no_json(as_owner: httpx.AsyncClient, camera: CameraAccess) -> None:
    """What a plain HTML form can send is not taken for JSON, whatever the headers say."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        response = await as_owner.patch(
            f"/cameras/{camera.id}", content=b'{"name": "Gate"}', headers={"content-type": kind}
        )
        assert response.status_code == 422, kind


EVERY_ANSWER = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


async def answers(server: Server, camera: CameraAccess, as_owner: httpx.AsyncClient) -> list[httpx.Response]:
    image = (await upload(server.client(camera), camera, jpeg(), server.clock)).json()
    nobody = server.client()
    return [
        await as_owner.get("/images"),
        await as_owner.get(f"/images/{image['id']}"),
        await as_owner.get(f"/images/{image['id']}/file"),
        await as_owner.get(f"/images/{image['id']}/thumbnail"),
        await as_owner.get("/cameras"),
        await as_owner.get("/openapi.json"),
        await as_owner.get("/images/x"),
        await as_owner.get("/nothing"),
        await as_owner.patch("/healthz"),
        await as_owner.patch("/cameras/x", headers={"origin": "http://evil.example"}),
        await as_owner.post("/alerts", content=b"x" * 100_000, headers={"content-type": "application/json"}),
        await nobody.get("/images"),
        await nobody.get("/healthz"),
        await nobody.get("/readyz"),
        await nobody.get("/setup"),
        await nobody.get("/"),
        await nobody.get("/gallery"),
    ]


async def test_every_answer_is_dressed(server: Server, camera: CameraAccess, as_owner: httpx.AsyncClient) -> None:
    for response in await answers(server, camera, as_owner):
        said = f"{response.request.method} {response.request.url} {response.status_code}"
        for name, value in EVERY_ANSWER.items():
            assert response.headers.get(name) == value, f"{said}: {name}"
        policy = response.headers["content-security-policy"]
        assert "default-src 'self'" in policy or policy == "sandbox; default-src 'none'", said
        assert "unsafe" not in policy
        assert "*" not in policy
        assert "access-control-allow-origin" not in response.headers
        assert "server" not in response.headers
        cached = response.headers["cache-control"]
        assert "no-store" in cached or cached == "no-cache" or cached.startswith("private, max-age"), said


async def test_an_answer_about_a_bug_tells_nothing_of_it(
    server: Server, owner: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(server.app.state.services.gallery, "list", fail)
    response = await server.client(owner, raise_bugs=False).get("/images")
    assert (response.status_code, response.json()["code"]) == (500, "internal_error")
    assert "secret" not in response.text
    assert "a secret of the inside" in caplog.text


async def test_small_calls_take_small_bodies(server: Server, camera: CameraAccess) -> None:
    client = server.client(camera)
    too_much = b'{"x": "' + b"x" * 65_536 + b'"}'

    async def streamed() -> AsyncIterator[bytes]:
        for offset in range(0, len(too_much), 1000):
            yield too_much[offset : offset + 1000]

    headers = {"content-type": "application/json"}
    for method, url in UNSAFE:
        if url == "/images" or url.endswith("thumbnail"):
            continue
        for content in (too_much, streamed()):
            response = await client.request(method, url, content=content, headers=headers)
            # The call without a body of its own is decided before one is read.
            assert response.status_code == (403 if method == "DELETE" and content is not too_much else 413), (
                method,
                url,
            )


async def test_nothing_is_promised_across_sites(as_owner: httpx.AsyncClient) -> None:
    headers = {"origin": "http://evil.example", "access-control-request-method": "PATCH"}
    response = await as_owner.options("/images", headers=headers)
    assert response.status_code == 405
    assert not [name for name in response.headers if name.startswith("access-control")]


CLIENT = {
    "index.html": "<!doctype html><title>viewer</title>",
    "assets/index-1a2b3c.js": "export {}",
    "favicon.svg": "<svg/>",
    "manifest.webmanifest": "{}",
}
SECRET = "do not serve this"


@pytest.fixture
async def with_client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    dist = tmp_path / "project" / "dist"
    for name, text in CLIENT.items():
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_text(text)
    for place in (tmp_path, tmp_path / "project"):
        (place / "secret.txt").write_text(SECRET)
    async with running(tmp_path / "data", client_dir=dist) as server:
        yield server.client()


async def test_the_viewer_s_pages_all_get_the_viewer(with_client: httpx.AsyncClient) -> None:
    for page in ("/", "/events/x/y", "/gallery", "/live", "/settings/cameras", "/login", "/welcome"):
        response = await with_client.get(page)
        assert (response.status_code, response.text) == (200, CLIENT["index.html"]), page
        assert response.headers["cache-control"] == "no-cache"
        policy = response.headers["content-security-policy"]
        said = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
        assert said["default-src"] == "'self'"
        assert said["frame-ancestors"] == said["object-src"] == said["base-uri"] == "'none'"


async def test_the_viewer_s_files(with_client: httpx.AsyncClient) -> None:
    script = await with_client.get("/assets/index-1a2b3c.js")
    assert script.text == CLIENT["assets/index-1a2b3c.js"]
    assert "javascript" in script.headers["content-type"]
    assert "immutable" in script.headers["cache-control"]
    assert (await with_client.get("/favicon.svg")).headers["content-type"] == "image/svg+xml"
    assert (await with_client.get("/manifest.webmanifest")).status_code == 200
    missing = await with_client.get("/assets/index-old.js")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")
    assert "immutable" not in missing.headers["cache-control"]


TRAVERSALS = [
    "/assets/../secret.txt", "/assets/..%2fsecret.txt", "/assets/%2e%2e/secret.txt", "/assets/....//secret.txt",
    "/assets/..%5csecret.txt", "/assets/%00", "/assets/" + "a" * 5000, "/assets//etc/passwd", "/assets/%2fetc%2fpasswd",
    "/..%2f..%2fsecret.txt", "/%2e%2e%2fsecret.txt", "/..%5c..%5csecret.txt", "/secret.txt", "/%2fetc%2fpasswd", "/%00",
    "/..", "/.", "/%e2%80%a5", "/events/../../secret.txt", "/events/..%2f..%2f..%2fsecret.txt", "/gallery/%2e%2e/%2e%2e/secret.txt",
]  # fmt: skip


async def test_no_path_leads_out_of_the_viewer(with_client: httpx.AsyncClient) -> None:
    for path in TRAVERSALS:
        url = httpx.URL("http://localhost:8000").copy_with(raw_path=path.encode())
        response = await with_client.get(url)
        assert SECRET not in response.text, path
        assert "root:" not in response.text, path
        assert response.status_code == 404 or response.text == CLIENT["index.html"], path


async def test_without_a_built_viewer_it_says_what_to_do(as_nobody: httpx.AsyncClient) -> None:
    response = await as_nobody.get("/")
    assert response.status_code == 503
    assert "make setup" in response.text
