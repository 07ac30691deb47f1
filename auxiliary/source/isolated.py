"""A camera in a process of its own, seen from the agent: the same port, but nothing that happens to the camera can hang us.

A libcamera that stops sends no exception and may never return from a call, not even from closing; so every wait here has a
limit and the end is by signal: SIGTERM, then SIGKILL. A process that survives that (state D, in the kernel) is left behind.
"""

import contextlib
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from auxiliary.motion.types import Exposure
from auxiliary.source.pipe import PipeError, receive, send
from auxiliary.source.stills import JpegStill, Yuv420Still
from auxiliary.source.types import Frame, SourceError, Still, TakeUnit, Unit

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for the camera to open, for each frame, for SIGTERM and for SIGKILL to end the process."""

    open_seconds: float = 30.0
    frame_seconds: float = 5.0
    terminate_seconds: float = 2.0
    kill_seconds: float = 2.0


class IsolatedSource:
    """Implements `CameraSource`. `options` are those of `open_source`; they go over the pipe, since they may hold passwords."""

    def __init__(
        self, spec: str, patience: Patience = Patience(), on_unit: TakeUnit | None = None, **options: Any
    ) -> None:
        self._patience = patience
        self._on_unit = on_unit
        self._wishing = threading.Lock()
        self._closing = threading.Lock()
        self._closed = False
        self._connection, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "auxiliary.source.child", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                process_group=0,  # Ctrl-C is for the agent, which ends its camera itself
            )
        try:
            self._connection.settimeout(patience.open_seconds)
            send(self._connection, {"spec": spec, "video": on_unit is not None, **options})
            hello, _ = self._next(f"The camera did not open within {patience.open_seconds:g} s.")
        except (SourceError, OSError) as error:
            self.close()
            raise error if isinstance(error, SourceError) else SourceError(str(error)) from error
        self.kind: str = hello["source"]
        self.description: str = hello["description"]
        self.live: bool = hello["live"]
        self.frames_per_second: float = hello["frames_per_second"]
        self.luma_size: tuple[int, int] = tuple(hello["luma_size"])
        self._connection.settimeout(patience.frame_seconds)

    @property
    def process_id(self) -> int:
        return self._process.pid

    def frames(self) -> Iterator[Frame]:
        while not self._closed:
            try:
                head, payloads = self._next(f"The camera sent no picture for {self._patience.frame_seconds:g} s.")
            except SourceError:
                if self._closed:
                    return
                raise
            if head["kind"] == "ended":
                return
            if head["kind"] == "unit":
                if self._on_unit is not None:
                    self._on_unit(Unit(head["captured_ns"], head["key"], head["epoch"], bytes(payloads[0])))
                continue
            luma = np.frombuffer(payloads[0], np.uint8).reshape(head["luma"])
            still, exposure = _still(head, payloads[1]), head["exposure"] and Exposure(**head["exposure"])
            yield Frame(head["number"], head["captured_ns"], luma, still, head["name"], head["cut"], exposure)

    def encode(self, kilobits_per_second: int | None) -> None:
        self._wish({"kind": "encode", "kilobits_per_second": kilobits_per_second})

    def request_key(self) -> None:
        self._wish({"kind": "key"})

    def _wish(self, wish: dict[str, Any]) -> None:
        """A few bytes: a process that does not take them is one whose next frame is late, which `frames` notices."""
        with self._wishing, contextlib.suppress(OSError):
            send(self._connection, wish)

    def close(self) -> None:
        """End the process, whatever state it is in, within the limits of `Patience`."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            with contextlib.suppress(OSError):  # the other side was faster
                self._connection.shutdown(socket.SHUT_RDWR)
            self._end_process()
            self._connection.close()

    def _end_process(self) -> None:
        ways = (
            (self._process.terminate, self._patience.terminate_seconds),
            (self._process.kill, self._patience.kill_seconds),
        )
        for end, seconds in ways:
            end()
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return
        logger.error("the camera's process %d cannot be ended; it was left behind", self._process.pid)

    def _next(self, late: str) -> tuple[dict[str, Any], list[bytearray]]:
        try:
            head, payloads = receive(self._connection)
        except TimeoutError as error:
            raise SourceError(late) from error
        except PipeError as error:
            raise SourceError("The camera's process ended unexpectedly.") from error
        if head["kind"] == "failed":
            raise SourceError(head["sentence"])
        return head, payloads


def _still(head: dict[str, Any], data: bytearray) -> Still:
    if head["planes"] is None:
        return JpegStill(bytes(data))
    width, height = head["size"]
    return Yuv420Still(np.frombuffer(data, np.uint8).reshape(head["planes"]), (width, height))
