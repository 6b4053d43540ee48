"""A Git repository: the Repo of the core, over real Git."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from plmctl import git as late
from plmctl.core.finding import PlmctlError
from plmctl.core.limits import Ceiling
from plmctl.core.past import LineCommit
from plmctl.core.ports import (
    DraftCommit,
    DraftTag,
    Head,
    PendingRelease,
    Start,
    TagId,
    TagRef,
    Tree,
    Watch,
)
from plmctl.git import refs
from plmctl.git.base import ceiling_of
from plmctl.git.discovery import Place, discovered
from plmctl.git.disk import file_bytes
from plmctl.git.index import IndexTree
from plmctl.git.objects import ObjectReader, Source, commit_header
from plmctl.git.trees import CommitTree
from plmctl.git.watched import WatchedTree
from plmctl.git.worktree import WorkTree

# Most runs read: what writes, signs and talks with other machines is imported where it is asked for.
if TYPE_CHECKING:
    from plmctl.core.known_files import KnownFiles
    from plmctl.core.signature import Signature, Signers, Signing
    from plmctl.git.address import Addresses
    from plmctl.git.configuration import Configuration, Identity
    from plmctl.git.drafts import Authorship, ObjectWriter
    from plmctl.git.elsewhere import Elsewhere
    from plmctl.git.remote import Remote
    from plmctl.git.signing import Signer


class Repository:
    """A repository on disk; close it, or use it in a `with`, to end the Git that reads its objects."""

    def __init__(
        self,
        place: Place,
        environment: Mapping[str, str],
        watch: Watch | None = None,
        source: Source | None = None,
    ):
        self._place = place
        self._watch = watch
        self._git = place.git
        self._environment = environment
        self._others: list[Repository] = []
        self.objects = ObjectReader(place.git, place.object_format, source)

    @classmethod
    def discover(
        cls, start: str, environment: Mapping[str, str] = os.environ, watch: Watch | None = None
    ) -> "Repository":
        """The repository that a folder belongs to. Raises PlmctlError when there is none to trust."""
        return cls(discovered(start, environment), environment, watch)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the Git processes that read objects; the next read starts another."""
        self.objects.close()
        for other in self._others:
            other.close()

    @property
    def top(self) -> str:
        """The absolute path of the work tree, or of a bare repository."""
        return self._place.top

    @property
    def git_dir(self) -> str:
        """The absolute path of the Git directory of this work tree."""
        return self._place.git_dir

    @property
    def object_format(self) -> str:
        """The hash of its object ids: sha1 or sha256."""
        return self._place.object_format

    @property
    def is_bare(self) -> bool:
        """Whether it has no work tree and no index."""
        return self._place.is_bare

    @property
    def is_shallow(self) -> bool:
        """Whether history was cut off when it was cloned."""
        return self._place.is_shallow

    def work_tree(self, known: "KnownFiles | None" = None) -> Tree:
        """Tracked files and untracked ones that are not ignored, as they are on disk from now on.

        With `known`, files that are what they were have their identity unread.
        """
        self._refuse_bare("work tree")
        return self._watched(WorkTree(self._git, self.objects, self.object_format, known, self._ceiling))

    def index(self) -> Tree:
        """What is staged; honours GIT_INDEX_FILE when it lies inside the Git directory."""
        self._refuse_bare("index")
        named = self._place.index_at(self._environment.get("GIT_INDEX_FILE"))
        return self._watched(IndexTree(self._git, self.objects, named, self._ceiling))

    def commit_tree(self, commit: str) -> Tree:
        """The tree of a commit, by its full object id."""
        found = commit_header(self.objects, commit, "tree")
        return self._watched(CommitTree(self.objects, found, self._ceiling))

    def tree(self, revision: str) -> Tree | None:
        """The tree that a revision names by itself: `HEAD^{tree}`, an id; None for none."""
        found = refs.tree_id(self._git, revision)
        return self._watched(CommitTree(self.objects, found, self._ceiling)) if found is not None else None

    @cached_property
    def _ceiling(self) -> Ceiling:
        return ceiling_of(self._git, self.objects, self._environment)

    def _watched(self, tree: Tree) -> Tree:
        return WatchedTree(tree, self._watch) if self._watch is not None else tree

    def head(self) -> Head:
        """What is checked out."""
        return refs.head(self._git)

    def resolve(self, revision: str) -> str:
        """The full object id of the commit that a revision names. Raises PlmctlError when there is none."""
        return refs.resolve(self._git, revision)

    def tags(self, ids: Sequence[TagId] | None = None) -> tuple[TagRef, ...]:
        """Every tag, or those of `ids`, sorted by name. Raises IntegrityError for a broken one."""
        return refs.tags(self.objects, self.tag_ids() if ids is None else ids)

    def tag_ids(self) -> tuple[TagId, ...]:
        """Every tag, by one for-each-ref, none of them read."""
        return refs.tag_ids(self._git, self.objects)

    def ancestors(self, commit: str) -> frozenset[str]:
        """The commit and all that it descends from."""
        return refs.ancestors(self._git, commit)

    def line(self, commit: str, paths: Collection[str]) -> tuple[LineCommit, ...]:
        """The commits on a line of first parents that changed files at or below paths, newest first."""
        return late.line.line(self._git, self.objects, commit, paths)

    def line_dates(self, commit: str) -> tuple[tuple[str, int], ...]:
        """Every commit on a line of first parents, newest first, with its committer's time in seconds."""
        return late.line.line_dates(self._git, commit)

    def contents(self, ids: Sequence[str], *, limit: int) -> Iterator[bytes | None]:
        """The content of each of these blobs, in their order; None for one over `limit` bytes."""
        return late.line.contents(self.objects, ids, limit)

    def merge_base(self, first: str, second: str) -> str:
        """The best common ancestor. Raises PlmctlError when there is none."""
        return refs.merge_base(self._git, first, second)

    def branch_tips(self) -> Mapping[str, str]:
        """Full names of branches and remote-tracking branches, and their commits."""
        return refs.branch_tips(self._git)

    def create(self, path: str, data: bytes) -> bool:
        """Write a new file of the work tree, with its folders; False if something is there, which stays."""
        self._refuse_bare("work tree")
        return late.files.create_file(self.top, path, data)

    def put(self, path: str, data: bytes) -> None:
        """Write a file of the work tree, whole or not at all, through no link."""
        self._refuse_bare("work tree")
        late.files.put_file(self.top, path, data, self._place.git_dir)

    def on_disk(self, path: str, *, limit: int) -> bytes:
        """The bytes of a file of the work tree, line ends as they are. Raises Unreadable, or TooLarge."""
        self._refuse_bare("work tree")
        return file_bytes(self.top, path, limit)

    def remove(self, path: str) -> None:
        """Delete a file of the work tree, and the folders that it leaves empty."""
        self._refuse_bare("work tree")
        late.files.remove_file(self.top, path)

    def upstream(self, branch: str) -> tuple[str, str] | None:
        """The remote-tracking ref that a branch follows and its commit, None if there is none."""
        return refs.upstream(self._git, branch)

    def config(self, key: str) -> str | None:
        """A setting of the repository, else of the user; section and name in lower case."""
        return self._configuration.get(key)

    def identity(self) -> "Identity | None":
        """Who writes commits here, None if Git was never told."""
        return self._configuration.identity(self._environment)

    def has_identity(self) -> bool:
        """Whether Git knows who writes commits here."""
        return self.identity() is not None

    def author(self) -> str | None:
        """Who writes commits here, as `Name <address>`, None if Git was never told."""
        identity = self.identity()
        return f"{identity.author.name} <{identity.author.email}>" if identity is not None else None

    def signing_configured(self) -> bool:
        """Whether Git is to sign tags here."""
        return self._configuration.signs_tags

    def signs_commits(self) -> bool:
        """Whether Git is to sign commits here."""
        return self._configuration.signs_commits

    def signing(self) -> "Signing":
        """How tags are signed here, tried out once."""
        self._leave_terminal()
        return late.signing.tried(self._signer, self._configuration.repository)

    def signature(self, tag_object: str, name: str, signers: "Signers") -> "Signature":
        """What the signature of a tag object is worth that stands under this ref's short name."""
        raw = refs.tag_object(self.objects, name, tag_object).raw
        return late.signature.checked_signature(raw, name, signers, self._signer.programs)

    def signers(self) -> "Signers":
        """Whom the user's own configuration lets sign, and which keys it revokes."""
        return late.signers.own_signers(self._configuration.user, self._environment.get("HOME", ""))

    def remote(self, branch: str | None = None) -> "Remote | None":
        """Where a branch is pushed to: the one that it is configured for, else the only one or origin."""
        found = late.address.address_of(self._place, branch)
        return self._remote(found) if found is not None else None

    def remote_at(self, address: str) -> "Remote":
        """A repository elsewhere, by its address. Raises UsageError for an address that is none."""
        return self._remote(late.address.Addresses.at(late.address.checked(self._place, address)))

    def _remote(self, addresses: "Addresses") -> "Remote":
        connection = late.connection.Connection.of(self._place, self._environment)
        identity = self.identity()
        person = identity.committer if identity is not None else None
        variables = late.drafts.committer(person) if person is not None else {}
        return late.remote.Remote(
            connection=connection, addresses=addresses, variables=variables, watch=self._watch
        )

    def elsewhere(self, address: str) -> "Elsewhere":
        """A registry in another repository, by its address; nothing is asked of it yet."""
        found = late.address.checked(self._place, address)
        asked = self.remote_at(late.address.local_path(found, self.top) or found)
        return late.elsewhere.Elsewhere(asked, self._git, self._watch, self._other)

    def _other(self, place: Place, source: Source | None = None) -> "Repository":
        """What was fetched of another repository, closed with this one."""
        place = replace(place, git=replace(place.git, mend=late.cache.MEND))
        self._others.append(Repository(place, self._environment, self._watch, source))
        return self._others[-1]

    def fetched(self, tag: str, object_id: str) -> "Repository | None":
        """What was fetched before of the registry whose tag this object is; None for nothing."""
        found = late.cache.cached_place(self._git, self._environment, tag, object_id)
        return self._other(found) if found is not None else None

    def all_fetched(self) -> Iterator["Repository"]:
        """What was fetched before of every registry elsewhere."""
        return map(self._other, late.cache.cached_places(self._git, self._environment))

    def transaction(self, when: datetime) -> "late.transaction.Transaction":
        """Begin a release on the branch that is checked out, dated `when`, which has a time zone."""
        self._leave_terminal()
        return late.transaction.begun(self._place, self._writer, self._authorship(when), self._signer)

    def start(self, branch: str | None = None) -> Start:
        """Where a commit for a branch goes, None for the one checked out; a new branch begins at HEAD."""
        self._refuse_bare("work tree")
        return late.landing.start(self._place, branch)

    def draft(self, start: Start, files: "late.landing.Files", message: str, when: datetime) -> DraftCommit:
        """A commit upon a start, with these files in it (None: deleted); no branch has it yet."""
        return late.landing.drafted(self._writer, self._authorship(when), start, files, message)

    def land(self, draft: DraftCommit) -> None:
        """Move a branch to a commit, from where it was expected; of the one checked out the files too."""
        late.landing.land(self._place, self.objects, draft)

    def stage(self, parent: str, files: "late.landing.Files") -> None:
        """Put files into work tree and index, as changes of a commit; over nobody's changes."""
        self._refuse_bare("work tree")
        late.landing.stage(self._place, self._writer, parent, files)

    def commits_of(self, commit: str, path: str) -> tuple[str, ...]:
        """The commits that changed a path on the way to this one, by first parents, the newest first."""
        return refs.commits_of(self._git, commit, path)

    def under_way(self) -> str | None:
        """The name of a merge, rebase, cherry-pick or revert that is not finished: `MERGE_HEAD`."""
        return late.transaction.under_way(self._place)

    def refuse_locked(self) -> None:
        """Raise PlmctlError for a lock file that a killed run left on HEAD or on the index."""
        late.lockfile.refuse_locked(self._place)

    def pending(self) -> tuple[PendingRelease, ...]:
        """Releases that were begun and not finished."""
        return late.transaction.pending_releases(self._place, self.objects)

    def keep(self, release: PendingRelease, when: datetime) -> None:
        """Make the record of a release again, so that it can be abandoned or finished."""
        late.transaction.keep(self._writer, self._authorship(when), release)

    def abandon(self, release: PendingRelease, *, is_rewound: bool) -> None:
        """Undo a recorded release, the registry tag first; branch and files only where they are rewound."""
        late.abandon.abandon(self._place, self.objects, release, is_rewound=is_rewound)

    def descends(self, commit: str, ancestor: str) -> bool:
        """Whether a commit is another or descends from it; not so of one that is not in this repository."""
        return refs.descends(self._git, commit, ancestor)

    def changed_paths(self, before: str, after: str) -> tuple[str, ...]:
        """The paths whose files two commits have not alike, sorted."""
        return refs.changed_paths(self._git, before, after)

    def parents(self, commit: str) -> tuple[str, ...]:
        """The parents of a commit, the first of them first."""
        return refs.parents(self._git, commit)

    def tag_object(self, name: str, object_id: str) -> DraftTag:
        """A tag object with its raw bytes, whatever ref leads to it. Raises PlmctlError for anything else."""
        return refs.tag_object(self.objects, name, object_id)

    def tag_of(self, draft: DraftTag) -> TagRef:
        """What a tag object says."""
        return refs.tag_of(draft)

    def track(self, remote: str, branch: str, commit: str, when: datetime) -> None:
        """Let the remote-tracking ref of a remote's branch follow, as `git push` does."""
        late.update.track(self._git, remote, branch, commit, self._authorship(when).variables)

    def publish(self, release: PendingRelease) -> None:
        """Make or finish a recorded release; forget its record if that fails before any ref has moved."""
        late.transaction.publish(self._place, self._writer, release)

    def discard(self, release: PendingRelease) -> None:
        """Forget the record of a release; what it published stays."""
        late.transaction.discard(self._place, release)

    def _authorship(self, when: datetime) -> "Authorship":
        identity = self.identity()
        if identity is None:
            raise PlmctlError(
                "Git does not know who you are",
                hint="run 'git config --global user.name NAME' and 'git config --global user.email ADDRESS'",
            )
        return late.drafts.Authorship.at(when, identity, self._environment)

    def _leave_terminal(self) -> None:
        """Whoever signs may be asked for a passphrase."""
        if self._watch is not None:
            self._watch.clear()

    @property
    def _signer(self) -> "Signer":
        identity = self.identity()
        person = identity.committer if identity is not None else None
        programs = late.signer.Programs.of(self._git, self._configuration.user, self._environment)
        committer = f"{person.name} <{person.email}>" if person else ""
        return late.signing.Signer(programs=programs, committer=committer)

    @cached_property
    def _configuration(self) -> "Configuration":
        return late.configuration.read_configuration(self._git)

    @property
    def _writer(self) -> "ObjectWriter":
        signer = self._signer if self._configuration.signs_commits else None
        return late.drafts.ObjectWriter(
            git=self._git, objects=self.objects, object_format=self.object_format, signer=signer
        )

    def _refuse_bare(self, what: str) -> None:
        if self.is_bare:
            hint = "name a revision, as in '--rev main', or run it in a clone"
            raise PlmctlError(f"a bare repository has no {what}", hint=hint)
