"""Versions and ranges as npm has them: a table written by hand."""

import pytest

from plmctl.core.finding import Bump
from plmctl.core.version import FIRST, FIRST_EXPERIMENTAL, Version, parsed_range, parsed_version

PRECEDENCE = (
    "0.0.0",
    "0.1.0-rc.1",
    "0.1.0",
    "1.0.0-0",
    "1.0.0-1",
    "1.0.0-10",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1",
    "1.2.0",
    "1.10.0",
    "2.0.0",
)


def version(text: str) -> Version:
    """A version that is one."""
    found = parsed_version(text)
    assert found is not None
    return found


def test_versions_are_ordered_by_precedence() -> None:
    assert [str(v) for v in sorted(version(text) for text in reversed(PRECEDENCE))] == list(PRECEDENCE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.2",
        "v1.2.3",
        "1.2.3.4",
        "01.2.3",
        "1.02.3",
        "1.2.3-",
        "1.2.3-rc..1",
        "1.2.3-RC.1",
        "1.2.3-01",
        "1.2.3-rc.01",
        "1.2.3+build",
        " 1.2.3",
        "1.2.3\n",
        "1234567890.0.0",
        "\u0661.0.0",
    ],
)
def test_what_is_no_version(text: str) -> None:
    assert parsed_version(text) is None


def test_a_version_knows_its_parts() -> None:
    assert version("1.2.3-rc.1") == Version(major=1, minor=2, patch=3, pre=("rc", "1"))
    assert version("1.2.3-0a") == Version(major=1, minor=2, patch=3, pre=("0a",))
    assert (version("1.2.3").is_final, version("1.2.3-rc.1").is_final) == (True, False)
    assert (str(FIRST), str(FIRST_EXPERIMENTAL)) == ("1.0.0", "0.1.0")


@pytest.mark.parametrize(
    ("bump", "following"),
    [(Bump.NONE, "1.2.3"), (Bump.PATCH, "1.2.4"), (Bump.MINOR, "1.3.0"), (Bump.MAJOR, "2.0.0")],
)
def test_a_bump_makes_the_following_version(bump: Bump, following: str) -> None:
    assert str(version("1.2.3").bumped(bump)) == following


@pytest.mark.parametrize(
    ("wanted", "allowed", "refused"),
    [
        ("1.2.3", "1.2.3", "1.2.2 1.2.4 1.2.3-rc.1"),
        (" 1.2.3 ", "1.2.3", "1.2.4"),
        ("1.2.3-rc.1", "1.2.3-rc.1", "1.2.3-rc.2 1.2.3"),
        ("^1.2.3", "1.2.3 1.2.4 1.3.0 1.99.0", "1.2.2 2.0.0 0.9.0 1.3.0-rc.1 2.0.0-rc.1"),
        ("^1.2", "1.2.0 1.9.9", "1.1.9 2.0.0 1.2.0-rc.1"),
        ("^1", "1.0.0 1.9.9", "0.9.9 2.0.0 2.0.0-0"),
        ("^0.2.3", "0.2.3 0.2.9", "0.2.2 0.3.0"),
        ("^0.0.3", "0.0.3", "0.0.2 0.0.4 0.1.0"),
        ("^0.2", "0.2.0 0.2.9", "0.3.0 0.1.9"),
        ("^0.0", "0.0.0 0.0.9", "0.1.0"),
        ("^0", "0.0.0 0.9.9", "1.0.0"),
        ("^1.2.3-rc.2", "1.2.3-rc.2 1.2.3-rc.10 1.2.3 1.4.0", "1.2.3-rc.1 1.2.4-rc.3 2.0.0"),
        ("^0.0.3-rc.1", "0.0.3-rc.1 0.0.3", "0.0.4"),
        ("~1.2.3", "1.2.3 1.2.9", "1.2.2 1.3.0"),
        ("~1.2", "1.2.0 1.2.9", "1.3.0 1.1.9"),
        ("~1", "1.0.0 1.9.9", "2.0.0 0.9.9"),
        ("~0.0.3", "0.0.3 0.0.9", "0.1.0 0.0.2"),
        ("~1.2.3-rc.1", "1.2.3-rc.1 1.2.3 1.2.9", "1.3.0 1.2.4-rc.1"),
        (">=1.2.3", "1.2.3 9.0.0", "1.2.2 2.0.0-rc.1"),
        (">= 1.2", "1.2.0 9.0.0", "1.1.9"),
        (">=1.0.0-rc.1", "1.0.0-rc.1 1.0.0-rc.2 1.0.0 2.0.0", "1.0.0-beta.1 2.0.0-rc.1"),
        ("<2.0.0", "0.0.0 1.9.9", "2.0.0 2.0.0-rc.1 1.9.9-rc.1"),
        ("<2", "0.0.0 1.9.9", "2.0.0 2.0.0-0 0.0.0-rc.1"),
        ("<2.1", "2.0.9", "2.1.0"),
        ("<2.0.0-rc.2", "1.9.9 2.0.0-rc.1", "2.0.0-rc.2 2.0.0 1.9.9-rc.1"),
        (">=1.2, <2", "1.2.0 1.9.9", "1.1.9 2.0.0"),
        (">=2.0.0-rc.1, <2.0.0", "2.0.0-rc.1 2.0.0-rc.9", "2.0.0 1.9.9"),
        (">=1.2.0,<1.2.0", "", "1.2.0 1.1.9"),
        (">=0.0.0", "0.0.0 1.0.0", "0.0.0-rc.1"),
    ],
)
def test_a_range_allows_what_npm_allows(wanted: str, allowed: str, refused: str) -> None:
    found = parsed_range(wanted)
    assert found is not None
    versions = [*allowed.split(), *refused.split()]
    assert [text for text in versions if found.allows(version(text))] == allowed.split()
    assert str(found) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.2",
        "*",
        "1.x",
        "^1.x",
        "^",
        ">1.0",
        "<=1.0",
        "=1.0.0",
        "^1.2-rc",
        "^1.2.x",
        "^1.02",
        "1.0.0 || 2.0.0",
        "^1,",
    ],
)
def test_what_is_no_range(text: str) -> None:
    assert parsed_range(text) is None
