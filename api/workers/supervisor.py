"""Runs the workers as named tasks, starts a failed one again with growing delay, and waits for them at the end."""

import asyncio
import logging
from typing import Protocol

_LOG = logging.getLogger(__name__)
_FIRST_DELAY_SECONDS = 1.0
_LONGEST_DELAY_SECONDS = 60.0


class Worker(Protocol):
    """A background job. `run` goes on until cancelled; it keeps no state that a restart would lose."""

    name: str

    async def run(self) -> None: ...


class Supervisor:
    """Owns the workers' tasks."""

    def __init__(self, *workers: Worker) -> None:
        self._workers = list(workers)
        self._tasks: list[asyncio.Task[None]] = []

    def add(self, *workers: Worker) -> None:
        """More of them, before the start."""
        self._workers += workers

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._keep(worker), name=worker.name) for worker in self._workers]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @staticmethod
    async def _keep(worker: Worker) -> None:
        delay = _FIRST_DELAY_SECONDS
        while True:
            try:
                await worker.run()
            except Exception:  # noqa: BLE001 - the edge: a worker's failure must neither end the server nor stay unseen
                _LOG.exception("worker_failed worker=%s again_in_seconds=%.0f", worker.name, delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, _LONGEST_DELAY_SECONDS)
