"""What clean recordings lack, added to analysed planes: the truth stays the same, so the score must nearly stay too.

Each nuisance takes the frames of a scene (number, seconds, plane) and gives worse ones; all of it from fixed seeds.
"""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image

from auxiliary.motion.types import Luma

Frames = list[tuple[int, float, Luma]]


def sensor_noise(frames: Frames) -> Frames:
    """A small sensor in the dusk: 4 grey levels."""
    random = np.random.default_rng(1)
    grain = random.normal(0, 4, (16, *frames[0][2].shape)).astype(np.float32)
    return _each(frames, lambda k, luma: luma + np.roll(grain[k % 16], int(random.integers(luma.size))))


def low_contrast(frames: Frames) -> Frames:
    """Haze: half the contrast on a grey veil."""
    return _each(frames, lambda _, luma: luma * np.float32(0.5) + np.float32(60))


def mains_flicker(frames: Frames) -> Frames:
    """Lamps on alternating current beating with the frame rate, with bands of a rolling shutter."""

    def flicker(k: int, luma: np.ndarray) -> np.ndarray:
        rows = np.arange(luma.shape[0], dtype=np.float32)[:, None]
        return np.asarray(luma * (1 + 0.05 * np.sin(2.1 * k) + 0.03 * np.sin(rows / 40 + 1.7 * k)))

    return _each(frames, flicker)


def slow_light(frames: Frames) -> Frames:
    """Clouds: the light changes by a third within seconds."""
    return _each(frames, lambda k, luma: luma * np.float32(0.8 + 0.16 * np.sin(k / 14)))


def shaking_mast(frames: Frames) -> Frames:
    """One to three pixels of the plane from frame to frame."""
    random = np.random.default_rng(2)

    def moved(_: int, luma: np.ndarray) -> np.ndarray:
        right, down = (int(v) for v in np.clip(random.normal(0, 1.2, 2).round(), -3, 3))
        padded = np.pad(luma, 3, mode="edge")
        return padded[3 + down : 3 + down + luma.shape[0], 3 + right : 3 + right + luma.shape[1]]

    return _each(frames, moved)


def five_frames_a_second(frames: Frames) -> Frames:
    """A slow Pi."""
    return frames[::2]


def missing_frames(frames: Frames) -> Frames:
    """A busy Pi: every third frame is lost, at random."""
    random = np.random.default_rng(3)
    return [frame for k, frame in enumerate(frames) if k == 0 or random.random() > 1 / 3]


def half_the_plane(frames: Frames) -> Frames:
    """160 columns instead of 320."""
    return [(number, at, np.ascontiguousarray(luma[::2, ::2])) for number, at, luma in frames]


def mirrored(frames: Frames) -> Frames:
    """Left is right: nothing may depend on it."""
    return [(number, at, np.ascontiguousarray(luma[:, ::-1])) for number, at, luma in frames]


def upside_down(frames: Frames) -> Frames:
    """Mounted the wrong way round."""
    return [(number, at, np.ascontiguousarray(luma[::-1, ::-1])) for number, at, luma in frames]


def darker(frames: Frames) -> Frames:
    """A third of the light."""
    return _each(frames, lambda _, luma: luma * np.float32(0.33))


def brighter(frames: Frames) -> Frames:
    """Overexposed: a quarter of the range is white."""
    return _each(frames, lambda _, luma: luma * np.float32(1.4))


def compressed(frames: Frames) -> Frames:
    """A network camera on a thin line: JPEG of low quality."""
    return [(number, at, _jpeg(luma, 25)) for number, at, luma in frames]


def _jpeg(luma: Luma, quality: int) -> Luma:
    buffer = io.BytesIO()
    Image.fromarray(luma).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))


def _each(frames: Frames, worsen: Callable[[int, np.ndarray], np.ndarray]) -> Frames:
    return [
        (number, at, np.clip(worsen(k, luma.astype(np.float32)), 0, 255).astype(np.uint8))
        for k, (number, at, luma) in enumerate(frames)
    ]


NUISANCES: dict[str, Callable[[Frames], Frames]] = {
    "noise": sensor_noise,
    "low contrast": low_contrast,
    "mains flicker": mains_flicker,
    "slow light": slow_light,
    "shaking mast": shaking_mast,
    "5 fps": five_frames_a_second,
    "missing frames": missing_frames,
    "160 columns": half_the_plane,
    "mirrored": mirrored,
    "upside down": upside_down,
    "darker": darker,
    "brighter": brighter,
    "compressed": compressed,
}
