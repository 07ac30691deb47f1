"""H.264 of what a camera sees, made only while somebody asks: puts an encoder beside any source, in the process the source runs in.

libx264 (ultrafast, no look-ahead: a unit leaves before the next picture comes) through PyAV. What lies under a privacy mask is
painted over before it is encoded. Neighbours: `isolated` carries units to the agent, `network` passes on what a camera encodes.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.frame import PictureType
from PIL import Image, ImageDraw

from auxiliary.motion.types import Polygon
from auxiliary.source.recording import VideoStill
from auxiliary.source.scaling import Scaler
from auxiliary.source.stills import Yuv420Still
from auxiliary.source.types import CameraSource, Frame, SourceError, Still, TakeUnit, Unit

logger = logging.getLogger(__name__)

KEY_EVERY_SECONDS = 2.0
_MOST_ACROSS = 1280
_MICROSECOND = Fraction(1, 1_000_000)


class EncodedSource:
    """Implements `CameraSource` and `Encodes` on a source; `take` is called from the thread that reads its frames."""

    def __init__(self, source: CameraSource, take: TakeUnit, masks: Sequence[Polygon] = ()) -> None:
        self._source = source
        self._take = take
        self._masks = masks
        self._wanted: int | None = None
        self._key = threading.Event()
        self._encoder: Encoder | None = None
        self._epoch = 0
        self._failed = False
        self.kind = source.kind
        self.description = source.description
        self.live = source.live
        self.frames_per_second = source.frames_per_second
        self.luma_size = source.luma_size

    def encode(self, kilobits_per_second: int | None) -> None:
        self._wanted = kilobits_per_second
        self._failed = False

    def request_key(self) -> None:
        self._key.set()

    def frames(self) -> Iterator[Frame]:
        for frame in self._source.frames():
            try:
                self._see(frame)
            except (av.FFmpegError, SourceError, ValueError) as error:
                # Pictures and alarms go on without video; it is tried again when somebody asks for it anew.
                logger.warning("no video: %s", error)
                self._encoder, self._failed = None, True
            yield frame

    def close(self) -> None:
        self._source.close()

    def _see(self, frame: Frame) -> None:
        wanted = self._wanted
        if wanted is None or self._failed:
            self._encoder = None
            return
        if self._encoder is None or self._encoder.kilobits_per_second != wanted or frame.cut:
            self._epoch += 1
            self._encoder = Encoder(self.frames_per_second, wanted, self._masks)
        key = self._key.is_set()
        self._key.clear()
        for data, is_key in self._encoder.encode(frame.still, frame.captured_ns, key=key):
            self._take(Unit(frame.captured_ns, is_key, self._epoch, data))


class Encoder:
    """One H.264 stream: begins with a key unit; the first picture decides its size, others are scaled to it."""

    def __init__(self, frames_per_second: float, kilobits_per_second: int, masks: Sequence[Polygon] = ()) -> None:
        self.kilobits_per_second = kilobits_per_second
        self._frames_per_second = frames_per_second
        self._masks = masks
        self._context: Any = None
        self._scaler = Scaler()
        self._hidden: list[tuple[np.ndarray[Any, Any], int]] = []
        self._last_us = -1

    def encode(self, still: Still, captured_ns: int, *, key: bool) -> list[tuple[bytes, bool]]:
        """The units of one picture: one, whether it is a key unit beside it. Raises what PyAV raises, or SourceError."""
        frame = self._frame(still)
        if self._context is None:
            self._context, key = self._open(frame), True
            frame = self._frame(still)
        self._paint(frame)
        self._last_us = max(captured_ns // 1000, self._last_us + 1)
        frame.pts, frame.time_base = self._last_us, _MICROSECOND
        frame.pict_type = PictureType.I if key else PictureType.NONE
        return [(bytes(packet), packet.is_keyframe) for packet in self._context.encode(frame)]

    def _open(self, frame: av.VideoFrame) -> Any:
        rate = max(1, round(self._frames_per_second))
        context: Any = av.CodecContext.create("libx264", "w")
        across = min(frame.width, _MOST_ACROSS)
        context.width, context.height = across // 2 * 2, round(frame.height * across / frame.width / 2) * 2
        context.pix_fmt = frame.format.name
        context.time_base, context.framerate = _MICROSECOND, Fraction(rate, 1)
        context.bit_rate = self.kilobits_per_second * 1000
        context.gop_size = max(1, round(rate * KEY_EVERY_SECONDS))
        limits = f"vbv-maxrate={self.kilobits_per_second}:vbv-bufsize={self.kilobits_per_second}"
        context.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "profile": "baseline",
            "forced-idr": "1",
            "x264-params": f"repeat-headers=1:annexb=1:scenecut=0:threads=1:{limits}",
        }
        self._hidden = _hidden((context.width, context.height), self._masks)
        return context

    def _frame(self, still: Still) -> av.VideoFrame:
        """A frame of our own, so that painting and stamping it changes nobody else's."""
        frame = _video_frame(still)
        if self._context is not None and (frame.width, frame.height) != (self._context.width, self._context.height):
            frame = self._scaler.scale(frame, self._context.width, self._context.height, frame.format.name)
        return frame

    def _paint(self, frame: av.VideoFrame) -> None:
        for plane, (hidden, black) in zip(frame.planes, self._hidden, strict=False):
            rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)  # type: ignore[call-overload]
            rows[: hidden.shape[0], : hidden.shape[1]][hidden] = black


def _video_frame(still: Still) -> av.VideoFrame:
    if isinstance(still, Yuv420Still):
        y, u, v = still.split()
        flat = np.concatenate([plane.ravel() for plane in (y, u, v)])
        return av.VideoFrame.from_ndarray(flat.reshape(-1, still.size[0]), format="yuvj420p")
    if isinstance(still, VideoStill):
        return av.VideoFrame.from_ndarray(still.yuv420p(), format="yuv420p")
    whole = still.picture().convert("RGB")
    even = whole.crop((0, 0, whole.width // 2 * 2, whole.height // 2 * 2))
    frame: Any = av.VideoFrame.from_image(even)  # type: ignore[no-untyped-call]
    converted: av.VideoFrame = frame.reformat(format="yuv420p")
    return converted


def _hidden(size: tuple[int, int], masks: Sequence[Polygon]) -> list[tuple[np.ndarray[Any, Any], int]]:
    """Per plane the pixels to paint and the value of black there; nothing without masks."""
    if not masks:
        return []
    whole = Image.new("1", size)
    draw = ImageDraw.Draw(whole)
    for polygon in masks:
        draw.polygon([(x * size[0], y * size[1]) for x, y in polygon], fill=1, outline=1, width=2)
    luma = np.asarray(whole)
    height, width = luma.shape[0] // 2 * 2, luma.shape[1] // 2 * 2
    # A colour sample covers four pixels: hidden as soon as one of them is.
    colour = np.asarray(luma[:height, :width].reshape(height // 2, 2, width // 2, 2).any(axis=(1, 3)))
    return [(luma, 16), (colour, 128), (colour, 128)]
