from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.ports import DraftCommit, Start
from plmctl.git.disk import spare_name
from plmctl.git.repository import Repository
from tests.git.builder import WHEN, Folder, Opener
from tests.git.signatory import configure, ssh_key

FILES = {"a.yaml": b"a: 2\n", "environments/prod/desk.lock": b"{}\n", "prompts/b.yaml": None}
MESSAGE = "Promote desk\n\nEnvironment: prod\n"


def drafted(repository: Repository, branch: str | None = None) -> DraftCommit:
    return repository.draft(repository.start(branch), FILES, MESSAGE, WHEN)


def landed(repository: Repository, branch: str | None = None) -> DraftCommit:
    draft = drafted(repository, branch)
    repository.land(draft)
    return draft


def state(folder: Folder) -> tuple[str, str, str]:
    return folder.git("for-each-ref"), folder.git("ls-files", "-s"), folder.git("status", "--short", "-uall")


def test_a_draft_changes_nothing_but_objects(committed: Folder, opened: Opener) -> None:
    before = state(committed)
    head = committed.git("rev-parse", "HEAD")
    draft = drafted(opened(committed))
    assert state(committed) == before
    assert draft.start == Start(branch="refs/heads/main", old=head, parent=head)
    assert draft.files == ("a.yaml", "environments/prod/desk.lock", "prompts/b.yaml")
    assert committed.git("log", "-1", "--format=%an %ad %P %B", "--date=unix", draft.commit) == (
        f"Ada 1700000000 {head} Promote desk\n\nEnvironment: prod\n"
    )


def test_a_commit_lands_on_branch_index_and_files_and_nowhere_else(committed: Folder, opened: Opener) -> None:
    committed.write("other.yaml", "mine")
    committed.write("staged.yaml", "mine")
    committed.git("add", "staged.yaml")
    draft = landed(opened(committed))
    assert committed.git("rev-parse", "HEAD") == draft.commit
    assert committed.git("status", "--short") == "A  staged.yaml\n?? other.yaml"
    assert committed.git("ls-tree", "-r", "--name-only", "HEAD") == "a.yaml\nenvironments/prod/desk.lock"
    assert (committed.path / "a.yaml").read_bytes() == b"a: 2\n"
    assert not (committed.path / "prompts" / "b.yaml").exists()
    assert committed.git("reflog", "-1", "--format=%gs") == "commit: Promote desk"
    assert committed.git("fsck", "--strict", "--no-dangling") == ""


def test_a_commit_that_only_deletes_lands_too(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    repository.land(repository.draft(repository.start(), {"prompts/b.yaml": None, "no.yaml": b""}, "x", WHEN))
    repository.land(repository.draft(repository.start(), {"no.yaml": None}, "x", WHEN))
    assert committed.git("ls-files") == "a.yaml"
    assert committed.git("status", "--short") == ""
    assert sorted(path.name for path in committed.path.iterdir() if path.name != ".git") == [
        "a.yaml",
        "prompts",
    ]


@pytest.mark.parametrize("is_staged", [False, True])
def test_it_never_lands_over_somebodys_change(is_staged: bool, committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    draft = drafted(repository)
    committed.write("a.yaml", "a: mine\n")
    if is_staged:
        committed.git("add", "a.yaml")
    before = state(committed)
    with pytest.raises(PlmctlError) as caught:
        repository.land(draft)
    assert (caught.value.message, caught.value.hint) == (
        "a.yaml was changed and not committed",
        "commit it, or run 'git restore --staged --worktree a.yaml'",
    )
    assert state(committed) == before


def test_a_branch_that_moved_meanwhile_is_an_error_and_everything_stays(
    committed: Folder, opened: Opener
) -> None:
    repository = opened(committed)
    draft = drafted(repository)
    committed.commit({"c.yaml": "c: 3\n"}, "meanwhile")
    before = state(committed)
    with pytest.raises(PlmctlError, match="refs/heads/main was moved meanwhile"):
        repository.land(draft)
    assert state(committed) == before
    assert (committed.path / "a.yaml").read_bytes() == b"a: 1\n"


def test_what_a_killed_run_left_lands_the_same(committed: Folder, opened: Opener) -> None:
    """A run that ends between the files and the branch leaves the files of the commit, staged."""
    repository = opened(committed)
    repository.stage(committed.git("rev-parse", "HEAD"), FILES)
    assert committed.git("status", "--short") == (
        "M  a.yaml\nA  environments/prod/desk.lock\nD  prompts/b.yaml"
    )
    draft = landed(repository)
    assert (committed.git("rev-parse", "HEAD"), committed.git("status", "--short")) == (draft.commit, "")


def test_files_are_staged_without_a_commit_and_over_nobodys_change(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    head = committed.git("rev-parse", "HEAD")
    committed.write("a.yaml", "a: mine\n")
    before = state(committed)
    with pytest.raises(PlmctlError, match=r"a\.yaml was changed and not committed"):
        repository.stage(head, FILES)
    assert state(committed) == before


def test_a_file_that_cannot_be_written_leaves_files_and_index(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    draft = repository.draft(repository.start(), {"a.yaml": b"a: 2\n", "d/x": b"x"}, "x", WHEN)
    before = state(committed)
    # Where the file is to be written first, something else stands.
    (committed.path / ".git" / spare_name("d/x")).mkdir()
    with pytest.raises(PlmctlError, match="cannot write d/x"):
        repository.land(draft)
    assert state(committed) == before


def test_a_folder_that_cannot_be_made_is_told_and_leaves_everything(
    committed: Folder, opened: Opener
) -> None:
    repository = opened(committed)
    draft = drafted(repository)
    committed.write("environments", "a file")
    before = state(committed)
    with pytest.raises(PlmctlError) as caught:
        repository.land(draft)
    assert caught.value.message == (
        "cannot write environments/prod/desk.lock: a file or a symbolic link is on the way"
    )
    assert state(committed) == before


def test_another_branch_is_made_at_head_and_nothing_here_changes(committed: Folder, opened: Opener) -> None:
    head = committed.git("rev-parse", "HEAD")
    committed.write("a.yaml", "a: mine\n")
    draft = landed(opened(committed), "promote/desk")
    assert draft.start == Start(branch="refs/heads/promote/desk", old=None, parent=head)
    assert committed.git("rev-parse", "main", "promote/desk", "promote/desk^") == (
        f"{head}\n{draft.commit}\n{head}"
    )
    assert committed.git("status", "--short") == " M a.yaml"


def test_a_branch_that_is_there_goes_on_from_its_tip(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    first = landed(repository, "side")
    committed.commit({"c.yaml": "c: 3\n"}, "meanwhile")
    assert repository.start("side") == Start(branch="refs/heads/side", old=first.commit, parent=first.commit)


def test_the_branch_that_is_checked_out_may_be_named(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    assert repository.start("main") == repository.start()


@pytest.mark.parametrize(
    "name",
    ["", "-x", "a b", "a..b", "x.lock", ".x", "a/.b", "x/", "HEAD", "@", "refs/heads/x", "x@{1}", "a//b"],
)
def test_what_is_no_name_of_a_branch_is_refused(name: str, committed: Folder, opened: Opener) -> None:
    with pytest.raises(UsageError) as caught:
        opened(committed).start(name)
    assert caught.value.message == f"'{name}' is no name for a branch"


def test_a_branch_of_another_work_tree_is_refused(committed: Folder, opened: Opener, tmp_path: Path) -> None:
    committed.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    with pytest.raises(PlmctlError) as caught:
        opened(committed).start("side")
    assert caught.value.message == f"side is checked out in {tmp_path / 'side'}"


def test_there_is_no_start_without_a_commit_or_a_branch(
    empty: Folder, opened: Opener, tmp_path: Path
) -> None:
    with pytest.raises(PlmctlError, match="there is no commit yet"):
        opened(empty).start()
    empty.commit({"a.yaml": "a"})
    empty.git("switch", "-q", "--detach")
    with pytest.raises(PlmctlError, match="HEAD is detached"):
        opened(empty).start()
    assert opened(empty).start("new").old is None


def test_nothing_lands_in_the_middle_of_a_merge(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    draft = drafted(repository)
    (committed.path / ".git" / "MERGE_HEAD").write_text(committed.git("rev-parse", "HEAD"))
    with pytest.raises(PlmctlError, match="a merge or rebase is under way"):
        repository.start()
    with pytest.raises(PlmctlError, match="a merge or rebase is under way"):
        repository.land(draft)


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_a_commit_is_signed_where_git_signs_commits(
    form: str, empty: Folder, opened: Opener, tmp_path: Path
) -> None:
    key = ssh_key(tmp_path)
    folder = empty.at(tmp_path / form)
    folder.path.mkdir()
    folder.git("init", "-q", "-b", "main", f"--object-format={form}")
    folder.commit({"a.yaml": "a: 1\n", "prompts/b.yaml": "b: 2\n"})
    configure(
        tmp_path / "home", {"gpg.format": "ssh", "user.signingKey": str(key.path), "commit.gpgSign": "true"}
    )
    draft = landed(opened(folder))
    (tmp_path / "allowed").write_bytes(key.allowed())
    allowed = f"gpg.ssh.allowedSignersFile={tmp_path / 'allowed'}"
    folder.git("-c", allowed, "verify-commit", draft.commit)
    assert folder.git("log", "-1", "--format=%B", draft.commit) == MESSAGE
    assert folder.git("fsck", "--strict", "--no-dangling") == ""
