import os

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.past import FileChange, LineCommit
from plmctl.core.ports import Repo
from tests.git.builder import Folder, Opener

ADA = "Ada <ada@example.com>"
WHEN = "2023-11-14T22:13:20+00:00"


def blob(folder: Folder, text: str) -> str:
    return folder.git("hash-object", "--stdin", stdin=text.encode())


def by(folder: Folder, name: str, seconds: int = 1700000000) -> Folder:
    """The same folder, where somebody else writes commits at another time."""
    who = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": f"{name.lower()}@example.com"}
    dates = {"GIT_AUTHOR_DATE": f"@{seconds} +0200", "GIT_COMMITTER_DATE": f"@{seconds} +0200"}
    return Folder(path=folder.path, environment={**folder.environment, **who, **dates})


def told(commits: tuple[LineCommit, ...]) -> list[str]:
    """Subjects, and below those of merges what they brought."""
    return [
        c.subject + "".join(f" <- {b.subject} by {b.author.partition(' ')[0]}" for b in c.brought)
        for c in commits
    ]


def test_a_commit_tells_who_wrote_it_and_which_files_it_changed(committed: Folder, opened: Opener) -> None:
    first = committed.git("rev-parse", "HEAD")
    second = committed.commit({"a.yaml": "a: 2\n", "environments/x.lock": "x\n"}, "two\nlines\n\nand a body")
    assert opened(committed).line(second, ["a.yaml", "environments"]) == (
        LineCommit(
            commit=second,
            parents=(first,),
            author=ADA,
            authored=WHEN,
            committer=ADA,
            committed=WHEN,
            subject="two lines",
            files=(
                FileChange(path="a.yaml", old=blob(committed, "a: 1\n"), new=blob(committed, "a: 2\n")),
                FileChange(path="environments/x.lock", old=None, new=blob(committed, "x\n")),
            ),
        ),
        LineCommit(
            commit=first,
            parents=(),
            author=ADA,
            authored=WHEN,
            committer=ADA,
            committed=WHEN,
            subject="first",
            files=(FileChange(path="a.yaml", old=None, new=blob(committed, "a: 1\n")),),
        ),
    )


def test_only_commits_that_changed_the_paths_are_on_it(committed: Folder, opened: Opener) -> None:
    committed.commit({"b.txt": "1"}, "another file")
    committed.commit({"ab.yaml": "1"}, "a longer name")
    committed.commit({"d/e/f.yaml": "1"}, "below")
    repo = opened(committed)
    head = repo.resolve("HEAD")
    assert told(repo.line(head, ["a.yaml"])) == ["first"]
    assert told(repo.line(head, ["d"])) == ["below"]
    assert repo.line(head, ["nothing", "*"]) == ()


def test_a_file_that_goes_has_no_blob_after(committed: Folder, opened: Opener) -> None:
    committed.git("rm", "-q", "a.yaml")
    last = committed.commit({}, "gone")
    (found, _) = opened(committed).line(last, ["a.yaml"])
    assert found.files == (FileChange(path="a.yaml", old=blob(committed, "a: 1\n"), new=None),)


def test_a_link_is_no_file(committed: Folder, opened: Opener) -> None:
    os.symlink("a.yaml", committed.path / "x.lock")
    last = committed.commit({}, "a link")
    (found,) = opened(committed).line(last, ["x.lock"])
    assert found.files == (FileChange(path="x.lock", old=None, new=None),)


def test_a_merge_counts_once_and_tells_what_it_brought(committed: Folder, opened: Opener) -> None:
    committed.git("switch", "-q", "-c", "side")
    by(committed, "Bob").commit({"x.lock": "1"}, "bob's")
    by(committed, "Eve").commit({"x.lock": "2"}, "eve's")
    by(committed, "Eve").commit({"other": "2"}, "not of the path")
    committed.git("switch", "-q", "main")
    committed.commit({"b": "1"}, "on main")
    committed.git("merge", "-q", "--no-ff", "-m", "merge side", "side")
    repo = opened(committed)
    found = repo.line(repo.resolve("HEAD"), ["x.lock"])
    assert told(found) == ["merge side <- eve's by Eve <- bob's by Bob"]
    assert found[0].files == (FileChange(path="x.lock", old=None, new=blob(committed, "2")),)


def test_what_a_later_merge_brings_is_not_what_an_earlier_one_brought(
    committed: Folder, opened: Opener
) -> None:
    committed.git("switch", "-q", "-c", "side")
    by(committed, "Bob").commit({"x.lock": "1"}, "one")
    committed.git("switch", "-q", "main")
    committed.git("merge", "-q", "--no-ff", "-m", "first merge", "side")
    committed.commit({"b": "1"}, "between")
    committed.git("switch", "-q", "side")
    by(committed, "Eve").commit({"x.lock": "2"}, "two")
    committed.git("merge", "-q", "-m", "main into side", "main")
    committed.git("switch", "-q", "main")
    committed.git("merge", "-q", "--no-ff", "-m", "second merge", "side")
    repo = opened(committed)
    assert told(repo.line(repo.resolve("HEAD"), ["x.lock"])) == [
        "second merge <- two by Eve",
        "first merge <- one by Bob",
    ]


def test_a_merge_that_keeps_the_line_s_files_is_not_on_it(committed: Folder, opened: Opener) -> None:
    committed.git("switch", "-q", "-c", "side")
    committed.commit({"x.lock": "1"}, "one")
    committed.git("switch", "-q", "main")
    committed.git("merge", "-q", "-s", "ours", "-m", "theirs is dropped", "side")
    repo = opened(committed)
    assert repo.line(repo.resolve("HEAD"), ["x.lock"]) == ()


def test_a_commit_without_a_readable_author_is_there(committed: Folder, opened: Opener) -> None:
    tree = committed.git("rev-parse", "HEAD^{tree}")
    raw = f"tree {tree}\nauthor nobody\ncommitter Ada <a@b> 9999999999999 +0000\n\n\nlate\n"
    bad = committed.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=raw.encode())
    (found,) = opened(committed).line(bad, ["a.yaml"])
    assert (found.author, found.authored, found.committer, found.committed, found.subject) == (
        "",
        "",
        "Ada <a@b>",
        "",
        "late",
    )


def test_a_commit_of_megabytes_is_refused(committed: Folder, opened: Opener) -> None:
    committed.write("a.yaml", "2")
    committed.write("message", "x" * (1 << 20))
    committed.git("commit", "-q", "-a", "-F", "message")
    last = committed.git("rev-parse", "HEAD")
    with pytest.raises(PlmctlError, match=f"commit {last} cannot be read"):
        opened(committed).line(last, ["a.yaml"])


def test_times_are_those_of_the_committers_newest_commit_first(committed: Folder, opened: Opener) -> None:
    first = committed.git("rev-parse", "HEAD")
    second = by(committed, "Bob", 1600000000).commit({"a.yaml": "2"}, "a clock that is late")
    assert opened(committed).line_dates(second) == ((second, 1600000000), (first, 1700000000))


def test_contents_come_in_the_order_that_was_asked_for(committed: Folder, opened: Opener) -> None:
    repo: Repo = opened(committed)
    ids = [blob(committed, text) for text in ("b: 2\n", "a: 1\n", "b: 2\n")]
    assert list(repo.contents(ids, limit=100)) == [b"b: 2\n", b"a: 1\n", b"b: 2\n"]
    assert list(repo.contents(ids, limit=4)) == [None, None, None]
