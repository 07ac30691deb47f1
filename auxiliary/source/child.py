"""The process that owns a camera: opens the source it is told about and sends its frames to the agent until that goes away.

Started by `isolated` as `python -m auxiliary.source.child FD`. Only this process loads the camera's library: what hangs or
crashes in there takes nothing else along. It dies with the agent, even when it hangs (PR_SET_PDEATHSIG).
"""

import contextlib
import ctypes
import os
import signal
import socket
import sys
import threading
from dataclasses import asdict
from typing import Any

import numpy as np

from auxiliary.clock import SystemClock
from auxiliary.slim import slim_down
from auxiliary.source import open_source
from auxiliary.source.pipe import PipeError, receive, send
from auxiliary.source.stills import Yuv420Still
from auxiliary.source.types import CameraSource, Encodes, Frame, SourceError, Unit

_PR_SET_PDEATHSIG = 1


def main(descriptor: int) -> int:
    """Serve one agent on a connected socket; 0 when it hung up or the recording ended, 1 when the camera failed."""
    _die_with_parent()
    slim_down()
    connection = socket.socket(fileno=descriptor)
    with connection, contextlib.suppress(OSError, PipeError):
        options, _ = receive(connection)
        options.pop("lengths")
        try:
            _stream(connection, options)
        except SourceError as error:
            send(connection, {"kind": "failed", "sentence": str(error)})
            return 1
    return 0


def _stream(connection: socket.socket, options: dict[str, Any]) -> None:
    take = (lambda unit: _send_unit(connection, unit)) if options.pop("video") else None
    source = open_source(options.pop("spec"), SystemClock(), on_unit=take, **options)
    with contextlib.closing(source):
        send(connection, _hello(source))
        threading.Thread(target=_obey, args=(connection, source), name="obey", daemon=True).start()
        for frame in source.frames():
            _send_frame(connection, frame)
        send(connection, {"kind": "ended"})


def _hello(source: CameraSource) -> dict[str, Any]:
    names = ("description", "live", "frames_per_second", "luma_size")
    return {"kind": "opened", "source": source.kind, **{name: getattr(source, name) for name in names}}


def _send_frame(connection: socket.socket, frame: Frame) -> None:
    """Planes as they are; anything else as the JPEG it is or becomes."""
    head = {"kind": "frame", "number": frame.number, "captured_ns": frame.captured_ns, "name": frame.name}
    head |= {"cut": frame.cut, "luma": frame.luma.shape, "size": None, "planes": None}
    head["exposure"] = None if frame.exposure is None else asdict(frame.exposure)
    if isinstance(frame.still, Yuv420Still):
        head |= {"size": frame.still.size, "planes": frame.still.planes.shape}
        send(connection, head, frame.luma, np.ascontiguousarray(frame.still.planes))
    else:
        send(connection, head, frame.luma, frame.still.jpeg())


def _send_unit(connection: socket.socket, unit: Unit) -> None:
    """From the thread that sends the frames, too: sources call in the thread that reads them."""
    head = {"kind": "unit", "captured_ns": unit.captured_ns, "key": unit.key, "epoch": unit.epoch}
    send(connection, head, unit.data)


def _obey(connection: socket.socket, source: CameraSource) -> None:
    """What the agent wants to have encoded, until it hangs up."""
    with contextlib.suppress(OSError, PipeError):
        while isinstance(source, Encodes):
            wish, _ = receive(connection)
            if wish["kind"] == "key":
                source.request_key()
            else:
                source.encode(wish["kilobits_per_second"])


def _die_with_parent() -> None:
    parent = os.getppid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before it could be named
        os._exit(1)


if __name__ == "__main__":
    code = main(int(sys.argv[1]))
    sys.stdout.flush()
    os._exit(code)  # a camera library's exit handlers wait for ever for a camera that hangs
