"""Thins out the frames of a camera that sends more than are analysed."""


class Pace:
    """Lets at most `frames_per_second` through on average; frames that come a little early or late are not lost for it."""

    def __init__(self, frames_per_second: float) -> None:
        self._every_ns = round(1e9 / frames_per_second)
        self._due_ns: int | None = None

    def due(self, now_ns: int) -> bool:
        """Whether the frame that came now is one to take."""
        due_ns = now_ns if self._due_ns is None else self._due_ns
        if now_ns + self._every_ns // 2 < due_ns:
            return False
        self._due_ns = max(due_ns + self._every_ns, now_ns)
        return True
