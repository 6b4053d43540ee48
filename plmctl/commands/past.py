"""What commits did to the locks and manifests of environments: read once, by few processes."""

from collections.abc import Mapping

from plmctl.commands.moment import current
from plmctl.commands.tree import tree_of
from plmctl.commands.trust import require_history
from plmctl.core.dataclass import dataclass
from plmctl.core.lock import LOCK_LIMIT
from plmctl.core.memo import Memo
from plmctl.core.past import LineCommit
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry


def tree_here(repo: Repo, memo: Memo | None = None) -> Tree:
    """The work tree, with what is known of its files; in a bare repository the tree of HEAD."""
    return tree_of(repo, "HEAD" if repo.is_bare else None, memo=memo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A registry as it is, and the commits that touched some of its files, oldest first, with their blobs."""

    registry: Registry
    line: tuple[LineCommit, ...]
    blobs: Mapping[str, bytes | None]


def past_of(repo: Repo, *more: str) -> Past:
    """The past of the environments' files, and of some beside plmctl.yaml. Raises PlmctlError if shallow."""
    registry = current(tree_here(repo))
    require_history(repo)
    settings = registry.settings
    manifests = (manifest.path for manifest in registry.of_kind("Environment"))
    paths = {settings.at("environments"), *manifests, *map(settings.at, more)}
    line = repo.line(repo.resolve("HEAD"), paths)[::-1]
    ids = tuple(dict.fromkeys(c.new for commit in line for c in commit.files if c.new is not None))
    blobs = dict(zip(ids, repo.contents(ids, limit=LOCK_LIMIT), strict=True))
    return Past(registry=registry, line=line, blobs=blobs)
