"""What systemd is told: that the agent is ready, that it is alive, that it stops. Without systemd nothing happens.

The watchdog is fed only while frames come (or their absence is being worked on) and the uploader's lanes move, so that whatever
hangs, the whole agent is started anew. Protocol: sd_notify(3), a datagram to $NOTIFY_SOCKET.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Mapping


def notify(message: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Send one state such as `READY=1`; False when nobody is there to be told. Never raises for the socket's sake."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as outlet:
        outlet.sendto(message.encode(), address)
        return True
    return False


def watchdog_seconds(environment: Mapping[str, str] = os.environ) -> float | None:
    """How often systemd wants to hear from this process at least; None when it does not."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    try:
        return int(environment["WATCHDOG_USEC"]) / 1e6
    except (KeyError, ValueError):
        return None


async def feed_watchdog(
    trouble: Callable[[], str | None], seconds: float, tell: Callable[[str], object] = notify
) -> None:
    """Three times in `seconds`: say that we live, or, when `trouble` names one, only what it is. Until cancelled."""
    while True:
        sentence = trouble()
        tell("WATCHDOG=1" if sentence is None else f"STATUS={sentence}")
        await asyncio.sleep(seconds / 3)
