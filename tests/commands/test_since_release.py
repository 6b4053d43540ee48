from pathlib import Path

import pytest

from plmctl.commands.diff import DiffOptions
from tests.commands.builder import APPLICATION, BYE, GREET, MODEL, differences, make_release, shop
from tests.git.builder import Folder

SINCE = DiffOptions(is_since_release=True)
WARMER = "PRM040 prompt/greet: the text of message 1 changed"
DESK = "REG006 application/desk: prompt/greet PRM040 text-changed"
OTHER_BYE = "PRM040 prompt/bye: the text of message 1 changed"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A release of everything, and then one of prompt/bye alone, although prompt/greet had changed too."""
    made = shop(tmp_path / "repo")
    make_release(made)
    made.commit(
        {"prompts/greet.md": "Greet {{name}} warmly.\n", "prompts/bye.yaml": said("Farewell.")}, "both"
    )
    assert make_release(made, "prompt/bye") == ("prompt/bye 1.1.0",)
    return made


def said(text: str) -> str:
    return BYE.replace("Say goodbye.", text)


def test_what_a_release_left_out_is_still_a_change_since(folder: Folder) -> None:
    assert differences(folder, SINCE) == [DESK, WARMER]
    folder.write("prompts/bye.yaml", said("So long."))
    assert differences(folder, SINCE) == [DESK, OTHER_BYE, WARMER]
    assert differences(folder, DiffOptions(is_since_release=True, artifacts=("prompt/greet",))) == [WARMER]
    assert differences(folder, DiffOptions(is_since_release=True, revisions=("HEAD",))) == [DESK, WARMER]


def test_what_was_taken_back_since_is_no_change(folder: Folder) -> None:
    folder.write("prompts/greet.md", "Greet {{name}}.\n")
    assert differences(folder, SINCE) == []


def test_what_was_never_released_is_added(folder: Folder) -> None:
    folder.commit(
        {"prompts/new.yaml": BYE.replace("name: bye", "name: new"), "prompts/bye.yaml": said("x")}, "new"
    )
    assert make_release(folder, "prompt/bye") == ("prompt/bye 1.2.0",)
    assert differences(folder, SINCE) == [DESK, WARMER, "PRM904 prompt/new: prompt/new was added"]


def test_what_was_renamed_is_compared_with_what_it_was(folder: Folder) -> None:
    folder.git("mv", "prompts/greet.yaml", "prompts/hello.yaml")
    renamed = GREET.replace("{name: greet}", "{name: hello, formerly: [greet]}")
    use = APPLICATION.replace("prompt/greet", "prompt/hello")
    folder.commit({"prompts/hello.yaml": renamed, "applications/desk.yaml": use}, "rename")
    assert differences(folder, SINCE) == [
        "REG006 application/desk: prompt/hello PRM040 text-changed",
        "APP906 application/desk: spec is written differently and means the same",
        "PRM905 prompt/hello: prompt/greet was renamed to prompt/hello",
        "PRM040 prompt/hello: the text of message 1 changed",
        "PRM901 prompt/hello: 'metadata.formerly' was added",
    ]


def test_what_was_removed_before_it_and_not_by_it_is_removed(folder: Folder) -> None:
    use = APPLICATION.replace("[prompt/greet]", "[prompt/bye]")
    folder.git("rm", "-q", "prompts/greet.yaml")
    folder.commit({"applications/desk.yaml": use, "prompts/bye.yaml": said("Ciao.")}, "no greet")
    assert make_release(folder, "prompt/bye") == ("prompt/bye 1.2.0",)
    assert differences(folder, SINCE) == [
        "APP010 application/desk: prompt/greet was removed",
        "REG006 application/desk: prompt/greet PRM001 prompt-removed",
        "APP030 application/desk: prompt/bye was added",
        "PRM001 prompt/greet: prompt/greet was removed",
    ]


def test_of_what_was_removed_a_version_may_not_be_here(folder: Folder) -> None:
    use = APPLICATION.replace("[prompt/greet]", "[prompt/bye]")
    folder.git("rm", "-q", "prompts/greet.yaml")
    folder.commit({"applications/desk.yaml": use, "prompts/bye.yaml": said("Ciao.")}, "no greet")
    make_release(folder, "prompt/bye")
    folder.git("tag", "-d", "prompt/greet@v1.0.0")
    assert "PRM001 prompt/greet: prompt/greet was removed" not in differences(folder, SINCE)


def test_reasons_since_both_releases_are_told_together(folder: Folder) -> None:
    folder.write("models/small.yaml", MODEL.replace("2024-07-18", "2025-01-01"))
    assert differences(folder, SINCE) == [
        "REG006 application/desk: model/small MDL021 snapshot-changed, prompt/greet PRM040 text-changed",
        "MDL021 model/small: 'model' changed from 'gpt-4o-mini-2024-07-18' to 'gpt-4o-mini-2025-01-01'",
        WARMER,
    ]
