"""Facts: what is different between two registries, found by schema; what it means is for the rules."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from plmctl.core.canonical import canonical_json
from plmctl.core.change import Change, Fact, Side, described, stepped
from plmctl.core.form import Forms, forms_of
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.schema import Schema
from plmctl.core.twin import twins
from plmctl.core.value import Pointer, Value
from plmctl.core.whereabouts import moves

if TYPE_CHECKING:
    from plmctl.core.schema_facts import Difference


def compare(before: Registry, after: Registry, only: Collection[str] | None = None) -> tuple[Change, ...]:
    """Every fact between two registries, or those of some artifacts, in the order of ids and schemas."""
    pairs = Pairs(before, after)
    renames = pairs.renames
    gone = [artifact for artifact in before.beyond(after) if artifact not in renames]
    alike = twins(before, after, gone, pairs.come, renames)
    changes: list[Change] = []
    for artifact in after.perhaps_apart_from(before):
        if only is not None and artifact not in only:
            continue
        old, manifest = pairs.old(artifact), after.manifests[artifact]
        if old is None:
            changes.append(replace(_added(manifest, after), twin=alike.get(artifact)))
        elif not _is_same(before.manifests[old], manifest, before, after):
            changes.extend(_changed(before.manifests[old], manifest, before, after, renames))
    for artifact in gone:
        if only is None or artifact in only:
            removed = _removed(before.manifests[artifact], before)
            changes.append(replace(removed, twin=alike.get(artifact)))
    return tuple(sorted(changes, key=lambda change: change.artifact))


class Pairs:
    """Which artifact of a registry is which of an earlier one: most have the id that they had."""

    def __init__(self, before: Registry, after: Registry):
        self._before, self._after = before.manifests, after.manifests
        former = {artifact: self._former(artifact) for artifact in after.beyond(before)}
        self.come = tuple(artifact for artifact, old in former.items() if old is None)
        """Those that are new, sorted."""
        self.renames = {old: artifact for artifact, old in former.items() if old is not None}
        """Ids of before, and what they are now, of those that have another."""
        self._olds = former

    def _former(self, artifact: str) -> str | None:
        formerly = self._after[artifact].formerly
        return next((old for old in formerly if old in self._before and old not in self._after), None)

    def old(self, artifact: str) -> str | None:
        """The id that an artifact had before; None when it is new."""
        return self._olds.get(artifact, artifact)


def _added(manifest: Manifest, after: Registry) -> Change:
    side = Side(manifest=manifest, forms=forms_of(manifest, after), registry=after)
    return Change(artifact=manifest.id, kind=manifest.kind, fact=Fact.ADDED, new=manifest.id, after=side)


def _removed(manifest: Manifest, before: Registry) -> Change:
    side = Side(manifest=manifest, forms=forms_of(manifest, before), registry=before)
    return Change(artifact=manifest.id, kind=manifest.kind, fact=Fact.REMOVED, old=manifest.id, before=side)


def _is_same(old: Manifest, new: Manifest, before: Registry, after: Registry) -> bool:
    """Whether all that their forms are made of is the same: most artifacts, and none of it is walked."""
    if old is not new and not (
        (old.id, old.path, old.sha256) == (new.id, new.path, new.sha256)
        and old.schema is new.schema
        and old.included == new.included
    ):
        return False
    # The same bare name may mean another artifact by now.
    return after.resolves_as(before) or all(
        before.target_of(name, kinds) == after.target_of(name, kinds) for name, kinds, _ in new.links
    )


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
    facts = tuple(_stricter(fact, old.schema, new.schema) for fact in _walked(change, older, newer))
    yield from facts
    written = (forms_of(old, before), forms_of(new, after)) if renames else (older.forms, newer.forms)
    yield from _rewritten(change, facts, *written)


_MEANINGS = ("safe", "behavioural", "breaking")


def _stricter(fact: Change, older: Schema, newer: Schema) -> Change:
    """The fact with the stricter of two meanings: who changes what an own kind says does not judge by it."""
    if older is newer:
        return fact
    meanings = (_meaning_at(older, fact.pointer), fact.meaning)
    return replace(fact, meaning=max(meanings, key=_MEANINGS.index))


def _meaning_at(schema: Schema, pointer: Pointer) -> str:
    """The nearest x-plm-change of a place."""
    meaning, at = "behavioural", schema
    for step in pointer:
        is_item = isinstance(step, int) or (at.list_key and step.startswith(f"{at.list_key}="))
        below = at.item() if is_item else at.property(str(step))
        if below is None:
            break
        meaning, at = below.change or meaning, below
    return meaning


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
    here = described(here, schema)
    if schema is not None and schema.is_json_schema:
        yield from _contract_differences(here, old, new, schema)
    elif isinstance(old, dict) and isinstance(new, dict) and not _is_leaf(schema):
        yield from _mapping_differences(here, old, new, schema)
    elif schema is None and isinstance(old, (dict, list)) and isinstance(new, (dict, list)):
        yield from _without_schema(here, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list_differences(here, old, new, schema)
    else:
        yield replace(here, old=old, new=new)


def _is_leaf(schema: Schema | None) -> bool:
    return schema is not None and schema.is_pointer


def _mapping_differences(
    here: Change, old: dict[str, Value], new: dict[str, Value], schema: Schema | None
) -> Iterator[Change]:
    for key in sorted({*old, *new}):
        below = schema.property(key) if schema is not None else None
        there = stepped(here, key, key)
        if key in old and key in new:
            yield from _differences(there, old[key], new[key], below)
        elif below is not None and _holds_contract(old.get(key, new.get(key)), below):
            defaults = {
                name: field.default for name, field in below.properties().items() if field.has_default
            }
            yield from _differences(there, old.get(key, defaults), new.get(key, defaults), below)
        elif below is not None and below.is_json_schema:
            yield _contract_alone(described(there, below), old, new, below)
        else:
            fact = Fact.ADDED if key in new else Fact.REMOVED
            yield replace(described(there, below), fact=fact, old=old.get(key), new=new.get(key))


def _holds_contract(value: Value, schema: Schema) -> bool:
    """Whether a JSON Schema stands right in a mapping: its absence has a meaning of its own."""
    return isinstance(value, dict) and any(
        field.is_json_schema and name in value for name, field in schema.properties().items()
    )


def _contract_alone(
    there: Change, old: Mapping[str, Value], new: Mapping[str, Value], schema: Schema
) -> Change:
    """The fact that there is a JSON Schema where there was none, or the other way round."""
    from plmctl.core.jsonschema_diff import compared

    anything: Value = {"type": "object"} if schema.is_of_objects else {}
    verdict = compared(old.get(there.key, anything), new.get(there.key, anything))
    fact = Fact.ADDED if there.key in new else Fact.REMOVED
    return replace(there, fact=fact, old=old.get(there.key), new=new.get(there.key), verdict=verdict)


def _contract_differences(here: Change, old: Value, new: Value, schema: Schema) -> Iterator[Change]:
    """The facts between two JSON Schemas."""
    # Takes what compares sets, and the engine: only for schemas that changed.
    from plmctl.core.schema_facts import differences

    for found in differences(old, new):
        there, below = _at_difference(here, schema, found)
        if found.verdict is None and found.old is not None and found.new is not None:
            yield from _differences(there, found.old.value, found.new.value, below)
        else:
            yield there


def _at_difference(here: Change, schema: Schema, found: "Difference") -> tuple[Change, Schema | None]:
    """The fact at a place in a JSON Schema, and what is known of the place."""
    below: Schema | None = schema
    for step in found.pointer:
        below = (below.item() if isinstance(step, int) else below.property(step)) if below else None
        here = described(stepped(here, step, step), below)
    fact = Fact.ADDED if found.old is None else Fact.REMOVED if found.new is None else Fact.CHANGED
    old, new = (side.value if side is not None else None for side in (found.old, found.new))
    return replace(here, fact=fact, old=old, new=new, verdict=found.verdict), below


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
        there = stepped(here, f"{key}={name}", index)
        if name not in newer:
            yield replace(described(there, item), fact=Fact.REMOVED, old=value)
    for name, (index, value) in newer.items():
        there = stepped(here, f"{key}={name}", index)
        if name in older:
            yield from _differences(there, older[name][1], value, item)
        else:
            yield replace(described(there, item), fact=Fact.ADDED, new=value)
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
        yield from _differences(stepped(here, after, after), old[before], new[after], item)
    for index in gone[pairs:]:
        yield replace(described(stepped(here, index, index), item), fact=Fact.REMOVED, old=old[index])
    for index in come[pairs:]:
        yield replace(described(stepped(here, index, index), item), fact=Fact.ADDED, new=new[index])
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
    if old is new:
        return True
    # What Python takes for equal may differ (1 and true); what it tells apart is never the same.
    return old == new and canonical_json(old) == canonical_json(new)
