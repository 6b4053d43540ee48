"""Data as it was: what a pointer said in versions of its artifact, and in commits."""

import posixpath
from collections.abc import Iterator

from plmctl.core.dataclass import dataclass
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry
from plmctl.core.tag import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """What a pointer said once: in a version of its artifact, None where only a commit is known."""

    pointer: Pointer
    commit: str
    version: str | None = None

    @property
    def moment(self) -> str:
        """The version, or the beginning of the commit's id."""
        from plmctl.commands.standing import SHORT

        return self.version or self.commit[:SHORT]

    @property
    def told(self) -> str:
        """The same in a sentence."""
        return self.version or f"commit {self.moment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPast:
    """The pointers of a registry's artifacts in its tags and commits."""

    repo: Repo
    registry: Registry
    past: History

    def thens(self, artifact: str, now: Pointer) -> Iterator[Then]:
        """What a pointer said: in versions, the newest first, then in commits that changed it, likewise."""
        # Most data is what its pointer says, and has no past that anyone asks for.
        from plmctl.commands.standing import versions_of

        for tag in reversed(versions_of(self.registry.names_of(artifact), self.past)):
            yield from self._then(now, tag.commit, str(tag.version))
        head = self.repo.head().commit
        for change in self.repo.line(head, [now.path]) if head is not None else ():
            for each in (change, *change.brought):
                yield from self._then(now, each.commit)

    def _then(self, now: Pointer, commit: str, version: str | None = None) -> Iterator[Then]:
        from plmctl.commands.nightly import pointer_at

        is_stage = not now.path.endswith(".dvc")
        out = posixpath.relpath(now.out_path, posixpath.dirname(now.path) or ".") if is_stage else None
        pointer = pointer_at(self.repo.commit_tree(commit), now.path, out)
        if isinstance(pointer, Pointer):
            yield Then(pointer=pointer, commit=commit, version=version)
