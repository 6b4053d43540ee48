"""What libyaml says of a text that is not YAML, and what that means."""

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Rule

Place = tuple[int, int]
"""Line and column, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What libyaml says of a place, and where what it was reading began."""

    problem: str
    context: str
    place: Place
    began: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What it means."""

    rule: Rule
    message: str
    place: Place
    cure: str | None
