"""Whether a stated time can be true. A Pi has no clock at boot: what it says before it is synchronised is a guess."""

from dataclasses import dataclass
from datetime import UTC, datetime

from api.clock import SECOND, from_datetime, to_rfc3339
from api.errors import FieldProblem, Invalid

EARLIEST = from_datetime(datetime(2000, 1, 1, tzinfo=UTC))
"""No picture of this product is older."""
AHEAD = 5 * 60 * SECOND
"""How far ahead of ours a synchronised clock may be."""


@dataclass(frozen=True, slots=True)
class Believed:
    """The instant to store, and what the camera said where that was not credible."""

    timestamp: int
    reported: int | None


def believe(stated: int, now: int, *, synchronized: bool, field: str = "timestamp") -> Believed:
    """Judge a stated instant against our clock.

    A synchronised clock that is plainly wrong is an error of the sender: raises `Invalid`
    (`timestamp_out_of_range`). An unsynchronised one is replaced by the time of arrival and kept beside it.
    """
    if EARLIEST <= stated <= now + AHEAD:
        return Believed(stated, None)
    if synchronized:
        raise Invalid(
            "timestamp_out_of_range",
            f"`{field}` is {to_rfc3339(stated)}, and the server's clock says {to_rfc3339(now)}: set the camera's clock, or "
            "send `clock_synchronized=false` while it is not set.",
            errors=(FieldProblem(field, "must lie between 2000 and five minutes from now"),),
        )
    return Believed(now, stated)
