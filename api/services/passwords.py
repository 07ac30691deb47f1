"""Password hashes: Argon2id with OWASP's minimum (19 MiB, two passes, one lane).

The library's default takes ten times as long and 64 MiB a try: on a Pi-sized server a handful of sign-ins at once would
be a denial of service. Two hashes at a time is all that is ever run, and few wait for their turn.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import ParamSpec, TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from api.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")
_AT_ONCE = 2
_LONGEST_QUEUE = 32


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")


class Passwords:
    """Hashes and checks passwords in threads of its own."""

    def __init__(self) -> None:
        self._hasher = _hasher()
        self._threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="password")
        # Checked when the name is unknown, so that the time of an answer does not tell which names exist.
        self._nobody = _nobody()
        self._waiting = 0

    def hash_now(self, password: str) -> str:
        """Hash in the calling thread; for the command line."""
        return self._hasher.hash(password)

    async def hash(self, password: str) -> str:
        """Raises `Unavailable` when too many wait already."""
        return await self._in_turn(self._hasher.hash, password)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is right; always False, and as slow, for a hash of None. Raises `Unavailable`."""
        right = await self._in_turn(self._hasher.verify, password, password_hash or self._nobody)
        return right and password_hash is not None

    async def _in_turn(self, function: Callable[P, T], *arguments: P.args, **_named: P.kwargs) -> T:
        if self._waiting >= _LONGEST_QUEUE:
            raise Unavailable("Too many people sign in at once: try again in a few seconds.")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._threads.shutdown(wait=True)
