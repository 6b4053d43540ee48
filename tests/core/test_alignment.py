from collections.abc import Hashable, Sequence
from functools import cache
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.alignment import STRETCH, Aligner, Pairs

LONG = [f"word{n}" for n in range(2000)]


def cost(pairs: Pairs, old: Sequence[str], new: Sequence[str]) -> int:
    """What an alignment costs: the characters left over, and STRETCH for each stretch on either side."""
    total = 0
    for (i, j), (k, m) in pairwise([(-1, -1), *pairs, (len(old), len(new))]):
        gone, come = old[i + 1 : k], new[j + 1 : m]
        total += sum(map(len, (*gone, *come))) + STRETCH * (bool(gone) + bool(come))
    return total


def least(old: Sequence[str], new: Sequence[str]) -> int:
    """The same for the best of all alignments, each tried."""

    @cache
    def rest(i: int, j: int, state: str) -> int:
        found = [0] if (i, j) == (len(old), len(new)) else []
        if i < len(old):
            if state != "+":
                found.append(len(old[i]) + STRETCH * (state != "-") + rest(i + 1, j, "-"))
            if j < len(new) and old[i] == new[j]:
                found.append(rest(i + 1, j + 1, "="))
        if j < len(new):
            found.append(len(new[j]) + STRETCH * (state != "+") + rest(i, j + 1, "+"))
        return min(found, default=1 << 30)

    return rest(0, 0, "=")


WORDS = st.lists(st.sampled_from(["a", "the", "of", "longer", "x"]), max_size=7)


@given(old=WORDS, new=WORDS)
def test_no_alignment_leaves_less_over(old: list[str], new: list[str]) -> None:
    pairs = Aligner().pairs(old, new)
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))
    # What both ends share is kept without a look at what that costs elsewhere: one stretch at most.
    assert least(old, new) <= cost(pairs, old, new) <= least(old, new) + 2 * STRETCH


def test_a_small_word_by_chance_does_not_split_a_change() -> None:
    assert Aligner().pairs(["one", "a", "two"], ["three", "a", "four"]) == []
    assert Aligner().pairs(["one", "always", "two"], ["three", "always", "four"]) == [(1, 1)]


def test_long_texts_are_held_together_by_words_that_both_have_once() -> None:
    new = ["first", *LONG[:1000], "between", *LONG[1000:], "last"]
    old = ["start", *LONG, "end"]
    expected = [(1 + n, 1 + n + (n >= 1000)) for n in range(2000)]
    assert Aligner(budget=0).pairs(old, new) == expected
    assert Aligner().pairs(old, new) == expected


def test_past_the_budget_texts_without_such_words_share_their_ends_alone() -> None:
    old, new = ["same", *["a", "b"] * 5, "x", "end"], ["same", *["b", "a"] * 5, "y", "end"]
    assert Aligner(budget=0).pairs(old, new) == [(0, 0), (12, 12)]
    assert len(Aligner().pairs(old, new)) == 11


def test_words_that_changed_places_stay_in_the_longest_row() -> None:
    old: list[Hashable] = ["z", "p", "q", "r", "s", "w"]
    assert Aligner(budget=0).pairs(old, ["x", "s", "p", "q", "r", "y"]) == [(1, 2), (2, 3), (3, 4)]


def test_a_part_of_several_words_weighs_as_much_as_they_do() -> None:
    short, long = ("a",), ("a", "much", "longer", "one")
    assert Aligner().pairs([short, long], [long, short]) == [(1, 0)]
