"""What happened to files, commit by commit."""

from plmctl.core.dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A path that a commit changed: the ids of the blobs before and after, None where there was no file."""

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCommit:
    """A commit on a line of first parents, and what it changed against the first of them.

    People are `Name <address>`, times ISO 8601 with their time zone; empty where the commit has none that
    can be read. `brought` are the commits that a merge brought onto the line and that changed such files.
    """

    commit: str
    parents: tuple[str, ...]
    author: str
    authored: str
    committer: str
    committed: str
    subject: str
    files: tuple[FileChange, ...]
    brought: tuple["LineCommit", ...] = ()
