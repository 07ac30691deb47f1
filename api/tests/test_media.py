"""A picture's answer: ranges, in part and beyond, the same whether it lies in a file, in memory or in a bucket."""

from pathlib import Path

import httpx
import pytest

from api.clock import FakeClock
from api.models import Role
from api.storage import BlobStore, DiskStore, MemoryStore
from api.tests.seaweed import s3_store
from api.tests.support import CameraAccess, Server, jpeg, running, upload

pytest_plugins = ["api.tests.operations_fixtures"]


@pytest.fixture(params=["disk", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BlobStore:
    match request.param:
        case "disk":
            return DiskStore(tmp_path / "media")
        case "memory":
            return MemoryStore()
        case _:
            return s3_store(request.getfixturevalue("seaweed"), monkeypatch)


async def ranges(owner: httpx.AsyncClient, path: str, data: bytes) -> None:
    size = len(data)
    for asked, expected in (
        ("bytes=0-9", data[:10]),
        ("bytes=100-", data[100:]),
        ("bytes=-7", data[-7:]),
        (f"bytes=0-{size * 2}", data),
        (f"bytes=-{size * 2}", data),
    ):
        part = await owner.get(path, headers={"Range": asked})
        assert (part.status_code, part.content) == (206, expected), asked
        start = data.index(expected)
        assert part.headers["content-range"] == f"bytes {start}-{start + len(expected) - 1}/{size}"
    for ignored in ("bytes=0-1,5-6", "bytes=-", "bytes=a-b", "lines=0-5"):
        assert (await owner.get(path, headers={"Range": ignored})).status_code == 200, ignored
    old = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert (await owner.get(path, headers=old)).status_code == 200
    for beyond in (f"bytes={size}-", "bytes=5-4", "bytes=-0"):
        none = await owner.get(path, headers={"Range": beyond})
        assert (none.status_code, none.headers["content-range"]) == (416, f"bytes */{size}"), beyond


async def test_ranges_of_a_picture(store: BlobStore, tmp_path: Path, clock: FakeClock) -> None:
    async with running(tmp_path, clock=clock, store=store) as server:
        camera, owner = server.add_camera(), server.client(server.add_person(Role.ADMIN))
        data = jpeg(320, 240)
        image = (await upload(server.client(camera), camera, data, clock)).json()
        await ranges(owner, f"/images/{image['id']}/file", data)


@pytest.mark.parametrize("left", [b"", b"\xff\xd8\xff half of it", b"\0" * 4096])
async def test_a_thumbnail_that_a_power_loss_spoilt_is_made_again(
    server: Server,
    camera: CameraAccess,
    as_camera: httpx.AsyncClient,
    as_owner: httpx.AsyncClient,
    clock: FakeClock,
    left: bytes,
) -> None:
    image = (await upload(as_camera, camera, jpeg(640, 480), clock)).json()
    whole = (await as_owner.get(f"/images/{image['id']}/thumbnail")).content
    (path,) = (server.settings.data_dir / "media" / "thumbnails").rglob("*.jpg")
    path.write_bytes(left)
    assert (await as_owner.get(f"/images/{image['id']}/thumbnail")).content == whole
