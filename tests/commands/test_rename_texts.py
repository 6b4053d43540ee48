from pathlib import Path

import pytest

from tests.commands.builder import told
from tests.commands.renames import CHANGED, FILES, HEAD, desk, flow, refused, renamed, texts
from tests.git.builder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return desk(tmp_path / "r")


def alone(folder: Folder) -> None:
    """The text of `support/greet` is used by it alone, twice, and has a name of its own too."""
    folder.write("prompts/bye.yaml", FILES["prompts/bye.yaml"].replace("support/greet.md", "support/bye.md"))
    folder.write("prompts/support/bye.md", "Bye.\n")
    own = FILES["prompts/support/greet.yaml"]
    more = "".join(f"    - {{role: user, contentFile: {name}}}\n" for name in ("./greet.more.md", "bye.md"))
    folder.write("prompts/support/greet.yaml", own + more)
    folder.write("prompts/support/greet.more.md", "More.\n")


def test_texts_that_are_named_as_their_manifest_move_with_it(folder: Folder) -> None:
    alone(folder)
    before = texts(folder)
    report = renamed(folder, "support/greet", "support/hello")
    after = texts(folder)
    assert report.done[1:4] == (
        "prompts/support/greet.yaml -> prompts/support/hello.yaml",
        "prompts/support/greet.md -> prompts/support/hello.md",
        "prompts/support/greet.more.md -> prompts/support/hello.more.md",
    )
    ends = ("yaml", "md", "more.md")
    assert after.keys() - before.keys() == {f"prompts/support/hello.{end}" for end in ends}
    assert before.keys() - after.keys() == {f"prompts/support/greet.{end}" for end in ends}
    assert after["prompts/support/hello.md"] == before["prompts/support/greet.md"]
    own = after["prompts/support/hello.yaml"]
    assert own.startswith("# yaml-language-server: $schema=../../.plmctl/schemas/prompt.json\n")
    assert "contentFile: hello.md}" in own
    assert "contentFile: hello.more.md}" in own
    assert "contentFile: bye.md}" in own
    assert report.data is not None
    assert report.data["texts"] == [
        {"path": "prompts/support/greet.md", "newPath": "prompts/support/hello.md"},
        {"path": "prompts/support/greet.more.md", "newPath": "prompts/support/hello.more.md"},
    ]
    assert report.next[0] == (
        "git add -- prompts/support/greet.yaml prompts/support/greet.md prompts/support/hello.yaml "
        "prompts/support/hello.md prompts/support/hello.more.md"
    )
    assert report.notes[0].startswith(CHANGED)


def test_a_text_moves_to_another_folder_with_its_manifest(folder: Folder) -> None:
    alone(folder)
    renamed(folder, "support/greet", "desk/hello")
    found = texts(folder)
    assert found["prompts/desk/hello.md"] == FILES["prompts/support/greet.md"]
    assert "contentFile: hello.md}" in found["prompts/desk/hello.yaml"]
    assert "contentFile: ../support/bye.md}" in found["prompts/desk/hello.yaml"]


def test_a_tag_in_a_text_that_moves_is_renamed_there(folder: Folder) -> None:
    folder.write("partials/long.yaml", flow("Partial", "long", "contentFile: long.md"))
    folder.write("partials/long.md", "{{> voice}}\n")
    renamed(folder, "partial/long", "longer")
    renamed(folder, "partial/voice", "tone")
    found = texts(folder)
    assert found["partials/longer.md"] == "{{> tone}}\n"
    assert "partials/long.md" not in found


def test_a_text_whose_new_place_is_taken_or_ignored_stops_the_rename(folder: Folder) -> None:
    alone(folder)
    folder.write("prompts/support/hello.md", "Other.\n")
    assert refused(folder, "support/greet", "support/hello") == (
        "there is a file already: prompts/support/hello.md",
        "say --keep-file, or move that one away",
    )
    folder.write(".gitignore", "hi.more.md\n")
    assert refused(folder, "support/greet", "support/hi") == (
        "Git ignores prompts/support/hi.more.md: the artifact would be lost",
        "say --keep-file, or mend '.gitignore'",
    )


def test_a_file_that_cannot_be_read_and_may_include_a_text_that_moves_stops_the_rename(
    folder: Folder,
) -> None:
    alone(folder)
    folder.write("prompts/broken.yaml", f"{HEAD}Prompt\nmetadata: [\n# greet.md\n")
    assert told(renamed(folder, "support/greet", "support/hello")) == [
        "YML007 prompts/broken.yaml:5:1: a value is missing here"
    ]
