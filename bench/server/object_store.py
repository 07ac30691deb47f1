"""Target 9: what a put into an S3 store and a presigned address cost this side, against a real S3 server from a wheel."""

import itertools
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from api.storage.s3 import S3Store
from api.tests.seaweed import BUCKET, Seaweed
from bench.server.pictures import make_pictures
from bench.server.report import Line, not_measured

_IN_FLIGHT = 8


def measure(folder: Path, *, quick: bool, full: bool) -> list[Line]:
    del folder, full
    try:
        server = Seaweed()
    except BaseException as error:
        if type(error).__name__ != "Skipped":
            raise
        return [not_measured("9", "S3 put and presign", str(error), "<= 0.6 ms, <= 25 us")]
    try:
        os.environ.update(server.environment())
        # Its volumes hold 256 MB.
        return _measure(100 if quick else 200, 1 if quick else 5)
    finally:
        server.remove()


def _measure(puts: int, rounds: int) -> list[Line]:
    store = S3Store(BUCKET, Seaweed.new_prefix(), "/media")
    bodies = [b"".join(pieces) for pieces in itertools.islice(make_pictures(4).unique(), puts)]
    camera = uuid.uuid4()
    keys = [f"images/{camera}/2026-11-22/14/{uuid.uuid4()}-{number:08x}.jpg" for number in range(rounds * puts)]
    store.put(f"images/{camera}/2026-11-22/13/{uuid.uuid4()}-00000000.jpg", bodies[0])
    put_ms, sign_us = [], []
    with ThreadPoolExecutor(_IN_FLIGHT) as pool:
        for number in range(rounds):
            some = keys[number * puts : (number + 1) * puts]
            begun = time.process_time()
            list(pool.map(store.put, some, bodies))
            put_ms.append((time.process_time() - begun) * 1000 / puts)
            begun = time.process_time()
            for key in some:
                store.locate(key)
            sign_us.append((time.process_time() - begun) * 1e6 / puts)
    put, sign = median(put_ms), median(sign_us)
    return [
        Line(
            "9", f"S3 put of 150 KB, {_IN_FLIGHT} in flight", f"{put:.2f} ms CPU on this side", "<= 0.6 ms", put <= 0.6
        ),
        Line("9", "presigned address", f"{sign:.0f} us", "<= 25 us", sign <= 25),
    ]
