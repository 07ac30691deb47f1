"""How well and how dear our motion detection is, against other detectors' recorded decisions on the same footage.

    PICAM_FOOTAGE=folder python bench/motion.py                 the table and the cost
    PICAM_FOOTAGE=folder python bench/motion.py --sensitivity   every constant of `Tuning` varied by 30 % each way
    PICAM_FOOTAGE=folder python bench/motion.py --nuisances     the same scenes under added noise, flicker, shake, ...

Method: each recording under `dev/` passes through the reader of `camera_client detect` (plane and rate as there), and the scorer
`score_motion.py` beside it judges our decisions and those under `peers/` alike. Cost is `time.process_time` around whole scenes (the clock itself
costs as much as a tenth of a step) with one BLAS thread, and around the sample footage on planes of 320 x 240 and 640 x 480, median of five;
memory is what numpy and Python allocate while it runs.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import importlib.util
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from auxiliary.motion import ANALYSED_FRAMES_PER_SECOND, PLANE_WIDTH, MotionDetector, MotionSettings
from auxiliary.motion.tuning import Tuning
from auxiliary.motion.types import Luma
from auxiliary.source.recording import open_recording
from bench.motion_nuisances import NUISANCES

TREE_IN_STRONG_WIND = "fall"
SAMPLE = Path(__file__).resolve().parent.parent / "auxiliary" / "sample" / "yard.mp4"


@dataclass(frozen=True)
class Scene:
    """One recording in memory: its planes as they are analysed, and where its truth lies."""

    name: str
    folder: Path
    size: tuple[int, int]
    frames: list[tuple[int, float, Luma]]


@dataclass(frozen=True)
class Score:
    """The scorer's figures over some scenes."""

    found: int
    events: int
    recall: float
    alarms_per_minute: float
    false_share: float
    delay: float
    tree_share: float
    lines: list[str]

    def row(self, name: str) -> str:
        return (
            f"{name:16s} {self.found:2d}/{self.events:<2d}  {100 * self.recall:6.1f} %  {self.alarms_per_minute:6.2f}  "
            f"{100 * self.false_share:6.2f} %  {100 * self.tree_share:6.1f} %  {self.delay:5.2f} s"
        )


HEADER = f"{'detector':16s} events  recall  FA/min   still FP   tree FP   delay"


def load_scorer(footage: Path) -> ModuleType:
    """The scorer that comes with the footage."""
    spec = importlib.util.spec_from_file_location("score_motion", footage / "score_motion.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(footage / "score_motion.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_scenes(footage: Path) -> list[Scene]:
    """Every recording under dev/, decoded once."""
    scenes = []
    for truth in sorted((footage / "dev").glob("*/truth.csv")):
        recording = open_recording(
            truth.parent / "clip.mp4", frames_per_second=ANALYSED_FRAMES_PER_SECOND, luma_width=PLANE_WIDTH
        )
        frames = [(frame.number, frame.at_seconds, frame.luma) for frame in recording.read()]
        scenes.append(Scene(truth.parent.name, truth.parent, recording.size, frames))
    return scenes


def decide(scene: Scene, detector: MotionDetector, seconds: list[float] | None = None) -> tuple[list[int], list[Any]]:
    """Our decision for every frame of the source; one holds until the next. The CPU seconds of a step, on average, are appended."""
    decided: dict[int, tuple[int, list[tuple[int, int, int, int]]]] = {}
    began = time.process_time()
    for number, at, luma in scene.frames:
        motion = detector.step(luma, at)
        decided[number] = (int(motion.detected), [box.scaled(*scene.size) for box in motion.boxes])
    if seconds is not None:
        seconds.append((time.process_time() - began) / len(scene.frames))
    detected, boxes, last = [], [], decided[scene.frames[0][0]]
    for number in range(sum(1 for _ in (scene.folder / "truth.csv").open()) - 1):
        last = decided.get(number, last)
        detected.append(last[0])
        boxes.append(last[1])
    return detected, boxes


def total(scorer: ModuleType, judged: Iterator[tuple[str, dict[str, Any]]]) -> Score:
    """Sum up the scenes as the scorer's own table does; the tree in strong wind has a target of its own."""
    found = events = alarms = 0
    still_seconds = false = still = 0.0
    recalls, delays, lines, tree = [], [], [], 0.0
    for name, one in judged:
        found, events, alarms = found + one["hit"], events + one["events"], alarms + one["fa"]
        still_seconds += one["still_s"]
        if name == TREE_IN_STRONG_WIND:
            tree = one["fp"] / max(one["still_n"], 1)
        else:
            false, still = false + one["fp"], still + one["still_n"]
        if one["frames"]:
            recalls.append(one["rec"] / one["frames"])
        if one["delay"] is not None:
            delays.append(one["delay"])
        lines.append(f"  {name:14s} {scorer.fmt(one)}")
    return Score(
        found,
        events,
        statistics.fmean(recalls),
        60 * alarms / still_seconds,
        false / max(still, 1),
        sorted(delays)[len(delays) // 2] if delays else float("nan"),
        tree,
        lines,
    )


def ours(
    scorer: ModuleType, scenes: list[Scene], tuning: Tuning = Tuning(), seconds: list[float] | None = None
) -> Score:
    """Run and score our detector over the scenes."""

    def judged() -> Iterator[tuple[str, dict[str, Any]]]:
        for scene in scenes:
            height, width = scene.frames[0][2].shape
            detector = MotionDetector(width, height, ANALYSED_FRAMES_PER_SECOND, MotionSettings(), tuning)
            yield scene.name, scorer.score(str(scene.folder), *decide(scene, detector, seconds))

    return total(scorer, judged())


def peer(scorer: ModuleType, scenes: list[Scene], folder: Path) -> Score:
    """Score the recorded decisions of another detector."""

    def judged() -> Iterator[tuple[str, dict[str, Any]]]:
        for scene in scenes:
            count = sum(1 for _ in (scene.folder / "truth.csv").open()) - 1
            detected, boxes = scorer.decisions(str(folder / f"dev-{scene.name}.csv"), count)
            yield scene.name, scorer.score(str(scene.folder), detected, boxes)

    return total(scorer, judged())


def cost_at(width: int, height: int) -> float:
    """CPU milliseconds for a frame of the sample footage, in which somebody walks nearly all the time, on a plane of that size."""
    frames = [frame.luma for frame in open_recording(SAMPLE, frames_per_second=10.0, luma_width=704).read()][:300]
    rows = np.arange(height) * frames[0].shape[0] // height
    columns = np.arange(width) * frames[0].shape[1] // width
    planes = [np.ascontiguousarray(luma[rows][:, columns]) for luma in frames]
    spent = []
    for _ in range(5):
        detector, began = MotionDetector(width, height, 10.0), time.process_time()
        for k, plane in enumerate(planes):
            detector.step(plane, k / 10)
        spent.append((time.process_time() - began) / len(planes))
    return 1000 * statistics.median(spent)


def memory_megabytes(scene: Scene) -> float:
    """Peak of what is allocated while one scene is watched, without the footage."""
    height, width = scene.frames[0][2].shape
    tracemalloc.start()
    detector = MotionDetector(width, height, ANALYSED_FRAMES_PER_SECOND)
    for _, at, luma in scene.frames[:200]:
        detector.step(luma, at)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def target(name: str, value: float, limit: float, unit: str, *, least: bool = False) -> str:
    met = value >= limit if least else value <= limit
    return f"  {'met   ' if met else 'MISSED'}  {name}: {value:.2f} {unit} (target {'>=' if least else '<='} {limit:g})"


def report(scorer: ModuleType, scenes: list[Scene], footage: Path) -> None:
    """The comparison, the cost, and what of the targets is met."""
    seconds: list[float] = []
    mine = ours(scorer, scenes, seconds=seconds)
    print(f"{HEADER}\n{mine.row('ours')}")
    for folder in sorted((footage / "peers").iterdir()):
        print(peer(scorer, scenes, folder).row(folder.name))
    print("ours, scene by scene", *mine.lines, sep="\n")
    mean, at_320, at_640 = 1000 * statistics.fmean(seconds), cost_at(320, 240), cost_at(640, 480)
    memory = max(memory_megabytes(scene) for scene in scenes[-2:])
    print(
        f"cost: {mean:.2f} ms CPU per analysed frame (mean of the scenes), sample footage {at_320:.2f} ms (320 x 240 plane, "
        f"what 640 x 480 video is reduced to) and {at_640:.2f} ms (640 x 480 plane)"
    )
    print("targets")
    print(target("events", mine.found, mine.events, "", least=True))
    print(target("frame recall", 100 * mine.recall, 95, "%", least=True))
    print(target("false alarms", mine.alarms_per_minute, 0.5, "a minute"))
    print(target("still frames", 100 * mine.false_share, 0.5, "%"))
    print(target("tree in strong wind", 100 * mine.tree_share, 15, "%"))
    print(target("median delay", mine.delay, 0.25, "s"))
    print(target("per analysed frame", max(mean, at_320), 1.5, "ms"))
    print(target("per second of 640 x 480 video", at_320 * ANALYSED_FRAMES_PER_SECOND, 12, "ms"))
    print(target("memory", memory, 10, "MB"))


def sensitivity(scorer: ModuleType, scenes: list[Scene]) -> None:
    """Every constant a third off, one at a time: a score that falls off a cliff was fitted, not understood."""
    print(f"{HEADER}\n{ours(scorer, scenes).row('as it is')}")
    for field in fields(Tuning):
        value = getattr(Tuning(), field.name)
        if isinstance(value, float):
            for factor in (0.7, 1.3):
                varied = replace(Tuning(), **{field.name: value * factor})
                print(f"{ours(scorer, scenes, varied).row(f'x {factor}')}  {field.name}", flush=True)


def nuisances(scorer: ModuleType, scenes: list[Scene]) -> None:
    """The same scenes and truth under what a clean recording lacks."""
    print(f"{HEADER}\n{ours(scorer, scenes).row('as it is')}")
    for name, worsen in NUISANCES.items():
        print(ours(scorer, [worsened(scene, worsen) for scene in scenes]).row(name), flush=True)


def worsened(scene: Scene, worsen: Callable[[list[tuple[int, float, Luma]]], list[tuple[int, float, Luma]]]) -> Scene:
    return replace(scene, frames=worsen(scene.frames))


def main() -> int:
    """Run what the arguments ask for; 0 also when there is no footage, since then nothing was measured."""
    parser = argparse.ArgumentParser(description="Measure motion detection.")
    parser.add_argument("--sensitivity", action="store_true", help="vary each constant by 30 percent")
    parser.add_argument("--nuisances", action="store_true", help="add noise, flicker, shake and lower rates")
    arguments = parser.parse_args()
    footage = Path(os.environ.get("PICAM_FOOTAGE", ""))
    if not os.environ.get("PICAM_FOOTAGE") or not (footage / "score_motion.py").exists():
        print("not measured: PICAM_FOOTAGE names no folder with dev/, peers/ and score_motion.py")
        return 0
    scorer, scenes = load_scorer(footage), load_scenes(footage)
    if arguments.sensitivity:
        sensitivity(scorer, scenes)
    elif arguments.nuisances:
        nuisances(scorer, scenes)
    else:
        report(scorer, scenes, footage)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
