import zlib
from pathlib import Path

import pytest

from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.ports import Head, Repo, TagRef
from tests.git.builder import Folder, Opener


def test_a_repository_is_a_repo(committed: Folder, opened: Opener) -> None:
    repo: Repo = opened(committed)
    assert repo.top == str(committed.path)


def test_head_is_a_commit_on_a_branch(committed: Folder, opened: Opener) -> None:
    commit = committed.git("rev-parse", "HEAD")
    assert opened(committed).head() == Head(commit=commit, branch="main")
    committed.git("switch", "-q", "-c", "feature/x")
    committed.git("tag", "feature/x")
    assert opened(committed).head() == Head(commit=commit, branch="feature/x")


def test_a_detached_head_has_no_branch(committed: Folder, opened: Opener) -> None:
    committed.git("switch", "-q", "--detach")
    assert opened(committed).head() == Head(commit=committed.git("rev-parse", "HEAD"), branch=None)


def test_an_unborn_branch_has_no_commit(empty: Folder, opened: Opener) -> None:
    repository = opened(empty)
    assert repository.head() == Head(commit=None, branch="main")
    assert list(repository.index().paths()) == []
    assert repository.tags() == ()
    assert dict(repository.branch_tips()) == {}


def test_a_head_that_names_no_branch_is_on_none(committed: Folder, opened: Opener) -> None:
    committed.git("symbolic-ref", "HEAD", "refs/other/x")
    assert opened(committed).head() == Head(commit=None, branch=None)


@pytest.mark.parametrize("revision", ["HEAD", "main", "v1", "HEAD~0", "v1^{}"])
def test_a_revision_is_a_full_commit_id(revision: str, committed: Folder, opened: Opener) -> None:
    committed.git("tag", "-a", "-m", "one", "v1")
    assert opened(committed).resolve(revision) == committed.git("rev-parse", "HEAD")


@pytest.mark.parametrize(
    "revision",
    [
        "",
        "none",
        "-h",
        "--all",
        "HEAD:a.yaml",
        "^main",
        "main..side",
        "main\n",
        "a\0b",
        "main^{tree}",
        "HEAD~5",
    ],
)
def test_what_names_no_commit_is_an_error(revision: str, committed: Folder, opened: Opener) -> None:
    committed.git("branch", "side")
    with pytest.raises(PlmctlError) as caught:
        opened(committed).resolve(revision)
    assert (caught.value.exit_code, caught.value.message) == (3, f"no such revision: {revision}")
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("run 'git fetch --tags' if it is at the remote")


def test_head_before_the_first_commit_is_told_in_words(empty: Folder, opened: Opener) -> None:
    with pytest.raises(PlmctlError) as caught:
        opened(empty).resolve("HEAD")
    assert (caught.value.exit_code, caught.value.message) == (3, "there is no commit yet")
    assert caught.value.hint == "run 'git add' and 'git commit' first"


def test_tags_come_with_their_messages(committed: Folder, opened: Opener) -> None:
    commit = committed.git("rev-parse", "HEAD")
    committed.git("tag", "light")
    committed.git("tag", "-a", "-m", "ünï\n\nTrailer: x", "prompt/a@v1.0.0")
    committed.git("tag", "-a", "-m", "nested", "nested", "prompt/a@v1.0.0")
    committed.git("tag", "-a", "-m", "a blob", "blob", "HEAD:a.yaml")
    committed.git("tag", "lightblob", "HEAD:a.yaml")
    committed.git("update-ref", "refs/tags/renamed", "prompt/a@v1.0.0")
    ids = {
        name: committed.git("rev-parse", f"refs/tags/{name}")
        for name in ("prompt/a@v1.0.0", "nested", "blob")
    }
    blob = committed.git("rev-parse", "HEAD:a.yaml")

    def tag(name: str, oid: str, kind: str, target: str | None, own: str | None, message: str) -> TagRef:
        return TagRef(
            name=name,
            object_id=oid,
            object_type=kind,
            commit=target,
            tag_name=own,
            message=message,
            tagger="Ada <ada@example.com>" if own else "",
            date="2023-11-14T22:13:20+00:00" if own else "",
        )

    one = ids["prompt/a@v1.0.0"]
    text = "ünï\n\nTrailer: x\n"
    assert opened(committed).tags() == (
        tag("blob", ids["blob"], "tag", None, "blob", "a blob\n"),
        tag("light", commit, "commit", commit, None, ""),
        tag("lightblob", blob, "blob", None, None, ""),
        tag("nested", ids["nested"], "tag", None, "nested", "nested\n"),
        tag("prompt/a@v1.0.0", one, "tag", commit, "prompt/a@v1.0.0", text),
        tag("renamed", one, "tag", commit, "prompt/a@v1.0.0", text),
    )


def test_a_broken_tag_is_not_left_out_in_silence(committed: Folder, opened: Opener) -> None:
    committed.write(".git/refs/tags/v1", "garbage\n")
    with pytest.raises(IntegrityError) as caught:
        opened(committed).tags()
    assert caught.value.message == "the tags cannot be read: ignoring broken ref refs/tags/v1"


def test_a_tag_without_its_object_is_told_by_its_id(committed: Folder, opened: Opener) -> None:
    committed.git("tag", "-a", "-m", "one", "v1")
    oid = committed.git("rev-parse", "v1")
    committed.loose(oid).unlink()
    with pytest.raises(IntegrityError) as caught:
        opened(committed).tags()
    assert caught.value.message == f"the tags cannot be read: missing object {oid} for refs/tags/v1"


def swapped(folder: Folder, oid: str, content: bytes, kind: str = "tag") -> None:
    """Other content under the id of a loose object."""
    stored = zlib.compress(f"{kind} {len(content)}\0".encode() + content)
    folder.loose(oid).write_bytes(stored)


@pytest.mark.parametrize("kind", ["tag", "commit"])
def test_a_tag_object_with_other_content_under_its_id_is_corrupt(
    kind: str, committed: Folder, opened: Opener
) -> None:
    for number in range(3):
        committed.git("tag", "-a", "-m", f"Lock: sha256:{number}", f"v{number}.0.0")
    oid = committed.git("rev-parse", "v1.0.0")
    raw = committed.git("cat-file", "tag", oid).encode() + b"\n"
    other = raw.replace(b"sha256:1", b"sha256:7") if kind == "tag" else b"tree x\n"
    swapped(committed, oid, other, kind)
    assert committed.git("for-each-ref", "--format=%(objectname)", "refs/tags/v1.0.0") == oid
    with pytest.raises(IntegrityError) as caught:
        opened(committed).tags()
    assert caught.value.message == (
        f"object {oid} is corrupt: what is stored under this id is something else"
    )


def raw_tag(folder: Folder, name: str, raw: bytes) -> str:
    """The id of a tag object of any content, and a ref to it."""
    oid = folder.git("hash-object", "-t", "tag", "-w", "--literally", "--stdin", stdin=raw)
    folder.write(f".git/refs/tags/{name}", f"{oid}\n")
    return oid


@pytest.mark.parametrize(
    "end",
    [
        b"",
        b"tagger A <a@b> 1 +0000\n",
        b"\n",
        b"\n\n\nlate\n\n",
        b"\nOne.\n\nLock: x\n-----BEGIN CERTIFICATE-----\n\niQ\n-----END CERTIFICATE-----\n",
        b"tagger A <a@b> 1 +0000\ngpgsig -----BEGIN SSH SIGNATURE-----\n x\n\n\xffin\r\nlatin\n",
        b"\nno newline",
    ],
)
def test_a_message_is_what_git_shows(end: bytes, committed: Folder, opened: Opener) -> None:
    commit = committed.git("rev-parse", "HEAD")
    raw_tag(committed, "v1", f"object {commit}\ntype commit\ntag own\n".encode() + end)
    form = "--format=%(contents)%00%(tag)%00%(*objectname)"
    shown = committed.git("for-each-ref", form, "refs/tags/v1").split("\0")
    (tag,) = opened(committed).tags()
    assert [tag.message, tag.tag_name, tag.commit] == shown


@pytest.mark.parametrize("kind", ["PGP SIGNATURE", "PGP MESSAGE", "SSH SIGNATURE", "SIGNED MESSAGE"])
def test_a_signature_is_no_part_of_a_message(kind: str, committed: Folder, opened: Opener) -> None:
    commit = committed.git("rev-parse", "HEAD")
    signature = f"-----BEGIN {kind}-----\nabc\n\nX: y\n-----END {kind}-----\n"
    message = f"One.\n\n-----BEGIN {kind}-----\nof the author\n\nBump: minor\n"
    raw_tag(committed, "v1", f"object {commit}\ntype commit\ntag v1\n\n{message}{signature}".encode())
    assert [tag.message for tag in opened(committed).tags()] == [message]
    # Git sees the same signature.
    assert committed.git("for-each-ref", "--format=%(contents:signature)").strip() == signature.strip()


@pytest.mark.parametrize(
    ("end", "tagger", "date"),
    [
        (b"tagger A B <a@b> 1772600767 +0530\n\nx\n", "A B <a@b>", "2026-03-04T10:36:07+05:30"),
        (b"tagger  <> 0 -0130\n\nx\n", " <>", "1969-12-31T22:30:00-01:30"),
        (b"tagger A <a@b> 999999999999999999 +0000\n\nx\n", "A <a@b>", ""),
        (b"tagger A <a@b> 1 +9900\n\nx\n", "A <a@b>", ""),
        (b"tagger nobody\n\nx\n", "", ""),
        (b"\ntagger A <a@b> 1 +0000\n", "", ""),
    ],
)
def test_a_tag_says_who_made_it_and_when(
    end: bytes, tagger: str, date: str, committed: Folder, opened: Opener
) -> None:
    commit = committed.git("rev-parse", "HEAD")
    raw_tag(committed, "v1", f"object {commit}\ntype commit\ntag v1\n".encode() + end)
    (tag,) = opened(committed).tags()
    assert (tag.tagger, tag.date) == (tagger, date)


@pytest.mark.parametrize("raw", [b"", b"object 12\ntype commit\ntag v1\n\nx\n", b"tag v1\n\nx\n"])
def test_a_tag_object_that_is_none_is_told_by_its_id(raw: bytes, committed: Folder, opened: Opener) -> None:
    oid = raw_tag(committed, "v1", raw)
    with pytest.raises(IntegrityError) as caught:
        opened(committed).tags()
    assert caught.value.message == f"the tag object {oid} is malformed"


def test_a_huge_tag_is_refused_and_a_huge_file_is_just_no_release(committed: Folder, opened: Opener) -> None:
    committed.write("../large", "x" * (1 << 20) + "y")
    blob = committed.git("hash-object", "-w", "../large")
    committed.git("tag", "large", blob)
    assert opened(committed).tags() == (
        TagRef(name="large", object_id=blob, object_type="blob", commit=None, tag_name=None, message=""),
    )
    committed.git("tag", "-a", "-F", "../large", "v1")
    with pytest.raises(PlmctlError) as caught:
        opened(committed).tags()
    assert caught.value.message.startswith("tag v1 cannot be read: 1048")
    assert caught.value.hint == "if it is no release, run 'git tag -d v1'"


def test_five_thousand_tags_are_read_at_once(committed: Folder, opened: Opener) -> None:
    commit = committed.git("rev-parse", "HEAD")
    lines = "".join(
        f"tag t{n}\nfrom {commit}\ntagger A <a@b> 1 +0000\ndata 8\nmess{n:04}\n" for n in range(5000)
    )
    committed.git("fast-import", "--quiet", stdin=lines.encode())
    repository = opened(committed)
    tags = repository.tags()
    assert sorted(tag.message for tag in tags) == [f"mess{n:04}" for n in range(5000)]


def test_ancestors_are_all_that_a_commit_descends_from(committed: Folder, opened: Opener) -> None:
    first = committed.git("rev-parse", "HEAD")
    second = committed.commit({"a.yaml": "a: 2\n"})
    repository = opened(committed)
    assert repository.ancestors(second) == {first, second}
    assert repository.ancestors(first) == {first}
    with pytest.raises(PlmctlError, match="git rev-list failed: bad object"):
        repository.ancestors("0" * 39 + "1")


def test_a_merge_base_is_the_best_common_ancestor(committed: Folder, opened: Opener) -> None:
    first = committed.git("rev-parse", "HEAD")
    second = committed.commit({"a.yaml": "a: 2\n"})
    committed.git("switch", "-q", "-c", "side", first)
    side = committed.commit({"a.yaml": "a: side\n"})
    assert opened(committed).merge_base(second, side) == first


def test_unrelated_histories_have_no_merge_base(committed: Folder, opened: Opener) -> None:
    first = committed.git("rev-parse", "HEAD")
    other = committed.git("commit-tree", "-m", "other", "HEAD^{tree}")
    with pytest.raises(PlmctlError) as caught:
        opened(committed).merge_base(first, other)
    assert caught.value.message == f"no common ancestor of {first} and {other}"
    assert caught.value.hint == "compare them with 'A B' or 'A..B'"


def test_a_merge_base_is_none_where_a_better_one_may_be_cut_off(
    committed: Folder, opened: Opener, tmp_path: Path
) -> None:
    first = committed.git("rev-parse", "HEAD")
    best = committed.commit({"a.yaml": "a: 2\n"})
    committed.git("switch", "-q", "-c", "aside", best)
    cut = committed.commit({"b.yaml": "b: 1\n"})
    committed.git("switch", "-q", "-c", "side", first)
    committed.commit({"c.yaml": "c: 1\n"})
    committed.git("merge", "-q", "--no-edit", "aside")
    merged = committed.git("rev-parse", "HEAD")
    assert opened(committed).merge_base(best, merged) == best
    # What was cut below the common ancestor hides no better one.
    (committed.path / ".git" / "shallow").write_text(f"{first}\n")
    assert opened(committed).merge_base(best, merged) == best
    (committed.path / ".git" / "shallow").write_text(f"{cut}\n")
    assert committed.git("merge-base", best, merged) == first
    with pytest.raises(PlmctlError) as caught:
        opened(committed).merge_base(best, merged)
    assert caught.value.message == f"no common ancestor of {best} and {merged} in this shallow clone"
    assert caught.value.hint == "run 'git fetch --unshallow origin'"


@pytest.fixture
def clone(committed: Folder, tmp_path: Path) -> Folder:
    """A clone that is one commit ahead of its remote."""
    folder = committed.at(tmp_path / "clone")
    committed.git("clone", "-q", str(committed.path), str(folder.path))
    folder.commit({"a.yaml": "a: 2\n"})
    return folder


def test_tips_are_those_of_branches_and_remote_tracking_branches(clone: Folder, opened: Opener) -> None:
    clone.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
    head, behind = clone.git("rev-parse", "HEAD", "HEAD~1").split()
    assert dict(opened(clone).branch_tips()) == {
        "refs/heads/alias": head,
        "refs/heads/main": head,
        "refs/remotes/origin/main": behind,
    }


def test_the_upstream_is_a_remote_tracking_ref(clone: Folder, opened: Opener) -> None:
    clone.git("branch", "-q", "local", "--no-track")
    clone.git("branch", "-q", "main/x", "--no-track", code=128)
    repository = opened(clone)
    assert repository.upstream("main") == ("refs/remotes/origin/main", clone.git("rev-parse", "HEAD~1"))
    assert repository.upstream("local") is None
    assert repository.upstream("none") is None
    clone.git("update-ref", "-d", "refs/remotes/origin/main")
    assert repository.upstream("main") is None


def test_replaced_objects_and_grafts_are_not_seen(committed: Folder, opened: Opener) -> None:
    first = committed.git("rev-parse", "HEAD")
    second = committed.commit({"a.yaml": "a: 2\n"})
    committed.git("replace", second, first)
    third = committed.commit({"a.yaml": "a: 3\n"})
    committed.write(".git/info/grafts", f"{third}\n")
    repository = opened(committed)
    assert repository.commit_tree(second).read("a.yaml", limit=99) == b"a: 2\n"
    assert repository.ancestors(third) == {first, second, third}


def test_a_commit_that_is_not_here_descends_from_none(committed: Folder, opened: Opener) -> None:
    first = committed.git("rev-parse", "HEAD")
    second = committed.commit({"a.yaml": "a: 2\n"})
    repository = opened(committed)
    assert repository.descends(second, first)
    assert repository.descends(first, first)
    assert not repository.descends(first, second)
    assert not repository.descends("ab" * 20, first)


def test_last_change_of_a_path_is_the_merge_that_brought_it(committed: Folder, opened: Opener) -> None:
    first = committed.git("rev-parse", "HEAD")
    committed.git("switch", "-q", "-c", "side")
    side = committed.commit({"plm.lock": "1"})
    committed.git("switch", "-q", "main")
    committed.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    merge = committed.git("rev-parse", "HEAD")
    tip = committed.commit({"a.yaml": "a: 2\n"})
    repository = opened(committed)
    assert repository.commits_of(tip, "plm.lock") == (merge,)
    assert repository.commits_of(first, "plm.lock") == ()
    assert (repository.parents(merge), repository.parents(first)) == ((first, side), ())


def test_a_tag_object_is_read_whatever_ref_leads_to_it(committed: Folder, opened: Opener) -> None:
    committed.git("tag", "-a", "-m", "One.", "v1")
    oid, head = committed.git("rev-parse", "v1", "HEAD").split("\n")
    committed.git("tag", "-d", "v1")
    repository = opened(committed)
    draft = repository.tag_object("v1", oid)
    assert draft.raw == committed.git("cat-file", "tag", oid).encode() + b"\n"
    tag = repository.tag_of(draft)
    assert (tag.commit, tag.tagger, tag.message) == (head, "Ada <ada@example.com>", "One.\n")
    with pytest.raises(PlmctlError, match="v1 is not an annotated tag, but a commit"):
        repository.tag_object("v1", head)
