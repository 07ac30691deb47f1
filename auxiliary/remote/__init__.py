"""Settings from the server: kept on the card, tried, taken back when the camera does not come back healthy. See `adjust`."""

from auxiliary.remote.adjust import RemoteSettings
from auxiliary.remote.kept import KeptSettings

__all__ = ["KeptSettings", "RemoteSettings"]
