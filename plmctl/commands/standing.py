"""Where each artifact stands: its newest version, and whether it has changed since."""

from collections.abc import Mapping
from functools import cached_property

from plmctl.commands.moment import current, unread_notes
from plmctl.commands.tree import tree_of
from plmctl.core.dataclass import dataclass
from plmctl.core.form import Identity
from plmctl.core.lock import FILE_NAME, LOCK_LIMIT, stated_versions
from plmctl.core.locking import Now, now_of
from plmctl.core.manifest import Manifest
from plmctl.core.plan import is_changed
from plmctl.core.ports import EntryKind, Repo, Tree, Unreadable
from plmctl.core.registry import Registry
from plmctl.core.tag import ArtifactTag, History, history
from plmctl.core.value import Value, as_mapping, as_text

# Of a commit's id, as much as people compare.
SHORT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An artifact at a moment: its identity, its newest final version then, and all its versions ever.

    `locked` is the version that plm.lock says, where the tag of that version is not here.
    """

    manifest: Manifest
    identity: Identity | None
    closure: str | None
    newest: ArtifactTag | None
    is_changed: bool
    versions: tuple[ArtifactTag, ...]
    locked: str | None = None

    @property
    def version(self) -> str:
        """The version in the words of a table."""
        if self.identity is None:
            return "-"
        if self.locked is not None:
            return f"{self.locked}, no tag"
        if self.newest is None:
            return "unreleased"
        return f"{self.newest.version}, changed" if self.is_changed else str(self.newest.version)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A registry at one moment, with the versions that the tags hold.

    `unfetched` are the versions in its plm.lock whose tags are not here, by artifact.
    """

    registry: Registry
    past: History
    ancestors: frozenset[str]
    unfetched: Mapping[str, str]

    @cached_property
    def _now(self) -> Now:
        return now_of(self.registry)

    def standing(self, artifact: str) -> Standing:
        """Where one of its artifacts stands."""
        manifest = self.registry.manifests[artifact]
        ids = (manifest.id, *manifest.formerly)
        newest = self.past.baseline(ids, self.ancestors)
        is_versioned = manifest.kind in self.registry.kinds.versioned
        return Standing(
            manifest=manifest,
            identity=self._now.identities[artifact] if is_versioned else None,
            closure=self._now.closures[artifact] if is_versioned else None,
            newest=newest,
            is_changed=is_versioned and is_changed(manifest, self._now, newest),
            versions=versions_of(ids, self.past),
            locked=next((self.unfetched[known] for known in ids if known in self.unfetched), None),
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be read or is not here, so that nobody takes the rest for all."""
        count = len(self.unfetched)
        versions = "1 version whose tag is" if count == 1 else f"{count:,} versions whose tags are"
        lacking = (f"plm.lock names {versions} not here: run 'git fetch --tags'",) if count else ()
        return (*lacking, *unread_notes(self.registry))


def moment(repo: Repo, revision: str | None, *, is_staged: bool = False) -> Moment:
    """The registry of a revision, of what is staged, else of the work tree."""
    tree = tree_of(repo, revision, is_staged)
    commit = repo.resolve(revision) if revision is not None else repo.head().commit
    registry = current(tree)
    past = history(repo.tags(), registry.settings)
    return Moment(
        registry=registry,
        past=past,
        ancestors=repo.ancestors(commit) if commit is not None else frozenset(),
        unfetched=_unfetched(tree, registry, past),
    )


def _unfetched(tree: Tree, registry: Registry, past: History) -> Mapping[str, str]:
    locked = locked_versions(tree, registry.settings.at(FILE_NAME)).items()
    return {a: version for a, version in locked if version and f"{a}@v{version}" not in past.taken}


def locked_versions(tree: Tree, path: str) -> Mapping[str, str | None]:
    """The versions that a lock says; what is wrong with it is for other commands to say."""
    try:
        is_file = tree.kind(path) is EntryKind.FILE
        return stated_versions(tree.read(path, limit=LOCK_LIMIT)) if is_file else {}
    except Unreadable:
        return {}


def versions_of(ids: tuple[str, ...], past: History) -> tuple[ArtifactTag, ...]:
    """The versions of an artifact under its ids now and before, oldest first."""
    found = (tag for known in ids for tag in past.versions.get(known, ()))
    return tuple(sorted(found, key=lambda tag: tag.version))


def release_of(tag: ArtifactTag) -> str:
    """The registry tag that made a version."""
    return tag.release.name if tag.release is not None else ""


def version_values(tags: tuple[ArtifactTag, ...]) -> list[Value]:
    """Versions for programs."""
    return [{"version": str(t.version), "release": release_of(t), "commit": t.commit} for t in tags]


def labels_of(manifest: Manifest) -> Mapping[str, str]:
    """Its labels."""
    labels = as_mapping(manifest.metadata.get("labels"))
    return {key: value for key, value in labels.items() if isinstance(value, str)}


def title_of(manifest: Manifest) -> str:
    """Its title, empty when it has none."""
    return as_text(manifest.metadata.get("title")) or ""
