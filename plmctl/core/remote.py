"""Another repository, as the core asks it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from plmctl.core.dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RefPush:
    """A ref of another repository: its full name, what it must be there, what it becomes; None for no ref."""

    ref: str
    old: str | None
    new: str | None


TAKEN = frozenset(["created", "fast-forward", "forced", "up to date"])
"""What a remote says of a ref that is where it was pushed to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchCommit:
    """A commit on a branch elsewhere: its whole message, and the files that it changed, as it left them.

    None is a file that it took away. Of a merge, and of one that changed very many, no file is told.
    """

    commit: str
    parents: tuple[str, ...]
    message: str
    files: Mapping[str, bytes | None]


class Remote(Protocol):
    """A repository elsewhere: only these methods open a connection."""

    @property
    def name(self) -> str:
        """Its name here, or its address without user information."""
        ...

    @property
    def address(self) -> str:
        """Where it is pushed to, without user information."""
        ...

    def refs(self, *patterns: str) -> Mapping[str, str]:
        """Full names of its refs and their object ids, asked now; patterns as `git ls-remote` takes them."""
        ...

    def push(self, updates: Sequence[RefPush]) -> Mapping[str, str]:
        """What it said of each ref, of which all move or none; `refs` tells what is true.

        `created`, `fast-forward`, `forced`, `deleted`, `up to date` or `rejected: WHY`. Raises PlmctlError
        where it cannot be reached, or cannot promise all or none.
        """
        ...

    def fetch(self, *refspecs: str) -> None:
        """Bring its objects here, and set the refs that the refspecs name here."""
        ...

    def beyond(self, ref: str, commit: str) -> tuple[BranchCommit, ...]:
        """The commits of a ref there that a commit here lacks, newest first; nothing of them stays here."""
        ...


_PROTECTED = (
    "where the branch is protected, set 'release.commit: false' in plmctl.yaml: a release is tags only then; "
    "where tags are, whoever protects them lets releases make them"
)
_LOCKED = "locked there by another git process"
_ADVICE = (
    (
        (_LOCKED,),
        "wait for it to end; if none runs there any more, have that file deleted there",
    ),
    (("protected", "GH006", "GH013", "hook declined", "deny updating", "not allowed to"), _PROTECTED),
    (
        (
            "stale info",
            "fetch first",
            "non-fast-forward",
            "already exists",
            "failed to update ref",
            "cannot lock",
        ),
        "somebody was faster: run 'git fetch --tags', look at what they did, and begin again",
    ),
    (("shallow",), "run 'git fetch --unshallow' first"),
    (("deletion prohibited", "hidden ref"), "the remote forbids it: ask whoever keeps it"),
)


def locked(path: str) -> str:
    """A refusal because of a lock file at the remote."""
    return f"{_LOCKED}: {path}"


def passes(refusal: str) -> bool:
    """Whether what a remote said against a push ends by itself."""
    return _LOCKED in refusal


def advice(refusal: str) -> str | None:
    """What to do about what a remote said against a push; None where it says that itself."""
    lower = refusal.lower()
    return next((hint for words, hint in _ADVICE if any(word.lower() in lower for word in words)), None)
