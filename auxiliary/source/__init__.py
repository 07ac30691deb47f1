"""Camera sources behind the port `CameraSource`: the Pi's own camera, and replay of files on a machine without one."""

from importlib.util import find_spec
from pathlib import Path

from auxiliary.clock import Clock
from auxiliary.source.types import CameraSource, Frame, SourceError, Still

__all__ = ["CameraSource", "Frame", "SourceError", "Still", "open_source", "source_problem"]

_NO_PICAMERA2 = (
    "The Pi's camera needs picamera2: sudo apt install --no-install-recommends python3-picamera2 "
    "(and a virtual environment made with --system-site-packages)."
)


def source_problem(spec: str) -> str | None:
    """Why this SPEC can never work on this machine, as a sentence; None when it is worth opening."""
    if spec == "picamera":
        return None if find_spec("picamera2") is not None else _NO_PICAMERA2
    if spec.startswith("/dev/video"):
        return (
            f"USB cameras ({spec}) are not supported yet. Use --source picamera, a video file or a folder of pictures."
        )
    if "://" in spec:
        return "Network cameras are not supported yet. Use --source picamera, a video file or a folder of pictures."
    if not Path(spec).exists():
        return f"There is no file or folder {spec}. Give --source picamera, a video file or a folder of pictures."
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
) -> CameraSource:
    """Open what SPEC names: `picamera`, a video file or a folder of pictures. Raises SourceError."""
    problem = source_problem(spec)
    if problem is not None:
        raise SourceError(problem)
    if spec == "picamera":
        from auxiliary.source.picamera import PicameraSource

        return PicameraSource(
            clock, picture_size=picture_size, luma_width=luma_width, frames_per_second=frames_per_second
        )
    from auxiliary.source.replay import ReplaySource

    return ReplaySource(
        Path(spec), clock, speed=speed, loop=loop, frames_per_second=frames_per_second, luma_width=luma_width
    )
