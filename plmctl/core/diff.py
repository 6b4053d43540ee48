"""Facts: what is different between two registries, found by schema; what it means is for the rules."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from plmctl.core.canonical import canonical_json
from plmctl.core.form import Forms, forms_of
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.schema import Schema
from plmctl.core.twin import twins
from plmctl.core.value import Pointer, Value
from plmctl.core.whereabouts import moves

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


def compare(before: Registry, after: Registry, only: Collection[str] | None = None) -> tuple[Change, ...]:
    """Every fact between two registries, or those of some artifacts, in the order of ids and schemas."""
    pairs = paired(before, after)
    renames = {old: new for new, old in pairs.items() if old is not None and old != new}
    gone = sorted(set(before.manifests) - {old for old in pairs.values() if old})
    come = [artifact for artifact, old in pairs.items() if old is None]
    alike = twins(before, after, gone, come, renames)
    changes: list[Change] = []
    for artifact, manifest in after.manifests.items():
        if only is not None and artifact not in only:
            continue
        old = pairs[artifact]
        if old is None:
            changes.append(replace(_added(manifest, after), twin=alike.get(artifact)))
        else:
            changes.extend(_changed(before.manifests[old], manifest, before, after, renames))
    for artifact in gone:
        if only is None or artifact in only:
            removed = _removed(before.manifests[artifact], before)
            changes.append(replace(removed, twin=alike.get(artifact)))
    return tuple(sorted(changes, key=lambda change: change.artifact))


def paired(before: Registry, after: Registry) -> Mapping[str, str | None]:
    """For each artifact, the id that it had before; None when it is new."""
    pairs: dict[str, str | None] = {}
    for artifact, manifest in after.manifests.items():
        former = next((old for old in manifest.formerly if _is_former(old, before, after)), None)
        pairs[artifact] = artifact if artifact in before.manifests else former
    return pairs


def _is_former(old: str, before: Registry, after: Registry) -> bool:
    return old in before.manifests and old not in after.manifests


def _added(manifest: Manifest, after: Registry) -> Change:
    side = Side(manifest=manifest, forms=forms_of(manifest, after), registry=after)
    return Change(artifact=manifest.id, kind=manifest.kind, fact=Fact.ADDED, new=manifest.id, after=side)


def _removed(manifest: Manifest, before: Registry) -> Change:
    side = Side(manifest=manifest, forms=forms_of(manifest, before), registry=before)
    return Change(artifact=manifest.id, kind=manifest.kind, fact=Fact.REMOVED, old=manifest.id, before=side)


def _changed(
    old: Manifest, new: Manifest, before: Registry, after: Registry, renames: Mapping[str, str]
) -> Iterator[Change]:
    # Renamed references are read with their new names: what follows a rename is no change, nor what does not.
    # Defaults are in no digest: one that only the schema of an own kind changed is no change of the artifact.
    forms = forms_of(old, before, renames, new.schema)
    older = Side(manifest=old, forms=forms, registry=before, renames=renames)
    newer = Side(manifest=new, forms=forms_of(new, after, renames), registry=after)
    change = Change(artifact=new.id, kind=new.kind, fact=Fact.CHANGED, before=older, after=newer)
    if old.id != new.id:
        yield replace(change, fact=Fact.RENAMED, old=old.id, new=new.id)
    if old.path != new.path:
        yield replace(change, fact=Fact.MOVED, old=old.path, new=new.path, meaning="none", in_digest=False)
    for move in moves(old, new):
        yield replace(
            change,
            fact=Fact.MOVED,
            pointer=(*move.pointer, move.name),
            place=move.pointer,
            old=move.old,
            new=move.new,
            meaning="none",
            in_digest=False,
        )
    facts = tuple(_walked(change, older, newer))
    yield from facts
    written = (forms_of(old, before), forms_of(new, after)) if renames else (older.forms, newer.forms)
    yield from _rewritten(change, facts, *written)


def _rewritten(change: Change, facts: tuple[Change, ...], older: Forms, newer: Forms) -> Iterator[Change]:
    """One fact for what means the same and is written in another way, a default written out for example."""
    halves: tuple[tuple[bool, str, Value, Value], ...] = (
        (True, "spec", older.digest_form["spec"], newer.digest_form["spec"]),
        (False, "metadata", older.metadata_form, newer.metadata_form),
    )
    for in_digest, name, old, new in halves:
        if not _same(old, new) and not any(fact.in_digest is in_digest for fact in facts):
            yield replace(
                change,
                fact=Fact.REWRITTEN,
                pointer=(name,),
                place=(name,),
                meaning="safe",
                in_digest=in_digest,
            )


def _walked(change: Change, older: Side, newer: Side) -> Iterator[Change]:
    # Each side was read with the schema of its own moment; what differs is judged by the newer one.
    root, old, new = newer.manifest.schema, older.forms.resolved, newer.forms.resolved
    for part, in_digest in (("metadata", False), ("spec", True)):
        here = replace(change, pointer=(part,), place=(part,), in_digest=in_digest)
        yield from _differences(here, old.get(part), new.get(part), root.property(part))


def _differences(here: Change, old: Value, new: Value, schema: Schema | None) -> Iterator[Change]:
    """The facts between two values that stand at the same place."""
    if _same(old, new):
        return
    here = _described(here, schema)
    if schema is None and isinstance(old, (dict, list)) and isinstance(new, (dict, list)):
        yield from _without_schema(here, old, new)
    elif isinstance(old, dict) and isinstance(new, dict) and not _is_leaf(schema):
        yield from _mapping_differences(here, old, new, schema)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list_differences(here, old, new, schema)
    else:
        yield replace(here, old=old, new=new)


def _is_leaf(schema: Schema | None) -> bool:
    return schema is not None and schema.is_pointer


def _described(here: Change, schema: Schema | None) -> Change:
    if schema is None:
        return here
    return replace(
        here,
        meaning=schema.change or here.meaning,
        is_prose=schema.is_prose,
        in_digest=here.in_digest and schema.in_digest,
    )


def _step(here: Change, name: str | int, index: str | int) -> Change:
    return replace(here, pointer=(*here.pointer, name), place=(*here.place, index))


def _mapping_differences(
    here: Change, old: dict[str, Value], new: dict[str, Value], schema: Schema | None
) -> Iterator[Change]:
    for key in sorted({*old, *new}):
        below = schema.property(key) if schema is not None else None
        there = _step(here, key, key)
        if key not in new:
            yield replace(_described(there, below), fact=Fact.REMOVED, old=old[key])
        elif key not in old:
            yield replace(_described(there, below), fact=Fact.ADDED, new=new[key])
        else:
            yield from _differences(there, old[key], new[key], below)


def _list_differences(
    here: Change, old: list[Value], new: list[Value], schema: Schema | None
) -> Iterator[Change]:
    item = schema.item() if schema is not None else None
    key = schema.list_key if schema is not None else None
    if key is not None:
        older, newer = _by_key(old, key), _by_key(new, key)
        if older is not None and newer is not None:
            yield from _keyed_differences(here, (older, newer), key, item)
            return
    yield from _content_differences(here, old, new, item)


Keyed = Mapping[str, tuple[int, Value]]


def _by_key(items: list[Value], key: str) -> Keyed | None:
    """Items by their key, None when one has none or two have the same."""
    found: dict[str, tuple[int, Value]] = {}
    for index, item in enumerate(items):
        name = item_key(item, key)
        if name is None or name in found:
            return None
        found[name] = (index, item)
    return found


def item_key(item: Value, key: str) -> str | None:
    """What a keyed list knows an item by; a tool that is a reference goes by what the model sees."""
    if not isinstance(item, dict):
        return None
    name = item.get(key)
    if name is None and isinstance(item.get("ref"), str):
        name = item.get("as") or str(item["ref"]).rpartition("/")[2]
    return name if isinstance(name, str) else None


def _keyed_differences(
    here: Change, sides: tuple[Keyed, Keyed], key: str, item: Schema | None
) -> Iterator[Change]:
    older, newer = sides
    for name, (index, value) in older.items():
        there = _step(here, f"{key}={name}", index)
        if name not in newer:
            yield replace(_described(there, item), fact=Fact.REMOVED, old=value)
    for name, (index, value) in newer.items():
        there = _step(here, f"{key}={name}", index)
        if name in older:
            yield from _differences(there, older[name][1], value, item)
        else:
            yield replace(_described(there, item), fact=Fact.ADDED, new=value)
    old_order: list[Value] = [name for name in older if name in newer]
    new_order: list[Value] = [name for name in newer if name in older]
    if old_order != new_order:
        yield replace(here, fact=Fact.REORDERED, old=old_order, new=new_order)


def _content_differences(
    here: Change, old: list[Value], new: list[Value], item: Schema | None
) -> Iterator[Change]:
    """Lists without a key: equal items belong together, the others are compared in their order."""
    old_keys, new_keys = [canonical_json(v) for v in old], [canonical_json(v) for v in new]
    gone, come = _left_over(old_keys, new_keys), _left_over(new_keys, old_keys)
    is_file = item is not None and item.is_file
    pairs = min(len(gone), len(come)) if is_file or _are_alike(old, new, gone, come) else 0
    for before, after in zip(gone[:pairs], come[:pairs], strict=True):
        yield from _differences(_step(here, after, after), old[before], new[after], item)
    for index in gone[pairs:]:
        yield replace(_described(_step(here, index, index), item), fact=Fact.REMOVED, old=old[index])
    for index in come[pairs:]:
        yield replace(_described(_step(here, index, index), item), fact=Fact.ADDED, new=new[index])
    if not _keeps_order(old_keys, new_keys, dict(zip(gone[:pairs], come[:pairs], strict=True)), gone):
        yield replace(here, fact=Fact.REORDERED, old=old, new=new)


def _keeps_order(old: list[bytes], new: list[bytes], pairs: Mapping[int, int], gone: list[int]) -> bool:
    """Whether what stands on both sides, equal or paired, stands in the same order."""
    places: dict[bytes, list[int]] = {}
    paired_places, left = set(pairs.values()), set(gone)
    for index in reversed(range(len(new))):
        if index not in paired_places:
            places.setdefault(new[index], []).append(index)
    order = [
        pairs[i] if i in pairs else places[key].pop()
        for i, key in enumerate(old)
        if i in pairs or i not in left
    ]
    return order == sorted(order)


def _left_over(keys: list[bytes], others: list[bytes]) -> list[int]:
    """Positions of the items that the other list does not have, or has less often."""
    there = Counter(others)
    left: list[int] = []
    for index, key in enumerate(keys):
        if there[key]:
            there[key] -= 1
        else:
            left.append(index)
    return left


def _are_alike(old: list[Value], new: list[Value], gone: list[int], come: list[int]) -> bool:
    # Only objects and files are compared inside; a string that changed is one that went and one that came.
    return all(isinstance(old[i], dict) for i in gone) and all(isinstance(new[i], dict) for i in come)


def _without_schema(here: Change, old: Value, new: Value) -> Iterator[Change]:
    """Values that nobody has a schema for; what deepdiff takes for equal is one fact."""
    facts = tuple(_deep_differences(here, old, new))
    yield from facts or (replace(here, old=old, new=new),)


def _deep_differences(here: Change, old: Value, new: Value) -> Iterator[Change]:
    from deepdiff import DeepDiff

    found = DeepDiff(old, new, view="tree", ignore_private_variables=False, threshold_to_diff_deeper=0)
    levels = sorted(
        (tuple(level.path(output_format="list")), name, level) for name in found for level in found[name]
    )
    for path, name, level in levels:
        there = replace(here, pointer=(*here.pointer, *path), place=(*here.place, *path))
        if name.endswith("_added"):
            yield replace(there, fact=Fact.ADDED, new=level.t2)
        elif name.endswith("_removed"):
            yield replace(there, fact=Fact.REMOVED, old=level.t1)
        elif not _same(level.t1, level.t2):
            yield replace(there, fact=Fact.CHANGED, old=level.t1, new=level.t2)


def _same(old: Value, new: Value) -> bool:
    return old is new or canonical_json(old) == canonical_json(new)
