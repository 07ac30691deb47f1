"""The small light on the Pi's board: blinks for some seconds, so that a person before it sees which camera this is."""

import asyncio
import contextlib
from pathlib import Path

_NAMES = ("ACT", "led0", "default-on", "PWR", "led1")
_HALF_SECOND = 0.5
_BACKGROUND: set[asyncio.Task[None]] = set()


class LightError(Exception):
    """There is no light, or this program may not switch it. The message says so in a sentence."""


async def blink(seconds: float, root: Path = Path("/")) -> None:
    """Begin to blink; returns once it does. Raises LightError."""
    light = next((at for name in _NAMES if (at := root / "sys/class/leds" / name).is_dir()), None)
    if light is None:
        raise LightError("This camera has no light that could blink.")
    before = _trigger_of(light)
    try:
        (light / "trigger").write_text("none", encoding="ascii")
        (light / "brightness").write_text("1", encoding="ascii")
    except OSError as error:
        raise LightError("This camera's program may not switch the light on its board.") from error
    task = asyncio.create_task(_go_on(light, seconds, before))
    _BACKGROUND.add(task)
    task.add_done_callback(_BACKGROUND.discard)


async def _go_on(light: Path, seconds: float, before: str) -> None:
    with contextlib.suppress(OSError):
        for step in range(round(seconds / _HALF_SECOND)):
            await asyncio.sleep(_HALF_SECOND)
            (light / "brightness").write_text(str(step % 2), encoding="ascii")
        (light / "trigger").write_text(before, encoding="ascii")


def _trigger_of(light: Path) -> str:
    """The one in brackets: `none [mmc0] timer`."""
    try:
        words = (light / "trigger").read_text(encoding="ascii").split()
    except OSError:
        return "none"
    return next((word.strip("[]") for word in words if word.startswith("[")), "none")
