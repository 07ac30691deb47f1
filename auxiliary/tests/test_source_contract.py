"""What every camera source promises: replay (also in a process of its own, also masked), RTSP, USB's MJPEG, a fake picamera2."""

import io
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from auxiliary.clock import FakeClock, SystemClock
from auxiliary.motion.types import Exposure
from auxiliary.source import CameraSource, SourceError, open_source
from auxiliary.source.child import _send_frame
from auxiliary.source.masked import MaskedSource
from auxiliary.source.network import NetworkSource
from auxiliary.source.picamera import PicameraSource
from auxiliary.source.pipe import receive
from auxiliary.source.usb import UsbSource
from auxiliary.tests.fake_picamera2 import FakeCamera
from auxiliary.tests.material import SIZE, make_folder, make_mjpeg, make_video, read_number
from auxiliary.tests.rtsp_server import rtsp_server

OpenSource = Callable[[], CameraSource]


@pytest.fixture(params=["video", "folder", "isolated", "masked", "picamera", "rtsp", "usb"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenSource]:
    def open_one() -> CameraSource:
        if request.param == "rtsp":
            path = make_video(tmp_path / "yard.mp4", frames=12)
            address = stack.enter_context(rtsp_server(path)).address
            source: CameraSource = NetworkSource(address, TickingClock(), frames_per_second=10, luma_width=320)
        else:
            source = _open(request.param, tmp_path)
        stack.callback(source.close)
        return source

    with ExitStack() as stack:
        yield open_one


class TickingClock(FakeClock):
    """A tenth of a second passes from one frame to the next, as far as a camera's reader looks."""

    def monotonic_ns(self) -> int:
        self.advance(0.1)
        return super().monotonic_ns()


def make_usb(path: Path, clock: FakeClock, frames: int = 12) -> UsbSource:
    return UsbSource(
        "/dev/video0",
        clock,
        picture_size=SIZE,
        frames_per_second=10,
        luma_width=320,
        open_container=lambda: av.open(str(make_mjpeg(path, frames))),
    )


def _open(kind: str, tmp_path: Path) -> CameraSource:
    clock = FakeClock()
    if kind == "picamera":
        return PicameraSource(
            clock,
            picture_size=(640, 480),
            luma_width=320,
            frames_per_second=10,
            open_camera=lambda: (FakeCamera(clock, frames_left=12), "full range"),
        )
    if kind == "usb":
        return make_usb(tmp_path / "usb.avi", TickingClock())
    path = make_folder(tmp_path / "yard") if kind == "folder" else make_video(tmp_path / "yard.mp4", frames=12)
    masks = [((0.9, 0.9), (1.0, 0.9), (1.0, 1.0))] if kind == "masked" else []
    return open_source(str(path), clock, speed=0, isolated=kind == "isolated", privacy_masks=masks)


def test_frames_come_in_order_with_growing_instants(opening: OpenSource) -> None:
    frames = list(islice(opening().frames(), 12))
    assert [frame.number for frame in frames] == list(range(12))
    instants = [frame.captured_ns for frame in frames]
    assert np.diff(instants) == pytest.approx(1e8, rel=0.01)
    assert len({frame.name for frame in frames}) == 12


def test_the_luma_plane_is_small_contiguous_and_of_the_announced_size(opening: OpenSource) -> None:
    source = opening()
    width, height = source.luma_size
    assert width <= 320
    for frame in islice(source.frames(), 3):
        assert frame.luma.shape == (height, width)
        assert frame.luma.dtype == np.uint8
        assert frame.luma.flags.c_contiguous
        assert 60 < frame.luma[height // 2 :, : width // 2].mean() < 130


def test_the_jpeg_is_the_frame_whenever_it_is_asked_for(opening: OpenSource) -> None:
    frames = list(islice(opening().frames(), 12))
    for frame in reversed(frames):
        if Image.open(io.BytesIO(frame.still.jpeg())).size == (320, 240):
            assert read_number(frame.still.jpeg()) == frame.number
        else:
            halved = Image.open(io.BytesIO(frame.still.jpeg())).resize((320, 240))
            buffer = io.BytesIO()
            halved.save(buffer, "PNG")
            assert read_number(buffer.getvalue()) == frame.number


def test_the_jpeg_is_baseline_and_ends_with_its_end(opening: OpenSource) -> None:
    jpeg = next(iter(opening().frames())).still.jpeg()
    assert jpeg.startswith(b"\xff\xd8")
    assert jpeg.endswith(b"\xff\xd9")
    image = Image.open(io.BytesIO(jpeg))
    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert "progressive" not in image.info


def test_a_picture_may_be_made_in_several_threads_at_once(tmp_path: Path) -> None:
    """In a process of its own, because that is what ends or hangs when two threads share a scaler: video beside pictures did."""
    path = make_video(tmp_path / "yard.mp4", frames=40)
    done = subprocess.run(
        [sys.executable, "-c", _MANY_THREADS, str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "40 pictures\n"), done.stderr


_MANY_THREADS = """
import sys, threading
from pathlib import Path
from auxiliary.source.recording import open_recording

pictures = 0
for recorded in open_recording(Path(sys.argv[1]), frames_per_second=30, luma_width=320).read():
    still = recorded.still
    threads = [threading.Thread(target=make) for make in (still.jpeg, still.thumbnail, still.yuv420p, still.thumbnail)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pictures += 1
print(pictures, "pictures")
"""


def test_the_thumbnail_is_at_most_320_wide_and_shows_the_same(opening: OpenSource) -> None:
    still = next(iter(opening().frames())).still
    small = Image.open(io.BytesIO(still.thumbnail()))
    assert small.width <= 320
    full = Image.open(io.BytesIO(still.jpeg())).resize(small.size)
    assert np.abs(np.asarray(small, dtype=int) - np.asarray(full, dtype=int)).mean() < 6


def test_what_lies_under_a_privacy_mask_is_in_nothing_that_a_frame_gives(opening: OpenSource) -> None:
    source = MaskedSource(opening(), [((0.5, 0.25), (1.0, 0.25), (1.0, 0.75), (0.5, 0.75))])
    frame = next(iter(source.frames()))
    planes = [
        np.asarray(Image.open(io.BytesIO(data)).convert("L")) for data in (frame.still.jpeg(), frame.still.thumbnail())
    ]
    for plane in (frame.luma, *planes):
        height, width = plane.shape
        assert plane[height // 4 : height * 3 // 4, width // 2 :].max() < 12
        assert plane[height // 4 : height * 3 // 4, : width // 2 - 8].min() > 40
    source.close()


def test_frames_end_soon_after_close_and_close_may_come_again(opening: OpenSource) -> None:
    source = opening()
    frames = source.frames()
    next(frames)
    source.close()
    assert len(list(frames)) <= 1
    source.close()


def test_a_camera_that_hangs_is_an_error_within_the_time_limit_and_its_requests_are_cancelled() -> None:
    clock = FakeClock()
    camera = FakeCamera(clock, frames_left=2)
    source = PicameraSource(
        clock, picture_size=(640, 480), luma_width=320, frames_per_second=10, open_camera=lambda: (camera, None)
    )
    frames = source.frames()
    assert len(list(islice(frames, 2))) == 2
    before_ns = clock.monotonic_ns()
    with pytest.raises(SourceError, match="no picture for 5 s"):
        next(frames)
    assert clock.monotonic_ns() - before_ns <= 5e9
    assert camera.flushed == 1
    assert camera.held == 0


def test_the_camera_is_configured_once_with_full_range_yuv_and_no_raw_stream() -> None:
    clock = FakeClock()
    camera = FakeCamera(clock)
    source = PicameraSource(
        clock, picture_size=(1280, 720), luma_width=320, frames_per_second=10, open_camera=lambda: (camera, "full")
    )
    configuration = camera.configuration
    assert configuration["main"] == {"size": (1280, 720), "format": "YUV420"}
    assert configuration["lores"] == {"size": (320, 180), "format": "YUV420"}
    assert (configuration["raw"], configuration["colour_space"]) == (None, "full")
    assert configuration["controls"] == {"FrameDurationLimits": (100_000, 100_000)}
    frame = next(iter(source.frames()))
    assert frame.captured_ns == clock.monotonic_ns() - 30_000_000
    source.close()
    assert camera.closed


def test_a_request_goes_back_even_when_its_buffers_cannot_be_read() -> None:
    clock = FakeClock()
    camera = FakeCamera(clock)
    camera.broken_buffers = True
    source = PicameraSource(
        clock, picture_size=(640, 480), luma_width=320, frames_per_second=10, open_camera=lambda: (camera, None)
    )
    with pytest.raises(SourceError, match="cannot be read"):
        next(iter(source.frames()))
    assert camera.held == 0


def test_a_recording_plays_in_real_time_and_over_again_with_a_cut_at_the_seam(tmp_path: Path) -> None:
    path = make_folder(tmp_path / "yard", frames=5)
    source = open_source(str(path), SystemClock(), speed=1, loop=True, frames_per_second=50)
    began_ns = SystemClock().monotonic_ns()
    frames = list(islice(source.frames(), 15))
    source.close()
    assert [frame.number for frame in frames] == list(range(5)) * 3
    assert [frame.cut for frame in frames] == ([False] * 5 + [True] + [False] * 4 + [True] + [False] * 4)
    assert frames[-1].captured_ns - began_ns >= 14 / 50 * 1e9  # each pass takes its whole time


def test_as_fast_as_possible_keeps_the_recordings_own_time_and_ends_now(tmp_path: Path) -> None:
    clock = FakeClock()
    path = make_video(tmp_path / "yard.mp4", frames=20)
    frames = list(open_source(str(path), clock, speed=0).frames())
    assert len(frames) == 20
    assert frames[0].captured_ns == pytest.approx(clock.monotonic_ns() - 2e9, abs=1e8)
    assert frames[-1].captured_ns <= clock.monotonic_ns()


def test_a_fast_recording_is_thinned_out_evenly(tmp_path: Path) -> None:
    path = make_video(tmp_path / "yard.mp4", frames=50, rate=25)
    numbers = [frame.number for frame in open_source(str(path), FakeClock(), speed=0).frames()]
    assert 19 <= len(numbers) <= 21
    assert set(np.diff(numbers)) <= {2, 3}


def test_pictures_of_several_sizes_in_a_folder_keep_one_luma_size(tmp_path: Path) -> None:
    path = make_folder(tmp_path / "yard", frames=2)
    Image.new("RGB", (1000, 400), "grey").save(path / "9999.jpg")
    frames = list(open_source(str(path), FakeClock(), speed=0).frames())
    assert {frame.luma.shape for frame in frames} == {(240, 320)}


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("/dev/video77", "/dev/video77 cannot be opened"),
        ("rtsp://me:secret@127.0.0.1:9/stream", r"^The network camera 127.0.0.1 cannot be reached \([a-z ]*\): check"),
        ("ftp://camera/stream", "no address of a camera"),
        ("nowhere.mp4", "no file or folder nowhere.mp4"),
        ("picamera", "apt install"),
    ],
)
def test_a_source_that_cannot_work_is_told_in_a_sentence(spec: str, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence) as error:
        open_source(spec, FakeClock(), isolated=False)
    assert "secret" not in str(error.value)


def test_files_that_are_no_recordings_are_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video")
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "1.jpg").write_bytes(b"\xff\xd8\xff")
    for name, sentence in (("text.mp4", "as a video"), ("empty", "no pictures"), ("broken", "not a picture")):
        with pytest.raises(SourceError, match=sentence):
            open_source(str(tmp_path / name), FakeClock())


def test_what_the_camera_says_of_the_light_comes_with_its_frames_and_through_the_pipe(tmp_path: Path) -> None:
    frame = next(iter(_open("picamera", tmp_path).frames()))
    assert frame.exposure == Exposure(lux=100.0, analogue_gain=None, exposure_us=None)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sending = threading.Thread(target=_send_frame, args=(theirs, frame))
        sending.start()
        head, _ = receive(ours)
        sending.join()
    assert Exposure(**head["exposure"]) == frame.exposure
