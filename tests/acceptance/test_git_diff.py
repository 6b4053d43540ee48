"""Manifests in the diffs of real Git, with plmctl on its PATH as a user has it."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.running import plmctl
from tests.cli.shells import path_with, shim
from tests.git.builder import Folder

SETTINGS = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: shop}\nspec: {}\n"
MODEL = """\
apiVersion: plmctl/v1
kind: Model
metadata: {name: small}
spec:
  provider: openai
  model: gpt-4o-mini
  parameters: {temperature: 0.2}
"""
WARMER = """\
models/small.yaml
model/small  behavioural, needs minor
└─ MDL022 sampling-changed: 'parameters.temperature' changed from 0.2 to 0.3
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with the drivers set up, and a second commit with a warmer model and a text beside it."""
    folder = Folder(
        path=tmp_path_factory.mktemp("clone"), environment=path_with(shim(tmp_path_factory.mktemp("bin")))
    )
    folder.git("init", "-q", "-b", "main")
    folder.commit({"plmctl.yaml": SETTINGS, "models/small.yaml": MODEL, "notes.md": "One.\n"}, "first")
    assert plmctl("git-setup", at=folder.path).code == 0
    folder.commit({"models/small.yaml": MODEL.replace("0.2", "0.3"), "notes.md": "Two.\n"}, "warmer")
    return folder


@pytest.fixture
def clone(made: Folder, tmp_path: Path) -> Folder:
    """A copy of it."""
    return made.at(Path(shutil.copytree(made.path, tmp_path / "copy")))


def test_git_shows_what_a_change_means_and_other_files_as_ever(clone: Folder) -> None:
    shown = clone.git("diff", "HEAD~1", "HEAD")
    assert shown.startswith(WARMER)
    assert shown.endswith("@@ -1 +1 @@\n-One.\n+Two.")
    assert clone.git("log", "-p", "--ext-diff", "-1", "--format=%s", "--", "models") == f"warmer\n\n{WARMER}"
    assert clone.git("show", "--ext-diff", "--format=%s", "HEAD", "--", "models") == f"warmer\n\n{WARMER}"
    assert "+  parameters: {temperature: 0.3}" in clone.git("log", "-p", "-1")


def test_added_deleted_renamed_and_broken_manifests_in_the_work_tree(clone: Folder) -> None:
    clone.write("models/large.yaml", MODEL.replace("small", "large"))
    clone.write("models/odd.yaml", "kind: [\n\x1b[2J\u202e\n")
    clone.git("add", "--all")
    added = clone.git("diff", "--cached").splitlines()
    assert added[:2] == ["models/large.yaml", "model/large  safe, needs minor"]
    assert r"+\x1b[2J\u202e" in added
    clone.git("commit", "-q", "-m", "more")
    clone.git("mv", "models/large.yaml", "models/huge.yaml")
    clone.git("rm", "-q", "models/small.yaml")
    moved = clone.git("diff", "-M", "--cached", "--", "models")
    assert "model/large  moved\n└─ moved: models/large.yaml -> models/huge.yaml" in moved
    assert "models/small.yaml\nmodel/small  breaking, needs major\n└─ MDL001 removed" in moved


def test_from_a_subfolder_and_against_the_work_tree_file_itself(clone: Folder) -> None:
    clone.write("models/small.yaml", MODEL)
    assert "changed from 0.3 to 0.2" in clone.at(clone.path / "models").git("diff")


def test_it_is_in_colour_where_git_shows_colours(clone: Folder) -> None:
    plain = clone.git("diff", "HEAD~1", "HEAD", "--", "models")
    pager = Folder(
        path=clone.path, environment={**clone.environment, "GIT_PAGER_IN_USE": "true", "TERM": "xterm"}
    )
    coloured = pager.git("diff", "HEAD~1", "HEAD", "--", "models")
    assert "\x1b[" not in plain
    assert "\x1b[33m" in coloured or "\x1b[1;33m" in coloured
    quiet = Folder(path=clone.path, environment={**pager.environment, "NO_COLOR": "1"})
    assert quiet.git("diff", "HEAD~1", "HEAD", "--", "models") == plain


def test_hostile_values_stay_in_their_lines(clone: Folder) -> None:
    hostile = "\n::error::x\n<<img>> [red]\u202e"
    labels = json.dumps({"a": hostile})
    clone.write("models/small.yaml", MODEL.replace("{name: small}", f"{{name: small, labels: {labels}}}"))
    lines = clone.git("diff").splitlines()
    assert not any(line.lstrip().startswith("::") for line in lines)
    assert "\u202e" not in "".join(lines)


def test_the_drivers_are_for_git_to_run(clone: Folder) -> None:
    done = plmctl("git-diff-driver", "--", "a", "b", at=clone.path)
    assert (done.code, done.err) == (2, "error: this is for Git to run\nhint: run 'plmctl git-setup'\n")
    done = plmctl("git-setup", "--remove", "--print", at=clone.path)
    assert (done.code, done.err.splitlines()[0]) == (2, "error: --print writes nothing, and --remove does")
    done = plmctl("git-diff-driver", "--", "-x.yaml\n", at=clone.path)
    assert (done.code, done.out) == (0, "-x.yaml\\x0a: not merged yet\n")


def test_a_file_that_is_not_there_any_more_does_not_stop_git(clone: Folder) -> None:
    words = ("a.yaml", os.devnull, ".", ".", "gone.yaml", "0" * 40, "100644")
    done = plmctl("git-diff-driver", "--", *words, at=clone.path)
    assert (done.code, done.out) == (0, "a.yaml: not shown, it is no file or too large\n")
