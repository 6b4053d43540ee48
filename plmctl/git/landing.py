"""One commit of some files: its objects first, then the branch, which moves only from where it was."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress

from plmctl.core.deferred import deferred
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.ports import DraftCommit, Start, Unreadable
from plmctl.core.ref import BRANCHES
from plmctl.git.checkout import FILE_BYTES, FileUpdate, planned_files, put_entries, put_files
from plmctl.git.discovery import Place
from plmctl.git.disk import explained, file_bytes
from plmctl.git.drafts import Authorship, ObjectWriter
from plmctl.git.files import make_folders, put_file, remove_file
from plmctl.git.index import IndexEntry, index_listing
from plmctl.git.lockfile import refuse_locked
from plmctl.git.objects import COMMIT_BYTES, ObjectReader, commit_header
from plmctl.git.process import decoded
from plmctl.git.refs import branch_place, head, refs_below
from plmctl.git.transaction import committer, under_way
from plmctl.git.trees import CommitTree
from plmctl.git.update import RefUpdate, prepared_updates

# What git-check-ref-format forbids, and what `git branch` refuses besides.
_NO_NAME = deferred(
    r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|\.lock(?:/|$)|(?:^|/)\.|^[-/]|[./]$|^(?:HEAD|@|refs/.*)?$"
)

Files = Mapping[str, bytes | None]


def start(place: Place, branch: str | None) -> Start:
    """Where a commit for a branch goes, None for the one checked out; a new branch begins at HEAD."""
    now = head(place.git)
    if now.commit is None:
        raise PlmctlError("there is no commit yet", hint="run 'git commit' first")
    if branch is None and now.branch is None:
        raise PlmctlError("HEAD is detached: no branch is checked out", hint="run 'git switch BRANCH'")
    name = branch if branch is not None else now.branch or ""
    if name == now.branch:
        _refuse_under_way(place)
        refuse_locked(place)
        return Start(branch=BRANCHES + name, old=now.commit, parent=now.commit)
    if _NO_NAME.search(name):
        raise UsageError(f"'{name}' is no name for a branch", hint="give it one like 'promote-support-bot'")
    if elsewhere := branch_place(place.git, BRANCHES + name):
        raise PlmctlError(f"{name} is checked out in {elsewhere}", hint="run it there")
    tip = refs_below(place.git, BRANCHES + name).get(BRANCHES + name)
    return Start(branch=BRANCHES + name, old=tip, parent=tip or now.commit)


def drafted(
    writer: ObjectWriter, authorship: Authorship, start: Start, files: Files, message: str
) -> DraftCommit:
    """A commit that stands on no branch yet: its parent's, with these files in it (None: without it)."""
    tree = writer.tree(commit_header(writer.objects, start.parent, "tree"), files)
    commit = writer.commit(tree, start.parent, message, authorship)
    return DraftCommit(start=start, commit=commit, files=tuple(sorted(files)))


def land(place: Place, objects: ObjectReader, draft: DraftCommit) -> None:
    """Move the branch to a commit; if it is checked out, work tree and index get its files first."""
    start = draft.start
    files = _files(place, objects, draft)
    move = RefUpdate(ref=start.branch, old=start.old, new=draft.commit)
    why = f"commit: {_subject(objects, draft.commit)}"
    # The branch is the moment: what a run that was killed before it left, the next run finds right.
    with _restoring(place, files, lambda: refs_below(place.git, start.branch).get(start.branch) != start.old):
        updates = prepared_updates(place.git, [move], why=why, variables=committer(objects, draft.commit))
        with updates, ExitStack() as stack:
            _put(place, files, stack)


def _files(place: Place, objects: ObjectReader, draft: DraftCommit) -> Mapping[str, FileUpdate | None]:
    """What the work tree and the index get of a commit: nothing unless its branch is checked out."""
    if place.is_bare or BRANCHES + (head(place.git).branch or "") != draft.start.branch:
        return {}
    _refuse_under_way(place)
    before, after = (
        CommitTree(objects, commit_header(objects, commit, "tree"))
        for commit in (draft.start.parent, draft.commit)
    )
    return planned_files(place, objects, before, after, draft.files)


def stage(place: Place, writer: ObjectWriter, parent: str, files: Files) -> None:
    """Put files into the work tree and the index, never over somebody's changes; no commit is made."""
    base = commit_header(writer.objects, parent, "tree")
    before, after = (CommitTree(writer.objects, tree) for tree in (base, writer.tree(base, files)))
    planned = planned_files(place, writer.objects, before, after, files)
    with _restoring(place, planned, lambda: False), ExitStack() as stack:
        _put(place, planned, stack)


def _subject(objects: ObjectReader, commit: str) -> str:
    """The first line of a commit's message."""
    text = decoded(objects.read(commit, limit=COMMIT_BYTES).data)
    return text.partition("\n\n")[2].partition("\n")[0]


def _put(place: Place, files: Mapping[str, FileUpdate | None], stack: ExitStack) -> None:
    for path, file in files.items():
        if file is not None:
            with explained(path):
                make_folders(place.top, path)
    put_files(place, files, stack)


def _refuse_under_way(place: Place) -> None:
    if name := under_way(place):
        raise PlmctlError(f"a merge or rebase is under way ({name})", hint="finish or abort it")


@contextmanager
def _restoring(
    place: Place, files: Mapping[str, FileUpdate | None], is_done: Callable[[], bool]
) -> Iterator[None]:
    """Put work tree and index back as they were if the body ends before what it is for is done."""
    staged = index_listing(place.git).entries if files else {}
    contents = {path: _on_disk(place, path) for path in files}
    try:
        yield
    except BaseException:
        if files and not is_done():
            with suppress(PlmctlError, OSError):
                _restore(place, contents, {path: staged.get(path) for path in files})
        raise


def _restore(
    place: Place, contents: Mapping[str, bytes | None], entries: Mapping[str, IndexEntry | None]
) -> None:
    for path, content in contents.items():
        now = _on_disk(place, path)
        if content is None and now is not None:
            remove_file(place.top, path)
        elif content is not None and content != now:
            put_file(place.top, path, content, place.git_dir)
    put_entries(
        place,
        {
            path: FileUpdate(mode=e.mode, object_id=e.object_id, content=b"") if e else None
            for path, e in entries.items()
        },
    )


def _on_disk(place: Place, path: str) -> bytes | None:
    try:
        return file_bytes(place.top, path, FILE_BYTES)
    except Unreadable:
        return None
