"""Versions that rise, or do not, along the releases that follow each other."""

from collections.abc import Mapping

import pytest

from plmctl.core.descent import decreases
from plmctl.core.version import Version, parsed_version


def version(text: str) -> Version:
    found = parsed_version(text)
    assert found is not None
    return found


def told(*releases: tuple[str, str | None, str]) -> list[tuple[str, str, str]]:
    """What decreases: of releases as id, the one before, and `name version` separated by commas."""
    before = {release: previous for release, previous, _ in releases}
    given: dict[str, Mapping[str, Version]] = {}
    for release, _, written in releases:
        pairs = (part.split() for part in written.split(", ") if part)
        given[release] = {name: version(text) for name, text in pairs}
    return sorted((release, name, str(known)) for release, name, known in decreases(before, given))


def test_versions_that_rise_are_right() -> None:
    assert told(("a", None, "x 1.0.0, y 1.0.0"), ("b", "a", "x 1.1.0"), ("c", "b", "x 2.0.0, y 1.0.1")) == []


def test_a_version_below_the_one_before_it_is_found_however_long_ago_that_was() -> None:
    releases = [("a", None, "x 1.2.0"), ("b", "a", ""), ("c", "b", "y 1.0.0"), ("d", "c", "x 1.1.9")]
    assert told(*releases) == [("d", "x", "1.2.0")]
    assert told(*reversed(releases)) == [("d", "x", "1.2.0")]


def test_what_comes_after_it_is_measured_by_the_highest() -> None:
    assert told(
        ("a", None, "x 2.0.0"), ("b", "a", "x 1.0.0"), ("c", "b", "x 1.5.0"), ("d", "c", "x 2.0.1")
    ) == [
        ("b", "x", "2.0.0"),
        ("c", "x", "2.0.0"),
    ]


def test_the_same_version_again_is_for_another_rule() -> None:
    assert told(("a", None, "x 1.0.0"), ("b", "a", "x 1.0.0")) == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2.0.0-rc.1", "1.5.0", []),
        ("2.0.0-rc.1", "2.0.0-rc.2", []),
        ("2.0.0-rc.2", "2.0.0", []),
        ("2.0.0", "2.0.0-rc.3", [("b", "x", "2.0.0")]),
    ],
)
def test_a_pre_release_binds_no_later_one(
    first: str, second: str, expected: list[tuple[str, str, str]]
) -> None:
    assert told(("a", None, f"x {first}"), ("b", "a", f"x {second}")) == expected


def test_a_branch_of_releases_rises_by_itself() -> None:
    trunk = [("a", None, "x 1.0.0"), ("b", "a", "x 2.0.0"), ("c", "b", "x 2.1.0")]
    hotfix = [("h", "a", "x 1.0.1"), ("i", "h", "x 1.0.2")]
    assert told(*trunk, *hotfix) == []
    assert told(*hotfix, *trunk) == []
    assert told(*trunk, *hotfix, ("j", "i", "x 1.0.1")) == [("j", "x", "1.0.2")]


def test_releases_whose_predecessor_is_not_here_begin_anew() -> None:
    assert told(("b", "gone", "x 1.0.0"), ("a", None, "x 2.0.0")) == []
