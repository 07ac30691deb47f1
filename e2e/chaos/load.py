"""Cameras that never give up: each picture is sent again, under its id, until it is acknowledged, and noted."""

import hashlib
import os
import random
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from api.clock import SystemClock, to_rfc3339
from api.ids import uuid7

_RETRY_SECONDS = 0.05
_ALLOWED_FAILURES = {503, 507}


@dataclass
class Ledger:
    """What was acknowledged, id to SHA-256, and every answer that was given."""

    acknowledged: dict[UUID, str] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def wrong_answers(self) -> dict[str, int]:
        """Answers that no fault excuses: anything but stored, stored already, and "try again later"."""
        allowed = {"200", "201", "no answer", *(str(status) for status in _ALLOWED_FAILURES)}
        return {answer: number for answer, number in self.answers.items() if answer not in allowed}


def _word(answer: httpx.Response) -> str:
    """The answer's status; a refusal has to say why, and when to come again."""
    status = str(answer.status_code)
    if answer.status_code in _ALLOWED_FAILURES:
        is_problem = answer.headers.get("content-type") == "application/problem+json"
        if not (is_problem and answer.json()["detail"] and int(answer.headers.get("retry-after", 0)) > 0):
            return f"{status} without a reason"
    return status


class Load:
    """Some threads that upload as fast as they are answered, until `enough` pictures are acknowledged."""

    def __init__(
        self, servers: Callable[[], str], camera_id: str, token: str, picture: bytes, *, threads: int, enough: int
    ) -> None:
        self.ledger = Ledger()
        self._servers = servers
        self._camera_id = camera_id
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "image/jpeg"}
        self._picture = picture
        self._enough = enough
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each thread finish the picture it is at."""
        self._stop.set()
        self.join()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    @property
    def done(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        with httpx.Client(timeout=30) as client:
            while not self._stop.is_set() and len(self.ledger.acknowledged) < self._enough:
                self._deliver(client, uuid7(SystemClock().now()), unique_picture(self._picture))

    def _deliver(self, client: httpx.Client, image_id: UUID, data: bytes) -> None:
        """As the camera does: the same picture under the same id until it is acknowledged. A lost answer is a repeat."""
        parameters = {
            "id": str(image_id),
            "camera_id": self._camera_id,
            "timestamp": to_rfc3339(SystemClock().now()),
        }
        while True:
            try:
                url = f"{self._servers()}/images"
                answer = client.post(url, params=parameters, content=data, headers=self._headers)
                status = _word(answer)
            except httpx.HTTPError:
                status = "no answer"
            with self.ledger.lock:
                self.ledger.answers[status] += 1
                if status in {"200", "201"}:
                    self.ledger.acknowledged[image_id] = hashlib.sha256(data).hexdigest()
                    return
            if status[0] == "4":
                return
            time.sleep(_RETRY_SECONDS * (1 + random.random()))


def unique_picture(picture: bytes) -> bytes:
    """The picture with a comment segment of its own, so that no two are alike."""
    comment = os.urandom(16)
    return picture[:2] + b"\xff\xfe" + struct.pack(">H", 2 + len(comment)) + comment + picture[2:]
