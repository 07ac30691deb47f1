"""One contract for every `BlobStore`, and what the disk promises on top: durable before it answers."""

import errno
import os
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from api.storage import (
    BlobExists,
    BlobMissing,
    BlobStore,
    DiskStore,
    InMemory,
    LocalFile,
    MemoryStore,
    StoreFull,
    StoreUnavailable,
    open_store,
)
from api.storage.port import check_key
from api.tests.seaweed import s3_store

pytest_plugins = ["api.tests.operations_fixtures"]
KEY = "images/019ab1c2-7d10-7a3b-8c55-0123456789ab/2026-11-22/14/019ab1c2-5f3a9c01.jpg"
OTHER = KEY.replace("5f3a9c01", "00000000")


@pytest.fixture(params=["disk", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BlobStore:
    match request.param:
        case "disk":
            return DiskStore(tmp_path / "media")
        case "memory":
            return MemoryStore()
        case _:
            return s3_store(request.getfixturevalue("seaweed"), monkeypatch)


def test_keeps_what_it_was_given(store: BlobStore) -> None:
    data = bytes(range(256)) * 1000
    store.put(KEY, data)
    assert store.read(KEY) == data
    with pytest.raises(BlobMissing):
        store.read(OTHER)


@pytest.mark.parametrize("durable", [True, False])
def test_an_existing_blob_is_never_touched(store: BlobStore, durable: bool) -> None:
    store.put(KEY, b"first", durable=durable)
    with pytest.raises(BlobExists):
        store.put(KEY, b"second", durable=durable)
    assert store.read(KEY) == b"first"


def test_says_where_a_response_is_sent_from(store: BlobStore) -> None:
    store.put(KEY, b"bytes")
    match store.locate(KEY):
        case LocalFile(path):
            assert path.read_bytes() == b"bytes"
        case InMemory(data):
            assert data == b"bytes"
    with pytest.raises(BlobMissing):
        store.locate(OTHER)


def test_forgets_and_takes_the_key_again(store: BlobStore) -> None:
    store.delete(KEY)
    store.put(KEY, b"first")
    store.delete(KEY)
    store.delete(KEY)
    with pytest.raises(BlobMissing):
        store.read(KEY)
    with pytest.raises(BlobMissing):
        store.locate(KEY)
    store.put(KEY, b"second")
    assert store.read(KEY) == b"second"


def test_many_threads_at_once_and_one_winner_a_key(store: BlobStore) -> None:
    start = threading.Barrier(16)

    def put(number: int) -> bool:
        start.wait()
        try:
            store.put(KEY.replace("14/", f"{number % 4}/"), b"%d" % number)
        except BlobExists:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        won = list(threads.map(put, range(16)))
    assert sum(won) == 4
    for hour in range(4):
        winner = int(store.read(KEY.replace("14/", f"{hour}/")))
        assert won[winner]
        assert winner % 4 == hour


def test_lists_keys_in_order_with_their_sizes(store: BlobStore) -> None:
    cameras = ("019ab1c2-7d10-7a3b-8c55-0123456789ab", "019ab1c2-7d10-7a3b-8c55-0123456789ac")
    hours = ("2026-11-22/09", "2026-11-22/14", "2026-12-01/00")
    made = [f"images/{camera}/{hour}/{number:04}.jpg" for camera in cameras for hour in hours for number in range(400)]
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda key: store.put(key, b"x" * (1 + int(key[-8:-4]) % 3), durable=False), reversed(made)))
    store.put(KEY.replace("images/", "thumbnails/"), b"elsewhere")
    store.put(f"lost+found/{KEY}", b"elsewhere")
    assert list(store.keys("images")) == [(key, 1 + int(key[-8:-4]) % 3) for key in made]
    assert [key for key, _ in store.keys(f"images/{cameras[1]}")] == made[1200:]
    assert [key for key, _ in store.keys("lost+found")] == [f"lost+found/{KEY}"]
    assert list(store.keys("nothing")) == []


def test_a_store_that_works_has_nothing_to_say(store: BlobStore) -> None:
    store.probe()


def hostile_keys() -> list[str]:
    plain = [
        "",
        "/etc/passwd",
        "../secret.jpg",
        "images/../../secret.jpg",
        "images/./a.jpg",
        "images//a.jpg",
        "/images/a.jpg",
        "images/a.jpg/",
        "images/a.jpg\n",
        "images/a.png",
        "images/a",
        "a.jpg",
        "images/\0a.jpg",
        "images/a\0.jpg",
        "images\\..\\a.jpg",
        "images/....//a.jpg",
        "images/\u2025/a.jpg",
        "images/\uff0e\uff0e/a.jpg",
        "Images/a.jpg",
        "images/" + "a" * 300 + ".jpg",
        "images/~/a.jpg",
        "images/$(id)/a.jpg",
        "images/%2e%2e/a.jpg",
    ]
    return plain + [quote(key, safe="") for key in plain if (key and not key.isascii()) or "/" in key]


@pytest.mark.parametrize("key", hostile_keys())
def test_a_key_that_the_server_does_not_make_is_refused(store: BlobStore, tmp_path: Path, key: str) -> None:
    calls: list[Callable[[str], object]] = [
        lambda key: store.put(key, b"x"),
        store.read,
        store.locate,
        store.delete,
        check_key,
    ]
    for call in calls:
        with pytest.raises(ValueError, match="not a blob key"):
            call(key)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_names_that_the_server_does_not_make_are_passed_over(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    store.put("images/a/b.jpg", b"1")
    store.put("images/a-b/c.jpg", b"12")
    for foreign in ("images/.DS_Store", "images/a/b.jpg.part", "images/a/notes.txt"):
        (tmp_path / foreign).write_bytes(b"x")
    # As strings: the dash comes before the slash.
    assert list(store.keys("images")) == [("images/a-b/c.jpg", 2), ("images/a/b.jpg", 1)]


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    store = DiskStore(tmp_path / "media")
    (tmp_path / "media").rmdir()
    with pytest.raises(StoreUnavailable, match="missing"):
        store.probe()


def test_a_full_memory_says_so() -> None:
    store = MemoryStore(limit_bytes=10)
    store.put(KEY, b"12345678")
    assert store.free_bytes() == 2
    with pytest.raises(StoreFull):
        store.put(OTHER, b"123")
    with pytest.raises(BlobMissing):
        store.read(OTHER)


def test_free_bytes_of_a_disk_is_what_the_file_system_says(tmp_path: Path) -> None:
    free = DiskStore(tmp_path).free_bytes()
    assert free is not None
    assert 0 < free <= os.statvfs(tmp_path).f_blocks * os.statvfs(tmp_path).f_frsize


class Recorder:
    """Notes what happens to the disk: `create NAME`, `write NAME`, `fsync NAME`, `mkdir NAME`."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self._root = root
        real_open, real_fsync, real_mkdir = os.open, os.fsync, os.mkdir

        def opened(path: str, flags: int, mode: int = 0o777, **rest: int) -> int:
            descriptor = real_open(path, flags, mode, **rest)
            if flags & os.O_CREAT:
                self._note("create", Path(path))
            return descriptor

        def fsync(descriptor: int) -> None:
            path = Path(f"/proc/self/fd/{descriptor}").readlink()
            size = f" {path.stat().st_size}" if path.is_file() else ""
            self._note("fsync", path, size)
            real_fsync(descriptor)

        def mkdir(path: str, mode: int = 0o777, **rest: int) -> None:
            real_mkdir(path, mode, **rest)
            self._note("mkdir", Path(path))

        monkeypatch.setattr(os, "open", opened)
        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(os, "mkdir", mkdir)

    def _note(self, call: str, path: Path, rest: str = "") -> None:
        if path.is_relative_to(self._root):
            self.calls.append(f"{call} {path.relative_to(self._root)}{rest}")

    def take(self) -> list[str]:
        calls, self.calls = self.calls, []
        return calls


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    return Recorder(tmp_path, monkeypatch)


def test_a_name_is_durable_before_put_returns(tmp_path: Path, recorder: Recorder) -> None:
    (tmp_path / "media").mkdir()
    store = DiskStore(tmp_path / "media")
    recorder.take()
    store.put("images/camera/one.jpg", b"12345")
    assert recorder.take() == [
        "mkdir media/images",
        "fsync media",
        "mkdir media/images/camera",
        "fsync media/images",
        "create media/images/camera/one.jpg",
        "fsync media/images/camera/one.jpg 5",
        "fsync media/images/camera",
    ]
    store.put("images/camera/two.jpg", b"123")
    assert recorder.take() == [
        "create media/images/camera/two.jpg",
        "fsync media/images/camera/two.jpg 3",
        "fsync media/images/camera",
    ]


def test_the_store_s_own_directory_is_durable_from_the_first_start(tmp_path: Path, recorder: Recorder) -> None:
    DiskStore(tmp_path / "data" / "media")
    calls = recorder.take()
    assert calls.index("mkdir data") < calls.index("fsync .")
    assert calls.index("mkdir data/media") < calls.index("fsync data")


def test_a_directory_that_somebody_else_made_is_not_taken_for_durable(tmp_path: Path, recorder: Recorder) -> None:
    store = DiskStore(tmp_path)
    store.put("images/camera/thumbnail.jpg", b"x", durable=False)
    assert [call for call in recorder.take() if call.startswith("fsync")] == []
    store.put("images/camera/one.jpg", b"x")
    assert [call for call in recorder.take() if call.startswith("fsync")] == [
        "fsync .",
        "fsync images",
        "fsync images/camera/one.jpg 1",
        "fsync images/camera",
    ]


def test_a_directory_that_was_swept_away_is_made_durable_again(tmp_path: Path, recorder: Recorder) -> None:
    store = DiskStore(tmp_path)
    store.put("images/camera/one.jpg", b"x")
    store.delete("images/camera/one.jpg")
    (tmp_path / "images" / "camera").rmdir()
    recorder.take()
    store.put("images/camera/two.jpg", b"x")
    assert "fsync images" in recorder.take()


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EDQUOT, StoreFull),
        (errno.EIO, StoreUnavailable),
        (errno.EROFS, StoreUnavailable),
    ],
)
def test_a_failing_fsync_leaves_no_file_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: type[Exception]
) -> None:
    store = DiskStore(tmp_path)
    store.put(KEY, b"the directories exist now")

    def fail(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(expected):
        store.put(OTHER, b"x")
    monkeypatch.undo()
    with pytest.raises(BlobMissing):
        store.read(OTHER)
    store.put(OTHER, b"again")
    assert store.read(OTHER) == b"again"


def test_files_are_not_for_everybody(tmp_path: Path) -> None:
    DiskStore(tmp_path).put(KEY, b"x")
    assert stat.S_IMODE((tmp_path / KEY).stat().st_mode) & stat.S_IRWXO == 0
    assert stat.S_IMODE((tmp_path / KEY).parent.stat().st_mode) & stat.S_IRWXO == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    try:
        mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("needs the right to mount a small tmpfs")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_really_full_says_so_and_keeps_no_part(small_disk: Path) -> None:
    store = DiskStore(small_disk)

    def fill() -> None:
        for number in range(20):
            store.put(f"images/{number}.jpg", b"x" * 50_000)

    with pytest.raises(StoreFull):
        fill()
    kept = sorted((small_disk / "images").iterdir())
    assert 0 < len(kept) < 20
    assert {path.stat().st_size for path in kept} == {50_000}
    store.delete(f"images/{kept[0].name}")
    store.put("images/again.jpg", b"x" * 50_000)


def test_an_address_names_a_directory(tmp_path: Path) -> None:
    store = open_store(f"file://{quote(str(tmp_path / 'a b'))}")
    store.put(KEY, b"x")
    assert (tmp_path / "a b" / KEY).read_bytes() == b"x"


@pytest.mark.parametrize("url", ["", "ftp://x/y", "file://host/path", "/plain/path"])
def test_an_address_that_names_no_store_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="PICAM_STORAGE_URL"):
        open_store(url)
