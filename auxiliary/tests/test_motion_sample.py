"""The regression gate on real footage: the sample recordings against the truth written down by eye in `sample/truth.json`.

Goes through the same reader and scaler as `camera_client detect`. The wider footage is measured by `bench/motion.py`.
"""

import json
from pathlib import Path

import pytest

from auxiliary.motion import ANALYSED_FRAMES_PER_SECOND, PLANE_WIDTH, Motion, MotionDetector
from auxiliary.source.recording import open_recording

SAMPLE = Path(__file__).parent.parent / "sample"
TRUTH = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
LEARNING_SECONDS = 4.0


def seen(name: str) -> list[tuple[float, Motion]]:
    recording = open_recording(SAMPLE / name, frames_per_second=ANALYSED_FRAMES_PER_SECOND, luma_width=PLANE_WIDTH)
    detector = MotionDetector(*recording.luma_size, recording.frames_per_second)
    return [(frame.at_seconds, detector.step(frame.luma, frame.at_seconds)) for frame in recording.read()]


@pytest.mark.parametrize("name", ["yard.mp4", "plaza.mp4"])
def test_people_are_seen_quickly_and_all_the_time_and_quiet_is_quiet(name: str) -> None:
    said = seen(name)
    for since, end in TRUTH[name]["people"]:
        start = max(since, LEARNING_SECONDS)
        states = [(at, motion.detected) for at, motion in said if start <= at < end]
        first = next(at for at, detected in states if detected)
        assert first - start <= 0.3, f"somebody at {start} s"
        lately = [any(d for a, d in states if at - 1 < a <= at) for at, _ in states if at >= first]
        assert sum(lately) / len(lately) >= 0.98, f"somebody from {start} to {end} s"
    for start, end in TRUTH[name]["quiet"]:
        assert [at for at, motion in said if start <= at < end and motion.detected] == []


def test_boxes_lie_within_the_picture_and_scores_mean_something() -> None:
    for _, motion in seen("yard.mp4"):
        assert motion.detected == bool(motion.boxes)
        assert 0.5 <= motion.score <= 1 if motion.detected else motion.score == 0
        for box in motion.boxes:
            assert box.x >= 0
            assert box.y >= 0
            assert box.w > 0
            assert box.h > 0
            assert box.x + box.w <= 1
            assert box.y + box.h <= 1
