"""A recording that loops, with the real motion detector: the jump at the seam is no event, and each pass tells the same."""

from pathlib import Path

from auxiliary.capture import Capture, CaptureSettings, Shot
from auxiliary.clock import FakeClock, stamp
from auxiliary.ids import uuid7
from auxiliary.motion import MotionDetector
from auxiliary.records import AlertOpened
from auxiliary.source.recording import open_recording
from auxiliary.source.types import Frame
from auxiliary.tests.material import make_video

_PASSES = 3


def test_the_seam_is_no_event_and_every_pass_tells_the_same(tmp_path: Path) -> None:
    """The figure stands in the picture when the recording ends and is gone when it begins again."""
    path = make_video(tmp_path / "walk.mp4", frames=90, moving_from=50, moving_to=90)
    recording = open_recording(path, frames_per_second=10, luma_width=320)
    detector = MotionDetector(*recording.luma_size, recording.frames_per_second)
    clock = FakeClock()
    capture = Capture(CaptureSettings(), stamp=lambda at_ns: stamp(clock, at_ns), new_id=uuid7)
    told: list[list[str]] = []
    opened_in_frame: list[int] = []
    for turn in range(_PASSES):
        told.append([])
        for recorded in recording.read():
            at_ns = round((turn * 9 + recorded.at_seconds) * 1e9)
            cut = turn > 0 and recorded.number == 0
            frame = Frame(recorded.number, at_ns, recorded.luma, recorded.still, "walk", cut=cut)
            if cut:
                detector.relearn()
            for emission in capture.step(frame, detector.step(frame.luma, at_ns / 1e9), False):
                told[-1].append(emission.picture.role if isinstance(emission, Shot) else type(emission).__name__)
                if isinstance(emission, AlertOpened):
                    opened_in_frame.append(recorded.number)
    assert [turn.count("AlertOpened") for turn in told] == [1] * _PASSES
    assert all(50 <= number < 60 for number in opened_in_frame)
