"""validate and diff on a stranger's repository, at the level of system calls."""

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.git.builder import Folder
from tests.hostile.paths_cases import FIELDS, FILES, GIT, MODEL, NAMED, WRITTEN
from tests.hostile.stranger import GOOD, PLMCTL, state_of, strange_registry
from tests.hostile.trace import HARMLESS, WRITING, Call, executed, is_inside, require_git, traced

# The settings that name a program; each would leave a trace of its own.
CONFIGURATION = """
[core]
	fsmonitor = ./trap
	hooksPath = hooks
	pager = ./trap
	sshCommand = ./trap
[alias]
	ls-files = !./trap
	rev-parse = !./trap
[diff]
	external = ./trap
[diff "trap"]
	textconv = ./trap
	command = ./trap
[filter "trap"]
	clean = ./trap
	smudge = ./trap
	process = ./trap
	required = true
[remote "origin"]
	url = ext::./trap
	promisor = true
"""
# With what SQLite keeps a file whole; each names one file.
CHANGING = {"mkdir", "unlink"}
TRAP = "#!/bin/sh\n: > trapped\n"
MODULE = "open('trapped', 'w').close()\n"
REMOTE_SCHEMA = """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {name: remote}
spec:
  model: model/small
  messages: [{role: user, content: Hello}]
  inputs: {$schema: "http://127.0.0.1:9/s.json", $ref: "http://127.0.0.1:9/x.json"}
"""
TRAPS = {
    ".gitattributes": "* filter=trap diff=trap merge=trap\n",
    ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ext::./trap\n',
    ".dvc/config": "[core]\n    remote = r\n['remote \"r\"']\n    url = ssh://127.0.0.1:9/x\n",
    "dvc.yaml": "stages: {s: {cmd: ./trap}}\n",
    "git": TRAP,
    "trap": TRAP,
    "hooks/post-index-change": TRAP,
    "hooks/reference-transaction": TRAP,
    **{
        f"{name}.py": MODULE
        for name in ("json", "plmctl", "re", "sitecustomize", "typer", "usercustomize", "yaml")
    },
    "prompts/remote.yaml": REMOTE_SCHEMA,
    "models/small.yaml": MODEL,
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A clone of a stranger's repository, with traps in its tree and in its .git."""
    folder = strange_registry(tmp_path_factory.mktemp("confined") / "registry")
    outside = folder.path.parent / "outside"
    outside.mkdir()
    (outside / "m.yaml").write_text(GOOD)
    for case, written in WRITTEN.items():
        for kind, field in FIELDS.items():
            folder.write(field.file(f"{case}-{kind}"), field.text(f"{case}-{kind}", written))
    for manifest in NAMED:
        folder.write("partials/" + os.fsdecode(manifest), GOOD)
    for name, target in (("outside", outside / "m.yaml"), ("folder", outside), ("password", "/etc/passwd")):
        (folder.path / "partials" / f"{name}.yaml").symlink_to(target)
        folder.write(FILES.file(name), FILES.text(name, f"../partials/{name}.yaml"))
    folder.write("data/good.jsonl", "{}\n")
    (folder.path / "data" / "link").symlink_to(outside)
    folder.write(GIT.file("data"), GIT.text("data", "../data"))
    folder.commit(TRAPS)
    folder.write("partials/good.yaml", GOOD.replace("kind.", "very kind."))
    folder.git("add", "partials/good.yaml")
    folder.write("prompts/remote.yaml", REMOTE_SCHEMA.replace("Hello", "Good day"))
    for name in ("git", "trap", "hooks/post-index-change", "hooks/reference-transaction"):
        (folder.path / name).chmod(0o755)
    with (folder.path / ".git" / "config").open("a") as file:
        file.write(CONFIGURATION)
    return folder


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("validate", 1),
        ("validate --staged", 1),
        ("validate --rev HEAD", 1),
        ("diff", 1),
        ("diff --staged", 1),
        ("diff HEAD~1 HEAD", 1),
    ],
)
def test_a_strangers_repository_is_only_read_and_nothing_else_is(
    command: str, code: int, hostile: Folder, tmp_path: Path
) -> None:
    before = state_of(hostile.path)
    said, made = traced([PLMCTL, *command.split()], hostile.path, tmp_path, CI="true")
    assert said.code == code, said.err
    assert state_of(hostile.path) == before
    assert {call.name for call in made} <= HARMLESS
    assert {executed(call) for call in made if call.name == "execve"} == {PLMCTL, require_git()}
    opened = [call for call in made if call.opened is not None]
    assert f"{hostile.path}/.git/config" in {call.opened for call in opened}
    assert {call.opened for call in opened if WRITING.search(call.arguments)} <= {"/dev/null"}
    assert [call.opened for call in opened if not is_inside(call.opened or "", hostile.path)] == []
    assert_each_file_is_opened_once(opened, hostile.path)


def test_outside_of_ci_what_was_found_out_is_kept_for_the_user_and_nowhere_else(
    hostile: Folder, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    before = state_of(hostile.path)
    for run in ("first", "second"):
        (tmp_path / run).mkdir()
        said, made = traced(
            [PLMCTL, "validate"], hostile.path, tmp_path / run, XDG_CACHE_HOME=str(cache), PLMCTL_CACHE="1"
        )
        assert said.code == 1, said.err
        assert {executed(call) for call in made if call.name == "execve"} == {PLMCTL, require_git()}
        changing = [call for call in made if call.name not in HARMLESS]
        assert [call for call in changing if f'"{cache}' not in call.arguments] == []
        assert {call.name for call in changing} <= CHANGING
        opened = [call for call in made if call.opened is not None]
        written = {call.opened for call in opened if WRITING.search(call.arguments)} - {"/dev/null"}
        assert {path for path in written if not f"{path}".startswith(f"{cache}/plmctl/known/")} == set()
    assert state_of(hostile.path) == before


def test_the_driver_that_shows_reads_two_files_and_starts_nothing(hostile: Folder, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text(REMOTE_SCHEMA)
    words = ["git-diff-driver", "--", "prompts/remote.yaml", str(old), ".", "100644"]
    before = state_of(hostile.path)
    said, made = traced([PLMCTL, *words, "prompts/remote.yaml", ".", "100644"], hostile.path, tmp_path)
    assert said.code == 0, said.err
    assert "PRM040" in said.out
    assert state_of(hostile.path) == before
    assert {call.name for call in made} <= HARMLESS
    assert {executed(call) for call in made if call.name == "execve"} == {PLMCTL}
    opened = {call.opened for call in made if call.opened is not None}
    assert {path for path in opened if not is_inside(path, hostile.path)} == {str(tmp_path), str(old)}
    prompts = f"{hostile.path}/prompts"
    within = {path for path in opened if path.startswith(f"{hostile.path}/")}
    assert within == {prompts, f"{prompts}/remote.yaml"}
    assert [call for call in made if call.opened != "/dev/null" and WRITING.search(call.arguments)] == []


def test_the_driver_that_merges_starts_git_alone_and_writes_into_its_file_alone(
    hostile: Folder, tmp_path: Path
) -> None:
    folder = tmp_path / "handed"
    folder.mkdir()
    for name, word in (("base", "Hello"), ("ours", "Hello, you"), ("theirs", "Good day")):
        (folder / name).write_text(REMOTE_SCHEMA.replace("Hello", word))
    files = [str(folder / name) for name in ("base", "ours", "theirs")]
    before = state_of(hostile.path)
    words = ["git-merge-driver", "--", *files, "7", "prompts/remote.yaml"]
    said, made = traced([PLMCTL, *words], hostile.path, tmp_path)
    assert (said.code, said.out, said.err) == (1, "", "")
    assert "content: Good day}]\n>>>>>>> theirs\n" in (folder / "ours").read_text()
    assert state_of(hostile.path) == before
    assert {executed(call) for call in made if call.name == "execve"} == {PLMCTL, require_git()}
    written = {call.opened for call in made if call.opened is not None and WRITING.search(call.arguments)}
    assert written <= {"/dev/null", f"{folder}/ours.plmctl-new"}
    opened = {call.opened for call in made if call.opened is not None}
    assert {path for path in opened if not is_inside(path, hostile.path)} <= {
        *files,
        str(folder),
        f"{folder}/ours.plmctl-new",
    }
    # Changing a file's mode and its name, in its own folder.
    assert {call.name for call in made} - HARMLESS <= {"rename", "renameat", "renameat2", "unlinkat"}


def assert_each_file_is_opened_once(opened: list[Call], repository: Path) -> None:
    """P10: one open, one read; Git's own files are opened as Git likes."""
    files = Counter(
        call.opened
        for call in opened
        if call.opened is not None
        and call.opened.startswith(f"{repository}/")
        and not call.opened.startswith(f"{repository}/.git")
        and os.path.isfile(call.opened)
    )
    assert [path for path, times in files.items() if times > 1] == []
