"""The parts of the motion detection, each against a plain definition of what it computes."""

from typing import Any

import numpy as np
import pytest

from auxiliary.motion.background import Background
from auxiliary.motion.blink import BlinkMap
from auxiliary.motion.cells import CellGrid
from auxiliary.motion.filters import block_mean, dilate, erode, max3, mean3, min3
from auxiliary.motion.light import LightModel
from auxiliary.motion.noise import NoiseModel
from auxiliary.motion.regions import Extent, label
from auxiliary.motion.shake import shifted, steadied
from auxiliary.motion.tracks import Region, Tracker
from auxiliary.motion.tuning import Tuning
from auxiliary.motion.zones import covered

RANDOM = np.random.default_rng(11)
SHAPE = (60, 80)


def texture() -> np.ndarray:
    """Smooth random cells around 150 levels."""
    cells = RANDOM.normal(0, 60, SHAPE).astype(np.float32)
    for _ in range(3):
        cells = mean3(cells)
    return cells + np.float32(150)


@pytest.mark.parametrize(("ours", "plain"), [(max3, np.max), (min3, np.min), (mean3, np.mean)])
def test_neighbourhoods_with_the_edge_repeated(ours: Any, plain: Any) -> None:
    cells = RANDOM.normal(0, 1, (7, 9)).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(cells, 1, mode="edge"), (3, 3))
    np.testing.assert_allclose(ours(cells), plain(windows, axis=(2, 3)), rtol=1e-5, atol=1e-6)


def test_masks_grow_and_shrink_in_eight_directions_and_not_around_the_edge() -> None:
    mask = np.zeros((5, 8), bool)
    mask[0, 7] = mask[2, 3] = True
    grown = dilate(mask)
    expected = np.zeros_like(mask)
    expected[0:2, 6:8] = expected[1:4, 2:5] = True
    np.testing.assert_array_equal(grown, expected)
    shrunk = np.zeros_like(mask)
    shrunk[0, 7] = shrunk[2, 3] = True  # the corner stays: the edge of the picture does not eat into it
    np.testing.assert_array_equal(erode(grown), shrunk)


def test_block_means_of_cells_and_masks() -> None:
    cells = np.arange(5 * 9, dtype=np.float32).reshape(5, 9)
    assert block_mean(cells, 4).ravel().tolist() == pytest.approx([cells[:4, :4].mean(), cells[:4, 4:8].mean()])
    mask = np.ones((8, 8), bool)
    mask[0, 0] = False
    assert block_mean(mask, 4).ravel().tolist() == pytest.approx([15 / 16, 1, 1, 1])


@pytest.mark.parametrize(("width", "height"), [(160, 120), (320, 240), (480, 270), (640, 360), (1280, 720)])
def test_cells_are_roots_of_area_means(width: int, height: int) -> None:
    grid = CellGrid(width, height)
    luma = RANDOM.integers(0, 256, (height, width), np.uint8)
    k = grid.block
    means = luma[: grid.rows * k, : grid.columns * k].reshape(grid.rows, k, grid.columns, k).mean(axis=(1, 3))
    np.testing.assert_allclose(grid.cells(luma), 16 * np.sqrt(means + 8), atol=0.2)
    assert 120 <= grid.columns <= 200


def test_photon_noise_is_the_same_in_dark_and_bright_cells() -> None:
    grid = CellGrid(320, 240)
    deviations = []
    for level in (20, 60, 180):
        cells = grid.cells(np.clip(RANDOM.normal(level, 0.8 * np.sqrt(level), (240, 320)), 0, 255).astype(np.uint8))
        deviations.append(cells.std())
    assert max(deviations) / min(deviations) < 1.35


def test_the_light_model_follows_light_and_leaves_things() -> None:
    background = texture()
    factor = np.linspace(0.7, 0.9, SHAPE[1], dtype=np.float32)[None, :]
    cells = background * factor
    cells[20:34, 30:36] -= 60
    change = LightModel(*SHAPE, Tuning()).change(cells, background)
    left = np.abs(cells - background - change)
    thing = np.zeros(SHAPE, bool)
    thing[20:34, 30:36] = True
    assert np.percentile(left[~thing], 95) < 5
    assert left[thing].min() > 35


@pytest.mark.parametrize(("right", "down"), [(0.5, -0.4), (2.0, 1.5), (-3.0, 2.0)])
def test_a_displaced_picture_is_put_back(right: float, down: float) -> None:
    background = texture()
    back = steadied(shifted(background, -right, -down), background)
    inner = np.s_[6:-6, 6:-6]
    before = np.abs(shifted(background, -right, -down) - background)[inner].mean()
    assert np.abs(back - background)[inner].mean() < 0.5 * before


def test_a_big_thing_is_not_taken_for_a_displacement() -> None:
    background = texture()
    cells = background.copy()
    cells[10:50, 20:50] = 40
    assert steadied(cells, background) is cells


def test_the_noise_model_converges_to_the_quantile() -> None:
    model = NoiseModel(SHAPE, Tuning())
    nothing = np.zeros(SHAPE, bool)
    flat = np.zeros(SHAPE, np.float32)
    for _ in range(1200):
        contrast = np.abs(RANDOM.normal(0, 4, SHAPE)).astype(np.float32)
        model.learn(contrast, 0.1, candidates=nothing, things=nothing, hurry=False)
    exceeded = (np.abs(RANDOM.normal(0, 4, (40, *SHAPE))) > model.thresholds(flat)).mean()
    assert exceeded < 0.002
    assert np.median(model.thresholds(flat)) < 4 * 2.33 * 2.2


def test_things_do_not_become_noise() -> None:
    model = NoiseModel(SHAPE, Tuning())
    flat, nothing, things = np.zeros(SHAPE, np.float32), np.zeros(SHAPE, bool), np.zeros(SHAPE, bool)
    things[:, :40] = True
    strong = np.full(SHAPE, 80, np.float32)
    for _ in range(50):
        model.learn(strong, 0.1, candidates=nothing, things=things, hurry=False)
    thresholds = model.thresholds(flat)
    assert thresholds[:, :30].max() < 20
    assert thresholds[:, 50:].min() > 60


def test_doubt_about_light_raises_the_threshold() -> None:
    model = NoiseModel(SHAPE, Tuning())
    dark = np.full(SHAPE, -40, np.float32)
    assert (model.thresholds(dark) - model.thresholds(np.zeros(SHAPE, np.float32))).min() == pytest.approx(12)


def test_the_background_takes_in_what_parks_but_not_what_stays_restless() -> None:
    tuning = Tuning()
    empty = np.full(SHAPE, 100, np.float32)
    background = Background(empty, tuning)
    thresholds, light = np.full(SHAPE, 10, np.float32), np.zeros(SHAPE, np.float32)
    things = np.zeros(SHAPE, bool)
    things[10:50, 10:70] = True
    for k in range(300):
        cells = empty.copy()
        cells[10:50, 10:40] = 160
        cells[10:50, 40:70] = 160 + 20 * (k % 2)
        background.notice_changes(cells, thresholds, 0.1)
        background.learn(cells, light, things, 0.1)
    contrast = background.contrast(cells, light)
    assert contrast[15:45, 15:35].max() < 3
    assert contrast[15:45, 45:65].min() > 15


def test_light_reaches_the_background_under_things() -> None:
    empty = np.full(SHAPE, 100, np.float32)
    background = Background(empty, Tuning())
    everywhere = np.ones(SHAPE, bool)
    background.learn(empty + 60, np.full(SHAPE, 60, np.float32), everywhere, 1.6)
    assert background.cells == pytest.approx(100 + 60 * (1 - np.exp(-1)), abs=0.5)


def test_blinking_cells_are_busy_for_a_minute_and_steady_ones_never() -> None:
    blink = BlinkMap(SHAPE, Tuning())
    nothing = np.zeros(SHAPE, bool)
    leaves, street = Extent(8, 8, 16, 16), Extent(48, 32, 16, 16)
    for k in range(200):
        foreground = nothing.copy()
        foreground[8:24, 8:24] = k % 2 == 0
        foreground[32:48, 48:64] = 50 <= k < 120
        blink.learn(foreground, nothing, 0.1, 0.1 * k)
    assert blink.busy(leaves)
    assert blink.blinking()[12:20, 12:20].all()
    assert not blink.busy(street)
    for k in range(100):
        blink.learn(nothing, nothing, 0.1, 20 + 0.1 * k)
    assert blink.busy(leaves), "a lull of ten seconds"
    assert not blink.blinking().any()


def test_regions_are_the_connected_ones_with_their_sums() -> None:
    active = np.zeros((40, 50), bool)
    active[2:10, 3:9] = True
    active[20:30, 10:12] = active[28:30, 12:30] = active[20:30, 30:32] = True  # a U: one region
    active[34:38, 44:50] = True
    labels = label(active)
    extents = sorted((e.x, e.y, e.w, e.h) for e in labels.extents)
    assert extents == [(3, 2, 6, 8), (10, 20, 22, 10), (44, 34, 6, 4)]
    assert sorted(labels.sums(np.ones((40, 50), np.float32))) == [24, 48, 76]
    values = np.arange(2000, dtype=np.float32).reshape(40, 50)
    for k, extent in enumerate(labels.extents):
        rows, columns = slice(extent.y, extent.y + extent.h), slice(extent.x, extent.x + extent.w)
        assert labels.peaks(values)[k] == values[rows, columns][active[rows, columns]].max()
        assert labels.mask([k], active.shape).sum() == labels.sums(active)[k]


def test_a_picture_full_of_specks_costs_a_bounded_number_of_runs() -> None:
    specks = np.zeros((240, 320), bool)
    specks[::4, ::4] = True
    assert len(label(specks).extents) == 1500


def region(x: int, y: int = 20, size: int = 8, *, active: float = 1.0, busy: bool = False) -> Region:
    return Region(Extent(x, y, size, size), float(size * size), active, busy)


def test_where_nothing_blinks_a_region_is_a_thing_if_it_changes() -> None:
    tracker = Tracker(SHAPE, Tuning())
    verdicts = tracker.judge([region(10), region(50, active=0.0)], 0.0)
    assert [v.thing for v in verdicts] == [True, False]


def test_who_has_travelled_is_trusted_also_standing_still() -> None:
    tracker = Tracker(SHAPE, Tuning())
    for k in range(20):
        tracker.judge([region(5 + 2 * k)], 0.1 * k)
    verdicts = [tracker.judge([region(43, active=0.0)], 2 + 0.1 * k)[0] for k in range(30)]
    assert all(v.thing and v.traveller for v in verdicts)


def test_a_ghost_left_where_somebody_stood_is_not_trusted() -> None:
    tracker = Tracker(SHAPE, Tuning())
    for k in range(10):
        tracker.judge([region(5 + 3 * k, size=10)], 0.1 * k)
    assert tracker.judge([region(35, size=14)], 1.0)[0].thing
    _, ghost = tracker.judge([region(41, size=10), region(33, size=6, active=0.0)], 1.1)
    assert not ghost.thing


def test_in_a_busy_place_only_what_travels_or_outgrows_the_clutter_is_a_thing() -> None:
    tracker = Tracker(SHAPE, Tuning())
    now = 0.0
    for k in range(200):
        now = 0.1 * k
        swaying = tracker.judge([region(20 + 2 * (k % 3), busy=True)], now)
        assert not swaying[0].thing or now < 0.5
    larger = [tracker.judge([region(40, y=20, size=14, busy=True), region(20, busy=True)], now + t) for t in (0.1, 0.2)]
    assert [verdicts[0].thing for verdicts in larger] == [False, True], "outgrown, but only when seen twice"
    assert not larger[1][1].thing
    tracker.judge([], now + 0.9)  # a lull: what was followed is lost
    walked = [tracker.judge([region(14 + k, busy=True)], now + 1 + 0.1 * k)[0].thing for k in range(20)]
    assert not any(walked[:5])
    assert all(walked[10:])


def test_zones_cover_the_cells_whose_centre_they_contain() -> None:
    half = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    mask = covered((half,), 10, 10)
    assert mask[:, :5].all()
    assert not mask[:, 5:].any()
    triangle = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
    assert covered((triangle,), 20, 20).mean() == pytest.approx(0.5, abs=0.03)
    assert covered((half, triangle), 10, 10).sum() > covered((half,), 10, 10).sum()
