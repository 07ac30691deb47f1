"""USB and network cameras: what they alone do. The contract that all sources share is in test_source_contract."""

import io
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from auxiliary.clock import FakeClock
from auxiliary.source import SourceError, network
from auxiliary.source.network import NetworkSource
from auxiliary.source.pace import Pace
from auxiliary.source.usb import whole_jpeg
from auxiliary.tests.material import jpeg_of, make_video, read_number
from auxiliary.tests.rtsp_server import rtsp_server
from auxiliary.tests.test_source_contract import TickingClock, make_usb


def without_tables(jpeg: bytes) -> bytes:
    """As many USB cameras send it: no Huffman tables."""
    while (at := jpeg.find(b"\xff\xc4")) >= 0:
        jpeg = jpeg[:at] + jpeg[at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big") :]
    return jpeg


def test_a_usb_cameras_picture_is_passed_on_byte_for_byte_without_its_padding(tmp_path: Path) -> None:
    frames = list(islice(make_usb(tmp_path / "usb.avi", TickingClock()).frames(), 12))
    assert [frame.still.jpeg() for frame in frames] == [jpeg_of(number) for number in range(12)]


def test_missing_huffman_tables_are_put_back_and_cut_off_pictures_dropped() -> None:
    jpeg = jpeg_of(5)
    assert whole_jpeg(jpeg + b"\0\xff\0") == jpeg
    bare = without_tables(jpeg)
    assert len(bare) < len(jpeg) - 400
    mended = whole_jpeg(bare + b"\0" * 9)
    assert mended is not None
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(mended))), np.asarray(Image.open(io.BytesIO(jpeg))))
    for broken in (b"", jpeg[:-2], jpeg[2:], b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xe0\xff\xff\xff\xd9"):
        assert whole_jpeg(broken) is None


def test_a_usb_camera_that_goes_away_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="sends no more"):
        list(make_usb(tmp_path / "usb.avi", TickingClock()).frames())


def test_a_network_camera_that_ends_is_an_error_and_its_password_is_shown_nowhere(tmp_path: Path) -> None:
    with rtsp_server(make_video(tmp_path / "yard.mp4", frames=5)) as server:
        source = NetworkSource(server.address, TickingClock(), frames_per_second=10, luma_width=320)
        with pytest.raises(SourceError, match=r"^The network camera 127\.0\.0\.1") as error:
            list(source.frames())
    assert source.description == "the network camera 127.0.0.1"
    assert "secret" not in str(error.value)
    assert server.asked[:4] == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"]


def test_a_network_camera_that_hangs_is_an_error_within_the_time_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "_READ_SECONDS", 0.5)
    with rtsp_server(make_video(tmp_path / "yard.mp4", frames=5), hangs=True) as server:
        frames = NetworkSource(server.address, TickingClock(), frames_per_second=10, luma_width=320).frames()
        with pytest.raises(SourceError, match="sends no more"):
            list(frames)


@pytest.mark.parametrize(("rate", "expected"), [(25, 100), (30, 100), (15, 100), (10, 100), (5, 50)])
def test_frames_are_thinned_to_the_rate_that_is_analysed_and_never_below_their_own(rate: int, expected: int) -> None:
    pace, wobble = Pace(10), np.random.default_rng(1).uniform(-0.03, 0.03, rate * 10) * (10 / max(rate, 10))
    taken = sum(pace.due(round((number / rate + 1 + wobble[number]) * 1e9)) for number in range(rate * 10))
    assert taken == pytest.approx(expected, abs=2)


def test_numbers_are_read_back_from_a_network_cameras_pictures(tmp_path: Path) -> None:
    with rtsp_server(make_video(tmp_path / "yard.mp4", frames=12)) as server:
        source = NetworkSource(server.address, TickingClock(), frames_per_second=10, luma_width=160)
        frames = list(islice(source.frames(), 12))
        source.close()
    assert source.luma_size == (160, 120)
    assert [read_number(frame.still.jpeg()) for frame in frames] == list(range(12))


def test_an_address_where_nobody_answers_is_told_in_a_sentence() -> None:
    with pytest.raises(SourceError, match="cannot be reached"):
        NetworkSource("rtsp://127.0.0.1:9/", FakeClock(), frames_per_second=10, luma_width=320)
