"""The members of a collection in brackets put together again, with the comments that stood between them."""

from collections.abc import Iterator, Sequence

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred

_COMMA = deferred(r"((?:[ \t\n]|#[^\n]*)*),[ \t]?")

Member = tuple[int | None, str]
"""The position that a member had, None for a new one, and its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brackets:
    """What stands around the members and between them; both ends have their bracket."""

    opening: str
    gaps: Sequence[str]
    closing: str

    def around(self, members: Sequence[Member]) -> str:
        """The text with other members; no comment is lost."""
        kept = {position for position, _ in members}
        text = self.opening + self._comments(kept, -1)
        for number, (position, member) in enumerate(members, start=1):
            text += member
            text += self._between(position) if number < len(members) else self._end(position)
            text += self._comments(kept, position) if position is not None else ""
        return text + self.closing

    def _between(self, position: int | None) -> str:
        if position is not None and position < len(self.gaps):
            return self.gaps[position]
        usual = self.gaps[0] if self.gaps else ""
        return usual if "\n" in usual and "#" not in usual else ", "

    def _end(self, position: int | None) -> str:
        has_gap = position is not None and position < len(self.gaps)
        return _without_comma(self.gaps[position]) if has_gap and position is not None else ""

    def _comments(self, kept: set[int | None], position: int) -> str:
        """What stood behind the members that are gone, up to the next one that is not."""
        return "".join(_without_comma(self.gaps[gone]) for gone in self._gone(kept, position))

    def _gone(self, kept: set[int | None], position: int) -> Iterator[int]:
        for following in range(position + 1, len(self.gaps)):
            if following in kept:
                return
            yield following


def _without_comma(gap: str) -> str:
    """The comments of a gap, nothing where it has none."""
    return _COMMA.sub(r"\1 ", gap, count=1) if "#" in gap else ""
