import os
import stat
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.git.pipe import Ended, Pipe
from plmctl.git.process import COMMANDS, Completed, Git, Silent, heard, settings
from tests.git.builder import Folder

ALLOWED = """
cat-file --batch; ls-tree -z; ls-files -z; diff-tree --raw -z; diff-index --cached --raw; rev-parse;
for-each-ref; hash-object --no-filters; write-tree; commit-tree; update-index --index-info;
update-ref; merge-base; merge-file -p; rev-list; symbolic-ref; config; var
"""


def git_of(folder: Folder) -> Git:
    return Git.installed(str(folder.path), folder.environment)


def program(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_only_the_commands_of_the_design_are_allowed() -> None:
    words = [command.split() for command in ALLOWED.split(";")]
    assert {name: frozenset(options) for name, *options in words} == COMMANDS


@pytest.mark.parametrize(
    "command", [("status",), ("diff-index", "HEAD"), ("ls-files", "-m"), ("cat-file", "-p")]
)
def test_any_other_command_is_a_bug(command: tuple[str, ...], empty: Folder) -> None:
    with pytest.raises(ValueError, match=f"not an allowed command: git {command[0]}"):
        git_of(empty).run(*command)


def test_nothing_of_the_environment_passes_but_the_paths(empty: Folder) -> None:
    surroundings = {"PATH": os.environ["PATH"], "TMPDIR": "/var/tmp", "GIT_DIR": "x", "LD_PRELOAD": "y"}
    environment = Git.installed(str(empty.path), surroundings).environment({"GIT_AUTHOR_NAME": "Ada"})
    assert environment == {
        "PATH": os.environ["PATH"],
        "TMPDIR": "/var/tmp",
        "HOME": "/dev/null",
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_ASKPASS": "",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "GIT_GRAFT_FILE": "/dev/null",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_PAGER": "cat",
        "GIT_TERMINAL_PROMPT": "0",
        "SSH_ASKPASS": "",
    }


def test_git_is_never_taken_from_a_relative_folder(tmp_path: Path) -> None:
    program(tmp_path / "git", "echo stranger")
    with pytest.raises(PlmctlError, match="git is not installed"):
        Git.installed(str(tmp_path), {"PATH": ".:"})


def test_a_repository_of_another_user_is_refused_with_gits_own_line(empty: Folder) -> None:
    err = (
        "fatal: detected dubious ownership in repository at '/srv/r'\n"
        "To add an exception for this directory, call:\n\n\tgit config --global --add safe.directory /srv/r\n"
    )
    error = git_of(empty).failure("rev-parse", err)
    assert error.message == f"the repository belongs to another user: {empty.path}"
    assert error.hint == "if you trust it, run 'git config --global --add safe.directory /srv/r'"


def test_a_lock_is_named(empty: Folder) -> None:
    error = git_of(empty).failure(
        "update-ref", "fatal: Unable to create '/r/.git/index.lock': File exists.\n\nAnother"
    )
    assert error.message == "locked by another git process: /r/.git/index.lock"
    assert error.hint == "wait for it to end; if none runs any more, delete that file"


def test_objects_that_a_partial_clone_lacks_are_to_be_fetched(empty: Folder) -> None:
    error = git_of(empty).failure("rev-list", "fatal: could not fetch abc from promisor remote")
    assert (error.message, error.hint) == (
        "objects are missing in this partial clone",
        "run 'git fetch --refetch --no-filter'",
    )


def test_any_other_failure_says_what_git_said(empty: Folder) -> None:
    with pytest.raises(PlmctlError) as caught:
        git_of(empty).run("rev-list", "nothing")
    expected = (
        "git rev-list failed: ambiguous argument 'nothing': unknown revision or path not in the working tree."
    )
    assert (caught.value.message, caught.value.hint) == (expected, None)


def test_what_stopped_git_is_told_and_not_what_it_said_before(empty: Folder) -> None:
    err = "hint: grafts are deprecated\nhint: see gitreplace\nfatal: commit: cannot update the ref 'HEAD': "
    error = git_of(empty).failure("update-ref", f"{err}No space left on device\n")
    assert (error.message, error.hint) == (
        "git update-ref failed: commit: cannot update the ref 'HEAD': No space left on device",
        "make room there, then run the command again",
    )


@pytest.mark.parametrize(
    ("says", "hint"),
    [
        ("git version 2.37.9", "install Git 2.38 or newer"),
        ("git version 2.38.0", None),
        ("?", "install Git 2.38 or newer"),
    ],
)
def test_an_old_git_is_named_when_it_fails(
    says: str, hint: str | None, tmp_path: Path, empty: Folder
) -> None:
    git = replace(git_of(empty), executable=program(tmp_path / "git", f"echo '{says}'; exit 3"))
    with pytest.raises(PlmctlError) as caught:
        git.run("rev-parse")
    assert (caught.value.message, caught.value.hint) == ("git rev-parse failed: no message", hint)


def test_the_configuration_of_the_user_that_cannot_be_read_is_an_error(tmp_path: Path, empty: Folder) -> None:
    (tmp_path / "home" / ".gitconfig").write_text("[broken\n", encoding="utf-8")
    with pytest.raises(PlmctlError, match=r"git config failed: bad config line 1 in file .*gitconfig"):
        git_of(empty).user_settings()


def test_a_git_that_does_not_end_is_stopped(committed: Folder) -> None:
    git = replace(git_of(committed), timeout=0.3)
    os.mkfifo(committed.path / "prompts" / ".gitignore")
    with pytest.raises(PlmctlError) as caught:
        git.run("ls-files", "-o", "-z", "--exclude-standard")
    assert caught.value.message == f"git did not answer within 0.3 seconds in {committed.path}"


def test_a_process_without_pipes_cannot_be_talked_with(tmp_path: Path) -> None:
    import subprocess

    with subprocess.Popen(["true"]) as process, pytest.raises(ValueError, match="a process without pipes"):
        Pipe(process, timeout=1)


def test_a_process_that_ended_takes_no_words(tmp_path: Path, empty: Folder) -> None:
    git = replace(git_of(empty), executable=program(tmp_path / "git", "exec <&-; echo done"))
    pipe = git.start("cat-file", "--batch", is_heard=False)
    assert pipe.line() == b"done"
    with pytest.raises(Ended):
        pipe.write(b"x" * (1 << 20))
    pipe.kill()


def test_a_setting_without_a_value_is_true() -> None:
    assert settings(b"a.b\nc\nd\0tag.gpgsign\0") == (("a.b", "c\nd"), ("tag.gpgsign", "true"))


def test_what_a_program_says_is_heard_while_it_runs(tmp_path: Path) -> None:
    told: list[bytes] = []
    os.mkfifo(tmp_path / "go")
    # It goes on once it was heard, and its silence too: somebody may have wished to know.
    words = ["sh", "-c", "echo out; echo one >&2; read go <go; echo two >&2; exit 3"]

    def listener(said: bytes) -> None:
        if not said and told[-1:] == [b"one\n"]:
            (tmp_path / "go").write_text("go\n", encoding="utf-8")
        told.append(said)

    done = heard(words, str(tmp_path), os.environ, patience=20, is_alone=False, listener=listener)
    assert done == Completed(code=3, out=b"out\n", err="one\ntwo\n")
    assert [word for word in told if word] == [b"one\n", b"two\n"]
    assert b"" in told[told.index(b"one\n") : told.index(b"two\n")]


def test_the_last_words_of_a_program_are_heard_between_two_looks(tmp_path: Path) -> None:
    # After a look that met silence it speaks, and ends, while a busy neighbour holds up the next look's end.
    os.mkfifo(tmp_path / "go")
    words = ["sh", "-c", "read go <go; sleep 0.55; echo last >&2"]
    is_silent, is_over, interval = Event(), Event(), sys.getswitchinterval()

    def neighbour() -> None:
        is_silent.wait()
        while not is_over.is_set():
            pass

    def listener(said: bytes) -> None:
        if not said and not is_silent.is_set():
            (tmp_path / "go").write_text("go\n", encoding="utf-8")
            is_silent.set()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(neighbour)
        try:
            sys.setswitchinterval(0.1)
            done = heard(words, str(tmp_path), os.environ, patience=20, is_alone=False, listener=listener)
        finally:
            is_over.set()
            sys.setswitchinterval(interval)
    assert done.err == "last\n"


def test_what_a_program_leaves_behind_is_not_awaited(tmp_path: Path) -> None:
    # What it leaves behind ends when it is told to, and that comes after.
    os.mkfifo(tmp_path / "go")
    words = ["sh", "-c", "echo out; { read go <go; echo late; } & exit 0"]
    done = heard(words, str(tmp_path), os.environ, patience=60, is_alone=True, listener=print)
    assert done.out == b"out\n"


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_program_that_is_silent_is_ended_even_if_it_will_not(is_alone: bool, tmp_path: Path) -> None:
    words = ["sh", "-c", "trap '' TERM; echo $$ > new; mv new pid; while :; do sleep 0.1; done"]

    def listener(_: bytes) -> None:
        # Its silence counts once it began.
        while not (tmp_path / "pid").exists():
            time.sleep(0.01)

    with pytest.raises(Silent):
        heard(words, str(tmp_path), os.environ, patience=1, is_alone=is_alone, listener=listener)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text(encoding="utf-8")), 0)
