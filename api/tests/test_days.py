"""Buckets folded into the site's days, in zones whose days are 23, 24, 24.5 or 25 hours long, or missing."""

import random
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from api.clock import SECOND
from api.db.activity_rows import Bucket
from api.models.activity import FINE_SECONDS
from api.services.timeline import _fold, local_date, midnight

STEP = FINE_SECONDS * SECOND
FIRST = 1_300_000_200 * SECOND


@pytest.mark.parametrize(
    "name",
    ["UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo"],
)
def test_each_bucket_counts_in_the_day_that_it_falls_in(name: str) -> None:
    zone, dice = ZoneInfo(name), random.Random(1)
    starts = sorted(dice.sample(range(FIRST, FIRST + 400 * 86_400 * SECOND, STEP), 4000))
    days = list(_fold([Bucket(start, 1, 2, 3) for start in starts], zone))
    assert {day.date: day.images for day in days} == dict(Counter(local_date(start, zone) for start in starts))
    assert [day.started_at for day in days] == sorted(midnight(day.date, zone) for day in days)
    assert (sum(day.alerts for day in days), sum(day.size_bytes for day in days)) == (2 * 4000, 3 * 4000)


def test_nothing_is_no_day() -> None:
    assert list(_fold([], ZoneInfo("UTC"))) == []
