"""The merge driver: what Git runs when both sides changed a manifest."""

from collections.abc import Callable
from typing import Protocol

from plmctl.core.configuration import read_settings_of
from plmctl.core.finding import PlmctlError
from plmctl.core.kinds import BUILT_IN, Kinds
from plmctl.core.merging import Merge, Three, merge
from plmctl.core.ports import Repo
from plmctl.core.settings import LIMIT


class Merging(Protocol):
    """The three files of one merge; the one of ours gets the result."""

    @property
    def marker_size(self) -> int:
        """How many signs a conflict marker has."""
        ...

    def read(self, limit: int) -> tuple[bytes, bytes, bytes] | None:
        """Ancestor, ours, theirs; None where one cannot be read."""
        ...

    def merged_by_lines(self) -> tuple[bytes, bool]:
        """The ordinary merge, and whether without a conflict."""
        ...

    def write(self, data: bytes) -> None:
        """Make this the result."""
        ...


def merge_driver(files: Merging, own: Callable[[], Kinds]) -> bool:
    """Merge by schema, else line by line; whether without a conflict. `own` are the registry's kinds."""
    found = files.read(LIMIT)
    ordinary, is_clean = files.merged_by_lines()
    # First of all: whatever happens from here on, Git finds both sides in the file.
    files.write(ordinary)
    if found is None:
        return is_clean
    three = Three(base=found[0], ours=found[1], theirs=found[2])
    result = _by_schema(three, own, ordinary if is_clean else None, files.marker_size)
    if result is None:
        return is_clean
    files.write(result.data)
    return result.is_clean


def kinds_at_head(repo: Repo) -> Kinds:
    """The kinds of the registry as it is committed: in a merge the work tree may be half of each."""
    try:
        tree = repo.commit_tree(repo.resolve("HEAD"))
        return read_settings_of(tree, tuple(tree.paths())).kinds
    except PlmctlError:
        return BUILT_IN


def _by_schema(
    files: Three, own: Callable[[], Kinds], ordinary: bytes | None, marker_size: int
) -> Merge | None:
    found = merge(files, BUILT_IN, ordinary, marker_size)
    if found is not None:
        return found
    kinds = own()
    return merge(files, kinds, ordinary, marker_size) if kinds.own else None
