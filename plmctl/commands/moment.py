"""The registry at a moment: loaded from the work tree, the index or a commit."""

from collections.abc import Callable

from plmctl.core.configuration import NoRegistry
from plmctl.core.finding import PlmctlError
from plmctl.core.memo import Memo
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry, load
from plmctl.core.settings import Settings, require_this_version


def supported(tree: Tree, memo: Memo | None = None) -> Registry:
    """The registry of a tree, however empty. Raises UsageError when it asks for another plmctl.

    Who looks only, and claims nothing, hands over what runs before found out.
    """
    registry = load(tree, briefs=memo.briefs if memo is not None else None)
    require_this_version(registry.settings)
    return registry


def current(tree: Tree, memo: Memo | None = None) -> Registry:
    """The registry of a tree that is worked on. Raises PlmctlError when it has no manifests."""
    registry = supported(tree, memo)
    if not registry.manifests and not registry.broken:
        raise no_manifests(registry.settings)
    return registry


def no_manifests(settings: Settings) -> PlmctlError:
    """The error of a registry that has none."""
    return PlmctlError(
        f"no manifests found below {settings.folder or 'the top of the repository'}",
        hint="run 'plmctl new prompt greeting' to write the first one",
    )


def earlier(tree: Tree, like: Registry, memo: Memo | None = None) -> Registry:
    """The registry of an earlier tree; an empty one when there was none yet."""
    try:
        return load(tree, like, memo.briefs if memo is not None else None)
    except NoRegistry:
        return Registry(settings=like.settings, manifests={})


def registry_at(repo: Repo, like: Registry, memo: Memo | None = None) -> Callable[[str], Registry]:
    """A function that loads the registry of a commit, each commit once."""
    known: dict[str, Registry] = {}

    def loaded(commit: str) -> Registry:
        if commit not in known:
            known[commit] = earlier(repo.commit_tree(commit), like, memo)
        return known[commit]

    return loaded


def unread_notes(registry: Registry) -> tuple[str, ...]:
    """That files could not be read, so that nobody takes the rest for all."""
    return unread_note(len(registry.broken))


def unread_note(count: int) -> tuple[str, ...]:
    """The same of so many files."""
    files = "1 file" if count == 1 else f"{count} files"
    return (f"{files} could not be read: run 'plmctl validate'",) if count else ()
