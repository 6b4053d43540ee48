"""Globs in a stranger's plmctl.yaml: what they match, and that no glob takes long to say so."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.path import glob_pattern

SECONDS = 1


def fits(glob: str, path: str) -> bool:
    """The meaning of a glob, by trying everything."""
    return fits_names(glob.split("/"), path.split("/"))


def fits_names(globs: list[str], names: list[str]) -> bool:
    """The meaning of the names of a glob for those of a path."""
    if not globs or not names:
        return not globs and not names
    if globs == ["**"]:
        return True
    if globs[0] == "**":
        return fits_names(globs[1:], names) or (len(names) > 1 and fits_names(globs, names[1:]))
    return fits_name(globs[0], names[0]) and fits_names(globs[1:], names[1:])


def fits_name(glob: str, name: str) -> bool:
    """The meaning of a glob for one name."""
    if not glob:
        return not name
    if glob[0] == "*":
        return fits_name(glob[1:], name) or (bool(name) and fits_name(glob, name[1:]))
    return bool(name) and glob[0] in ("?", name[0]) and fits_name(glob[1:], name[1:])


NAMES = st.text(alphabet="ab.", min_size=1, max_size=4)
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)
GLOBS = st.lists(
    st.text(alphabet="ab.*?", min_size=1, max_size=4) | st.just("**"), min_size=1, max_size=5
).map("/".join)


@given(GLOBS, PATHS)
def test_a_glob_means_what_trying_everything_finds(glob: str, path: str) -> None:
    assert bool(glob_pattern(glob).fullmatch(path)) is fits(glob, path)


@pytest.mark.parametrize(
    ("glob", "path", "is_matched"),
    [
        ("prompts/**/*.yaml", "prompts/a.yaml", True),
        ("prompts/**/*.yaml", "prompts/a/b/c.yaml", True),
        ("prompts/**/*.yaml", "prompts/a/b/c.yml", False),
        ("prompts/*.yaml", "prompts/a/b.yaml", False),
        ("drafts/**", "drafts/a/b.yaml", True),
        ("drafts/**", "drafts", False),
        ("**", "a/b.yaml", True),
        ("a.yaml", "aXyaml", False),
        ("[ab].yaml", "a.yaml", False),
        ("new\nline/*.yaml", "new\nline/a\nb.yaml", True),
    ],
)
def test_a_glob_matches(glob: str, path: str, is_matched: bool) -> None:
    assert bool(glob_pattern(glob).fullmatch(path)) is is_matched


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("**/" * 500 + "x.yaml", "a/" * 500 + "y.yaml"),
        ("**/a/" * 200 + "x.yaml", "a/" * 1000 + "y.yaml"),
        ("*a" * 100 + "x.yaml", "a" * 1000 + "y.yaml"),
        ("**/*a*a*a*a/" * 50 + "x.yaml", ("a" * 100 + "/") * 40 + "y.yaml"),
        ("**a" * 100 + "x.yaml", "a/" * 1000 + "y.yaml"),
    ],
    ids=["folders", "named folders", "one name", "names in folders", "no folders"],
)
def test_no_glob_takes_long(glob: str, path: str) -> None:
    began = time.process_time()
    assert glob_pattern(glob).fullmatch(path) is None
    assert time.process_time() - began < SECONDS
