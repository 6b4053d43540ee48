from plmctl.core.diff3 import Region, regions, same_runs


def shown(base: str, ours: str, theirs: str) -> list[tuple[str, ...]]:
    """What each has in a stretch; one text for what all three share."""
    found = regions(base, ours, theirs)
    return [(base[slice(*r.base)],) if r.is_same else _parts(r, base, ours, theirs) for r in found]


def _parts(region: Region, base: str, ours: str, theirs: str) -> tuple[str, ...]:
    return base[slice(*region.base)], ours[slice(*region.ours)], theirs[slice(*region.theirs)]


def test_what_each_changed_stands_apart_where_something_the_same_is_between() -> None:
    assert shown("abcdef", "xabcdef", "abcdeg") == [("", "x", ""), ("abcde",), ("f", "f", "g")]
    assert shown("abc", "aXc", "abc") == [("a",), ("b", "X", "b"), ("c",)]


def test_neighbours_that_both_changed_are_one_place() -> None:
    assert shown("abcd", "aXcd", "abYd") == [("a",), ("bc", "Xc", "bY"), ("d",)]


def test_all_of_it_is_told_and_nothing_twice() -> None:
    assert shown("", "", "") == []
    assert shown("", "a", "b") == [("", "a", "b")]
    assert shown("ab", "", "ab") == [("ab", "", "ab")]
    assert shown("ab", "ab", "ab") == [("ab",)]


def test_what_is_too_long_to_compare_is_the_same_at_its_ends_only() -> None:
    old, new = [*"ab", *range(600), *"yz"], [*"ab", *range(599, -1, -1), *"yz"]
    assert same_runs(old, new) == ((0, 0, 2), (602, 602, 2))
    assert len(same_runs([*"ab", *range(400), *"yz"], [*"ab", *range(399, -1, -1), *"yz"])) == 3
