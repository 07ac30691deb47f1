"""Password hashes: Argon2id with OWASP's minimum (19 MiB, two passes, one lane).

The library's default takes ten times as long and 64 MiB a try: on a Pi-sized server a handful of sign-ins at once would
be a denial of service. Two hashes at a time is all that is ever run.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_AT_ONCE = 2


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

    def hash_now(self, password: str) -> str:
        """Hash in the calling thread; for the command line."""
        return self._hasher.hash(password)

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is right; always False, and as slow, for a hash of None."""
        loop = asyncio.get_running_loop()
        right = await loop.run_in_executor(self._threads, self._hasher.verify, password, password_hash or self._nobody)
        return right and password_hash is not None

    def close(self) -> None:
        self._threads.shutdown(wait=True)
