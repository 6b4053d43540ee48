"""Where the registry is that a repository's locks are of: around it, or in another repository."""

from collections.abc import Iterator

from plmctl.commands.pins import address_of
from plmctl.core.configuration import NoRegistry
from plmctl.core.finding import UsageError
from plmctl.core.lock import LOCK_LIMIT, Lock, stated_git
from plmctl.core.ports import EntryKind, Repo, Tree, Unreadable
from plmctl.core.registry import Registry, load
from plmctl.core.settings import require_this_version


def registry_here(repo: Repo) -> Registry | None:
    """The registry of the work tree, however empty; None where there is no plmctl.yaml."""
    try:
        registry = load(repo.work_tree())
    except NoRegistry:
        return None
    require_this_version(registry.settings)
    return registry


def address_here(repo: Repo, here: Registry | None, lock: Lock | None) -> str | None:
    """Where the registry is, None for this repository: as its lock, its environments or its locks say.

    Raises UsageError where they say several.
    """
    if here is not None and here.versioned:
        return None
    if lock is not None and lock.git is not None:
        return lock.git
    environments = here.of_kind("Environment") if here is not None else ()
    said = {address for environment in environments if (address := address_of(environment)) is not None}
    found = sorted(said or set(_said_by_locks(repo.work_tree())))
    if len(found) > 1:
        raise UsageError(
            f"there are several registries: {', '.join(found)}", hint="say which: '--registry GIT'"
        )
    return found[0] if found else None


def _said_by_locks(tree: Tree) -> Iterator[str]:
    """Where the registries are that the locks in a work tree name."""
    for path in tree.paths():
        if path.endswith(".lock") and tree.kind(path) is EntryKind.FILE:
            try:
                address = stated_git(tree.read(path, limit=LOCK_LIMIT))
            except Unreadable:
                continue
            if address is not None:
                yield address
