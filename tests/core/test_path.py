"""Paths and globs."""

import pytest

from plmctl.core.path import BadPath, glob_pattern, name_problem, resolved_path


@pytest.mark.parametrize(
    ("folder", "written", "path"),
    [
        ("prompts", "a.md", "prompts/a.md"),
        ("prompts/x", "../a.md", "prompts/a.md"),
        ("prompts", "./b/../a.md", "prompts/a.md"),
        ("", "a.md", "a.md"),
        ("prompts", "..", "."),
        ("prompts", "\u00fcber/a.md", "prompts/\u00fcber/a.md"),
        ("prompts", "console.md", "prompts/console.md"),
    ],
)
def test_a_path_is_relative_to_its_manifest(folder: str, written: str, path: str) -> None:
    assert resolved_path(folder, written) == path


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "the path is empty"),
        ("/etc/passwd", "the path '/etc/passwd' is not relative"),
        ("~/a", "the path '~/a' is not relative"),
        ("a\\b", r"the path 'a\\b' is not relative"),
        ("C:a", "the path 'C:a' is not relative"),
        ("../../a", "the path '../../a' leaves the repository"),
        ("../..", "the path '../..' leaves the repository"),
        ("a/-rf", "the name '-rf' begins with a dash"),
        ("a/con.md", "the name 'con.md' cannot exist on Windows"),
        ("LPT1", "the name 'LPT1' cannot exist on Windows"),
        ("x/a:b", "the name 'a:b' cannot exist on Windows"),
        ("a./b", "the name 'a.' cannot exist on Windows"),
        ("a ", "the name 'a ' cannot exist on Windows"),
        ("a\x00b", "the path 'a\\x00b' has a character that is not shown or not UTF-8"),
        ("a\u202eb", "the path 'a\\u202eb' has a character that is not shown or not UTF-8"),
        ("a\u200db", "the path 'a\\u200db' has a character that is not shown or not UTF-8"),
        ("a\u3164b", "the path 'a\\u3164b' has a character that is not shown or not UTF-8"),
        ("a\U000e0100b", "the path 'a\\U000e0100b' has a character that is not shown or not UTF-8"),
        ("a\udcffb", "the path 'a\\udcffb' has a character that is not shown or not UTF-8"),
    ],
)
def test_a_path_that_cannot_be_used_says_why(written: str, message: str) -> None:
    found = resolved_path("prompts", written)
    assert isinstance(found, BadPath)
    assert found.message == message
    assert found.help


def test_a_good_name_has_no_problem() -> None:
    assert name_problem("./prompts/../support-bot/a.yaml") is None


@pytest.mark.parametrize(
    ("glob", "matched", "others"),
    [
        (
            "prompts/**/*.yaml",
            "prompts/a.yaml prompts/b/c/a.yaml",
            "prompts/a.yml x/prompts/a.yaml prompts.yaml",
        ),
        ("prompts/*.yaml", "prompts/a.yaml", "prompts/b/a.yaml"),
        ("prompts/**", "prompts/a prompts/b/c", "prompts other/a"),
        ("**/a.yaml", "a.yaml x/a.yaml x/y/a.yaml", "xa.yaml x/ba.yaml"),
        ("**", "a a/b", ""),
        ("a/**/b/**/c", "a/b/c a/x/b/y/z/c a/b/b/c", "a/c b/c"),
        ("a/**/**/c", "a/c a/x/c", "ac"),
        ("a?.yaml", "ab.yaml", "a.yaml a/.yaml abc.yaml"),
        ("a*b*c", "abc axxbxxc abbc", "ab a/b/c"),
        ("a[1].yaml", "a[1].yaml", "a1.yaml"),
    ],
)
def test_a_glob_matches_whole_paths(glob: str, matched: str, others: str) -> None:
    pattern = glob_pattern(glob)
    paths = [*matched.split(), *others.split()]
    assert [path for path in paths if pattern.fullmatch(path)] == matched.split()


def test_a_glob_of_many_stars_takes_no_time() -> None:
    assert glob_pattern("**/" * 40 + "*a" * 40).fullmatch("a/" * 200 + "b" * 200) is None
