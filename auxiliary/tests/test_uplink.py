"""How live video gives way on a thin line: dropped to the next key unit, at half the rate, and back when the line is quick."""

from auxiliary.live.units import VIDEO, Packed, pack
from auxiliary.live.uplink import Uplink


def unit(sequence: int, *, key: bool = False, seconds: float | None = None) -> Packed:
    at = sequence * 0.1 if seconds is None else seconds
    return pack(VIDEO, key=key, epoch=1, sequence=sequence, captured_us=round(at * 1e6), data=b"data")


def sent(uplink: Uplink) -> list[int]:
    out = []
    while (one := uplink.take()) is not None:
        out.append(one.sequence)
    return out


def test_it_begins_with_a_key_unit() -> None:
    uplink = Uplink(1500)
    for one in (unit(1), unit(2), unit(3, key=True), unit(4)):
        uplink.offer(one)
    assert sent(uplink) == [3, 4]


def test_a_late_line_drops_to_the_next_key_unit_and_halves_the_rate() -> None:
    uplink = Uplink(1500)
    for sequence in range(1, 12):
        uplink.offer(unit(sequence, key=sequence == 1))
        if sequence == 1:
            assert sent(uplink) == [1]
    assert uplink.kilobits_per_second == 750, "once, however many units are late"
    assert sent(uplink) == [], "what waited is dropped"
    uplink.offer(unit(12, key=True))
    assert sent(uplink) == [], "a key unit does not go behind what is still under way"
    assert uplink.acknowledged(1), "the line is empty: now is the time to ask for one"
    uplink.offer(unit(13))
    uplink.offer(unit(14, key=True))
    assert sent(uplink) == [14]


def test_an_acknowledgement_is_one_for_all_before_it_also_where_numbers_wrap() -> None:
    uplink = Uplink(1500)
    last = 2**32 - 1
    for number, (sequence, at) in enumerate(((last - 1, 0.0), (last, 0.1), (0, 0.2), (1, 0.3))):
        uplink.offer(unit(sequence, key=number == 0, seconds=at))
    assert sent(uplink) == [last - 1, last, 0, 1]
    uplink.acknowledged(0)
    assert uplink.late_seconds() == 0.0
    uplink.offer(unit(2, seconds=0.5))
    assert round(uplink.late_seconds(), 3) == 0.2, "only number 1 is still under way"


def test_a_line_that_stays_quick_gets_its_rate_back() -> None:
    uplink = Uplink(1500)
    uplink.kilobits_per_second = 400
    for sequence in range(1, 700):
        uplink.offer(unit(sequence, key=sequence == 1))
        sent(uplink)
        uplink.acknowledged(sequence)
    assert uplink.kilobits_per_second == 1500, "half as much again each 15 s, up to what was set"


def test_a_clock_that_is_set_back_stops_nothing() -> None:
    uplink = Uplink(1500)
    uplink.offer(unit(1, key=True, seconds=10_000))
    sent(uplink)
    got = []
    for sequence in range(2, 20):
        uplink.offer(unit(sequence, key=sequence % 5 == 0, seconds=sequence * 0.1))
        got += sent(uplink)
        uplink.acknowledged(sequence)
    assert got == list(range(2, 20))
