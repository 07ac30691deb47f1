"""Live view: what the camera sees, sent while the server says that somebody watches. See `session.Live`."""

from auxiliary.live.media import open_media
from auxiliary.live.session import Live

__all__ = ["Live", "open_media"]
