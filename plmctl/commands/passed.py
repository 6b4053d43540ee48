"""Files in data that DVC passes over, where somebody may believe that a version of the data has them."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import field

from plmctl.commands.holding import Holding
from plmctl.core.dataclass import dataclass
from plmctl.core.few import few
from plmctl.core.inventory import Inventory
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Repo, Tree
from plmctl.core.report import Problem
from plmctl.core.store import Store

_SHOWN = 3


def passed_notes(store: Store, pointer: Pointer) -> Iterator[str]:
    """What of the data that was added is in no version of it."""
    passed = store.passed_over(pointer.out_path)
    if passed:
        said = f"DVC passes over {few(passed, _SHOWN)}: no version of the data has {_them(passed)}"
        yield f"{said}; a .dvcignore says so, or it is a link to a folder"


@dataclass(slots=True, kw_only=True)
class Passing:
    """Looks for what Git or a pointer has of data, and DVC passes over; `tree` is the work tree."""

    repo: Repo
    tree: Tree
    store: Store
    _tracked: tuple[str, ...] | None = field(default=None, init=False)

    def problems(self, holding: Holding, *, is_whole: bool) -> Iterator[Problem]:
        """Warnings of one data; where it `is_whole` its pointer has nothing that DVC does not see."""
        out = holding.pointer.out_path
        by_git = self._git_has(out)
        by_dvc = frozenset[str]() if is_whole else self._pointer_has(holding.pointer)
        passed = self.store.passed_over(out) if by_git or by_dvc else ()
        for having, who in ((by_git, "Git"), (by_dvc, holding.pointer.path)):
            found = [path for path in passed if path in having]
            if found:
                message = f"{holding.artifact}: DVC passes over {few(found, _SHOWN)}, which {who} has: "
                yield Problem(
                    message=f"{message}no new version of the data has {_them(found)}",
                    hint=f"run 'dvc check-ignore --details {shlex.quote(found[0])}': it says which line of a "
                    ".dvcignore does it; take that out, or the file out of the data",
                    exit_code=0,
                )

    def _git_has(self, out: str) -> frozenset[str]:
        start = f"{out}/"
        # Git ignores data as a rule, so that its index need not be read again.
        if self._tracked is None and any(path.startswith(start) for path in self.tree.paths()):
            self._tracked = tuple(self.repo.index().paths())
        return frozenset(path for path in self._tracked or () if path.startswith(start))

    def _pointer_has(self, pointer: Pointer) -> frozenset[str]:
        listing = self.store.listing(pointer)
        rows = listing.rows if isinstance(listing, Inventory) else ()
        return frozenset(f"{pointer.out_path}/{row.relpath}" for row in rows)


def _them(paths: Sequence[str]) -> str:
    return "it" if len(paths) == 1 else "them"
