"""What a misspelt word probably was."""

from collections.abc import Collection

from plmctl.core.slip import certain, nearest

# A comparison takes up to 40 us: guesses for a whole registry stay well under a second.
COMPARISONS = 20_000


class Guesses:
    """Guesses, each made once, until so many words were compared that more would keep somebody waiting."""

    def __init__(self, comparisons: int = COMPARISONS):
        self._left = comparisons
        self._known: dict[tuple[str, tuple[str, ...]], str | None] = {}

    @property
    def is_over(self) -> bool:
        """Whether nothing more is guessed: who would have to gather the words need not."""
        return self._left < 0

    def near(self, word: str, among: Collection[str]) -> str | None:
        """The one that the word probably meant."""
        key = (word, tuple(among))
        if key not in self._known:
            self._left -= len(among)
            self._known[key] = nearest(word, among) if self._left >= 0 else None
        return self._known[key]

    def certain(self, word: str, among: Collection[str]) -> str | None:
        """The one that the word meant beyond doubt: what may be written instead without asking."""
        if self.near(word, among) is None:
            return None
        self._left -= len(among)
        return certain(word, among) if self._left >= 0 else None
