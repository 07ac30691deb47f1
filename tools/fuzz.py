"""`make fuzz`: the parsers that strangers reach, fed with inputs that nobody would send: pictures, forms, cursors, codes of keys.

Each may refuse in its own words and in no other way. Random by a seed that is printed, so that what is found can be found again.
"""

import argparse
import asyncio
import io
import random
import sys
import time
from collections.abc import Callable
from uuid import UUID

from PIL import Image
from starlette.requests import Request
from starlette.types import Message

from api.db.keyset import CursorSeal, Position
from api.errors import DomainError
from api.routers.upload_body import read_multipart
from api.services.jpeg import inspect_jpeg
from auxiliary.trust import pin_of

_INTERESTING = (
    b"\x00",
    b"\xff",
    b"\xff\xd8",
    b"\xff\xd9",
    b"\xff\xda",
    b"\xff\xc0",
    b"\x7f",
    b"\r\n",
    b"--b",
    b'"',
    b";",
    b"%",
    b"\x80" * 4,
)
_SLOW_SECONDS = 5.0


def _pictures() -> list[bytes]:
    made = []
    for options in ({}, {"progressive": True}, {"quality": 5}, {"restart_marker_blocks": 1}):
        buffer = io.BytesIO()
        Image.effect_noise((48, 32), 60).convert("RGB").save(buffer, "JPEG", **options)
        made.append(buffer.getvalue())
    return made


_FORM = (
    b'--b\r\nContent-Disposition: form-data; name="camera_id"\r\n\r\n019ab1c2-7d10-7a3b-8c55-0123456789ab\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff\xd9\r\n--b--\r\n'
)


def mutated(seed: bytes, rng: random.Random) -> bytes:
    """The seed with a few of the changes that break parsers."""
    data = bytearray(seed)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(6):
            case 0:
                data[at : at + 1] = rng.randbytes(1)
            case 1:
                data[at:at] = rng.choice(_INTERESTING)
            case 2:
                del data[at : at + rng.randrange(1, 64)]
            case 3:
                data[at:at] = data[at : at + rng.randrange(1, 64)] * rng.randrange(1, 8)
            case 4:
                data[at : at + 2] = rng.randrange(65536).to_bytes(2, "big")
            case 5:
                del data[at:]
    return bytes(data)


def _picture(data: bytes) -> None:
    inspect_jpeg(data, max_pixels=24_000_000)


def _form(data: bytes) -> None:
    chunks = [data[at : at + 97] for at in range(0, len(data), 97)] or [b""]

    async def receive() -> Message:
        chunk = chunks.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", b"multipart/form-data; boundary=b")]}
    asyncio.run(read_multipart(Request(scope, receive), max_bytes=100_000, stall_seconds=60))


def targets() -> dict[str, tuple[list[bytes], Callable[[bytes], object], tuple[type[Exception], ...]]]:
    """By name: what to begin with, what to feed, and how it may refuse."""
    seal = CursorSeal(b"k" * 32)
    good = seal.write(Position(1_790_000_000_000_000, UUID(int=7))).encode()
    cursors = [good, good, b"", b"AAAA", b"_-" * 40]
    certificates = [b"\x30\x82\x01\x00\x30\x81\xf0\xa0\x03\x02\x01\x02" + b"\x02\x01\x01\x30\x00" * 8]
    return {
        "picture": (_pictures(), _picture, (DomainError,)),
        "form": ([_FORM], _form, (DomainError,)),
        "cursor": (cursors, lambda data: seal.read(data.decode("latin-1")), (DomainError,)),
        "certificate": (certificates, pin_of, (ValueError,)),
    }


def fuzz(count: int, seed: int) -> int:
    """Feed each parser its share of `count` inputs; the number of inputs that one of them did not take well."""
    bad = 0
    for name, (seeds, feed, refusals) in targets().items():
        rng, began, refused = random.Random(f"{seed} {name}"), time.process_time(), 0
        share = count // len(targets())
        for _ in range(share):
            data = mutated(rng.choice(seeds), rng)
            at = time.process_time()
            try:
                feed(data)
            except refusals:
                refused += 1
            except Exception as error:  # noqa: BLE001 - what is looked for
                bad += 1
                print(f"{name}: {type(error).__name__}: {error}: {data[:200]!r}")
            if time.process_time() - at > _SLOW_SECONDS:
                bad += 1
                print(f"{name}: took {time.process_time() - at:.1f} s: {data[:200]!r}")
        seconds = time.process_time() - began
        print(f"{name:<12}{share} inputs, {refused} refused, {seconds:.1f} s CPU")
    print(f"seed {seed}: {bad} inputs were not taken well")
    return bad


def main() -> int:
    parser = argparse.ArgumentParser(description="Feed the parsers what nobody would send.")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    return 1 if fuzz(options.inputs, options.seed) else 0


if __name__ == "__main__":
    sys.exit(main())
