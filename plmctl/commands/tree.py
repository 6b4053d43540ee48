"""The tree that the options of a command name, and paths in it."""

from plmctl.core.finding import UsageError
from plmctl.core.memo import Memo
from plmctl.core.ports import Repo, Tree


def tree_of(repo: Repo, revision: str | None, is_staged: bool = False, memo: Memo | None = None) -> Tree:
    """The tree that options name; the work tree by default, with what is known of its files."""
    if revision is not None and is_staged:
        raise UsageError("--rev and --staged name two trees", hint="give one of them")
    if revision is not None:
        return repo.commit_tree(repo.resolve(revision))
    return repo.index() if is_staged else repo.work_tree(memo.files if memo is not None else None)


def require_existing(paths: tuple[str, ...], tree: Tree) -> None:
    """Raise UsageError for a path at which a tree has nothing."""
    for path in paths:
        if path and tree.kind(path) is None:
            raise UsageError(
                f"no such file: {path}", hint="paths are those of files that are tracked or not ignored"
            )
