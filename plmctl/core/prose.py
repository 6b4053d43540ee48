"""Prose as a reviewer reads it: which words of a text went, and which came."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\s+|\{\{.*?\}\}|\w+|[^\w\s]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of two texts: the same in both, or what the old one has there and what the new one has.

    All `old` together are the old text, all `new` together the new one.
    """

    old: str
    new: str

    @property
    def is_same(self) -> bool:
        """Whether nothing changed here."""
        return self.old == self.new

    @property
    def is_spacing(self) -> bool:
        """Whether only blanks and line breaks changed here."""
        return not self.is_same and not self.old.strip() and not self.new.strip()


def prose_runs(old: str, new: str) -> tuple[Run, ...]:
    """Two texts as runs, in order; no two that are alike stand beside each other."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        Run("".join(before[first:last]), "".join(after[start:end]))
        for _, first, last, start, end in matcher.get_opcodes()
    )
