"""A line for each target: what was measured, the limit or peer beside it, and whether the target is met."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """`target` is its number; `met` is None for what was not measured or has no target. Texts carry their units."""

    target: str
    what: str
    measured: str
    wanted: str = ""
    met: bool | None = None


def not_measured(target: str, what: str, why: str, wanted: str = "") -> Line:
    return Line(target, what, f"not measured: {why}", wanted)


def table(lines: Iterable[Line]) -> str:
    """The lines as a Markdown table."""
    verdict = {True: "met", False: "MISSED", None: "-"}
    rows = [("target", "what", "measured", "wanted", "")]
    rows += [(line.target, line.what, line.measured, line.wanted, verdict[line.met]) for line in lines]
    rows.insert(1, ("---",) * 5)
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
