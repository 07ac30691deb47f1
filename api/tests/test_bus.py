"""The bus inside one process: order, resuming, and what a viewer is told that was too slow."""

import asyncio
from uuid import UUID

import pytest

from api.broadcast import Change, InProcessBus, Subscription, TooSlow

CAMERA = UUID(int=1)


def change(number: int) -> Change:
    return Change(CAMERA, b"%d" % number)


def publish(bus: InProcessBus, *numbers: int) -> None:
    for number in numbers:
        bus.publish([change(number)])


async def take(subscription: Subscription) -> list[int]:
    async with asyncio.timeout(5):
        received = await subscription.receive()
    return [int(each.payload) for each in received.changes]


async def test_everybody_gets_everything_in_order() -> None:
    bus = InProcessBus()
    first, second = bus.subscribe(), bus.subscribe()
    publish(bus, 1, 2, 3)
    assert await take(first) == [1, 2, 3]
    publish(bus, 4)
    assert await take(first) == [4]
    assert await take(second) == [1, 2, 3, 4]


async def test_a_new_subscriber_sees_only_what_comes_after() -> None:
    bus = InProcessBus()
    publish(bus, 1)
    subscription = bus.subscribe()
    assert not subscription.resumed
    publish(bus, 2)
    assert await take(subscription) == [2]


async def test_all_who_wait_are_woken() -> None:
    bus = InProcessBus()
    waiting = [asyncio.create_task(take(bus.subscribe())) for _ in range(20)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    publish(bus, 9)
    assert await asyncio.gather(*waiting) == [[9]] * 20


async def test_a_cursor_goes_on_where_it_was_taken() -> None:
    bus = InProcessBus()
    before = bus.subscribe()
    publish(bus, 1, 2)
    await before.receive()
    cursor = before.cursor
    before.close()
    publish(bus, 3, 4)
    after = bus.subscribe(cursor)
    assert after.resumed
    assert await take(after) == [3, 4]


async def test_the_cursor_of_a_batch_is_the_one_after_it() -> None:
    bus = InProcessBus()
    subscription = bus.subscribe()
    publish(bus, *range(1000))
    seen: list[int] = []
    while len(seen) < 1000:
        received = await subscription.receive()
        assert len(received.changes) <= 300, "a batch is bounded"
        seen += [int(each.payload) for each in received.changes]
        assert received.cursor == subscription.cursor
        resumed = bus.subscribe(received.cursor)
        if len(seen) < 1000:
            assert (await take(resumed))[0] == seen[-1] + 1
    assert seen == list(range(1000))


async def test_who_is_too_slow_is_told_once_and_goes_on() -> None:
    bus = InProcessBus(ring=4)
    slow, quick = bus.subscribe(), bus.subscribe()
    publish(bus, 1, 2, 3, 4)
    assert await take(quick) == [1, 2, 3, 4]
    publish(bus, 5)
    with pytest.raises(TooSlow):
        await slow.receive()
    assert await take(quick) == [5]
    publish(bus, 6)
    assert await take(slow) == [6]


async def test_a_full_ring_is_not_yet_too_slow() -> None:
    bus = InProcessBus(ring=4)
    subscription = bus.subscribe()
    publish(bus, 1, 2, 3, 4)
    assert await take(subscription) == [1, 2, 3, 4]


async def test_a_cursor_that_the_ring_has_overtaken_is_not_resumed() -> None:
    bus = InProcessBus(ring=4)
    cursor = bus.subscribe().cursor
    publish(bus, 1, 2, 3, 4)
    assert bus.subscribe(cursor).resumed
    publish(bus, 5)
    assert not bus.subscribe(cursor).resumed


async def test_a_cursor_of_another_run_or_made_up_is_not_resumed() -> None:
    bus = InProcessBus()
    publish(bus, 1, 2, 3)
    run, _, _ = bus.subscribe().cursor.partition(".")
    other = InProcessBus()
    publish(other, 1, 2, 3)
    made_up = [
        "",
        ".",
        run,
        f"{run}.",
        f"{run}.-1",
        f"{run}.999",
        f"{run}.x",
        f"{run}.{'9' * 400}",
        f"{run}.\u00b2",
        "\0",
    ]
    for cursor in [*made_up, other.subscribe().cursor]:
        subscription = bus.subscribe(cursor)
        assert not subscription.resumed, cursor
        publish(bus, 7)
        assert await take(subscription) == [7]
