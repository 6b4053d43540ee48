"""Slips of the pen: what a misspelt word probably meant, and what it can have meant alone."""

import difflib
import re
from collections.abc import Callable, Iterable

# Shorter words are too near to each other, and in longer ones two slips happen.
_SHORTEST, _LONG = 4, 8
_LIMIT = 4
# Longer words are no slips of the pen, and difflib's time grows with the square of their length.
_LONGEST_WORD = 100


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that the word probably meant, without regard to case, '-' and '_'."""
    if len(word) > _LONGEST_WORD:
        return None
    folded = {_spelt(candidate): candidate for candidate in candidates}
    close = difflib.get_close_matches(_spelt(word), folded, n=1)
    return folded[close[0]] if close else None


def likeness_to(word: str) -> Callable[..., float]:
    """How alike the word is to a text, from 0 to 1; of several texts the one that is most so counts."""
    matcher = difflib.SequenceMatcher(b=word.lower()[:_LONGEST_WORD], autojunk=False)

    def likeness(*texts: str) -> float:
        ratios = []
        for text in texts:
            matcher.set_seq1(text)
            ratios.append(matcher.ratio())
        return max(ratios)

    return likeness


def certain(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a misspelt word means beyond doubt; None if another one is nearly as near.

    A number, a version or a short part is never a slip: `gpt-4` did not mean `gpt-4o`, nor `v2` `v3`.
    """
    near = [(_distance(word.lower(), other.lower()), other) for other in dict.fromkeys(candidates)]
    equal = [
        other for _, other in near if _folded(other) == _folded(word) and _digits(other) == _digits(word)
    ]
    if equal:
        return equal[0] if len(equal) == 1 else None
    distance, best = min(near, default=(_LIMIT, ""))
    is_alone = sum(other <= distance + 1 for other, _ in near) == 1
    return best if is_alone and distance < _LIMIT and _is_slip(word.lower(), best.lower()) else None


def _is_slip(word: str, meant: str) -> bool:
    parts, others = (re.split(r"[-_/.]", text) for text in (word, meant))
    if len(parts) != len(others):
        return False
    wrong = [(a, b) for a, b in zip(parts, others, strict=True) if a != b]
    return all(_is_slip_of(a, b) for a, b in wrong)


def _is_slip_of(part: str, meant: str) -> bool:
    longest = max(len(part), len(meant))
    if longest < _SHORTEST or _digits(part) or _digits(meant):
        return False
    return _distance(part, meant) <= (2 if longest >= _LONG else 1)


def _spelt(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")


def _folded(word: str) -> str:
    return re.sub(r"[-_/.]", "", word.lower())


def _digits(word: str) -> list[str]:
    return re.findall(r"[0-9]+", word)


def _without_common_ends(word: str, other: str) -> tuple[str, str]:
    """Both without what they begin with and end with alike, which costs nothing."""
    most = min(len(word), len(other))
    head = next((k for k in range(most) if word[k] != other[k]), most)
    most -= head
    tail = next((k for k in range(most) if word[-1 - k] != other[-1 - k]), most)
    return word[head : len(word) - tail], other[head : len(other) - tail]


def _distance(word: str, other: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours that lead to the other; at most _LIMIT."""
    if abs(len(word) - len(other)) >= _LIMIT:
        return _LIMIT
    word, other = _without_common_ends(word, other)
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(word, start=1):
        row = [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) >= _LIMIT:
            return _LIMIT
        before, last = last, row
    return min(last[-1], _LIMIT)
