"""Where each artifact stands: its newest version, and whether it has changed since."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial

from plmctl.commands.moment import current, unread_notes
from plmctl.commands.tree import tree_of
from plmctl.commands.unfetched import unfetched, unfetched_note
from plmctl.core.dataclass import dataclass
from plmctl.core.form import Identity
from plmctl.core.known_tags import known_history
from plmctl.core.locking import Now, now_of
from plmctl.core.manifest import Manifest
from plmctl.core.memo import Memo
from plmctl.core.plan import is_changed
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry
from plmctl.core.tag import ArtifactTag, History
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
    descent: Callable[[], frozenset[str]]
    unfetched: Mapping[str, str]

    @cached_property
    def ancestors(self) -> frozenset[str]:
        """The commits that it descends from."""
        return self.descent()

    def versions(self, artifact: str) -> tuple[ArtifactTag, ...]:
        """All versions ever of one of its artifacts, under its ids now and before, oldest first."""
        manifest = self.registry.manifests[artifact]
        return versions_of((manifest.id, *manifest.formerly), self.past)

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
            is_changed=is_versioned and is_changed(artifact, self._now, newest),
            versions=self.versions(artifact),
            locked=next((self.unfetched[known] for known in ids if known in self.unfetched), None),
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be read or is not here, so that nobody takes the rest for all."""
        return (*unfetched_note(len(self.unfetched)), *unread_notes(self.registry))


def moment(repo: Repo, revision: str | None, memo: Memo | None = None, *, is_staged: bool = False) -> Moment:
    """The registry of a revision, of what is staged, else of the work tree; `memo` is for who looks only."""
    tree = tree_of(repo, revision, is_staged, memo)
    registry = current(tree, memo)
    past = known_history(repo, registry.settings, memo)
    return Moment(
        registry=registry,
        past=past,
        descent=partial(_descent, repo, revision),
        unfetched=unfetched(tree, registry.settings, past.taken, memo),
    )


def _descent(repo: Repo, revision: str | None) -> frozenset[str]:
    commit = repo.resolve(revision) if revision is not None else repo.head().commit
    return repo.ancestors(commit) if commit is not None else frozenset()


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
