"""`camera_client detect`: the motion detection alone over a recording, one CSV row per analysed frame.

Format: header `frame,detected,boxes`; `detected` 0 or 1; `boxes` `"x,y,w,h;..."` in pixels of the source.
"""

import csv
import sys
from pathlib import Path

from auxiliary.motion import ANALYSED_FRAMES_PER_SECOND, PLANE_WIDTH, MotionDetector
from auxiliary.source.recording import open_recording
from auxiliary.source.types import SourceError


def run_detection(source: Path, out: Path) -> int:
    """Analyse `source` into the file `out`; 0, or 2 when either cannot be used."""
    if not source.exists():
        print(f"There is no file or folder {source}.", file=sys.stderr)
        return 2
    try:
        frames, moving = _analyse(source, out)
    except SourceError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{out} cannot be written: {error.strerror or error}.", file=sys.stderr)
        return 2
    print(f"{source.name}: motion in {moving} of {frames} analysed frames, written to {out}")
    return 0


def _analyse(source: Path, out: Path) -> tuple[int, int]:
    recording = open_recording(source, frames_per_second=ANALYSED_FRAMES_PER_SECOND, luma_width=PLANE_WIDTH)
    detector = MotionDetector(*recording.luma_size, recording.frames_per_second)
    frames = moving = 0
    with out.open("w", newline="", encoding="ascii") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("frame", "detected", "boxes"))
        for recorded in recording.read():
            motion = detector.step(recorded.luma, recorded.at_seconds)
            boxes = ";".join("{},{},{},{}".format(*box.scaled(*recording.size)) for box in motion.boxes)
            rows.writerow((recorded.number, int(motion.detected), boxes if motion.detected else ""))
            frames += 1
            moving += motion.detected
    return frames, moving
