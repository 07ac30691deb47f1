"""What channels that speak HTTP share: one client, and what an answer means."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from api.notify.port import SEND_SECONDS, Gone, Receipt, Refused, TryLater
from api.notify.reach import IN_OWN_NETWORK
from api.outbound import OutboundRefused

_TRY_LATER = {408, 409, 425, 429}
_LONGEST_REASON = 200


class HttpSender:
    """Sends one request and reads its answer. Redirects are not followed: a channel's address is what was saved.

    The client is made by the first request: its certificates take longer to read than all else at a start.
    """

    def __init__(self, make_client: Callable[[], httpx.AsyncClient]) -> None:
        self._make_client = make_client
        self._made: httpx.AsyncClient | None = None

    async def close(self) -> None:
        if self._made is not None:
            await self._made.aclose()

    async def send(
        self, method: str, url: str, *, gone: frozenset[int] = frozenset({404, 410}), **request: Any
    ) -> httpx.Response:
        """The answer, when it is a success. `gone`: statuses that mean the address will never work again.

        Raises `TryLater`, `Refused`, `Gone`.
        """
        try:
            self._made = client = self._made or self._make_client()
            answer = await client.request(method, url, timeout=SEND_SECONDS, follow_redirects=False, **request)
        except OutboundRefused as error:
            raise Refused(IN_OWN_NETWORK) from error
        except httpx.TimeoutException as error:
            raise TryLater("It did not answer in time.") from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise TryLater(f"It could not be reached: {_plain(error)}.") from error
        if answer.is_success:
            return answer
        status = answer.status_code
        reason = f"It answered {status}{_why(answer)}."
        if status in gone:
            raise Gone(reason, status)
        if status in _TRY_LATER or status >= 500:
            raise TryLater(reason, status, retry_after_seconds(answer.headers))
        raise Refused(reason, status)


def receipt(answer: httpx.Response) -> Receipt:
    return Receipt(answer.status_code)


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds, given as seconds or as a date; None when it is missing or makes no sense."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value[:9])
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _why(answer: httpx.Response) -> str:
    text = (
        " ".join(answer.text[:_LONGEST_REASON].split())
        if answer.headers.get("content-type", "").startswith(("text/plain", "application/json"))
        else ""
    )
    return f": {text}" if text else ""


def _plain(error: Exception) -> str:
    # Without the address, which may hold a secret.
    return type(error).__name__
