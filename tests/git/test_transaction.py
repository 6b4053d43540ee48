import os
from collections.abc import Callable
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.ports import PendingRelease, TagObject
from plmctl.git.repository import Repository
from plmctl.git.transaction import Transaction
from tests.git.builder import WHEN, Folder, Opener

LOCK = b'{"lockVersion": 1}\n'
ARTIFACT = TagObject(name="prompt/support/triage@v1.0.0", message="First.\n\nRegistry: acme\n")


def draft(
    transaction: Transaction, files: dict[str, bytes] | None = None, version: str = "v1.0.0"
) -> PendingRelease:
    files = {"plm.lock": LOCK} if files is None else files
    commit = transaction.commit(files, f"Release {version}\n")
    artifact = transaction.tag(ARTIFACT, commit)
    registry = transaction.tag(TagObject(name=version, message=f"All.\n\n{artifact.object_id}"), commit)
    return transaction.record(
        commit=commit, files=sorted(files), tags=[artifact], registry_tag=registry, notes={"run": "7"}
    )


def recorded(repository: Repository) -> PendingRelease:
    return draft(repository.transaction(WHEN))


def state(folder: Folder) -> tuple[str, str, str, dict[str, bytes]]:
    """Refs, index, status and files: all that a release may change, but for objects."""
    files = {str(p): p.read_bytes() for p in folder.path.iterdir() if p.is_file()}
    return folder.git("for-each-ref"), folder.git("ls-files", "-s"), folder.git("status", "--short"), files


def seen(folder: Folder) -> tuple[str, str, str, dict[str, bytes]]:
    """The same without records of what was begun."""
    refs, index, status, files = state(folder)
    kept = "\n".join(line for line in refs.splitlines() if "refs/plmctl/" not in line)
    return kept, index, status, files


def test_a_release_is_a_commit_two_tags_and_a_lock(committed: Folder, opened: Opener) -> None:
    committed.write("other.yaml", "dirty")
    before = committed.git("rev-parse", "HEAD")
    repository = opened(committed)
    release = recorded(repository)
    repository.publish(release)
    assert committed.git("rev-parse", "HEAD", "HEAD~1") == f"{release.commit}\n{before}"
    assert committed.git("ls-tree", "-r", "--name-only", "HEAD") == "a.yaml\nplm.lock\nprompts/b.yaml"
    assert committed.git("status", "--short") == "?? other.yaml"
    assert (committed.path / "plm.lock").read_bytes() == LOCK
    assert {t.name: (t.object_id, t.commit) for t in repository.tags()} == {
        tag.name: (tag.object_id, release.commit) for tag in release.all_tags
    }
    assert repository.pending() == ()
    assert committed.git("for-each-ref", "refs/plmctl") == ""
    assert committed.git("reflog", "-1", "--format=%gs") == "release v1.0.0"
    assert committed.git("fsck", "--strict", "--no-dangling") == ""


def test_its_trees_are_sorted_as_git_sorts_them(committed: Folder, opened: Opener) -> None:
    files = dict.fromkeys(("s/b", "s-b", "s.b", "s0", "s/c/d", "s/c.d", "s/c0"), b"x\n")
    commit = opened(committed).transaction(WHEN).commit(files, "x\n")
    by_git = committed.commit(files)
    trees = committed.git("rev-parse", f"{commit}^{{tree}}", f"{by_git}^{{tree}}").split("\n")
    assert trees[0] == trees[1]


def test_its_objects_are_what_git_would_write(committed: Folder, opened: Opener) -> None:
    release = recorded(opened(committed))
    assert committed.git("cat-file", "commit", release.commit).split("\n", 2)[2] == (
        "author Ada <ada@example.com> 1700000000 +0000\n"
        "committer Ada <ada@example.com> 1700000000 +0000\n\nRelease v1.0.0"
    )
    assert committed.git("cat-file", "tag", release.tags[0].object_id) == (
        f"object {release.commit}\ntype commit\ntag prompt/support/triage@v1.0.0\n"
        "tagger Ada <ada@example.com> 1700000000 +0000\n\nFirst.\n\nRegistry: acme"
    )
    assert release.registry_tag.raw.endswith(f"\n\n{release.tags[0].object_id}\n".encode())


def test_without_dates_in_the_environment_it_is_dated_by_the_edge(committed: Folder, opened: Opener) -> None:
    repository = opened(committed, GIT_AUTHOR_DATE="", GIT_COMMITTER_DATE="")
    commit = repository.transaction(WHEN).commit({}, "Release\n")
    assert committed.git("log", "-1", "--format=%ad %cd", "--date=iso-strict", commit) == (
        "2026-01-02T03:04:05+00:00 2026-01-02T03:04:05+00:00"
    )


def test_files_go_into_folders_and_keep_their_modes(committed: Folder, opened: Opener) -> None:
    (committed.path / "link").symlink_to("a.yaml")
    committed.write("run.sh", "#!/bin/sh\n").chmod(0o755)
    committed.git("update-index", "--add", "--cacheinfo", f"160000,{'ab' * 20},sub")
    committed.git("add", "run.sh", "link")
    committed.git("commit", "-q", "-m", "modes")
    files = {"run.sh": b"new", "link": b"file", "prompts/c/d.lock": b"d", "prompts/b.yaml": b"b"}
    commit = opened(committed).transaction(WHEN).commit(files, "x")
    lines = committed.git("ls-tree", "-r", commit).split("\n")
    assert [(line.split(" ")[0], line.split("\t")[1]) for line in lines] == [
        ("100644", "a.yaml"),
        ("100644", "link"),
        ("100644", "prompts/b.yaml"),
        ("100644", "prompts/c/d.lock"),
        ("100755", "run.sh"),
        ("160000", "sub"),
    ]


@pytest.mark.parametrize("paths", [("../x",), (".git/x",), ("a", "a/b"), ("a/b", "a"), ("",)])
def test_a_path_that_no_tree_may_have_is_a_bug(
    paths: tuple[str, ...], committed: Folder, opened: Opener
) -> None:
    with pytest.raises(ValueError, match=r"below a file|not the path of a new file"):
        opened(committed).transaction(WHEN).commit(dict.fromkeys(paths, b""), "x")


def test_a_recorded_release_changes_nothing_else(committed: Folder, opened: Opener) -> None:
    before = state(committed)
    repository = opened(committed)
    release = recorded(repository)
    assert repository.pending() == (release,)
    assert committed.git("rev-parse", f"{release.ref}^") == release.commit
    repository.discard(release)
    repository.discard(release)
    assert state(committed) == before


def test_a_recorded_release_survives_gc(committed: Folder, opened: Opener) -> None:
    release = recorded(opened(committed))
    committed.git("gc", "-q", "--prune=now")
    committed.git("cat-file", "-e", release.registry_tag.object_id, code=1)
    repository = opened(committed)
    repository.publish(repository.pending()[0])
    assert committed.git("rev-parse", "v1.0.0") == release.registry_tag.object_id


def test_a_second_recording_is_refused(committed: Folder, opened: Opener) -> None:
    release = recorded(opened(committed))
    with pytest.raises(PlmctlError) as caught:
        recorded(opened(committed))
    assert caught.value.message == f"{release.ref} exists already"


@pytest.mark.parametrize("done", range(6))
def test_a_release_can_be_finished_from_every_step(done: int, committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = recorded(repository)
    kept = committed.git("rev-parse", release.ref)
    repository.publish(release)
    outcome = state(committed)
    committed.git("tag", "-d", "v1.0.0", ARTIFACT.name)
    committed.git("reset", "-q", "--hard", release.parent)
    committed.git("update-ref", release.ref, kept)
    blob = committed.git("rev-parse", f"{release.commit}:plm.lock")
    steps: list[Callable[[], object]] = [
        lambda: committed.git("update-index", "--add", "--cacheinfo", f"100644,{blob},plm.lock"),
        lambda: committed.write("plm.lock", LOCK),
        lambda: committed.git("update-ref", f"refs/tags/{ARTIFACT.name}", release.tags[0].object_id),
        lambda: committed.git("update-ref", "refs/heads/main", release.commit),
        lambda: committed.git("update-ref", "refs/tags/v1.0.0", release.registry_tag.object_id),
    ]
    for step in steps[:done]:
        step()
    repository.publish(opened(committed).pending()[0])
    assert state(committed) == outcome


def test_a_release_is_finished_though_its_branch_went_on(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = recorded(repository)
    committed.git("reset", "-q", "--hard", release.commit)
    tip = committed.commit({"a.yaml": "a: 2\n"})
    repository.publish(release)
    assert committed.git("rev-parse", "HEAD") == tip
    assert committed.git("tag", "--list").split("\n") == [ARTIFACT.name, "v1.0.0"]


def test_a_release_is_finished_though_another_branch_is_checked_out(
    committed: Folder, opened: Opener
) -> None:
    repository = opened(committed)
    release = recorded(repository)
    committed.git("switch", "-q", "-c", "side")
    repository.publish(release)
    assert not (committed.path / "plm.lock").exists()
    assert committed.git("status", "--short") == ""
    assert committed.git("rev-parse", "main") == release.commit


def test_a_branch_that_moved_refuses_the_release(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = recorded(repository)
    tip = committed.commit({"a.yaml": "a: 2\n"})
    before = state(committed)[1:]
    with pytest.raises(PlmctlError) as caught:
        repository.publish(release)
    assert caught.value.message == (
        f"refs/heads/main moved after the plan was made: it was {release.parent}, it is {tip}"
    )
    assert caught.value.hint == "run 'plmctl release' again to plan anew"
    assert state(committed)[1:] == before
    assert repository.pending() == ()


def test_a_release_that_is_partly_published_is_not_forgotten(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = recorded(repository)
    committed.git("update-ref", f"refs/tags/{ARTIFACT.name}", release.tags[0].object_id)
    committed.commit({"a.yaml": "a: 2\n"})
    with pytest.raises(PlmctlError, match="refs/heads/main moved after the plan was made"):
        repository.publish(release)
    assert repository.pending() == (release,)


def test_a_branch_that_is_gone_refuses_the_release(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = recorded(repository)
    committed.git("switch", "-q", "--detach")
    committed.git("branch", "-D", "-q", "main")
    with pytest.raises(PlmctlError, match="it is gone"):
        repository.publish(release)
    assert repository.pending() == ()


@pytest.mark.parametrize("name", [ARTIFACT.name, "v1.0.0"])
def test_a_tag_that_is_taken_refuses_the_release(name: str, committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    committed.git("tag", "-a", "-m", "someone else", name)
    before = state(committed)
    taken = committed.git("rev-parse", f"refs/tags/{name}")
    release = recorded(repository)
    ours = next(tag.object_id for tag in release.all_tags if tag.name == name)
    with pytest.raises(PlmctlError) as caught:
        repository.publish(release)
    assert caught.value.message == f"tag {name} exists already: it is {taken}, not {ours}"
    assert state(committed) == before


@pytest.mark.parametrize(
    "lock", ["refs/heads/main.lock", "refs/tags/prompt/support/triage@v1.0.0.lock", "index.lock"]
)
def test_a_lock_of_git_is_named_and_the_next_run_finishes(
    lock: str, committed: Folder, opened: Opener
) -> None:
    before = seen(committed)
    repository = opened(committed)
    release = recorded(repository)
    path = committed.write(f".git/{lock}", "")
    with pytest.raises(PlmctlError) as caught:
        repository.publish(release)
    assert caught.value.message == f"locked by another git process: {path}"
    path.unlink()
    assert seen(committed) == before
    assert repository.pending() == (release,)
    repository.publish(release)
    assert repository.pending() == ()
    assert committed.git("rev-parse", "HEAD", "v1.0.0^{commit}") == f"{release.commit}\n{release.commit}"


def test_a_lock_of_the_last_step_leaves_a_release_to_finish(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = recorded(repository)
    path = committed.write(".git/refs/tags/v1.0.0.lock", "")
    with pytest.raises(PlmctlError, match="locked by another git process"):
        repository.publish(release)
    assert [tag.name for tag in repository.tags()] == [ARTIFACT.name]
    path.unlink()
    repository.publish(repository.pending()[0])
    assert [tag.name for tag in repository.tags()] == [ARTIFACT.name, "v1.0.0"]


@pytest.mark.parametrize("is_staged", [True, False])
def test_a_lock_file_that_somebody_edits_is_not_overwritten(
    is_staged: bool, committed: Folder, opened: Opener
) -> None:
    committed.commit({"plm.lock": "old"})
    repository = opened(committed)
    release = recorded(repository)
    committed.write("plm.lock", "mine")
    if is_staged:
        committed.git("add", "plm.lock")
        committed.write("plm.lock", "old")
    before = state(committed)[1:]
    with pytest.raises(PlmctlError) as caught:
        repository.publish(release)
    assert caught.value.message == "plm.lock was changed and not committed"
    assert state(committed)[1:] == before


def test_a_file_that_cannot_be_written_leaves_everything(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    before = seen(committed)
    release = draft(repository.transaction(WHEN), {"missing/plm.lock": LOCK, "a.yaml": b"a: 2\n"})
    with pytest.raises(PlmctlError) as caught:
        repository.publish(release)
    assert caught.value.message == "cannot write missing/plm.lock: No such file or directory"
    assert seen(committed) == before


def test_a_file_that_the_commit_lacks_is_an_error(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    transaction = repository.transaction(WHEN)
    commit = transaction.commit({}, "x")
    tag = transaction.tag(TagObject(name="v1.0.0", message="x"), commit)
    release = transaction.record(commit=commit, files=["plm.lock"], tags=[], registry_tag=tag, notes={})
    with pytest.raises(PlmctlError, match=r"the release commit has no file plm\.lock"):
        repository.publish(release)


def test_a_commit_without_a_proper_committer_is_an_error(committed: Folder, opened: Opener) -> None:
    tree = committed.git("rev-parse", "HEAD^{tree}")
    raw = f"tree {tree}\nauthor nobody\ncommitter nobody\n\nx\n".encode()
    commit = committed.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=raw)
    transaction = opened(committed).transaction(WHEN)
    tag = transaction.tag(TagObject(name="v1.0.0", message="x"), committed.git("rev-parse", "HEAD"))
    release = transaction.record(commit=commit, files=[], tags=[], registry_tag=tag, notes={})
    with pytest.raises(PlmctlError, match=f"commit {commit} has no proper committer"):
        opened(committed).publish(release)


def test_no_branch_or_no_commit_or_no_name_is_an_error(empty: Folder, opened: Opener, tmp_path: Path) -> None:
    def refused(**more: str) -> tuple[str, str | None]:
        with pytest.raises(PlmctlError) as caught:
            opened(empty, **more).transaction(WHEN)
        return caught.value.message, caught.value.hint

    assert refused() == ("there is no commit yet", "run 'git commit' first")
    empty.commit({"a": "a"})
    assert refused(GIT_AUTHOR_NAME="") == (
        "Git does not know who you are",
        "run 'git config --global user.name NAME' and 'git config --global user.email ADDRESS'",
    )
    empty.git("switch", "-q", "--detach")
    assert refused() == ("HEAD is detached: no branch is checked out", "run 'git switch BRANCH'")
    empty.git("switch", "-q", "main")
    empty.write(".git/MERGE_HEAD", "")
    assert refused() == ("a merge or rebase is under way (MERGE_HEAD)", "finish or abort it")
    assert opened(empty).under_way() == "MERGE_HEAD"
    (empty.path / ".git" / "MERGE_HEAD").rename(empty.path / ".git" / "rebase-merge")
    assert opened(empty).under_way() == "rebase-merge"
    (empty.path / ".git" / "rebase-merge").unlink()
    assert opened(empty).under_way() is None


def test_a_bare_repository_has_no_place_for_a_release(
    committed: Folder, opened: Opener, tmp_path: Path
) -> None:
    committed.git("clone", "-q", "--bare", str(committed.path), str(tmp_path / "bare.git"))
    with pytest.raises(PlmctlError, match="a bare repository has no work tree to release from"):
        opened(tmp_path / "bare.git").transaction(WHEN)


def test_a_linked_worktree_and_a_subfolder_can_release(
    committed: Folder, opened: Opener, tmp_path: Path
) -> None:
    committed.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = committed.at(tmp_path / "side")
    repository = opened(side)
    release = draft(repository.transaction(WHEN), {"prompts/plm.lock": LOCK})
    repository.publish(release)
    assert side.git("status", "--short") == ""
    assert side.git("rev-parse", "side") == release.commit
    assert not os.path.exists(committed.path / "prompts" / "plm.lock")
