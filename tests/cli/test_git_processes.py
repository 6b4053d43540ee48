"""One process for one question to Git: what each command starts, whatever the size of a registry."""

import os
from pathlib import Path

import pytest

from tests.cli.running import changed, git, plmctl
from tests.programs import require

# Notes each command of Git, without the settings of the hardening before it, and then is Git.
WATCHED = """\
#!/bin/sh
before=
for word in "$@"; do
  if [ "$word" != -c ] && [ "$before" != -c ]; then echo "$word" >> {log}; break; fi
  before=$word
done
exec {git} "$@"
"""

PLACE = ("rev-parse",)  # where the repository is, of which kind, and whether it is whole
REVISION = ("rev-parse",)
HEAD = ("symbolic-ref", "rev-parse")  # the branch, and its commit
OBJECTS = ("cat-file",)  # all objects of a run, through one pipe
INDEX = ("ls-files",)
WORK_TREE = ("ls-files", "ls-files")  # what is staged, and what is neither staged nor ignored
TAGS = ("for-each-ref", "cat-file")  # their ids, and the objects themselves
HISTORY = ("rev-list",)
LINE = ("rev-list", "diff-tree")  # the commits of a line, and what each of them changed
# By hand: what each command has to know, each thing asked once.
QUESTIONS = {
    "validate --staged": (*PLACE, *INDEX, *OBJECTS),
    "validate prompts/support/triage.yaml --staged": (*PLACE, *INDEX, *OBJECTS),
    "validate": (*PLACE, *WORK_TREE),
    "validate --rev HEAD": (*PLACE, *REVISION, *OBJECTS),
    "diff HEAD~1 HEAD": (*PLACE, *REVISION, *OBJECTS, *REVISION),
    "diff --staged": (*PLACE, *HEAD, *REVISION, *OBJECTS, *INDEX),
    "diff": (*PLACE, *HEAD, *REVISION, *OBJECTS, *WORK_TREE),
    "list": (*PLACE, *WORK_TREE, *TAGS, *HEAD, *HISTORY),
    # Whether the tags are those of which it is known what they say is asked, and then only these are read.
    "list --versions": (*PLACE, *WORK_TREE, *TAGS),
    "show prompt/support/triage": (*PLACE, *WORK_TREE, *TAGS, *HEAD, *HISTORY),
    "graph": (*PLACE, *WORK_TREE),
    "impact model/gpt-4o": (*PLACE, *WORK_TREE),
    "log prompt/support/triage": (*PLACE, *WORK_TREE, *TAGS),
    "history production": (*PLACE, *WORK_TREE, *REVISION, *LINE, *OBJECTS),
    # Two environments, of which the second comes after the first: the line of each is walked once.
    "lock --check": (*PLACE, *WORK_TREE, *TAGS, *HEAD, *LINE, *LINE),
    # The branches that a release may be on are asked too, and what is on them.
    "verify": (*PLACE, *WORK_TREE, *TAGS, *HISTORY, "for-each-ref", *HISTORY),
    "fmt --check": (*PLACE, *WORK_TREE),
    "rules": (*PLACE, *WORK_TREE),
    "changelog": (*PLACE, *WORK_TREE, *TAGS),
    "codeowners": (*PLACE, *WORK_TREE),
}


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    """A folder with a Git that notes in `asked.log` beside it what it is asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "git"
    program.write_text(
        WATCHED.format(log=tmp_path / "asked.log", git=require("git", "git")), encoding="utf-8"
    )
    program.chmod(0o755)
    return folder


@pytest.mark.parametrize("command", QUESTIONS)
def test_each_question_is_asked_once(released: Path, watched: Path, command: str) -> None:
    changed(released / "prompts/support/triage.yaml", {"title: ": "title: New "})
    git("commit", "--quiet", "--all", "--message", "A new title", at=released)
    done = plmctl(*command.split(), at=released, PATH=f"{watched}{os.pathsep}{os.environ['PATH']}")
    assert done.err.partition("error:")[1] == ""
    asked = (watched.parent / "asked.log").read_text(encoding="utf-8").split()
    assert asked == [*QUESTIONS[command]]
