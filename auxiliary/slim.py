"""Keeps the resident memory of a process small, on a machine that may have 512 MB. Called first, before libraries are loaded.

Figures by `bench/agent_memory.py`: glibc otherwise keeps a heap for each thread and does not give back what large pictures took,
numpy's linear algebra reserves buffers for each core, and httpx loads the libraries of its command line where those are installed.
"""

import contextlib
import ctypes
import os
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # mallopt(3)
_LARGE_BYTES = 64 << 10


def slim_down() -> None:
    """Ask allocator and libraries for thrift; what does not exist on this system is left out."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # "not installed", which httpx is prepared for
    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _LARGE_BYTES)
