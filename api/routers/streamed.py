"""An answer that is made while it is sent, and given up when its reader has stopped reading."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Self

from fastapi.responses import Response
from starlette.types import Message, Receive, Scope, Send

STALL_SECONDS = 60.0


class Streamed(Response):
    """Sends pieces as the reader takes them. What goes wrong before the first piece is a problem document as ever."""

    def __init__(
        self, first: bytes, rest: AsyncGenerator[bytes, None], headers: dict[str, str], media_type: str
    ) -> None:
        super().__init__(None, 200, headers, media_type)
        del self.headers["content-length"]
        self._first = first
        self._rest = rest

    @classmethod
    async def begin(cls, pieces: AsyncGenerator[bytes, None], headers: dict[str, str], media_type: str) -> Self:
        """Make the first piece; raises whatever that raises."""
        return cls(await anext(pieces), pieces, headers, media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._send(send, {"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await self._send(send, _body(self._first))
            self._first = b""
            async for piece in self._rest:
                await self._send(send, _body(piece))
            await self._send(send, _body(b"", more=False))
        finally:
            await self._rest.aclose()

    @staticmethod
    async def _send(send: Send, message: Message) -> None:
        # Raises TimeoutError, and the server closes the connection: a zip that is cut off is seen to be cut off.
        async with asyncio.timeout(STALL_SECONDS):
            await send(message)


def _body(data: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}
