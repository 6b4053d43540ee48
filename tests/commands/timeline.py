"""A registry's life in memory: its files at each release, and the tags that the releases made."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from plmctl.commands.judging import judging
from plmctl.core.finding import Bump
from plmctl.core.locking import now_of
from plmctl.core.plan import Asked, Plan, artifact_tag, plan, registry_tag
from plmctl.core.ports import MemoryTree, TagObject, TagRef
from plmctl.core.registry import Registry, load
from plmctl.core.sums import Summing, unsummed
from plmctl.core.tag import History, history
from tests.commands.builder import SETTINGS


def registry_of(files: Mapping[str, str]) -> Registry:
    """The registry of these files."""
    return load(MemoryTree({"plmctl.yaml": SETTINGS, **files}))


def tag_ref(tag: TagObject, commit: str) -> TagRef:
    """An annotated tag as it is read again."""
    object_id = hashlib.sha1(f"{commit} {tag.name}\n{tag.message}".encode()).hexdigest()
    return TagRef(
        name=tag.name,
        object_id=object_id,
        object_type="tag",
        commit=commit,
        tag_name=tag.name,
        message=tag.message,
    )


@dataclass(slots=True, kw_only=True)
class Timeline:
    """One branch: what was committed, and released."""

    tags: dict[str, TagRef] = field(default_factory=dict)
    registries: dict[str, Registry] = field(default_factory=dict)
    summing: Summing = unsummed

    @property
    def past(self) -> History:
        """What the tags say."""
        return history(self.tags.values(), registry_of({}).settings)

    def planned(
        self,
        files: Mapping[str, str],
        raised: Mapping[str, Bump] | None = None,
        selected: Collection[str] | None = None,
        pre: str | None = None,
    ) -> Plan:
        """The plan of a release of these files."""
        return plan(
            now_of(registry_of(files)),
            self.past,
            frozenset(self.registries),
            self.registries.__getitem__,
            judging(),
            Asked(raised=raised or {}, selected=selected, pre=pre),
            self.summing,
        )

    def release(
        self,
        files: Mapping[str, str],
        raised: Mapping[str, Bump] | None = None,
        selected: Collection[str] | None = None,
        pre: str | None = None,
    ) -> Plan:
        """A release of these files, made."""
        made = self.planned(files, raised, selected, pre)
        commit = hashlib.sha1(f"{len(self.tags)}".encode()).hexdigest()
        self.registries[commit] = registry_of(files)
        refs = [tag_ref(artifact_tag(planned, made.registry), commit) for planned in made.planned]
        objects = {ref.name: ref.object_id for ref in refs}
        for ref in (*refs, tag_ref(registry_tag(made, objects, "f" * 32), commit)):
            self.tags[ref.name] = ref
        return made

    def forked(self) -> "Timeline":
        """Another branch that begins here; tags are of the whole repository."""
        return Timeline(tags=self.tags, registries=dict(self.registries))

    def merge(self, other: "Timeline") -> None:
        """Take another branch in."""
        self.registries.update(other.registries)

    def move(self, changed: TagRef) -> None:
        """A tag that was tampered with takes the place of the one it was."""
        self.tags[changed.name] = changed


def versions(made: Plan) -> list[str]:
    """The versions that a plan makes, as `id version bump`."""
    return [f"{planned.artifact} {planned.version} {planned.bump.label}" for planned in made.planned]
