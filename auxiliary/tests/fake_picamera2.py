"""A thin fake of the few picamera2 calls that `source/picamera.py` makes: YUV420 buffers with padded rows, one frame a request."""

from typing import Any

import numpy as np
from PIL import Image

from auxiliary.clock import FakeClock
from auxiliary.source.stills import Plane
from auxiliary.tests.material import yard_picture

PADDING = 64


class FakeRequest:
    def __init__(self, camera: "FakeCamera", number: int, exposed_ns: int) -> None:
        self._camera = camera
        self._number = number
        self._exposed_ns = exposed_ns

    def make_array(self, name: str) -> Plane:
        if self._camera.broken_buffers:
            raise RuntimeError("buffer cannot be mapped")
        return padded_yuv420(yard_picture(self._number), self._camera.configuration[name]["size"])

    def get_metadata(self) -> dict[str, Any]:
        return {"SensorTimestamp": self._exposed_ns, "Lux": 100.0}

    def release(self) -> None:
        self._camera.held -= 1


class FakeCamera:
    """`frames_left` requests can be had, then the camera hangs as libcamera's does: TimeoutError, nothing else."""

    def __init__(self, clock: FakeClock, frames_left: int = 5) -> None:
        self._clock = clock
        self.frames_left = frames_left
        self.configuration: dict[str, Any] = {}
        self.started = self.closed = self.broken_buffers = False
        self.held = self.flushed = self.taken = 0

    def create_video_configuration(
        self, main: Any, lores: Any, raw: Any, colour_space: Any, buffer_count: int, controls: Any, queue: bool
    ) -> dict[str, Any]:
        return {"main": main, "lores": lores, "raw": raw, "controls": controls, "colour_space": colour_space}

    def configure(self, camera_config: Any) -> None:
        self.configuration = camera_config

    def camera_configuration(self) -> dict[str, Any]:
        return self.configuration

    def start(self) -> None:
        self.started = True

    def capture_request(self, wait: float) -> FakeRequest:
        if not self.frames_left:
            self._clock.advance(wait)
            raise TimeoutError
        assert self.held == 0, "a request is still held: the camera starves"
        self.frames_left -= 1
        self.held += 1
        self._clock.advance(0.1)
        self.taken += 1
        return FakeRequest(self, self.taken - 1, self._clock.monotonic_ns() - 30_000_000)

    def cancel_all_and_flush(self) -> None:
        self.flushed += 1

    def close(self) -> None:
        self.closed = True


def padded_yuv420(rgb: Plane, size: tuple[int, int]) -> Plane:
    """As the camera lays it out: Y, then U, then V, every row as long as the stride."""
    width, height = size
    y, u, v = (np.asarray(band) for band in Image.fromarray(rgb).resize(size).convert("YCbCr").split())
    stride = width + PADDING
    out = np.full((height * 3 // 2, stride), 255, np.uint8)
    out[:height, :width] = y
    half = out.reshape(height * 3, stride // 2)
    half[2 * height : 2 * height + height // 2, : width // 2] = u[::2, ::2]
    half[2 * height + height // 2 :, : width // 2] = v[::2, ::2]
    return out
