"""Putting the files of a new commit into the work tree and the index, never over somebody's changes."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import Tree
from plmctl.core.tree import bytes_at
from plmctl.git.configuration import filters_off
from plmctl.git.discovery import Place
from plmctl.git.disk import explained, removing, replacing
from plmctl.git.entries import TreeEntry
from plmctl.git.index import IndexTree
from plmctl.git.objects import ObjectReader
from plmctl.git.process import encoded
from plmctl.git.trees import CommitTree
from plmctl.git.worktree import WorkTree

FILE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUpdate:
    """A file that a commit brings: its mode, its blob and the content of it."""

    mode: int
    object_id: str
    content: bytes


def planned_files(
    place: Place, objects: ObjectReader, before: CommitTree, after: CommitTree, paths: Iterable[str]
) -> dict[str, FileUpdate | None]:
    """What to put at each path, None for nothing. Raises PlmctlError over what is neither old nor new."""
    trees = (WorkTree(place.git, objects, place.object_format), IndexTree(place.git, objects))
    planned: dict[str, FileUpdate | None] = {}
    for path in paths:
        content, old, entry = _content(after, path), _content(before, path), after.entry(path)
        if content is None and old is None:
            raise PlmctlError(f"the release commit has no file {path}")
        if any(_content(tree, path) not in (old, content) for tree in trees):
            undo = f"git restore --staged --worktree {path}"
            raise PlmctlError(f"{path} was changed and not committed", hint=f"commit it, or run '{undo}'")
        planned[path] = _update(entry, content)
    return planned


def _update(entry: TreeEntry | None, content: bytes | None) -> FileUpdate | None:
    if entry is None or content is None:
        return None
    return FileUpdate(mode=entry.mode, object_id=entry.object_id, content=content)


def put_files(place: Place, files: Mapping[str, FileUpdate | None], stack: ExitStack) -> None:
    """Write all of them elsewhere, update the index, and let the end of the stack move them in."""
    if not files:
        return
    for path, file in files.items():
        at_end = (
            removing(place.top, path)
            if file is None
            else replacing(place.top, path, file.content, place.git_dir)
        )
        # The body, and the end of the stack: a disk may be full at either.
        stack.enter_context(explained(path))
        with explained(path):
            stack.enter_context(at_end)
    put_entries(place, files)


def put_entries(place: Place, files: Mapping[str, FileUpdate | None]) -> None:
    """Put files into the index, and take those of None out of it."""
    # A mode of 0 takes a path out (git-update-index: Using --index-info).
    nothing = (0, "0" * (64 if place.object_format == "sha256" else 40))
    entries = {path: (file.mode, file.object_id) if file else nothing for path, file in files.items()}
    rows = "".join(f"{mode:06o} {oid}\t{path}\0" for path, (mode, oid) in entries.items())
    git = place.git.durable
    git.run("update-index", "-z", "--index-info", stdin=encoded(rows), extra=filters_off(place.git))


def _content(tree: Tree, path: str) -> bytes | None:
    return bytes_at(tree, path, limit=FILE_BYTES)
