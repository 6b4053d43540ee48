import os
import stat
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.ports import TagObject
from plmctl.git.repository import Repository
from tests.git.builder import WHEN, Folder, Opener

LIMIT = 1 << 20

# Every setting that names a program, and the hooks; CANARY leaves a file named as its first argument.
CONFIGURATION = """
[core]
	repositoryformatversion = 0
	fsmonitor = CANARY fsmonitor
	hooksPath = HOOKS
	excludesFile = FIFO
	attributesFile = FIFO
	pager = CANARY pager
	editor = CANARY editor
	askPass = CANARY
	sshCommand = CANARY ssh
	gitProxy = CANARY proxy
	alternateRefsCommand = CANARY alternates
	filesRefLockTimeout = -1
[alias]
	cat-file = !CANARY alias
	rev-parse = !CANARY alias
	ls-files = !CANARY alias
	update-ref = !CANARY alias
[filter "e=v.il"]
	clean = CANARY clean
[filter "evil"]
	clean = CANARY clean
	smudge = CANARY smudge
	process = CANARY process
	required = true
[diff]
	external = CANARY external
[diff "evil"]
	textconv = CANARY textconv
	command = CANARY diff
[merge "evil"]
	driver = CANARY merge
[credential]
	helper = !CANARY credential
[gpg]
	program = CANARY
[commit]
	gpgSign = true
[remote "origin"]
	url = ext::CANARY ext
	vcs = evil
	promisor = true
	partialclonefilter = blob:none
	uploadpack = CANARY uploadpack
	fetch = +refs/heads/*:refs/remotes/origin/*
[protocol]
	allow = always
[extensions]
	worktreeConfig = true
[pager]
	cat-file = CANARY pager
	for-each-ref = CANARY pager
	rev-list = CANARY pager
[trace2]
	normalTarget = TRACE
[gc]
	auto = 1
[branch "main"]
	remote = origin
	merge = refs/heads/main
"""
HOOKS = ("post-index-change", "reference-transaction", "pre-commit", "post-checkout", "fsmonitor-watchman")


@pytest.fixture
def sung(tmp_path: Path) -> Path:
    """Where each canary that fires leaves its name."""
    folder = tmp_path / "sung"
    folder.mkdir()
    return folder


@pytest.fixture
def hostile(committed: Folder, tmp_path: Path, sung: Path) -> Folder:
    """A copy of a stranger's repository, its `.git` included."""
    committed.commit(
        {".gitattributes": "* filter=evil diff=evil merge=evil\n*.txt filter=e=v.il\n", "crlf.txt": "a\r\n"}
    )
    committed.git("tag", "-a", "-m", "one", "v0.1.0")
    canary = tmp_path / "canary"
    canary.write_text(f'#!/bin/sh\ntouch "{sung}/${{1:-unnamed}}"\nexit 1\n', encoding="utf-8")
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    hooks = tmp_path / "hooks"
    for folder in (hooks, committed.path / ".git" / "hooks"):
        folder.mkdir(exist_ok=True)
        for hook in HOOKS:
            (folder / hook).write_text(f'#!/bin/sh\ntouch "{sung}/{hook}"\n', encoding="utf-8")
    for path in (canary, *hooks.iterdir(), *(committed.path / ".git" / "hooks").iterdir()):
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    words = {"CANARY": str(canary), "HOOKS": str(hooks), "FIFO": str(fifo), "TRACE": str(sung / "trace")}
    text = CONFIGURATION
    for word, value in words.items():
        text = text.replace(word, value)
    committed.write(".git/config", text)
    committed.write("a.yaml", "a: edited\n")
    committed.write("new.yaml", "n: 1\n")
    return committed


def test_plain_git_fires_them(hostile: Folder, sung: Path) -> None:
    quiet = ("-c", "core.excludesFile=/dev/null", "-c", "core.attributesFile=/dev/null")
    # Git asks the filter about a file only if its times are not those of the index.
    os.utime(hostile.path / "a.yaml", (0, 0))
    hostile.git(*quiet, "ls-files", "-m", code=128)
    hostile.git(*quiet, "update-ref", "refs/tags/x", "HEAD")
    hostile.git(*quiet, "-c", "core.fsmonitor=false", "update-index", "--chmod=+x", "a.yaml", code=128)
    names = {path.name for path in sung.iterdir()}
    assert {"fsmonitor", "reference-transaction", "process"} <= names


def read_everything(repository: Repository) -> None:
    commit = repository.resolve("HEAD")
    for tree in (repository.work_tree(), repository.index(), repository.commit_tree(commit)):
        paths = list(tree.paths())
        tree.prefetch(paths)
        assert all(tree.read(path, limit=LIMIT) for path in paths)
    assert repository.ancestors(commit)
    assert repository.merge_base(commit, commit) == commit
    assert repository.head().branch == "main"
    assert [tag.name for tag in repository.tags()] == ["v0.1.0"]
    assert repository.branch_tips()
    assert repository.upstream("main") is None
    assert repository.identity()
    assert not repository.signing_configured()
    assert repository.config("remote.origin.vcs") == "evil"
    assert repository.pending() == ()


def test_reading_runs_nothing_and_changes_nothing(hostile: Folder, sung: Path, opened: Opener) -> None:
    def everything() -> dict[str, tuple[int, bytes]]:
        files = (p for p in hostile.path.rglob("*") if p.is_file())
        return {str(p): (p.stat().st_mtime_ns, p.read_bytes()) for p in files}

    before = everything()
    read_everything(opened(hostile))
    assert list(sung.iterdir()) == []
    assert everything() == before


def test_a_missing_object_is_not_fetched(hostile: Folder, sung: Path, opened: Opener) -> None:
    repository = opened(hostile)
    assert repository.commit_tree(repository.resolve("HEAD")).kind("a.yaml")
    with pytest.raises(Exception, match="is not in this repository") as caught:
        repository.objects.read("12" * 20, limit=LIMIT)
    assert caught.type.__name__ == "PlmctlError"
    assert list(sung.iterdir()) == []


def test_writing_an_index_runs_filters_in_plain_git(hostile: Folder, sung: Path) -> None:
    blob = hostile.git("rev-parse", "HEAD:a.yaml")
    quiet = (
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.attributesFile=/dev/null",
    )
    hostile.git(*quiet, "update-index", "--add", "--cacheinfo", f"100644,{blob},x.yaml", code=128)
    assert [path.name for path in sung.iterdir()] == ["process"]


def test_writing_runs_nothing(hostile: Folder, sung: Path, opened: Opener) -> None:
    with pytest.raises(PlmctlError, match=r"cannot sign with the key Ada|gpg is not installed"):
        opened(hostile).transaction(WHEN).commit({}, "It asks for a signature, and names the program")
    hostile.git("config", "commit.gpgSign", "false")
    repository = opened(hostile)
    transaction = repository.transaction(WHEN)
    commit = transaction.commit({"plm.lock": b"{}\n"}, "Release v1.0.0\n")
    tag = transaction.tag(TagObject(name="v1.0.0", message="one"), commit)
    release = transaction.record(commit=commit, files=["plm.lock"], tags=[], registry_tag=tag, notes={})
    repository.publish(release)
    assert repository.head().commit == commit
    assert [tag.name for tag in repository.tags()] == ["v0.1.0", "v1.0.0"]
    assert list(sung.iterdir()) == []


def test_an_edited_object_directory_brings_no_programs(hostile: Folder, sung: Path, opened: Opener) -> None:
    hostile.write(".git/config.worktree", "[core]\n\tfsmonitor = touch x\n")
    hostile.write(".git/objects/info/alternates", "/nonexistent\n")
    read_everything(opened(hostile))
    assert list(sung.iterdir()) == []
