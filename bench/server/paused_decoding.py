"""`python -m api`, but for its decoding worker, which waits for ever.

Decoding happens after the answer, whenever there is time; without it the cost of taking a picture in is seen alone.
"""

import asyncio
import sys

import api.main
from api.commands import main
from api.workers import DecodingWorker


class _Paused(DecodingWorker):
    async def run(self) -> None:
        await asyncio.Event().wait()


if __name__ == "__main__":
    # The composition root takes its name from there.
    vars(api.main)["DecodingWorker"] = _Paused
    sys.exit(main())
