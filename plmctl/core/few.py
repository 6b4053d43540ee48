"""Many words in a sentence."""

from collections.abc import Sequence


def few(words: Sequence[str], most: int) -> str:
    """The first words, and how many more there are."""
    rest = len(words) - most
    return ", ".join(words[:most]) + (f" and {rest} more" if rest > 0 else "")
