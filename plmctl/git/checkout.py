"""Putting the files of a new commit into the work tree and the index, never over somebody's changes."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from plmctl.core.finding import PlmctlError
from plmctl.core.ports import Tree, Unreadable
from plmctl.git.configuration import filters_off
from plmctl.git.discovery import Place
from plmctl.git.disk import replacing
from plmctl.git.index import IndexTree
from plmctl.git.objects import ObjectReader
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
) -> dict[str, FileUpdate]:
    """What to put at each path. Raises PlmctlError where work tree or index have neither old nor new."""
    trees = (WorkTree(place.git, objects, place.object_format), IndexTree(place.git, objects))
    planned: dict[str, FileUpdate] = {}
    for path in paths:
        content, old, entry = _content(after, path), _content(before, path), after.entry(path)
        if content is None or entry is None:
            raise PlmctlError(f"the release commit has no file {path}")
        if any(_content(tree, path) not in (old, content) for tree in trees):
            undo = f"git restore --staged --worktree {path}"
            raise PlmctlError(f"{path} was changed and not committed", hint=f"commit it, or run '{undo}'")
        planned[path] = FileUpdate(mode=entry.mode, object_id=entry.object_id, content=content)
    return planned


def put_files(place: Place, files: Mapping[str, FileUpdate], stack: ExitStack) -> None:
    """Write all of them beside their places, update the index, and let the end of the stack move them in."""
    if not files:
        return
    for path, file in files.items():
        try:
            stack.enter_context(replacing(place.top, path, file.content))
        except OSError as error:
            raise PlmctlError(f"cannot write {path}: {error.strerror}") from None
    entries = [w for path, f in files.items() for w in ("--cacheinfo", f"{f.mode:o},{f.object_id},{path}")]
    place.git.durable.run("update-index", "--add", *entries, extra=filters_off(place.git))


def _content(tree: Tree, path: str) -> bytes | None:
    try:
        return tree.read(path, limit=FILE_BYTES)
    except Unreadable:
        return None
