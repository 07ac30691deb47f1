"""The port `CameraSource`: where frames come from. Neighbours: `watch` reads them, `capture` keeps some, the recorder encodes those."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from auxiliary.motion.types import Exposure, Luma

if TYPE_CHECKING:
    from PIL.Image import Image

THUMBNAIL_WIDTH = 320
JPEG_QUALITY = 85
THUMBNAIL_QUALITY = 75


class SourceError(Exception):
    """The source cannot deliver now: no camera, no frame in time, an unreadable file. The message says it in a sentence."""


class Still(Protocol):
    """The full picture of one frame, encoded only when somebody wants it.

    Holds what it needs (about 1.5 bytes a pixel), never a buffer of the camera: it may be kept as long as memory allows and
    used from another thread, by one thread at a time. Every method raises SourceError when the picture cannot be made.
    """

    @property
    def size_bytes(self) -> int:
        """What it takes in memory, about."""

    def picture(self) -> "Image":
        """The whole picture to draw on: a new one at each call."""

    def jpeg(self) -> bytes:
        """The whole picture as a baseline JPEG without metadata."""

    def thumbnail(self) -> bytes:
        """The same as a JPEG at most `THUMBNAIL_WIDTH` pixels wide."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One analysed frame. `number` counts the source's own frames (gaps: skipped or dropped ones), `captured_ns` is the
    instant of exposure on the monotonic clock, `luma` the low-resolution grey plane, `cut` says that the scene jumped before
    this frame, so that nothing may be concluded from comparing it with the one before, `exposure` what the camera says of the light."""

    number: int
    captured_ns: int
    luma: Luma
    still: Still
    name: str
    cut: bool = False
    exposure: Exposure | None = None


class CameraSource(Protocol):
    """Delivers frames in the order of capture to one reader.

    `live`: the scene does not wait for the reader, late readers lose frames. A source that is not live loses none.
    """

    @property
    def kind(self) -> str:
        """One word for health reports: `picamera`, `usb`, `rtsp`, `replay`."""

    @property
    def description(self) -> str:
        """What is being watched, for people: `yard.mp4`, `the Pi's camera (1280x720)`."""

    @property
    def live(self) -> bool: ...

    @property
    def frames_per_second(self) -> float:
        """How often frames come, at most."""

    @property
    def luma_size(self) -> tuple[int, int]:
        """Width and height of every `luma` plane."""

    def frames(self) -> Iterator[Frame]:
        """Wait for and yield frame after frame; ends at the end of a recording or soon after `close`.

        Never waits without limit: raises SourceError when no frame comes in time.
        """

    def close(self) -> None:
        """Release the camera or file; from any thread, any number of times."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One encoded picture: an H.264 access unit in Annex B without B pictures. `captured_ns` is on the monotonic clock; decoding
    may begin at a `key` unit, which carries its parameter sets. `epoch` counts the encoders: it changes when one is begun anew."""

    captured_ns: int
    key: bool
    epoch: int
    data: bytes


TakeUnit = Callable[[Unit], None]


@runtime_checkable
class Encodes(Protocol):
    """The second face of a source that was opened with somebody to take its units. Both calls come from any thread, return at
    once and never raise; units come in the order of capture, from one thread, at most as often as frames."""

    def encode(self, kilobits_per_second: int | None) -> None:
        """Encode from now on with about that rate, beginning with a key unit; None: no more. A camera that sends H.264 by
        itself decides about rate and key units by itself."""

    def request_key(self) -> None:
        """Make the next unit a key unit, where that is ours to decide."""
