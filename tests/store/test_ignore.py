import pytest

from plmctl.core.finding import PlmctlError
from plmctl.store.ignore import Ignoring


def left_out(lines: str, *paths: str, folder: str = "") -> list[str]:
    """Those of the paths that the lines of a folder's file leave out; `x/` is a folder."""
    ignoring = Ignoring().having(folder, lines.split("\n"), ".dvcignore")
    return [
        path for path in paths if ignoring.leaves_out(path.removesuffix("/"), is_folder=path.endswith("/"))
    ]


def test_what_git_mercurial_and_dvc_keep_is_left_out() -> None:
    paths = (".git/", ".git", "a/.git", ".hg/", ".hg", "a/b/.dvc/", ".dvc", "a.dvc", ".gitignore")
    expected = [".git/", ".git", "a/.git", ".hg/", "a/b/.dvc/"]
    assert left_out("", *paths) == expected
    # With any pattern of one's own these are patterns like others.
    assert left_out("zzz", *paths) == expected


@pytest.mark.parametrize(
    ("lines", "paths", "expected"),
    [
        ("*.tmp", ["a.tmp", "x/a.tmp", "a.tmpl"], ["a.tmp", "x/a.tmp"]),
        ("*.tmp\n!keep.tmp", ["a.tmp", "keep.tmp"], ["a.tmp"]),
        ("!keep.tmp\n*.tmp", ["keep.tmp"], ["keep.tmp"]),
        ("/a", ["a", "x/a"], ["a"]),
        ("x/a", ["x/a", "y/x/a"], ["x/a"]),
        ("a/", ["a", "a/", "x/a/"], ["a/", "x/a/"]),
        ("a/**/b", ["a/b", "a/x/y/b", "b"], ["a/b", "a/x/y/b"]),
        ("# a comment\n\n   \n\\#a", ["#a", "# a comment"], ["#a"]),
        ("\\!a", ["!a", "a"], ["!a"]),
        ("  *.tmp  ", ["a.tmp"], ["a.tmp"]),
        ("[ab].txt\n[!a-y]", ["a.txt", "c.txt", "z", "x"], ["a.txt", "z"]),
        ("?.txt", ["é.txt", "ab.txt"], ["é.txt"]),
        ("[[x]*.txt", ["[a.txt", "xa.txt", "a.txt"], ["[a.txt", "xa.txt"]),
        ("問*", ["問答", "x"], ["問答"]),
        ("a[", ["a["], []),
    ],
)
def test_a_pattern_says_what_it_says_in_a_gitignore(
    lines: str, paths: list[str], expected: list[str]
) -> None:
    assert left_out(lines, *paths) == expected


@pytest.mark.parametrize(
    ("lines", "paths", "expected"),
    [
        ("*.tmp", ["d/a.tmp", "d/x/a.tmp", "a.tmp"], ["d/a.tmp", "d/x/a.tmp"]),
        ("/a", ["d/a", "d/x/a", "a"], ["d/a"]),
        ("x/a", ["d/x/a", "d/y/x/a"], ["d/x/a"]),
        ("**/x/a", ["d/x/a", "d/y/x/a"], ["d/x/a", "d/y/x/a"]),
        ("a/", ["d/a/", "d/x/a/", "d/a"], ["d/a/", "d/x/a/"]),
        ("*\n!a\n!/b", ["d/a", "d/x/a", "d/b", "d/x/b"], ["d/x/b"]),
        ("\\#a", ["d/#a"], ["d/#a"]),
    ],
)
def test_a_pattern_of_a_folder_is_about_what_is_below(
    lines: str, paths: list[str], expected: list[str]
) -> None:
    assert left_out(lines, *paths, folder="d") == expected


def test_the_name_of_a_folder_is_taken_for_a_pattern_as_dvc_does() -> None:
    # DVC 3.67.1 finds no file to leave out in a folder that is called so.
    assert left_out("*.tmp", "a[1]/x.tmp", "a1/x.tmp", folder="a[1]") == ["a1/x.tmp"]


def test_the_last_file_wins() -> None:
    ignoring = Ignoring().having("", ["*.txt"], "x").having("d", ["!a.txt"], "y").having("d", ["# x"], "z")
    assert not ignoring.leaves_out("d/a.txt", is_folder=False)
    assert ignoring.leaves_out("a.txt", is_folder=False)


def test_what_lies_in_a_folder_that_is_left_out_is_so_too() -> None:
    ignoring = Ignoring().having("", ["/a/b/"], "x")
    assert [ignoring.leaves_out_folder(path) for path in ("", "a", "a/b", "a/b/c")] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize("pattern", ["a\\", "[z-a]"])
def test_a_pattern_that_dvc_cannot_read_is_named(pattern: str) -> None:
    with pytest.raises(PlmctlError) as caught:
        Ignoring().having("", [pattern], "data/.dvcignore")
    assert caught.value.message == f"data/.dvcignore: DVC cannot read the pattern {pattern!a}"


def test_patterns_that_are_made_to_take_long_do_not() -> None:
    # Python's own engine takes minutes for this.
    assert left_out("a".join("*" * 40) + "b", "a" * 250) == []


def test_more_patterns_than_fit_are_refused() -> None:
    ignoring = Ignoring().having("", ["?" * 200 + str(n) for n in range(400)], "x")
    with pytest.raises(PlmctlError, match="has too many patterns"):
        ignoring.leaves_out("a", is_folder=False)
