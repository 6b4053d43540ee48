"""Real merges by Git, with plmctl on its PATH as a user has it."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.running import plmctl
from tests.cli.shells import path_with, shim
from tests.git.builder import Folder

SETTINGS = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: shop}\nspec: {}\n"
PROMPT = """\
apiVersion: plmctl/v1
kind: Prompt
metadata:
  name: greet
spec:
  # the cheap one
  model: small
  messages:
    - role: user
      content: Hello {{name}}
  inputs:
    type: object
    properties:
      name: {type: string}
    required: [name]
"""
MODEL = """\
apiVersion: plmctl/v1
kind: Model
metadata: {name: small}
spec:
  provider: openai
  model: one
  parameters: {temperature: 0.2, seed: 7}
"""
PLACE = PROMPT.replace("    required: [name]", "      place: {type: string}\n    required: [name, place]")
DAY = PROMPT.replace("    required: [name]", "      day: {type: string}  # theirs\n    required: [name, day]")
BOTH = PROMPT.replace(
    "    required: [name]",
    "      day: {type: string}  # theirs\n      place: {type: string}\n    required: [name, day, place]",
)
Files = Mapping[str, str]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a user who installed plmctl."""
    return path_with(shim(tmp_path_factory.mktemp("bin")))


@pytest.fixture
def clone(tmp_path: Path, programs: dict[str, str]) -> Folder:
    """A registry in one commit, with the drivers set up."""
    folder = Folder(path=tmp_path / "clone", environment=programs)
    folder.path.mkdir()
    folder.git("init", "-q", "-b", "main")
    folder.commit({"plmctl.yaml": SETTINGS, "prompts/greet.yaml": PROMPT, "models/small.yaml": MODEL})
    assert plmctl("git-setup", at=folder.path).code == 0
    return folder


def forked(clone: Folder, ours: Files, theirs: Files) -> None:
    """Stand on main, which has ours, beside a branch `topic`, which has theirs."""
    clone.git("checkout", "-q", "-b", "topic")
    clone.commit(theirs, "theirs")
    clone.git("checkout", "-q", "main")
    clone.commit(ours, "ours")


def read(clone: Folder, name: str) -> str:
    return (clone.path / name).read_text(encoding="utf-8")


def unmerged(clone: Folder) -> list[str]:
    return clone.git("diff", "--name-only", "--diff-filter=U").splitlines()


def test_two_people_who_add_different_inputs_do_not_conflict(clone: Folder) -> None:
    forked(clone, {"prompts/greet.yaml": PLACE}, {"prompts/greet.yaml": DAY})
    # Without the driver these are one conflict.
    clone.git("-c", "merge.plmctl.driver=git merge-file %A %O %B", "merge", "-q", "topic", code=1)
    clone.git("merge", "--abort")
    clone.git("merge", "-q", "--no-edit", "topic")
    assert read(clone, "prompts/greet.yaml") == BOTH
    assert clone.git("status", "--porcelain") == ""
    # The other way round it means the same: the order of lists too, that of keys is nobody's business.
    clone.git("checkout", "-q", "topic")
    clone.git("merge", "-q", "--no-edit", "main~1")
    place, day = "      place: {type: string}\n", "      day: {type: string}  # theirs\n"
    assert read(clone, "prompts/greet.yaml") == BOTH.replace(day + place, place + day)


def test_a_conflict_is_marked_around_the_field_alone_and_the_rest_is_merged(clone: Folder) -> None:
    forked(
        clone,
        {
            "models/small.yaml": MODEL.replace("model: one", "model: two  # newer"),
            "prompts/greet.yaml": PLACE,
        },
        {
            "models/small.yaml": MODEL.replace("one", "three").replace("7", "8"),
            "prompts/greet.yaml": DAY,
        },
    )
    clone.git("merge", "-q", "topic", code=1)
    assert unmerged(clone) == ["models/small.yaml"]
    assert read(clone, "models/small.yaml") == (
        "apiVersion: plmctl/v1\nkind: Model\nmetadata: {name: small}\nspec:\n  provider: openai\n"
        "<<<<<<< ours\n  model: two  # newer\n=======\n  model: three  # newer\n>>>>>>> theirs\n"
        "  parameters: {temperature: 0.2, seed: 8}\n"
    )
    assert read(clone, "prompts/greet.yaml") == BOTH
    assert len(clone.git("ls-files", "-u").splitlines()) == 3
    assert clone.git("diff", "--cached", "--", "models") == "models/small.yaml: not merged yet"


def test_a_cherry_pick_and_a_rebase_merge_as_well(clone: Folder) -> None:
    forked(clone, {"prompts/greet.yaml": PLACE}, {"prompts/greet.yaml": DAY})
    clone.git("cherry-pick", "topic")
    assert read(clone, "prompts/greet.yaml") == BOTH
    clone.git("reset", "-q", "--hard", "HEAD~1")
    clone.git("checkout", "-q", "topic")
    clone.git("rebase", "-q", "main")
    assert read(clone, "prompts/greet.yaml") == BOTH


def test_a_manifest_that_one_side_moved_is_merged_where_it_is_now(clone: Folder) -> None:
    forked(clone, {"prompts/greet.yaml": PLACE}, {"prompts/greet.yaml": DAY})
    clone.git("checkout", "-q", "topic")
    (clone.path / "prompts" / "support").mkdir()
    clone.git("mv", "prompts/greet.yaml", "prompts/support/greet.yaml")
    clone.git("commit", "-q", "-m", "move")
    clone.git("checkout", "-q", "main")
    clone.git("merge", "-q", "--no-edit", "topic")
    assert read(clone, "prompts/support/greet.yaml") == BOTH
    assert not (clone.path / "prompts" / "greet.yaml").exists()


def test_one_that_both_added_has_what_each_says(clone: Folder) -> None:
    tool = "apiVersion: plmctl/v1\nkind: Tool\nmetadata: {{name: look}}\nspec:\n  description: Look.\n{}"
    forked(
        clone,
        {"tools/look.yaml": tool.format("  builtin: web\n")},
        {"tools/look.yaml": tool.format("  effect: none\n  builtin: web\n")},
    )
    clone.git("merge", "-q", "--no-edit", "topic")
    assert read(clone, "tools/look.yaml") == tool.format("  effect: none\n  builtin: web\n")


def test_what_is_no_readable_manifest_is_merged_as_git_does(clone: Folder) -> None:
    forked(
        clone,
        {"prompts/greet.yaml": PLACE.replace("spec:", "spec: ["), "models/small.yaml": MODEL + "# end\n"},
        {"prompts/greet.yaml": DAY, "models/small.yaml": MODEL.replace("kind: Model", "kind: Mode")},
    )
    clone.git("merge", "-q", "topic", code=1)
    assert unmerged(clone) == ["prompts/greet.yaml"]
    lines = (
        "<<<<<<< ours\n      place: {type: string}\n    required: [name, place]\n=======\n"
        "      day: {type: string}  # theirs\n    required: [name, day]\n>>>>>>> theirs\n"
    )
    head = PROMPT.replace("spec:", "spec: [").removesuffix("    required: [name]\n")
    assert read(clone, "prompts/greet.yaml") == head + lines
    assert read(clone, "models/small.yaml") == MODEL.replace("kind: Model", "kind: Mode") + "# end\n"


def test_where_plmctl_is_not_installed_git_merges_by_lines(clone: Folder) -> None:
    forked(clone, {"prompts/greet.yaml": PLACE}, {"prompts/greet.yaml": DAY})
    without = Folder(path=clone.path, environment={**clone.environment, "PATH": os.environ["PATH"]})
    plain = subprocess.run(["sh", "-c", "command -v plmctl"], env=without.environment, check=False)
    if plain.returncode == 0:
        folder = clone.path.parent / "git-alone"
        folder.mkdir()
        for name in ("git", "sh"):
            found = subprocess.run(["which", name], capture_output=True, check=True).stdout.decode().strip()
            (folder / name).symlink_to(found)
        without = Folder(path=clone.path, environment={**clone.environment, "PATH": str(folder)})
    without.git("merge", "-q", "topic", code=1)
    assert "<<<<<<< ours\n      place: {type: string}\n" in read(clone, "prompts/greet.yaml")
    assert ">>>>>>> theirs\n" in read(clone, "prompts/greet.yaml")


def test_a_linked_work_tree_merges_as_well(clone: Folder, tmp_path: Path) -> None:
    forked(clone, {"prompts/greet.yaml": PLACE}, {"prompts/greet.yaml": DAY})
    clone.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    other = clone.at(tmp_path / "other")
    other.git("merge", "-q", "--no-edit", "topic")
    assert read(other, "prompts/greet.yaml") == BOTH


def test_after_removal_git_merges_by_itself(clone: Folder) -> None:
    forked(clone, {"prompts/greet.yaml": PLACE}, {"prompts/greet.yaml": DAY})
    assert plmctl("git-setup", "--remove", at=clone.path).code == 0
    clone.git("merge", "-q", "topic", code=1)
    assert "<<<<<<< HEAD\n" in read(clone, "prompts/greet.yaml")
