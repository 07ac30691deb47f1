"""Messages between the process that owns a camera and the agent, over a socket pair: a JSON head and any number of payloads.

Raw pictures cross here (1.4 MB for 1280x720): one copy out, one in, and the agent keeps what it has when the camera's process dies.
"""

import json
import socket
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LENGTH = struct.Struct("!I")
_LONGEST_HEAD_BYTES = 64 << 10
_LONGEST_PAYLOAD_BYTES = 128 << 20


class PipeError(Exception):
    """The other side is gone, or does not speak this protocol."""


def send(connection: socket.socket, head: dict[str, Any], *payloads: bytes | NDArray[np.uint8]) -> None:
    """Send one message; blocks until the other side takes it. Raises OSError when that is gone."""
    views = [memoryview(payload) if isinstance(payload, bytes) else payload.data.cast("B") for payload in payloads]
    text = json.dumps({**head, "lengths": [len(view) for view in views]}).encode()
    connection.sendall(_LENGTH.pack(len(text)) + text)
    for view in views:
        connection.sendall(view)


def receive(connection: socket.socket) -> tuple[dict[str, Any], list[bytearray]]:
    """The next message. Raises TimeoutError as the socket is set, PipeError when no more can come."""
    try:
        (length,) = _LENGTH.unpack(_read(connection, _LENGTH.size, _LENGTH.size))
        head: dict[str, Any] = json.loads(_read(connection, length, _LONGEST_HEAD_BYTES))
        return head, [_read(connection, length, _LONGEST_PAYLOAD_BYTES) for length in head["lengths"]]
    except TimeoutError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PipeError(str(error)) from error


def _read(connection: socket.socket, length: int, most: int) -> bytearray:
    if length > most:
        raise PipeError(f"a message of {length} bytes")
    data = bytearray(length)
    view = memoryview(data)
    while view:
        count = connection.recv_into(view)
        if not count:
            raise PipeError("closed")
        view = view[count:]
    return data
