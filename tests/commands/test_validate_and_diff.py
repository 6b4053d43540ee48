from collections.abc import Mapping
from pathlib import Path

import pytest

from plmctl.commands.diff import DiffOptions, diff
from plmctl.commands.validate import ValidateOptions
from plmctl.core.finding import PlmctlError
from tests.commands.builder import (
    BYE,
    GREET,
    SETTINGS,
    between,
    copied,
    differences,
    opened,
    plmctl,
    released_shop,
    shop,
    told,
    validated,
)
from tests.commands.ground import folder_at
from tests.git.builder import Folder

TYPO = GREET.replace("contentFile", "contentFlie")
BROKEN = BYE.replace("metadata:", "metadata: [")
WARMLY = "PRM040 prompt/greet: the text of message 1 changed"
DESK = "REG006 application/desk: prompt/greet PRM040 text-changed"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with three releases. Read it, or copy it."""
    return released_shop(tmp_path_factory.mktemp("released") / "registry")


def error(folder: Folder, *arguments: str, code: int) -> list[str]:
    """The lines that plmctl says on stderr when it exits with a code."""
    done = plmctl(folder, *arguments, code=code)
    assert done.stdout == ""
    return done.stderr.splitlines()


def empty(path: Path, files: Mapping[str, str] | None = None) -> Folder:
    """A repository of a few committed files."""
    path.mkdir()
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    folder.commit({"README.md": "hello\n", **(files or {})})
    return folder


@pytest.mark.parametrize("command", ["validate", "diff", "release", "lock", "verify"])
def test_folder_without_a_repository_exits_3(command: str, tmp_path: Path) -> None:
    lines = error(folder_at(tmp_path), command, code=3)

    assert lines[0] == f"error: not a Git repository: {tmp_path}"
    assert lines[1] == "hint: run 'plmctl init' to make a registry here"


@pytest.mark.parametrize("command", ["validate", "diff", "release", "lock", "verify"])
def test_repository_without_a_registry_exits_3(command: str, tmp_path: Path) -> None:
    lines = error(empty(tmp_path / "repo"), command, code=3)

    assert lines == ["error: no plmctl.yaml here", "hint: run 'plmctl init' to begin a registry"]


@pytest.mark.parametrize("command", ["validate", "release", "lock", "verify"])
def test_registry_without_manifests_exits_3(command: str, tmp_path: Path) -> None:
    lines = error(empty(tmp_path / "repo", {"plmctl.yaml": SETTINGS}), command, code=3)

    assert lines == [
        "error: no manifests found below the top of the repository",
        "hint: run 'plmctl new prompt greeting' to write the first one",
    ]


@pytest.mark.parametrize("command", ["validate", "diff", "release", "lock", "verify"])
def test_broken_settings_exit_2_with_their_line(command: str, tmp_path: Path) -> None:
    folder = empty(tmp_path / "repo", {"plmctl.yaml": SETTINGS + "spec:\n  relaese: {}\n"})

    done = plmctl(folder, command, code=2)

    assert "plmctl.yaml:5:3" in done.stderr
    assert "relaese" in done.stderr


@pytest.mark.parametrize("command", ["validate", "diff", "release", "lock", "verify"])
def test_two_registries_exit_2(command: str, tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    folder.commit({"below/plmctl.yaml": SETTINGS})

    assert error(folder, command, code=2) == [
        "error: more than one plmctl.yaml: below/plmctl.yaml, plmctl.yaml",
        "hint: keep one registry in a repository",
    ]


@pytest.mark.parametrize("arguments", [("validate", "--rev", "nowhere"), ("diff", "nowhere")])
def test_unknown_revision_exits_3(arguments: tuple[str, ...], released: Folder) -> None:
    lines = error(released, *arguments, code=3)

    assert lines[0] == "error: no such revision: nowhere"
    assert "git fetch --tags" in lines[1]


def test_named_paths_alone_are_spoken_of(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    folder.write("prompts/greet.yaml", TYPO)
    folder.write("prompts/bye.yaml", BROKEN)

    whole = told(validated(folder))
    one = told(validated(folder, ValidateOptions(paths=("prompts/greet.yaml",))))
    below = told(validated(folder, ValidateOptions(paths=("prompts",))))
    none = told(validated(folder, ValidateOptions(paths=("models",))))

    assert {line.split(":")[0].split(" ")[1] for line in one} == {"prompts/greet.yaml"}
    assert {line.split(":")[0].split(" ")[1] for line in below} == {"prompts/greet.yaml", "prompts/bye.yaml"}
    assert none == []
    assert set(one) < set(below) <= set(whole)


def test_path_that_is_not_there_is_wrong_usage(released: Folder) -> None:
    assert error(released, "validate", "prompts/gone.yaml", code=2)[0] == (
        "error: no such file: prompts/gone.yaml"
    )


def test_staged_and_committed_content_is_validated(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    folder.write("prompts/greet.yaml", TYPO)
    folder.git("add", "--all")
    folder.write("prompts/greet.yaml", GREET)

    codes = {line.split(" ")[0] for line in told(validated(folder, ValidateOptions(is_staged=True)))}

    assert "SCH002" in codes
    assert told(validated(folder)) == []
    assert told(validated(folder, ValidateOptions(revision="HEAD"))) == []


def test_two_trees_are_wrong_usage(released: Folder) -> None:
    with pytest.raises(PlmctlError) as caught:
        validated(released, ValidateOptions(revision="HEAD", is_staged=True))

    assert (caught.value.exit_code, caught.value.message) == (2, "--rev and --staged name two trees")


@pytest.mark.parametrize(
    "revisions",
    [
        ("v1.0.0", "v1.1.0"),
        ("v1.0.0..v1.1.0",),
        ("v1.0.0...v1.1.0",),
        ("prompt/greet@1.0.0", "prompt/greet@1.1.0"),
        ("prompt/greet@v1.0.0", "prompt/greet@v1.1.0"),
    ],
)
def test_two_moments_are_named_as_git_names_them(revisions: tuple[str, ...], released: Folder) -> None:
    is_one = revisions[0].startswith("prompt/")

    assert between(released, *revisions) == ([WARMLY] if is_one else [DESK, WARMLY])


def test_three_dots_compare_with_the_common_ancestor(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    folder.git("switch", "-q", "-c", "feature", "v1.0.0^{commit}")
    folder.commit({"prompts/bye.yaml": BYE.replace("goodbye", "farewell")}, "farewell")

    assert between(folder, "main...feature") == ["PRM040 prompt/bye: the text of message 1 changed"]
    assert between(folder, "main..feature") == [
        DESK,
        "PRM040 prompt/bye: the text of message 1 changed",
        WARMLY,
    ]


def test_no_argument_compares_head_with_the_work_tree(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    folder.write("prompts/greet.md", "Hail {{name}}.\n")

    assert between(folder) == [DESK, WARMLY]
    assert between(folder, artifacts=("prompt/greet",)) == [WARMLY]
    assert differences(folder, DiffOptions(is_staged=True)) == []
    assert differences(folder, DiffOptions(is_since_release=True)) == [DESK, WARMLY]
    folder.git("add", "--all")
    assert differences(folder, DiffOptions(is_staged=True)) == [DESK, WARMLY]


def test_one_revision_is_compared_with_the_work_tree(released: Folder) -> None:
    assert between(released, "v1.1.0") == [DESK, WARMLY]
    assert between(released, "v1.2.0") == []


def test_file_that_is_gone_on_one_side_is_removed_or_added(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    folder.git("rm", "-q", "prompts/bye.yaml")
    folder.commit({}, "without")

    assert between(folder, "HEAD~", "HEAD") == ["PRM001 prompt/bye: prompt/bye was removed"]
    assert between(folder, "HEAD", "HEAD~") == ["PRM904 prompt/bye: prompt/bye was added"]


def test_what_a_removal_cuts_off_is_told_before_what_is_fine(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    folder.git("rm", "-q", "applications/desk.yaml", "models/small.yaml")
    folder.write("prompts/bye.yaml", BYE.replace("goodbye", "farewell"))
    lost = "refers to model/small, which was removed"

    assert between(folder) == [
        "APP001 application/desk: application/desk was removed",
        "REG002 environment/production: application/desk was removed, and is pinned here",
        "MDL001 model/small: model/small was removed",
        f"REG001 prompt/bye: 'model' {lost}",
        "PRM040 prompt/bye: the text of message 1 changed",
        f"REG001 prompt/greet: 'model' {lost}",
    ]
    assert between(folder, artifacts=("environment/production",)) == [
        "REG002 environment/production: application/desk was removed, and is pinned here"
    ]


def test_registry_that_began_after_the_first_revision_is_all_added(tmp_path: Path) -> None:
    folder = empty(tmp_path / "repo")
    folder.commit({"plmctl.yaml": SETTINGS, "prompts/bye.yaml": BYE})

    assert between(folder, "HEAD~", "HEAD") == ["PRM904 prompt/bye: prompt/bye was added"]


@pytest.mark.parametrize(
    ("wanted", "code", "message"),
    [
        (DiffOptions(revisions=("a", "b", "c")), 2, "at most two revisions can be compared"),
        (
            DiffOptions(revisions=("a", "b"), is_staged=True),
            2,
            "--staged compares one revision with the index",
        ),
        (
            DiffOptions(revisions=("a", "b"), is_since_release=True),
            2,
            "--since-release compares with one moment",
        ),
        (DiffOptions(artifacts=("prompt/gret",)), 3, "there is no artifact 'prompt/gret'"),
        (DiffOptions(revisions=("prompt/greet@7.0.0",)), 3, "prompt/greet has no version 7.0.0"),
        (DiffOptions(revisions=("-p",)), 3, "no such revision: -p"),
    ],
)
def test_wrong_arguments_are_refused(wanted: DiffOptions, code: int, message: str, released: Folder) -> None:
    with pytest.raises(PlmctlError) as caught:
        differences(released, wanted)

    assert (caught.value.exit_code, caught.value.message) == (code, message)
    assert caught.value.hint


def test_before_the_first_release_all_is_new(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    wanted = DiffOptions(is_since_release=True, artifacts=("prompt/bye", "model/small"))
    assert differences(folder, wanted) == [
        "MDL904 model/small: model/small was added",
        "PRM904 prompt/bye: prompt/bye was added",
    ]
    with opened(folder) as repo:
        assert diff(repo, wanted).notes == ("there is no release yet: all of it is new",)


def test_verify_without_a_lock_says_what_makes_one(tmp_path: Path) -> None:
    assert error(shop(tmp_path / "repo"), "verify", code=3) == [
        "error: there is no lock here",
        "hint: run 'plmctl release', or 'plmctl lock ENV APP'",
    ]


def test_unknown_tag_is_wrong_usage(released: Folder) -> None:
    done = plmctl(released, "verify", "v9.9.9", code=2)

    assert "no lock and no release tag v9.9.9" in done.stdout + done.stderr
