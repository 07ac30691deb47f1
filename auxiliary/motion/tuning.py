"""Every constant of the motion detection in one place, each with its unit and meaning.

Grey levels are those of the root domain (`cells.py`): near mid grey one unit is about two thirds of a grey level of the
camera. Lengths are in cells (the picture is about 160 cells wide), times in seconds. The scores move little when any
one of them changes by a third (`bench/motion.py --sensitivity`): none of them is fitted to a scene.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """The measured defaults; `bench/motion.py` varies them, nothing else does."""

    # What a cell must show to count as foreground.
    floor_levels: float = 6.0  # least contrast worth looking at, whatever the noise
    noise_factor: float = 1.35  # how far above the learnt noise quantile
    noise_margin_levels: float = 2.0
    light_doubt: float = 0.3  # share of a light correction that may be wrong: adds to the threshold
    sway_cells: float = 0.5  # whatever explains the cell by a displacement this small is no motion
    growth: float = 0.6  # cells beside foreground join it above this share of the threshold

    # Light that changes over areas larger than things.
    light_radius: float = 0.125  # of the picture's width
    light_clip: float = 0.15  # relative; beyond this a difference is a thing, not light

    # Noise per cell.
    noise_quantile: float = 0.98
    noise_step_levels: float = 12.0  # per second, while the quantile is exceeded
    noise_range_levels: tuple[float, float] = (1.0, 90.0)
    noise_start_levels: float = 10.0
    noise_learning_under_things: float = 0.02  # share of the normal pace under what was reported
    noise_learning_under_candidates: float = 0.15  # and under what may turn out to be a thing

    # Time.
    warm_up_seconds: float = 2.5
    presence_seconds: float = 0.38
    needed_presence: float = 0.7  # of 1: foreground during most of the last half second
    candidate_presence: float = 0.38
    background_seconds: float = 1.6
    background_under_things_seconds: float = 31.0
    parked_after_seconds: float = 6.0  # without any change a thing becomes scenery
    parked_seconds: float = 4.0  # over this long
    relearn_seconds: float = 0.8  # silence after a change of the whole picture
    changed_share: float = 0.5  # of all cells: that is no thing but another picture

    # Big and strong: need not wait for the presence.
    strong_factor: float = 2.5
    strong_area: float = 0.006  # of the picture
    strong_presence: float = 0.34
    huge_area: float = 0.08  # of the picture: always reported

    # Blinking (leaves, snow, water, displays): flips between foreground and background.
    blink_per_second: float = 0.7  # over three seconds: learn its noise at once
    busy_per_second: float = 0.2  # over the last minute: only what travels or outgrows the usual is reported there
    blink_seconds: float = 3.0
    busy_rise_seconds: float = 20.0
    busy_fall_seconds: float = 60.0

    # Tracks.
    active_share: float = 0.15  # of a region's cells must have changed
    active_seconds: float = 1.2  # within this time
    travel_cells: float = 6.0
    travel_straightness: float = 0.5  # net displacement over path length
    travel_seconds: float = 0.4
    lost_seconds: float = 0.5
    size_ratio: float = 3.0  # in busy areas a track does not jump to a region that much larger or smaller
    hop_share: float = 0.5  # nor further than this share of its size between two frames

    # What an area is used to.
    clutter_seconds: float = 20.0
    clutter_lag_seconds: float = 3.0
    clutter_factor: float = 2.0
