"""A changed value for pages: on one line, as one text with marks, or as two texts side by side."""

import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from plmctl.core.alignment import BUDGET
from plmctl.core.change import Change
from plmctl.core.content import content_of
from plmctl.core.dataclass import dataclass
from plmctl.core.judgement import Judgement
from plmctl.core.prose import Run, prose_runs
from plmctl.core.value import Value
from plmctl.render.line import plural
from plmctl.render.prose import LeftOut, Mark, Piece, ProseLine, near_changes, shortened
from plmctl.render.value import is_said, written
from plmctl.render.visible import visible, visible_lines

_SHORT = 60
_WIDE = 88


@dataclass(frozen=True, slots=True)
class Pair:
    """A line as it was and as it is; None where the other side has a line alone."""

    old: ProseLine | None
    new: ProseLine | None

    @property
    def is_same(self) -> bool:
        """Whether nothing changed in it."""
        return self.old == self.new


def has_values(judgement: Judgement) -> bool:
    """Whether there are values to show that its message does not say already."""
    change = judgement.change
    values = (change.old, change.new) if change.pointer else ()
    return any(value is not None and not _is_said(value, judgement.message) for value in values)


def brief(change: Change) -> tuple[str | None, str | None] | None:
    """The old and the new value as they are written, where both fit on a line; None where they do not."""
    texts = [None if value is None else written(value) for value in (change.old, change.new)]
    # What is long is not shorter when it is visible, and takes long.
    if any(text is not None and len(text) > _SHORT for text in texts):
        return None
    old, new = (None if text is None else visible(text) for text in texts)
    is_brief = all(text is None or (len(text) <= _SHORT and "\\n" not in text) for text in (old, new))
    return (old, new) if is_brief else None


def runs_of(change: Change, effort: int = BUDGET) -> tuple[Run, ...]:
    """Both values as texts, compared with so much effort; where one is missing, the other as a whole."""
    old, new = _text(change.old), _text(change.new)
    if old is None or new is None:
        return (Run(old or "", new or ""),)
    return prose_runs(old, new, effort)


def sides(runs: Sequence[Run]) -> Iterator[Pair | LeftOut]:
    """The lines that changed and one around them beside each other, each side with its own line breaks."""
    for part in near_changes(_blocks(runs), _has_change, around=1, size=len):
        if isinstance(part, LeftOut):
            yield part
        else:
            yield from (Pair(*(line and shortened(line) for line in (pair.old, pair.new))) for pair in part)


def spacing(runs: Sequence[Run]) -> str:
    """What is said where no word changed."""
    texts = ("".join(run.old for run in runs), "".join(run.new for run in runs))
    before, now = (plural(len(visible_lines(text)), "line") for text in texts)
    return f"no word changed; {before} before, {now} now"


def clipped(line: ProseLine, most: int) -> tuple[tuple[Piece, ...], int]:
    """The pieces of a line up to so many characters, visible, and how many are left out."""
    kept: list[Piece] = []
    room = most
    for mark, text in line.pieces:
        if room > 0 and text:
            kept.append((mark, visible(text[:room])))
        room -= len(text)
    return tuple(kept), max(-room, 0)


def _is_said(value: Value, message: str) -> bool:
    is_one = not isinstance(value, (dict, list)) or content_of(value) is not None
    return is_one and value != "" and is_said(value, message)


def _text(value: Value) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    flat = json.dumps(value, ensure_ascii=False)
    return flat if len(flat) <= _WIDE else json.dumps(value, ensure_ascii=False, indent=2)


Block = tuple[Pair, ...]


class _Side:
    """The lines of one text while they are gathered; the last one is still open."""

    def __init__(self) -> None:
        self._lines: list[list[Piece]] = [[]]

    def add(self, mark: Mark, text: str) -> None:
        """Puts a text behind the others; each line break in it begins a line."""
        for number, part in enumerate(text.split("\n")):
            if number:
                self._lines.append([])
            if part:
                self._lines[-1].append((mark, part))

    def taken(self) -> list[ProseLine]:
        """The lines so far, the open one too; a new one is open then."""
        lines, self._lines = self._lines, [[]]
        return [ProseLine(tuple(line)) for line in lines]

    @property
    def is_fresh(self) -> bool:
        """Whether nothing stands on the open line."""
        return not self._lines[-1]


def _blocks(runs: Sequence[Run]) -> Iterator[Block]:
    """Lines that belong together: they end where a line ends in both texts, or where both begin one."""
    old, new = _Side(), _Side()
    for run in runs:
        if run.is_same:
            for number, part in enumerate(run.old.split("\n")):
                if number:
                    yield _block(old.taken(), new.taken())
                old.add(Mark.SAME, part)
                new.add(Mark.SAME, part)
            continue
        old.add(Mark.SAME if run.is_spacing else Mark.OLD, run.old)
        new.add(Mark.SAME if run.is_spacing else Mark.NEW, run.new)
        if old.is_fresh and new.is_fresh:
            yield _block(old.taken()[:-1], new.taken()[:-1])
    yield _block(*(lines if lines[-1].pieces else lines[:-1] for lines in (old.taken(), new.taken())))


def _block(old: Sequence[ProseLine], new: Sequence[ProseLine]) -> Block:
    return tuple(Pair(*lines) for lines in zip_longest(old, new))


def _has_change(block: Block) -> bool:
    return any(line is not None and line.sign != " " for pair in block for line in (pair.old, pair.new))
