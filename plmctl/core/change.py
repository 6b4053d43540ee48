"""A fact: what is different at one place of an artifact."""

from collections.abc import Mapping
from dataclasses import field, replace
from enum import Enum

from plmctl.core.dataclass import dataclass
from plmctl.core.form import Forms
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.schema import Schema
from plmctl.core.value import Pointer, Value
from plmctl.core.verdict import Verdict

ANY = object()
"""Fits any one segment in `Change.at`."""


class Fact(Enum):
    """What happened at a place."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REORDERED = "reordered"
    MOVED = "moved"
    RENAMED = "renamed"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A manifest on one side of a comparison, with its forms, and the registry that it stands in.

    `renames` are the ids of this registry that have another one on the newer side.
    """

    manifest: Manifest
    forms: Forms
    registry: Registry = field(repr=False, compare=False)
    renames: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def value(self, *steps: str) -> Value:
        """The resolved value below these keys, None for nothing."""
        found: Value = self.forms.resolved
        for step in steps:
            found = found.get(step) if isinstance(found, dict) else None
        return found

    def target(self, artifact: Value) -> Manifest | None:
        """The artifact of this side that an id in `value` names; None for what is no id of it."""
        former = next((old for old, new in self.renames.items() if new == artifact), artifact)
        return self.registry.manifests.get(former) if isinstance(former, str) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A fact: at this place of this artifact, old became new.

    `pointer` names keyed list items as `name=lookup`; `place` is the same with positions, in the newer
    manifest, or in the older one for what was removed. `meaning` is the nearest x-plm-change. `twin` has the
    same spec as an artifact that went, or came, while it came, or went: a rename that nobody wrote down.
    `verdict` says what becomes of the values that a JSON Schema accepts.
    """

    artifact: str
    kind: str
    fact: Fact
    pointer: Pointer = ()
    place: Pointer = ()
    old: Value = None
    new: Value = None
    meaning: str = "behavioural"
    is_prose: bool = False
    in_digest: bool = True
    before: Side | None = None
    after: Side | None = None
    twin: str | None = None
    verdict: Verdict | None = None

    def at(self, *pattern: object) -> bool:
        """Whether the change is exactly at this pointer; ANY fits one segment."""
        return len(pattern) == len(self.pointer) and self.below(*pattern)

    def below(self, *pattern: object) -> bool:
        """Whether the change is at this pointer or deeper; ANY fits one segment."""
        head = self.pointer[: len(pattern)]
        return len(head) == len(pattern) and all(
            p is ANY or p == s for p, s in zip(pattern, head, strict=True)
        )

    @property
    def key(self) -> str:
        """The last segment of the pointer."""
        return str(self.pointer[-1]) if self.pointer else ""


def described(here: Change, schema: Schema | None) -> Change:
    """The change with what the schema of its place says."""
    if schema is None:
        return here
    return replace(
        here,
        meaning=schema.change or here.meaning,
        is_prose=schema.is_prose,
        in_digest=here.in_digest and schema.in_digest,
    )


def stepped(here: Change, name: str | int, index: str | int) -> Change:
    """The change one step deeper."""
    return replace(here, pointer=(*here.pointer, name), place=(*here.place, index))
