"""What stands on the branch of releases, which nobody moves alone: its settings and whom it lets sign."""

from fnmatch import fnmatchcase

from plmctl.core.configuration import NoRegistry, read_settings_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import EntryKind, Repo, Tree, Unreadable
from plmctl.core.ref import BRANCHES, REMOTES
from plmctl.core.settings import Settings

_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """A branch of releases, as this clone last saw it at the remote, else its own; and its settings."""

    branch: str
    tree: Tree
    settings: Settings

    def read(self, path: str) -> bytes | None:
        """A file on that branch, by its path beside plmctl.yaml; None where there is none."""
        path = self.settings.at(path)
        if self.tree.kind(path) is not EntryKind.FILE:
            return None
        try:
            return self.tree.read(path, limit=_LIMIT)
        except Unreadable as error:
            raise PlmctlError(f"{path} on {self.branch} cannot be read: {error}") from error


def protected(repo: Repo, settings: Settings) -> Protected | None:
    """The branch that says which rules hold; None where none is here that has a registry."""
    # A stranger's tree may name a branch of its own as one of releases: the remote's default knows better.
    default = _at(repo, "origin/HEAD", _commit(repo, "refs/remotes/origin/HEAD"))
    named = default.settings if default is not None else settings
    for ref, commit in _candidates(repo, named):
        found = _at(repo, ref, commit)
        if found is not None:
            return found
    return default


def _candidates(repo: Repo, settings: Settings) -> list[tuple[str, str]]:
    """The branches of releases: in the order that they are named, a remote's before one of this clone."""
    tips = repo.branch_tips()
    found: list[tuple[str, str]] = []
    for allowed in settings.branches:
        upstream = repo.upstream(allowed)
        followed = [upstream] if upstream is not None else []
        remote = [(ref, tip) for ref, tip in sorted(tips.items()) if _is_at_remote(ref, allowed)]
        own = [(ref, tip) for ref, tip in sorted(tips.items()) if _is_own(ref, allowed)]
        found.extend((*followed, *remote, *own))
    return [(ref.removeprefix(REMOTES).removeprefix(BRANCHES), tip) for ref, tip in found]


def _is_at_remote(ref: str, allowed: str) -> bool:
    remote, _, branch = ref.removeprefix(REMOTES).partition("/")
    return ref.startswith(REMOTES) and bool(remote) and fnmatchcase(branch, allowed)


def _is_own(ref: str, allowed: str) -> bool:
    return ref.startswith(BRANCHES) and fnmatchcase(ref.removeprefix(BRANCHES), allowed)


def _commit(repo: Repo, revision: str) -> str | None:
    try:
        return repo.resolve(revision)
    except PlmctlError:
        return None


def _at(repo: Repo, branch: str, commit: str | None) -> Protected | None:
    if commit is None:
        return None
    tree = repo.commit_tree(commit)
    try:
        settings = read_settings_of(tree, tuple(tree.paths()))
    except NoRegistry:
        return None
    return Protected(branch=branch, tree=tree, settings=settings)
