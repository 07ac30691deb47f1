"""Encoded video: what sources encode, that masks hold in it, and how it reaches those who want it."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from auxiliary.clock import SystemClock
from auxiliary.source import CameraSource, Encodes, Unit, open_source
from auxiliary.video import Video

SAMPLE = Path(__file__).parents[1] / "sample"
LEFT_THIRD = ((0.0, 0.0), (0.33, 0.0), (0.33, 1.0), (0.0, 1.0))


def decoded(units: list[Unit]) -> list[av.VideoFrame]:
    context = av.CodecContext.create("h264", "r")
    frames = [frame for unit in units for frame in context.decode(av.Packet(unit.data))]
    return frames + list(context.decode(None))


def read(source: CameraSource, frames: int) -> Iterator[int]:
    for count, _ in enumerate(source.frames(), 1):
        yield count
        if count == frames:
            return


@pytest.fixture(params=[False, True], ids=["here", "in its own process"])
def taken(request: pytest.FixtureRequest) -> Iterator[tuple[CameraSource, list[Unit]]]:
    units: list[Unit] = []
    source = open_source(
        str(SAMPLE / "yard.mp4"),
        SystemClock(),
        speed=10,
        isolated=request.param,
        on_unit=units.append,
        privacy_masks=[LEFT_THIRD],
    )
    yield source, units
    source.close()


def test_a_source_encodes_only_while_it_is_asked_to(taken: tuple[CameraSource, list[Unit]]) -> None:
    source, units = taken
    assert isinstance(source, Encodes)
    for count in read(source, 60):
        if count == 5:
            assert units == []
            source.encode(800)
        if count == 30:
            source.encode(None)
        if count == 50:
            encoded = len(units)
    assert 5 <= encoded <= 45, "it began and ended soon after it was told"
    assert len(units) == encoded


def test_units_are_decodable_stamped_and_keep_what_is_masked_hidden(taken: tuple[CameraSource, list[Unit]]) -> None:
    source, units = taken
    assert isinstance(source, Encodes)
    source.encode(1500)
    for count in read(source, 30):
        if count == 10:
            source.request_key()
    assert units[0].key
    assert sum(unit.key for unit in units) >= 2, "a key unit comes when it is asked for"
    assert len({unit.epoch for unit in units}) == 1
    stamps = [unit.captured_ns for unit in units]
    assert stamps == sorted(set(stamps))
    frames = decoded(units)
    assert len(frames) == len(units)
    luma = np.asarray(frames[-1].to_ndarray())[: frames[-1].height]
    assert luma[:, : frames[-1].width // 4].max() < 40, "what lies under a privacy mask is in no video"
    assert luma[:, frames[-1].width // 2 :].max() > 100


def test_decoding_may_begin_at_any_key_unit(taken: tuple[CameraSource, list[Unit]]) -> None:
    source, units = taken
    assert isinstance(source, Encodes)
    source.encode(1500)
    for count in read(source, 30):
        if count == 10:
            source.encode(400)
    later = next(at for at, unit in enumerate(units) if unit.key and at > 0)
    assert units[later].epoch != units[0].epoch, "another rate is another encoder"
    assert len(decoded(units[later:])) == len(units) - later


class Recorder:
    """A source that notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[int | None] = []
        self.keys = 0

    def encode(self, kilobits_per_second: int | None) -> None:
        self.asked.append(kilobits_per_second)

    def request_key(self) -> None:
        self.keys += 1


def test_the_lowest_rate_counts_and_wishes_outlive_the_camera() -> None:
    video, first, second = Video(), Recorder(), Recorder()
    units: dict[str, list[Unit]] = {"live": [], "clips": []}
    video.attach(first)  # type: ignore[arg-type]
    video.want("clips", 2000, units["clips"].append)
    video.want("live", 500, units["live"].append)
    video.attach(second)  # type: ignore[arg-type]
    unit = Unit(1, True, 1, b"x")
    video.take(unit)
    video.want("live", None, units["live"].append)
    video.take(unit)
    video.request_key()
    assert first.asked == [None, 2000, 500]
    assert second.asked == [500, 2000]
    assert (first.keys, second.keys) == (0, 1)
    assert units == {"live": [unit], "clips": [unit, unit]}
