"""Uploads of other programs: the calls that motionEye's WebDAV service and Motion's `on_picture_save` with curl make."""

import json
import os
import shutil
import subprocess
import sys
from base64 import b64encode
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from api.tests.processes import ServerProcess
from api.tests.support import CameraAccess, Server, jpeg


def basic(password: str, name: str = "camera") -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"}


@pytest.fixture
def anonymous(server: Server) -> httpx.AsyncClient:
    return server.client()


async def test_motioneye_uploads_unchanged(
    anonymous: httpx.AsyncClient, as_owner: httpx.AsyncClient, camera: CameraAccess
) -> None:
    headers, picture = basic(camera.token), jpeg(seed=5)
    for folder in ("/dav/yard/", "/dav/yard/2026-09-20/"):
        assert (await anonymous.request("MKCOL", folder, headers=headers)).status_code == 201
    # urllib's own type of a body that it was told nothing about.
    form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    url = "/dav/yard/2026-09-20/21-30-05.jpg"
    assert (await anonymous.put(url, content=picture, headers=form)).status_code == 201
    assert (await anonymous.put(url, content=picture, headers=form)).status_code == 204, (
        "once, however often it is sent"
    )
    (image,) = (await as_owner.get("/images")).json()["items"]
    assert image["camera_id"] == str(camera.id)
    zone = ZoneInfo((await as_owner.get("/session")).json()["site"]["time_zone"])
    assert datetime.fromisoformat(image["timestamp"]) == datetime(2026, 9, 20, 21, 30, 5, tzinfo=zone)
    assert (await as_owner.get(f"/images/{image['id']}/file")).content == picture


async def test_motioneye_tries_an_account(anonymous: httpx.AsyncClient, camera: CameraAccess) -> None:
    headers = basic(camera.token)
    assert (await anonymous.request("MKCOL", "/dav/yard/1700.5/", headers=headers)).status_code == 201
    assert (await anonymous.delete("/dav/yard/1700.5", headers=headers)).status_code == 204
    wrong = await anonymous.request("MKCOL", "/dav/yard/", headers=basic("wrong"))
    assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, "Bearer")


async def test_a_camera_deletes_nothing(
    anonymous: httpx.AsyncClient, as_owner: httpx.AsyncClient, camera: CameraAccess
) -> None:
    headers = basic(camera.token)
    await anonymous.put("/dav/a.jpg", content=jpeg(), headers=headers)
    assert (await anonymous.delete("/dav/a.jpg", headers=headers)).status_code == 403
    assert len((await as_owner.get("/images")).json()["items"]) == 1


@pytest.mark.parametrize(
    "path",
    [
        "a.jpg",
        "2026-13-40/25-61-61.jpg",
        "1970-01-01/00-00-05.jpg",
        "0001-01-01/00-00-00.jpg",
        "2099-01-01/00-00-00.jpg",
        "%2e%2e/%2e%2e/etc/passwd",
        "x/%00.jpg",
        "2026-01-01/x",
    ],
)
async def test_a_path_without_a_time_is_now_and_names_no_file(
    anonymous: httpx.AsyncClient, server: Server, as_owner: httpx.AsyncClient, camera: CameraAccess, path: str
) -> None:
    sent = await anonymous.put(f"/dav/{path}", content=jpeg(), headers=basic(camera.token))
    assert sent.status_code == 201, sent.text
    (image,) = (await as_owner.get("/images")).json()["items"]
    assert image["timestamp"] == image["received_at"]
    assert image["filename"].startswith(image["id"])


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"", "empty_file"), (b"\x00\x00\x00\x20ftypmp42", "not_a_jpeg"), (jpeg()[:200], "truncated_jpeg")],
)
async def test_what_is_no_picture_is_refused_and_leaves_nothing(
    anonymous: httpx.AsyncClient, as_owner: httpx.AsyncClient, camera: CameraAccess, body: bytes, code: str
) -> None:
    refused = await anonymous.put("/dav/a.mp4", content=body, headers=basic(camera.token))
    assert refused.status_code == 422
    assert refused.json()["code"] == code
    assert (await as_owner.get("/images")).json()["items"] == []


async def test_a_person_s_password_is_no_token(anonymous: httpx.AsyncClient) -> None:
    for header in (basic("a long enough password", "Ann"), basic(""), {"Authorization": "Basic !"}):
        assert (await anonymous.put("/dav/a.jpg", content=jpeg(), headers=header)).status_code == 401
        assert (await anonymous.get("/images", headers=header)).status_code == 401


def test_motion_s_curl(tmp_path: Path) -> None:
    """`on_picture_save curl -u camera:TOKEN -T %f URL/dav/%Y-%m-%d/%H-%M-%S.jpg`, with the real curl."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("no curl on this machine")
    picture = tmp_path / "picture.jpg"
    picture.write_bytes(jpeg())
    with ServerProcess(tmp_path / "data") as server:
        made = subprocess.run(
            [sys.executable, "-m", "api", "create-camera", "Yard"],
            env={**os.environ, "PICAM_DATA_DIR": str(tmp_path / "data")},
            capture_output=True,
            check=True,
        )
        token = json.loads(made.stdout.splitlines()[-1])["token"]
        to = f"{server.url}/dav/2026-09-20/21-30-05.jpg"
        done = subprocess.run(
            [curl, "-sS", "-f", "-u", f"camera:{token}", "-T", str(picture), "-w", "%{http_code}", to],
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.stdout, done.stderr) == ("201", "")
