"""The Pi's own camera through picamera2. The only module that imports picamera2 and libcamera (from apt; pip cannot supply them).

One fixed configuration for the whole life (switching modes fragments the Pi's camera memory until it fails), requests given
back at once (a held one starves the camera without a word), a time limit on every wait (libcamera's "frontend has timed out"
is a log line, not an exception). Tested against a fake of the few calls used; not proven on hardware.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np

from auxiliary.clock import Clock
from auxiliary.motion.types import Exposure
from auxiliary.source.stills import Plane, Yuv420Still
from auxiliary.source.types import Frame, SourceError

logger = logging.getLogger(__name__)

_FRAME_TIMEOUT_SECONDS = 5.0
_CLOSE_TIMEOUT_SECONDS = 3.0
_CAMERA_ERRORS = (RuntimeError, OSError, IndexError, TimeoutError)


class CompletedRequest(Protocol):
    """What is used of picamera2's class of that name."""

    def make_array(self, name: str) -> Plane: ...
    def get_metadata(self) -> dict[str, Any]: ...
    def release(self) -> None: ...


class Picamera2(Protocol):
    """What is used of picamera2's class of that name."""

    def create_video_configuration(
        self, main: Any, lores: Any, raw: Any, colour_space: Any, buffer_count: int, controls: Any, queue: bool
    ) -> dict[str, Any]: ...
    def configure(self, camera_config: Any) -> None: ...
    def camera_configuration(self) -> dict[str, Any]: ...
    def start(self) -> None: ...
    def capture_request(self, wait: float) -> CompletedRequest: ...
    def cancel_all_and_flush(self) -> None: ...
    def close(self) -> None: ...


class PicameraSource:
    """Implements `CameraSource`. `open_camera` returns an open camera and the full-range colour space that JPEG means."""

    kind = "picamera"
    live = True

    def __init__(
        self,
        clock: Clock,
        *,
        picture_size: tuple[int, int],
        luma_width: int,
        frames_per_second: float,
        open_camera: Callable[[], tuple[Picamera2, Any]] | None = None,
    ) -> None:
        self._clock = clock
        self._closed = threading.Event()
        self._number = 0
        self.frames_per_second = frames_per_second
        try:
            self._camera, colour_space = (open_camera or _open_camera)()
        except _CAMERA_ERRORS as error:
            raise SourceError(
                f"The camera cannot be opened ({error}). Is the ribbon cable in, and does `rpicam-hello` work?"
            ) from error
        try:
            self._start(picture_size, luma_width, colour_space)
        except _CAMERA_ERRORS as error:
            self.close()
            raise SourceError(f"The camera does not start ({error}).") from error
        width, height = self._size
        self.description = f"the Pi's camera ({width}x{height})"

    def frames(self) -> Iterator[Frame]:
        while not self._closed.is_set():
            try:
                request = self._camera.capture_request(wait=_FRAME_TIMEOUT_SECONDS)
            except _CAMERA_ERRORS as error:
                if self._closed.is_set():
                    return
                self._camera.cancel_all_and_flush()
                raise SourceError(f"The camera sent no picture for {_FRAME_TIMEOUT_SECONDS:.0f} s.") from error
            yield self._frame(request)

    def close(self) -> None:
        """Let go of the camera. Closing a hung one blocks for ever, so it happens in a thread that may be left behind."""
        if self._closed.is_set():
            return
        self._closed.set()
        closing = threading.Thread(target=self._close, name="close camera", daemon=True)
        closing.start()
        closing.join(_CLOSE_TIMEOUT_SECONDS)
        if closing.is_alive():
            logger.error("the camera does not close; it was left behind")

    def _close(self) -> None:
        try:
            self._camera.cancel_all_and_flush()
            self._camera.close()
        except _CAMERA_ERRORS as error:
            logger.warning("closing the camera failed: %s", error)

    def _start(self, picture_size: tuple[int, int], luma_width: int, colour_space: Any) -> None:
        width, height = picture_size
        luma_height = max(2, round(height * luma_width / width / 2) * 2)
        frame_us = round(1e6 / self.frames_per_second)
        configuration = self._camera.create_video_configuration(
            main={"size": picture_size, "format": "YUV420"},
            lores={"size": (luma_width, luma_height), "format": "YUV420"},
            raw=None,
            colour_space=colour_space,
            buffer_count=4,
            controls={"FrameDurationLimits": (frame_us, frame_us)},
            queue=False,
        )
        self._camera.configure(configuration)
        self._camera.start()
        actual: Mapping[str, Any] = self._camera.camera_configuration()
        self._size: tuple[int, int] = tuple(actual["main"]["size"])
        self.luma_size: tuple[int, int] = tuple(actual["lores"]["size"])

    def _frame(self, request: CompletedRequest) -> Frame:
        """Copy what is needed and give the request back, whatever happens."""
        try:
            low, full, metadata = request.make_array("lores"), request.make_array("main"), request.get_metadata()
        except _CAMERA_ERRORS as error:
            raise SourceError(f"The camera's picture cannot be read ({error}).") from error
        finally:
            request.release()
        width, height = self.luma_size
        now_ns = self._clock.monotonic_ns()
        # The sensor's own stamp is on the same clock (CLOCK_BOOTTIME); a driver without one leaves it out or at 0.
        captured_ns = min(int(metadata.get("SensorTimestamp") or now_ns), now_ns)
        number, self._number = self._number, self._number + 1
        luma = np.ascontiguousarray(low[:height, :width])
        still, name = Yuv420Still(full, self._size), f"picture-{number:08d}"
        return Frame(number, captured_ns, luma, still, name, exposure=_exposure(metadata))


def _exposure(metadata: Mapping[str, Any]) -> Exposure:
    """What libcamera says of the light; a driver without a measurement leaves it out."""
    return Exposure(metadata.get("Lux"), metadata.get("AnalogueGain"), metadata.get("ExposureTime"))


def _open_camera() -> tuple[Picamera2, Any]:
    try:
        import libcamera
        import picamera2
    except ImportError as error:
        raise SourceError(f"picamera2 is installed but does not load here ({error}).") from error
    return picamera2.Picamera2(), libcamera.ColorSpace.Sycc()
