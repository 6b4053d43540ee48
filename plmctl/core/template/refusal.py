"""Why a template, or these values in it, give no text."""

from plmctl.core.dataclass import dataclass
from plmctl.core.few import few
from plmctl.core.finding import PlmctlError

_MOST_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in which template; line and column count from 0 in its text."""

    template: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.template}: line {self.line + 1}, column {self.column + 1}"


class RenderError(PlmctlError):
    """A text that cannot be made: where, what, and what to do."""

    def __init__(self, reason: str, *, place: Place, hint: str | None = None):
        super().__init__(f"{place}: {reason}", hint=hint)
        self.reason = reason
        self.place = place


class Uncompilable(RenderError):
    """A template that no values can fill: wrong syntax, a partial that is missing or includes itself."""


class TooLarge(RenderError):
    """More than a render may make: of text, of steps, of levels."""


class Unprintable(RenderError):
    """A value that is no JSON, or that every language prints otherwise."""


class MissingValue(RenderError):
    """A name that is printed and has no value; `candidates` are the names that are there, sorted."""

    def __init__(self, name: str, *, reason: str, place: Place, candidates: tuple[str, ...]):
        there = few([f"'{candidate}'" for candidate in candidates], _MOST_SHOWN)
        super().__init__(reason, place=place, hint=f"there is {there}" if there else "nothing is there")
        self.name = name
        self.candidates = candidates
