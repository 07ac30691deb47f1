"""USB cameras (V4L2) through PyAV's demuxer: their MJPEG pictures are passed on untouched, only a small grey one is decoded.

Needs a PyAV with libavdevice, as Debian's is (python3-av); the one from pip has no V4L2. Tested on recorded MJPEG; not proven on
hardware.
"""

import io
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import av
import numpy as np
from PIL import Image

from auxiliary.clock import Clock
from auxiliary.motion.types import Luma
from auxiliary.source.pace import Pace
from auxiliary.source.recording import luma_size
from auxiliary.source.stills import JpegStill, encode, readable
from auxiliary.source.types import Frame, SourceError

_OPEN_SECONDS, _READ_SECONDS = 10.0, 5.0
_START, _END, _HUFFMAN, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xC4, 0xDA


class UsbSource:
    """Implements `CameraSource` on a device such as `/dev/video0`. `open_container` opens something else in tests."""

    kind = "usb"
    live = True

    def __init__(
        self,
        device: str,
        clock: Clock,
        *,
        picture_size: tuple[int, int],
        frames_per_second: float,
        luma_width: int,
        open_container: Callable[[], Any] | None = None,
    ) -> None:
        self._device = device
        self._clock = clock
        self._closed = threading.Event()
        try:
            self._container = (open_container or (lambda: _open_device(device, picture_size)))()
        except (av.FFmpegError, OSError, ValueError) as error:
            raise SourceError(
                f"The USB camera {device} cannot be opened ({error}): is it plugged in, and free?"
            ) from error
        stream = self._container.streams.video[0]
        if stream.codec_context.name != "mjpeg":
            self._container.close()
            raise SourceError(f"The USB camera {device} does not send JPEG pictures; only such cameras are supported.")
        size = (stream.codec_context.width, stream.codec_context.height)
        self.luma_size = luma_size(size, luma_width)
        self.frames_per_second = frames_per_second
        self.description = f"the USB camera {device} ({size[0]}x{size[1]})"

    def frames(self) -> Iterator[Frame]:
        pace = Pace(self.frames_per_second)
        number = 0
        try:
            for packet in self._container.demux(video=0):
                now_ns = self._clock.monotonic_ns()
                if self._closed.is_set():
                    return
                jpeg = whole_jpeg(bytes(packet))
                if jpeg is None or not pace.due(now_ns):
                    continue
                try:
                    luma = self._luma(jpeg)
                except SourceError:
                    continue  # damaged on the cable
                yield Frame(number, now_ns, luma, JpegStill(jpeg), f"picture-{number:08d}")
                number += 1
        except (av.FFmpegError, OSError) as error:
            raise SourceError(f"The USB camera {self._device} sends no more ({error}).") from error
        finally:
            self._container.close()
        if not self._closed.is_set():
            raise SourceError(f"The USB camera {self._device} sends no more.")

    def close(self) -> None:
        """The reader lets go of the device at its next frame; a process that hangs in it is ended by `isolated`."""
        self._closed.set()

    def _luma(self, jpeg: bytes) -> Luma:
        with readable("The camera's JPEG"), Image.open(io.BytesIO(jpeg)) as image:
            image.draft("L", self.luma_size)  # decodes an eighth, a quarter or half of it, grey alone
            return np.asarray(image.convert("L").resize(self.luma_size, Image.Resampling.BOX))


def whole_jpeg(data: bytes) -> bytes | None:
    """The JPEG in a buffer of a USB camera, without the padding behind it and with the Huffman tables that many leave out.

    None when it is cut off. Source: USB video class, payload MJPEG, section 2.1 (tables may be omitted).
    """
    end = data.rfind(_END)
    if not data.startswith(_START) or end < 0:
        return None
    jpeg = data[: end + 2]
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] not in (_HUFFMAN, _SCAN):
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    if at + 4 > len(jpeg) or jpeg[at] != 0xFF:
        return None
    return jpeg if jpeg[at + 1] == _HUFFMAN else jpeg[:at] + _standard_tables() + jpeg[at:]


@cache
def _standard_tables() -> bytes:
    """The usual Huffman tables (JPEG annex K), taken from a picture that Pillow encodes with them."""
    jpeg = encode(Image.new("RGB", (8, 8)), 75)
    tables, at = b"", 2
    while jpeg[at + 1] != _SCAN:
        length = 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        tables += jpeg[at : at + length] if jpeg[at + 1] == _HUFFMAN else b""
        at += length
    return tables


def _open_device(device: str, picture_size: tuple[int, int]) -> Any:
    options = {"input_format": "mjpeg", "video_size": "{}x{}".format(*picture_size)}
    return av.open(device, format="v4l2", options=options, timeout=(_OPEN_SECONDS, _READ_SECONDS))
