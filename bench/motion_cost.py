"""What a second of 640 x 480 video costs our motion detection and Motion, the program, in the same run on the same file.

    python -m bench.motion_cost

Method: half a minute of the sample footage as 640 x 480 video. Ours reads it as `camera_client detect` does; Motion (Debian's `motion`, defaults,
nothing written, nothing served) plays it as a network camera. CPU seconds (user and system) of each whole process by `getrusage`; what decoding
the same frames costs, measured in a process of its own, is taken off both. Needs the program `motion`; without it the peer is "not measured".
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import itertools
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent.parent / "auxiliary" / "sample" / "yard.mp4"
SECONDS = 30
_DECODE = """
import sys, av
with av.open(sys.argv[1]) as c:
    c.streams.video[0].codec_context.thread_count = 1
    for frame in c.decode(video=0): pass
"""
_OURS = """
import sys
from pathlib import Path
from auxiliary.motion import ANALYSED_FRAMES_PER_SECOND, PLANE_WIDTH, MotionDetector
from auxiliary.source.recording import open_recording
recording = open_recording(Path(sys.argv[1]), frames_per_second=ANALYSED_FRAMES_PER_SECOND, luma_width=PLANE_WIDTH)
detector = MotionDetector(*recording.luma_size, recording.frames_per_second)
for _ in range(int(sys.argv[2])):
    for frame in recording.read(): detector.step(frame.luma, frame.at_seconds)
"""


def make_video(path: Path) -> None:
    """The sample's first seconds at 640 x 480, in a codec that is cheap to decode."""
    import av

    with av.open(str(SAMPLE)) as source, av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 640, 480, "yuv420p", 3_000_000
        for number, frame in enumerate(itertools.islice(source.decode(video=0), SECONDS * 25)):
            picture = frame.reformat(width=640, height=480, format="yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, 25)
            out.mux(stream.encode(picture))
        out.mux(stream.encode())


def cpu_seconds(command: list[str], most_seconds: float | None = None) -> float:
    """CPU of a command and what it starts; ended with SIGTERM after `most_seconds`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(most_seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGTERM)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def motion_seconds(video: Path, folder: Path) -> float | None:
    """CPU of Motion over the video; None where it is not installed."""
    program = shutil.which("motion")
    if program is None:
        return None
    settings = folder / "motion.conf"
    settings.write_text(
        f"daemon off\nnetcam_url file://{video}\nwidth 640\nheight 480\nframerate 25\nwebcontrol_port 0\nstream_port 0\n"
        f"picture_output off\nmovie_output off\ntarget_dir {folder}\nlog_level 1\n",
        encoding="ascii",
    )
    return cpu_seconds([program, "-n", "-c", str(settings)], SECONDS + 2.0)


def main() -> int:
    """Measure and print; 0."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        video = folder / "video.avi"
        make_video(video)
        run = [sys.executable, "-c"]
        started = cpu_seconds([*run, "import numpy, av"])
        decoding = cpu_seconds([*run, _DECODE, str(video)]) - started
        began = time.monotonic()
        once, twice = (cpu_seconds([*run, _OURS, str(video), str(n)]) for n in (1, 2))
        ours = twice - once - decoding  # starting costs cancel
        peer = motion_seconds(video, folder)
        print(
            f"640 x 480 video, {SECONDS} s, CPU for each second of it, decoding ({1000 * decoding / SECONDS:.1f} ms) taken off"
        )
        print(f"  ours    {1000 * ours / SECONDS:6.1f} ms  ({time.monotonic() - began:.0f} s of measuring)")
        if peer is None:
            print("  motion  not measured: the program is not installed (Debian: apt-get install motion)")
        else:
            theirs = peer - decoding
            print(
                f"  motion  {1000 * theirs / SECONDS:6.1f} ms  starting included; ours costs {ours / theirs:.2f} of it"
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
