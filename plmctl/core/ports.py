"""The edges of the core: what it asks of Git, through small Protocols."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from plmctl.core.dataclass import dataclass
from plmctl.core.elsewhere import Elsewhere as Elsewhere
from plmctl.core.past import LineCommit

# Whoever asks for a Tree, a Remote or a Store finds here what it is.
from plmctl.core.remote import RefPush as RefPush
from plmctl.core.remote import Remote as Remote
from plmctl.core.signature import Signature, Signers, Signing
from plmctl.core.store import Kept as Kept
from plmctl.core.store import Store as Store
from plmctl.core.tree import EntryKind as EntryKind
from plmctl.core.tree import MemoryTree as MemoryTree
from plmctl.core.tree import TooLarge as TooLarge
from plmctl.core.tree import Tree as Tree
from plmctl.core.tree import Unreadable as Unreadable
from plmctl.core.tree import Watch as Watch

if TYPE_CHECKING:
    from plmctl.core.known_files import KnownFiles


TagId = tuple[str, str, str]
"""The name of a tag, its object, and the type that this is said to have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRef:
    """A ref below refs/tags: its name, what it points at, and of an annotated tag the unsigned message.

    `tagger` is who made it, `date` when, in ISO 8601 with the tagger's time zone; or both are empty.
    """

    name: str
    object_id: str
    object_type: str
    commit: str | None
    tag_name: str | None
    message: str
    tagger: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is checked out: a commit (None before the first), and the branch's name (None if detached)."""

    commit: str | None
    branch: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagObject:
    """A tag to be made: the ref's short name and the whole message."""

    name: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTag:
    """A tag object ready to be published: the ref's short name, its id, its raw bytes."""

    name: str
    object_id: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRelease:
    """A release whose objects exist: what is to become of which ref, and which files come with the commit.

    `parent` is the commit itself when only tags are made. `remote` is where it is pushed to, and
    `remote_branch` the full name of its branch there; empty for one that stays here.
    """

    branch: str
    parent: str
    commit: str
    files: tuple[str, ...]
    tags: tuple[DraftTag, ...]
    registry_tag: DraftTag
    notes: Mapping[str, str]
    remote: str = ""
    remote_branch: str = ""

    @property
    def ref(self) -> str:
        """The ref that keeps it until it is published."""
        return f"refs/plmctl/pending/{self.registry_tag.name}"

    @property
    def all_tags(self) -> tuple[DraftTag, ...]:
        """The artifact tags, then the registry tag."""
        return (*self.tags, self.registry_tag)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a commit is to go: a branch by its full name, its commit now (None: none), and the parent."""

    branch: str
    old: str | None
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCommit:
    """A commit of some files that stands on no branch yet."""

    start: Start
    commit: str
    files: tuple[str, ...]


class Transaction(Protocol):
    """A release in the making: nothing that anyone reads is changed before `Repo.publish`."""

    @property
    def branch(self) -> str:
        """The full name of the branch that it commits to."""
        ...

    @property
    def parent(self) -> str:
        """The commit that it builds on: the branch's when it began."""
        ...

    def commit(self, files: Mapping[str, bytes], message: str) -> str:
        """The id of a new commit: the branch's, with these files in it."""
        ...

    def tag(self, tag: TagObject, commit: str, *, is_signed: bool = False) -> DraftTag:
        """A tag object on that commit, with the id that it will have."""
        ...

    def record(
        self,
        *,
        commit: str,
        files: Sequence[str],
        tags: Sequence[DraftTag],
        registry_tag: DraftTag,
        notes: Mapping[str, str],
        remote: str = "",
        remote_branch: str = "",
    ) -> PendingRelease:
        """Keep all of it below a pending ref, so that whatever happens it can be finished."""
        ...


class Repo(Protocol):
    """A Git repository: moments of it, its history, its tags, and the transaction that writes a release."""

    @property
    def top(self) -> str:
        """The absolute path of the work tree, or of a bare repository."""
        ...

    @property
    def is_shallow(self) -> bool:
        """Whether history was cut off when it was cloned."""
        ...

    @property
    def is_bare(self) -> bool:
        """Whether it has no work tree and no index."""
        ...

    def work_tree(self, known: "KnownFiles | None" = None) -> Tree:
        """Tracked files and untracked ones that are not ignored, as they are on disk.

        Of those that are what they were `known` has the identity; for who looks only, and claims nothing.
        """
        ...

    def index(self) -> Tree:
        """What is staged; honours GIT_INDEX_FILE when it lies inside the Git directory."""
        ...

    def commit_tree(self, commit: str) -> Tree:
        """The tree of a commit, by its full object id."""
        ...

    def tree(self, revision: str) -> Tree | None:
        """The tree that a revision names by itself: `HEAD^{tree}`, an id; None for none."""
        ...

    def head(self) -> Head:
        """What is checked out."""
        ...

    def resolve(self, revision: str) -> str:
        """The full object id of the commit that a revision names. Raises PlmctlError when there is none."""
        ...

    def tags(self, ids: Sequence[TagId] | None = None) -> tuple[TagRef, ...]:
        """Every tag, by one for-each-ref, sorted by name; those of `ids` where that was asked already."""
        ...

    def tag_ids(self) -> tuple[TagId, ...]:
        """Every tag, none of them read."""
        ...

    def ancestors(self, commit: str) -> frozenset[str]:
        """The commit and all that it descends from."""
        ...

    def line(self, commit: str, paths: Collection[str]) -> tuple[LineCommit, ...]:
        """The commits on a line of first parents that changed files at or below paths, newest first."""
        ...

    def line_dates(self, commit: str) -> tuple[tuple[str, int], ...]:
        """Every commit on a line of first parents, newest first, with its committer's time in seconds."""
        ...

    def contents(self, ids: Sequence[str], *, limit: int) -> Iterator[bytes | None]:
        """The content of each of these blobs, in their order; None for one over `limit` bytes."""
        ...

    def merge_base(self, first: str, second: str) -> str:
        """The best common ancestor. Raises PlmctlError when there is none."""
        ...

    def branch_tips(self) -> Mapping[str, str]:
        """Full names of branches and remote-tracking branches, and their commits."""
        ...

    def create(self, path: str, data: bytes) -> bool:
        """Write a new file of the work tree, with its folders; False if something is there, which stays."""
        ...

    def put(self, path: str, data: bytes) -> None:
        """Write a file of the work tree, with its folders, whole or not at all, through no link."""
        ...

    def on_disk(self, path: str, *, limit: int) -> bytes:
        """The bytes of a file of the work tree, line ends as they are. Raises Unreadable, or TooLarge."""
        ...

    def remove(self, path: str) -> None:
        """Delete a file of the work tree, and the folders that it leaves empty."""
        ...

    def upstream(self, branch: str) -> tuple[str, str] | None:
        """The remote-tracking ref that a branch follows and its commit, None if there is none."""
        ...

    def under_way(self) -> str | None:
        """The merge or rebase that is not finished, None for nothing."""
        ...

    def refuse_locked(self) -> None:
        """Raise PlmctlError for a lock file that a killed run left on HEAD or on the index."""
        ...

    def has_identity(self) -> bool:
        """Whether Git knows who writes commits here."""
        ...

    def author(self) -> str | None:
        """Who writes commits here, as `Name <address>`, None if Git was never told."""
        ...

    def signing_configured(self) -> bool:
        """Whether Git is to sign tags here."""
        ...

    def signs_commits(self) -> bool:
        """Whether Git is to sign commits here."""
        ...

    def signing(self) -> Signing:
        """How tags are signed here, tried out once; the user's own configuration names programs and keys."""
        ...

    def signature(self, tag_object: str, name: str, signers: Signers) -> Signature:
        """What the signature of a tag object is worth that stands under this ref's short name."""
        ...

    def signers(self) -> Signers:
        """Whom the user's own configuration lets sign, and which keys it revokes."""
        ...

    def remote(self, branch: str | None = None) -> Remote | None:
        """Where a branch is pushed to: the one that it is configured for, else the only one or origin."""
        ...

    def remote_at(self, address: str) -> Remote:
        """A repository elsewhere, by its address. Raises UsageError for an address that is none."""
        ...

    def elsewhere(self, address: str) -> Elsewhere:
        """A registry in another repository, by its address; nothing is asked of it yet."""
        ...

    def fetched(self, tag: str, object_id: str) -> "Repo | None":
        """What was fetched before of the registry whose tag this object is; None for nothing.

        It opens no connection, and is shallow: it has tags, and of their commits what was read. As
        everywhere, the ids of its objects are computed again.
        """
        ...

    def all_fetched(self) -> "Iterator[Repo]":
        """The same of every registry, whatever its tags are."""
        ...

    def transaction(self, when: datetime) -> Transaction:
        """Begin a release on the branch that is checked out, dated `when`, which has a time zone."""
        ...

    def start(self, branch: str | None = None) -> Start:
        """Where a commit for a branch goes, None for the one checked out; a new branch begins at HEAD.

        Raises PlmctlError where no commit can be made, UsageError for what is no branch's name.
        """
        ...

    def draft(
        self, start: Start, files: Mapping[str, bytes | None], message: str, when: datetime
    ) -> DraftCommit:
        """A commit upon a start, with these files in it (None: deleted); no branch has it yet."""
        ...

    def land(self, draft: DraftCommit) -> None:
        """Move a branch to a commit, from where it was expected; of the one checked out the files too.

        All of it or nothing. Raises PlmctlError over changes of these files that are not committed.
        """
        ...

    def stage(self, parent: str, files: Mapping[str, bytes | None]) -> None:
        """Put files into work tree and index, as changes of a commit; over nobody's changes."""
        ...

    def commits_of(self, commit: str, path: str) -> tuple[str, ...]:
        """The commits that changed a path on the way to this one, by first parents, the newest first."""
        ...

    def pending(self) -> tuple[PendingRelease, ...]:
        """Releases that were begun and not finished."""
        ...

    def publish(self, release: PendingRelease) -> None:
        """Make or finish a recorded release: the registry tag last."""
        ...

    def keep(self, release: PendingRelease, when: datetime) -> None:
        """Make the record of a release again, so that it can be abandoned or finished."""
        ...

    def discard(self, release: PendingRelease) -> None:
        """Forget the record of a release; what it published stays."""
        ...

    def abandon(self, release: PendingRelease, *, is_rewound: bool) -> None:
        """Undo a recorded release, the registry tag first; branch and files only where they are rewound."""
        ...

    def descends(self, commit: str, ancestor: str) -> bool:
        """Whether a commit is another or descends from it; not so of one that is not in this repository."""
        ...

    def changed_paths(self, before: str, after: str) -> tuple[str, ...]:
        """The paths whose files two commits have not alike, sorted."""
        ...

    def parents(self, commit: str) -> tuple[str, ...]:
        """The parents of a commit, the first of them first."""
        ...

    def tag_object(self, name: str, object_id: str) -> DraftTag:
        """A tag object with its raw bytes, whatever ref leads to it. Raises PlmctlError for anything else."""
        ...

    def tag_of(self, draft: DraftTag) -> TagRef:
        """What a tag object says."""
        ...

    def track(self, remote: str, branch: str, commit: str, when: datetime) -> None:
        """Let the remote-tracking ref of a remote's branch follow, as `git push` does."""
        ...
