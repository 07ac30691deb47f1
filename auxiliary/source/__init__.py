"""Camera sources behind the port `CameraSource`: the Pi's own camera, USB and network cameras, and replay of files.

A camera runs in a process of its own (`isolated`), a recording in ours, unless told otherwise.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from auxiliary.clock import Clock
from auxiliary.motion.types import Polygon
from auxiliary.source.types import CameraSource, Encodes, Frame, SourceError, Still, TakeUnit, Unit

__all__ = [
    "CameraSource",
    "Encodes",
    "Frame",
    "SourceError",
    "Still",
    "TakeUnit",
    "Unit",
    "is_recording",
    "open_source",
    "source_problem",
]

_SCHEMES = ("rtsp", "rtsps", "http", "https")
_USE = "Give --source picamera, /dev/video0, rtsp://..., a video file or a folder of pictures."
_NO_PICAMERA2 = (
    "The Pi's camera needs picamera2: sudo apt install --no-install-recommends python3-picamera2 "
    "(and a virtual environment made with --system-site-packages)."
)


def is_recording(spec: str) -> bool:
    """Whether SPEC names files rather than a camera."""
    return spec != "picamera" and "://" not in spec and not spec.startswith("/dev/video")


def source_problem(spec: str) -> str | None:
    """Why this SPEC can never work on this machine, as a sentence; None when it is worth opening."""
    if spec == "picamera":
        return None if find_spec("picamera2") is not None else _NO_PICAMERA2
    if spec.startswith("/dev/video"):
        return None
    if "://" in spec:
        scheme = spec.partition("://")[0]
        return (
            None if scheme in _SCHEMES else f"{scheme}:// is no address of a camera: use rtsp://, rtsps:// or http://."
        )
    if not Path(spec).exists():
        return f"There is no file or folder {spec}. {_USE}"
    return None


def open_source(
    spec: str,
    clock: Clock,
    *,
    speed: float = 1.0,
    loop: bool = False,
    frames_per_second: float = 10.0,
    luma_width: int = 320,
    picture_size: tuple[int, int] = (1280, 720),
    privacy_masks: Sequence[Polygon] = (),
    isolated: bool | None = None,
    on_unit: TakeUnit | None = None,
    video_masks: Sequence[Polygon] = (),
) -> CameraSource:
    """Open what SPEC names: `picamera`, `/dev/videoN`, `rtsp://...`, a video file or a folder of pictures. Raises SourceError.

    `privacy_masks`: what lies in them is never seen. `isolated`: in a process of its own; None means for cameras alone.
    `on_unit`: who takes the encoded video; then the source is an `Encodes`, which hides `video_masks` besides.
    """
    problem = source_problem(spec)
    if problem is not None:
        raise SourceError(problem)
    options: dict[str, Any] = {"frames_per_second": frames_per_second, "luma_width": luma_width}
    if is_recording(spec):
        options |= {"speed": speed, "loop": loop}
    elif "://" not in spec:
        options |= {"picture_size": picture_size}
    alone = not is_recording(spec) if isolated is None else isolated
    hidden = [*privacy_masks, *video_masks]
    if alone:
        source = _isolated(spec, options, on_unit, hidden)
    else:
        source = _encoding(_in_this_process(spec, clock, options), on_unit, hidden)
    if not privacy_masks:
        return source
    from auxiliary.source.masked import MaskedSource

    return MaskedSource(source, privacy_masks)


def _in_this_process(spec: str, clock: Clock, options: dict[str, Any]) -> CameraSource:
    if spec == "picamera":
        from auxiliary.source.picamera import PicameraSource

        return PicameraSource(clock, **options)
    if spec.startswith("/dev/video"):
        from auxiliary.source.usb import UsbSource

        return UsbSource(spec, clock, **options)
    if "://" in spec:
        from auxiliary.source.network import NetworkSource

        return NetworkSource(spec, clock, **options)
    from auxiliary.source.replay import ReplaySource

    return ReplaySource(Path(spec), clock, **options)


def _encoding(source: CameraSource, on_unit: TakeUnit | None, hidden: Sequence[Polygon]) -> CameraSource:
    """What a camera encodes is passed on, unless something in it must be hidden."""
    if on_unit is None:
        return source
    if getattr(source, "passes_on", False) and not hidden:
        from auxiliary.source.network import NetworkSource

        assert isinstance(source, NetworkSource)
        source.on_unit = on_unit
        return source
    from auxiliary.source.encoded import EncodedSource

    return EncodedSource(source, on_unit, hidden)


def _isolated(spec: str, options: dict[str, Any], on_unit: TakeUnit | None, hidden: Sequence[Polygon]) -> CameraSource:
    from auxiliary.source.isolated import IsolatedSource, Patience

    usual = Patience()
    speed = options.get("speed")
    slowness = 1 / (options["frames_per_second"] * speed) if speed else 0.0
    return IsolatedSource(
        spec,
        Patience(frame_seconds=usual.frame_seconds + slowness),
        on_unit,
        isolated=False,
        video_masks=hidden,
        **options,
    )
