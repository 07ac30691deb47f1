"""The sample footage as its own reference: decoded frames, the truth that people wrote down, and how alike two pictures are."""

import io
import json
import math
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tools.stages import ROOT

SAMPLE = ROOT / "auxiliary" / "sample"
YARD = SAMPLE / "yard.mp4"
PLAZA = SAMPLE / "plaza.mp4"
FRAMES_PER_SECOND = 10

Picture = NDArray[np.uint8]


@lru_cache(maxsize=1)
def frames_of(path: Path) -> list[Picture]:
    """Every frame in RGB, height x width x 3."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def truth_of(path: Path) -> dict[str, Any]:
    """What a person saw in the footage (auxiliary/sample/truth.json)."""
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))[path.name]
    assert isinstance(truth, dict)
    return truth


def decoded(data: bytes) -> Picture:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def psnr_db(one: Picture, other: Picture) -> float:
    """Peak signal-to-noise ratio of two pictures of one size, in dB; equal pictures give infinity."""
    assert one.shape == other.shape, f"{one.shape} is not {other.shape}"
    error = float(np.mean((one.astype(np.float32) - other.astype(np.float32)) ** 2))
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)


def resized(picture: Picture, width: int, height: int) -> Picture:
    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS))


def best_match(picture: Picture, path: Path) -> tuple[int, float]:
    """The number of the frame of a recording that is most like the picture, and their likeness in dB.

    A coarse look at all frames chooses a few, which are compared pixel by pixel at the picture's own size.
    """
    distance = ((_coarse_frames(path) - _coarse(picture)) ** 2).mean(axis=(1, 2))
    height, width = picture.shape[:2]
    frames = frames_of(path)
    likeness = {
        int(number): psnr_db(picture, resized(frames[number], width, height)) for number in np.argsort(distance)[:5]
    }
    best = max(likeness, key=lambda number: likeness[number])
    return best, likeness[best]


@lru_cache(maxsize=1)
def _coarse_frames(path: Path) -> NDArray[np.float32]:
    return np.stack([_coarse(frame) for frame in frames_of(path)])


def _coarse(picture: Picture) -> NDArray[np.float32]:
    grey = Image.fromarray(picture).convert("L").resize((96, 72), Image.Resampling.BOX)
    return np.asarray(grey, dtype=np.float32)
