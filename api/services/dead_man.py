"""Tells a service outside, over and over, that this server is alive and works: when it falls silent, that service tells people.

Nobody else can tell that the server itself is dead, its line cut, or its power gone.
"""

import logging

import httpx

from api.services.readiness import Readiness

_LOG = logging.getLogger(__name__)
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
EVERY_SECONDS = 60.0


class DeadMan:
    """Calls `url` (GET) while the server is ready. The address holds a secret: it stands in no log.

    Failure: what could not be told is not told later; the service outside takes silence for what it is. Never raises for
    an answer or a line that fails.
    """

    def __init__(self, url: str, readiness: Readiness) -> None:
        self._url = url
        self._readiness = readiness
        self._well = True

    async def beat(self) -> bool:
        """Whether the service outside took the call."""
        report = await self._readiness.check()
        wrong = [name for name, state in report.checks.items() if state != "ok"]
        if wrong:
            return self._tell(f"withheld, because the server is not ready: {', '.join(wrong)}")
        try:
            # Not the proxy of the environment: what is proven is this server's own way out.
            async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as client:
                status = (await client.get(self._url)).status_code
        except httpx.HTTPError as error:
            return self._tell(f"not taken: {type(error).__name__}")
        if status >= httpx.codes.MULTIPLE_CHOICES:
            return self._tell(f"not taken: answered {status}")
        if not self._well:
            _LOG.info("dead_man_well")
        self._well = True
        return True

    def _tell(self, why: str) -> bool:
        """Once, and not every minute."""
        if self._well:
            _LOG.warning("dead_man %s", why)
        self._well = False
        return False
