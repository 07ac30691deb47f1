"""What the tests are made of: frames without a camera, small recordings, records."""

import io
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from auxiliary.clock import FakeClock, stamp
from auxiliary.ids import uuid7
from auxiliary.motion.types import Box, Luma, Motion
from auxiliary.records import AlertEnded, AlertOpened, Picture
from auxiliary.source.types import Frame

STILL = Motion(detected=False, score=0.1, boxes=())
SIZE = (320, 240)


@dataclass(frozen=True)
class FakeStill:
    content: bytes = b"\xff\xd8picture\xff\xd9"

    @property
    def size_bytes(self) -> int:
        return len(self.content)

    def picture(self) -> Image.Image:
        return Image.new("RGB", SIZE, "white")

    def jpeg(self) -> bytes:
        return self.content

    def thumbnail(self) -> bytes:
        return b"\xff\xd8small\xff\xd9"


def moving(size: float = 0.2, score: float = 0.8) -> Motion:
    return Motion(detected=True, score=score, boxes=(Box(0.1, 0.1, size, size),))


def textured() -> Luma:
    grid = np.indices((60, 80)).sum(axis=0) % 2
    plane: Luma = (grid * 200).astype(np.uint8)
    return plane


def frame(at_seconds: float, *, luma: Luma | None = None, cut: bool = False, number: int = 0) -> Frame:
    plane = textured() if luma is None else luma
    return Frame(number, round(at_seconds * 1e9), plane, FakeStill(), f"frame-{number:06d}", cut=cut)


def yard_picture(number: int, *, moving_from: int = 40, moving_to: int = 75) -> NDArray[np.uint8]:
    """RGB: a still, noisy scene; a bright figure walks through it between two frame numbers. The top left corner counts."""
    rng = np.random.default_rng(number)
    scene = np.full((SIZE[1], SIZE[0], 3), 90, np.int16)
    scene[:, ::40] += 30
    scene += rng.integers(-3, 4, scene.shape, dtype=np.int16)
    if moving_from <= number < moving_to:
        left = 20 + (number - moving_from) * 7
        scene[80:180, left : left + 45] = 225
    scene[:16, :160] = number_stripes(number)
    return scene.clip(0, 255).astype(np.uint8)


def number_stripes(number: int) -> NDArray[np.int16]:
    """Ten blocks of 16 pixels, lighter or darker: a Gray code, so that only one changes a frame and nothing seems to move."""
    bits = [((number ^ number >> 1) >> bit) & 1 for bit in range(10)]
    return np.repeat([96 + 10 * bit for bit in bits], 16)[None, :, None].repeat(3, axis=2).astype(np.int16)


def read_number(jpeg: bytes) -> int:
    """The number that `number_stripes` drew, read from a decoded picture: which frame is this?"""
    grey = np.asarray(Image.open(io.BytesIO(jpeg)).convert("L"), dtype=np.int16)
    number = code = sum(int(grey[4:12, 16 * bit + 4 : 16 * bit + 12].mean() > 101) << bit for bit in range(10))
    while code := code >> 1:
        number ^= code
    return number


def make_video(path: Path, frames: int = 120, rate: int = 10, **motion: int) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 4_000_000
        for number in range(frames):
            picture = av.VideoFrame.from_ndarray(yard_picture(number, **motion), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


def jpeg_of(number: int) -> bytes:
    """One picture as Pillow encodes it, with the usual Huffman tables."""
    buffer = io.BytesIO()
    Image.fromarray(yard_picture(number)).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def make_mjpeg(path: Path, frames: int = 12, *, padding: bytes = b"\0" * 100) -> Path:
    """JPEG pictures as a USB camera sends them: each in a buffer with something behind it."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=10)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuvj420p"
        for number in range(frames):
            packet = av.Packet(jpeg_of(number) + padding)
            packet.stream, packet.pts, packet.dts = stream, number, number
            packet.time_base = Fraction(1, 10)
            container.mux(packet)
    return path


def make_folder(path: Path, frames: int = 12) -> Path:
    path.mkdir()
    for number in range(frames):
        Image.fromarray(yard_picture(number)).save(path / f"{number:04d}.png")
    return path


def opened(clock: FakeClock) -> AlertOpened:
    at = stamp(clock, clock.monotonic_ns())
    return AlertOpened(alert_id=uuid7(at.wall_ns), stamp=at, alert_type="motion", score=0.7)


def ended(alert: AlertOpened, clock: FakeClock) -> AlertEnded:
    return AlertEnded(alert_id=alert.alert_id, stamp=stamp(clock, clock.monotonic_ns()), score=0.9)


def picture(alert: AlertOpened | None, clock: FakeClock, role: str = "more") -> Picture:
    at = stamp(clock, clock.monotonic_ns())
    return Picture.model_validate(
        {
            "image_id": uuid7(at.wall_ns),
            "alert_id": alert.alert_id if alert else None,
            "stamp": at,
            "filename": "picture.jpg",
            "role": role,
        }
    )
