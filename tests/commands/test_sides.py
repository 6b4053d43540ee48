"""Which two trees a diff compares, with `git diff` as the oracle."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from plmctl.commands.diff import DiffOptions, diff
from plmctl.commands.sides import Past, sides
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import EntryKind, Tree
from tests.commands.builder import BYE, SETTINGS, between, differences, opened, shop
from tests.commands.ground import folder_at
from tests.git.builder import Folder

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
WORDS = [
    "HEAD",
    "@",
    "HEAD^",
    "HEAD~3",
    "HEAD~1^2",
    "v1",
    "refs/tags/v1",
    "topic",
    "@{1}",
    "main@{1}",
    "@{-1}",
    ":/third",
    "HEAD^{/second}",
    "HEAD^{tree}",
    "v1^{}",
    EMPTY_TREE,
    "v1 main",
    "main v1",
    f"{EMPTY_TREE} HEAD",
    "HEAD~1^{tree} v1^{tree}",
    "v1..main",
    "main..v1",
    "v1..",
    "..v1",
    "HEAD~2..HEAD~1",
    "aside..HEAD~3",
    "aside...main",
    "main...aside",
    "aside...",
    "...aside",
    "...",
    "HEAD^!",
    "HEAD^-",
    "HEAD~1^-2",
    "main ^v1",
    "^v1 main",
]
STAGED = ["", "HEAD", "v1", "aside", "HEAD^{tree}"]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A history in which each commit adds one file: a merge in it, a branch aside, things staged and not."""
    folder = folder_at(tmp_path_factory.mktemp("grown"))
    folder.git("init", "-q", "-b", "main")
    folder.commit({"plmctl.yaml": SETTINGS, "prompts/bye.yaml": BYE}, "first")
    folder.commit({"two": "2"}, "second")
    folder.git("tag", "-a", "-m", "one", "v1")
    folder.git("switch", "-q", "-c", "topic")
    folder.commit({"topic": "t"}, "topic")
    folder.git("switch", "-q", "-c", "aside", "v1")
    folder.commit({"aside": "a"}, "aside")
    folder.git("switch", "-q", "main")
    folder.commit({"three": "3"}, "third")
    folder.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
    folder.commit({"four": "4"}, "fourth")
    folder.write("staged", "s")
    folder.git("add", "staged")
    folder.write("prompts/bye.yaml", BYE.replace("goodbye", "farewell"))
    return folder


def compared(folder: Folder, words: tuple[str, ...], *, is_staged: bool = False) -> set[str]:
    """The paths at which the two trees differ that plmctl would compare."""
    with opened(folder) as repo:
        pair = sides(repo, Past(repo), words, is_staged=is_staged, is_split=True)
        before, after = (content(side.tree) for side in (pair.before, pair.after))
    return {path for path in {*before, *after} if before.get(path) != after.get(path)}


def content(tree: Tree) -> Mapping[str, bytes]:
    paths = tuple(path for path in tree.paths() if tree.kind(path) is EntryKind.FILE)
    return {path: tree.read(path, limit=9999) for path in paths}


def by_git(folder: Folder, *arguments: str) -> set[str]:
    return set(folder.git("diff", "--name-only", "--no-renames", *arguments, "--").split())


@pytest.mark.parametrize("line", WORDS)
def test_the_trees_are_those_of_git_diff(line: str, grown: Folder) -> None:
    assert compared(grown, tuple(line.split())) == by_git(grown, *line.split())


def test_without_words_head_is_compared_with_the_work_tree(grown: Folder) -> None:
    # Git's own diff leaves out what is staged.
    assert compared(grown, ()) == by_git(grown, "HEAD") != by_git(grown)


@pytest.mark.parametrize("line", STAGED)
def test_the_trees_are_those_of_git_diff_staged(line: str, grown: Folder) -> None:
    expected = by_git(grown, "--staged", *line.split())
    assert compared(grown, tuple(line.split()), is_staged=True) == expected


def test_abbreviated_ids_are_revisions(grown: Folder) -> None:
    first, last = (grown.git("rev-parse", "--short=7", name) for name in ("v1^{commit}", "main"))
    assert compared(grown, (f"{first}..{last}",)) == by_git(grown, f"{first}..{last}") != set()


def test_the_table_tells_apart_what_it_compares(grown: Folder) -> None:
    answers = {frozenset(by_git(grown, *line.split())) for line in WORDS}
    assert len(answers) >= 14


def test_a_detached_worktree_and_a_subfolder_have_the_same_moments(grown: Folder, tmp_path: Path) -> None:
    grown.git("worktree", "add", "-q", "--detach", str(tmp_path / "tree"), "HEAD~1")
    there = grown.at(tmp_path / "tree")
    assert compared(there, ("HEAD",)) == set()
    assert compared(there.at(there.path / "prompts"), ("HEAD~1",)) == by_git(there, "HEAD~1") != set()
    grown.git("worktree", "remove", str(tmp_path / "tree"))


def test_before_the_first_commit_all_is_new(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    folder.write("plmctl.yaml", SETTINGS)
    folder.write("prompts/bye.yaml", BYE)
    added = ["PRM904 prompt/bye: prompt/bye was added"]
    assert differences(folder) == added
    folder.git("add", "--all")
    assert differences(folder, DiffOptions(is_staged=True)) == added


@pytest.mark.parametrize(
    ("words", "code", "message", "hint"),
    [
        (
            ("",),
            2,
            "an empty word names no revision",
            "is a variable of the shell empty? Without words HEAD is compared with the work tree",
        ),
        (("v1..main", "topic"), 2, "'v1..main' names two moments already", "leave out the rest"),
        (("topic", "HEAD^!"), 2, "'HEAD^!' names two moments already", "leave out the rest"),
        (("HEAD~1^!",), 2, "'HEAD~1' has more than one parent", "write 'HEAD~1^-1' or 'HEAD~1^-2'"),
        (("a", "b", "c"), 2, "at most two revisions can be compared", "write ids after '--'"),
        (
            ("prompt/bye",),
            3,
            "no such revision: prompt/bye",
            "if 'prompt/bye' is an artifact, write: plmctl diff -- prompt/bye",
        ),
        (("bye",), 3, "no such revision: bye", "if 'bye' is an artifact, write: plmctl diff -- prompt/bye"),
        (
            ("HEAD", "prompts/bye.yaml"),
            3,
            "no such revision: prompts/bye.yaml",
            "if 'prompts/bye.yaml' is an artifact, write: plmctl diff -- prompt/bye",
        ),
        (
            ("prompts/",),
            3,
            "no such revision: prompts/",
            "that is a path; what follows '--' are ids of artifacts",
        ),
        (
            ("HEAD:prompts/bye.yaml",),
            3,
            "no such revision: HEAD:prompts/bye.yaml",
            "files are not compared: write 'plmctl diff HEAD -- ID'",
        ),
        (
            ("nowhere",),
            3,
            "no such revision: nowhere",
            "run 'git fetch --tags' if it is at the remote, 'git log --all --oneline' to see what is here",
        ),
        (
            ("--output=x..HEAD",),
            3,
            "no such revision: --output=x",
            "run 'git fetch --tags' if it is at the remote, 'git log --all --oneline' to see what is here",
        ),
    ],
)
def test_a_word_that_is_no_revision_says_what_to_write(
    words: tuple[str, ...], code: int, message: str, hint: str, grown: Folder
) -> None:
    with opened(grown) as repo, pytest.raises(PlmctlError) as caught:
        diff(repo, DiffOptions(revisions=words))
    assert (caught.value.exit_code, caught.value.message, caught.value.hint) == (code, message, hint)


@pytest.mark.parametrize("wanted", ["--staged", "--since-release"])
def test_a_range_is_not_compared_with_a_third_moment(wanted: str, grown: Folder) -> None:
    is_staged = wanted == "--staged"
    options = DiffOptions(revisions=("v1..main",), is_staged=is_staged, is_since_release=not is_staged)
    with opened(grown) as repo, pytest.raises(PlmctlError) as caught:
        diff(repo, options)
    assert caught.value.exit_code == 2
    assert caught.value.message.startswith(f"{wanted} compares")


def test_unrelated_histories_have_no_answer_with_three_dots(grown: Folder) -> None:
    orphan = grown.git("commit-tree", "-m", "other", "HEAD^{tree}")
    head = grown.git("rev-parse", "HEAD")
    with pytest.raises(PlmctlError) as caught:
        between(grown, f"{orphan}...HEAD")
    assert (caught.value.exit_code, caught.value.message) == (
        3,
        f"no common ancestor of {orphan} and {head}",
    )
    assert caught.value.hint == "compare them with 'A B' or 'A..B'"
    assert between(grown, f"{orphan}..HEAD") == []


def test_two_dashes_make_a_word_a_revision(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    folder.git("branch", "prompt/greet")
    folder.commit({"prompts/bye.yaml": BYE.replace("goodbye", "farewell")})
    assert between(folder, "prompt/greet", artifacts=()) == [
        "PRM040 prompt/bye: the text of message 1 changed"
    ]
    assert between(folder, "prompt/greet", artifacts=("prompt/greet",)) == []


def test_a_bare_repository_compares_revisions_only(grown: Folder, tmp_path: Path) -> None:
    grown.git("clone", "-q", "--bare", str(grown.path), str(tmp_path / "bare.git"))
    grown.git("branch", "feature/x", "v1")
    bare = grown.at(tmp_path / "bare.git")
    bare.git("branch", "feature/x", "v1")
    assert between(bare, "feature/x", "main") == []
    with pytest.raises(PlmctlError) as caught:
        between(bare)
    assert (caught.value.exit_code, caught.value.message, caught.value.hint) == (
        3,
        "a bare repository has no work tree",
        "name two revisions: 'plmctl diff HEAD~1 HEAD'",
    )


@pytest.mark.parametrize(
    ("word", "code", "message", "hint"),
    [
        ("--staged", 2, "'--staged' is no id of an artifact", "options come before '--'"),
        ("prompts/bye.yaml", 3, "there is no artifact 'prompts/bye.yaml'", "that file is prompt/bye"),
        ("prompt/by", 3, "there is no artifact 'prompt/by'", "the nearest are prompt/bye"),
    ],
)
def test_a_word_after_the_dashes_is_an_id(
    word: str, code: int, message: str, hint: str, grown: Folder
) -> None:
    with pytest.raises(PlmctlError) as caught:
        between(grown, artifacts=(word,))
    assert (caught.value.exit_code, caught.value.message, caught.value.hint) == (code, message, hint)
