"""Network cameras (RTSP, or video over HTTP) through PyAV: TCP, a limit on every wait, pictures decoded and kept as planes.

Decoding a large picture many times a second is more than a small Pi can do: give it the camera's sub-stream. The address may
hold a password, so it appears in no message. Tested against a small RTSP server; no camera has been tried.
"""

import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import av
import numpy as np

from auxiliary.clock import Clock
from auxiliary.source.pace import Pace
from auxiliary.source.recording import luma_size
from auxiliary.source.scaling import Scaler
from auxiliary.source.stills import Yuv420Still
from auxiliary.source.types import Frame, SourceError, TakeUnit, Unit

_OPEN_SECONDS, _READ_SECONDS = 10.0, 5.0
_MOST_DAMAGED_IN_A_ROW = 100
_OPTIONS = {"rtsp_transport": "tcp", "analyzeduration": "2000000", "probesize": "1000000"}


class NetworkSource:
    """Implements `CameraSource`. A frame is captured when it arrives: clocks of network cameras are not to be trusted.

    Where the camera sends H.264 as a stream (`passes_on`) it implements `Encodes` too, by passing on what comes.
    """

    live = True

    def __init__(self, address: str, clock: Clock, *, frames_per_second: float, luma_width: int) -> None:
        parts = urlsplit(address)
        self.kind = parts.scheme
        self.description = f"the network camera {parts.hostname}"
        self._name = f"The network camera {parts.hostname}"
        self.frames_per_second = frames_per_second
        self._clock = clock
        self._closed = threading.Event()
        options = _OPTIONS if parts.scheme.startswith("rtsp") else {}
        try:
            self._container = av.open(address, options=options, timeout=(_OPEN_SECONDS, _READ_SECONDS))
        except (av.FFmpegError, OSError) as error:
            raise SourceError(
                f"{self._name} cannot be reached ({_reason(error)}): check address and password."
            ) from None
        if not self._container.streams.video:
            self._container.close()
            raise SourceError(f"{self._name} sends no video.")
        self._stream = self._container.streams.video[0]
        self._stream.codec_context.thread_count = 1
        context = self._stream.codec_context
        self._size = (context.width // 2 * 2, context.height // 2 * 2)
        self.luma_size = luma_size(self._size, luma_width)
        self.passes_on = context.name == "h264" and not (context.extradata or b"").startswith(b"\x01")
        self._to_grey, self._to_planes = Scaler(), Scaler()
        self.on_unit: TakeUnit | None = None
        self._wanted = False

    def encode(self, kilobits_per_second: int | None) -> None:
        self._wanted = kilobits_per_second is not None

    def request_key(self) -> None:
        """The camera sends them when it likes: most do every one to four seconds."""

    def frames(self) -> Iterator[Frame]:
        pace = Pace(self.frames_per_second)
        number = 0
        for decoded in self._decoded():
            now_ns = self._clock.monotonic_ns()
            if self._closed.is_set():
                break
            if pace.due(now_ns):
                yield self._frame(decoded, number, now_ns)
                number += 1
        if not self._closed.is_set():
            raise SourceError(f"{self._name} ended the stream.")

    def close(self) -> None:
        """The reader lets go of the connection at its next frame; a process that hangs in it is ended by `isolated`."""
        self._closed.set()

    def _decoded(self) -> Iterator[av.VideoFrame]:
        """A damaged picture is skipped: on a bad line the next one may be whole."""
        damaged = 0
        try:
            for packet in self._container.demux(self._stream):
                if self._closed.is_set():
                    return
                self._pass_on(packet)
                try:
                    pictures = packet.decode()
                    damaged = 0
                except av.InvalidDataError:
                    damaged += 1
                    if damaged > _MOST_DAMAGED_IN_A_ROW:
                        raise
                    continue
                yield from pictures
        except (av.FFmpegError, OSError) as error:
            raise SourceError(f"{self._name} sends no more ({_reason(error)}).") from None
        finally:
            self._container.close()

    def _pass_on(self, packet: "av.Packet[av.VideoStream]") -> None:
        if self.on_unit is None or not self._wanted or not packet.size:
            return
        data = bytes(packet)
        if packet.is_keyframe and not _has_parameter_sets(data):
            data = (self._stream.codec_context.extradata or b"") + data
        self.on_unit(Unit(self._clock.monotonic_ns(), packet.is_keyframe, 0, data))

    def _frame(self, decoded: av.VideoFrame, number: int, captured_ns: int) -> Frame:
        width, height = self.luma_size
        grey = self._to_grey.scale(decoded, width, height, "gray")
        across, down = self._size
        planes = self._to_planes.scale(decoded, across, down, "yuvj420p").to_ndarray()
        luma = np.asarray(grey.to_ndarray(), dtype=np.uint8)
        still = Yuv420Still(np.asarray(planes, dtype=np.uint8), self._size)
        return Frame(number, captured_ns, luma, still, f"picture-{number:08d}")


def _has_parameter_sets(unit: bytes) -> bool:
    """Whether an Annex B unit holds a sequence parameter set (type 7); many cameras send them with the address alone."""
    at = unit.find(b"\x00\x00\x01")
    while at >= 0 and at + 3 < len(unit):
        if unit[at + 3] & 0x1F == 7:
            return True
        at = unit.find(b"\x00\x00\x01", at + 3)
    return False


def _reason(error: Exception) -> str:
    """What went wrong without the address, which libav likes to repeat."""
    if isinstance(error, av.ExitError):  # the interrupt at the time limit
        return "no answer in time"
    return (getattr(error, "strerror", None) or type(error).__name__).lower()
