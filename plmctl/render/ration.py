"""What of a diff fits where the room is limited: what breaks first, what was said before its values.

Nothing is cut inside: an entry is there as a whole, without its values, or not at all, and then counted.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from plmctl.core.dataclass import dataclass
from plmctl.core.judgement import Judgement
from plmctl.core.report import Moved
from plmctl.render.passage import has_values
from plmctl.render.section import Section, is_severe

Entry = Judgement | Moved

# Room for less than this is not worth another try, nor is trying on where so many did not fit.
_LEAST, _TRIES = 160, 10


class Room:
    """How much may still be written, in whatever `size` measures."""

    def __init__(self, left: int, size: Callable[[str], int]):
        self.left = left
        self._size = size

    def take(self, text: str, keep: int = 0) -> bool:
        """Whether a text fits, and so much is left then; its room is taken if it does."""
        size = self._size(text)
        if size > self.left - keep:
            return False
        self.left -= size
        return True

    def split(self, most: int) -> "Room":
        """A room of its own with what is left here, at most this; what it takes is not taken here."""
        return Room(min(most, self.left), self._size)


class Pen(Protocol):
    """How a format writes an artifact's frame, an entry in it, and the values of an entry."""

    def frame(self, section: Section) -> str:
        """Everything around the entries, and the longest note of what is left out there."""
        ...

    def entry(self, entry: Entry) -> str:
        """What is said of a change; its values come behind it, and then `end`."""
        ...

    @property
    def end(self) -> str:
        """What ends an entry."""
        ...

    def values(self, judgement: Judgement) -> str:
        """What was there and what is there now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An artifact of which something is shown: its entries with their values, and how many are left out."""

    section: Section
    entries: tuple[tuple[str, str], ...]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rationed:
    """What fits, and how much does not: whole artifacts, changes (theirs too), values of what is shown."""

    kept: tuple[Kept, ...]
    artifacts: int = 0
    breaking: int = 0
    changes: int = 0
    values: int = 0


Place = tuple[int, int]


def rationed(found: Sequence[Section], pen: Pen, room: Room) -> Rationed:
    """What fits: what is said of all that breaks, its values in half of what is left, then the others."""
    chooser = _Chooser(found, pen, room)
    breaking, others = chooser.places()
    if chooser.say(breaking):
        chooser.show(breaking, keep=room.left // 2 if others else 0)
        chooser.say(others)
    chooser.show((*breaking, *others))
    return chooser.result()


class _Chooser:
    """What was chosen so far: what is said of changes, and their values."""

    def __init__(self, found: Sequence[Section], pen: Pen, room: Room):
        self._found, self._pen, self._room = found, pen, room
        self._entries: list[tuple[Entry, ...]] = [(*section.judgements, *section.moves) for section in found]
        self._said: dict[Place, str] = {}
        self._values: dict[Place, str] = {}

    def places(self) -> tuple[list[Place], list[Place]]:
        """Where the changes stand that break, and the others."""
        every = [(s, e) for s, inside in enumerate(self._entries) for e in range(len(inside))]
        return [p for p in every if self._is_breaking(p)], [p for p in every if not self._is_breaking(p)]

    def say(self, places: Iterable[Place]) -> bool:
        """Whether there is room to say of each what it is; the first for which there is none ends it."""
        framed = {s for s, _ in self._said}
        for s, e in places:
            text = self._pen.entry(self._entries[s][e])
            frame = "" if s in framed else self._pen.frame(self._found[s])
            if not self._room.take(frame + text + self._pen.end):
                return False
            framed.add(s)
            self._said[s, e] = text
        return True

    def show(self, places: Iterable[Place], keep: int = 0) -> None:
        """Chooses the values that fit and leave so much."""
        misses = 0
        for place in places:
            if self._room.left - keep < _LEAST or misses > _TRIES:
                return
            judgement = self._missing(place)
            if judgement is None:
                continue
            text = self._pen.values(judgement)
            if self._room.take(text, keep):
                self._values[place] = text
            else:
                misses += 1

    def result(self) -> Rationed:
        """Everything that was chosen, in its order, and the numbers of the rest."""
        kept = [self._kept(s) for s in range(len(self._found))]
        left_out = [place for places in self.places() for place in places if place not in self._said]
        return Rationed(
            kept=tuple(part for part in kept if part.entries),
            artifacts=sum(not part.entries for part in kept),
            breaking=sum(map(self._is_breaking, left_out)),
            changes=len(left_out),
            values=sum(self._missing(place) is not None for place in self._said),
        )

    def _kept(self, s: int) -> Kept:
        places = [(s, e) for e in range(len(self._entries[s]))]
        shown = [place for place in places if place in self._said]
        entries = tuple((self._said[place], self._values.get(place, "")) for place in shown)
        return Kept(section=self._found[s], entries=entries, left_out=len(places) - len(shown))

    def _missing(self, place: Place) -> Judgement | None:
        """The judgement at a place that is shown without the values that it has."""
        entry = self._entries[place[0]][place[1]]
        if place in self._values or place not in self._said or isinstance(entry, Moved):
            return None
        return entry if has_values(entry) else None

    def _is_breaking(self, place: Place) -> bool:
        entry = self._entries[place[0]][place[1]]
        return isinstance(entry, Judgement) and is_severe(entry)
