"""Where two JSON Schemas differ, field by field, and what each difference does to what is accepted."""

from collections.abc import Iterator, Mapping

from plmctl.core.canonical import canonical_json
from plmctl.core.dataclass import dataclass
from plmctl.core.instance import between
from plmctl.core.jsonschema_diff import Comparison
from plmctl.core.sets.compiled import WORDS, Compiler, Incomparable
from plmctl.core.shape import LISTED, subschemas
from plmctl.core.value import Pointer, Value, as_items, as_mapping, as_text, as_texts
from plmctl.core.verdict import SAME, UNKNOWN, Instance, Verdict

Keywords = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A place in two schemas, with what stands there, None for nothing; `verdict` where it is about a set."""

    pointer: Pointer
    old: Instance | None = None
    new: Instance | None = None
    verdict: Verdict | None = None


def differences(old: Value, new: Value) -> tuple[Difference, ...]:
    """Every difference of two schemas that are not the same; at least one."""
    try:
        for schema in (old, new):
            Compiler().node(schema)
    except Incomparable:
        return (Difference(pointer=(), old=Instance(old), new=Instance(new), verdict=UNKNOWN),)
    older, newer = (_expanded(schema, as_mapping(as_mapping(schema).get("$defs"))) for schema in (old, new))
    walked = (*_words((), older, newer), *_Walk().differences((), older, newer))
    found = tuple(sorted(walked, key=lambda difference: tuple(map(str, difference.pointer))))
    # Definitions that were moved around, and parts that only constrain what is already so.
    return found or (Difference(pointer=(), old=Instance(old), new=Instance(new), verdict=SAME),)


def _expanded(schema: Value, defs: Keywords) -> Value:
    """The schema with its definitions in the places that refer to them."""
    if not isinstance(schema, dict):
        return schema
    whole = {key: value for key, value in schema.items() if key not in ("$ref", "$defs")}
    for step, child in tuple(subschemas(whole)):
        whole = _replaced(whole, step, _expanded(child, defs))
    name = as_text(schema.get("$ref"))
    if name is None:
        return whole
    meant = as_mapping(_expanded(defs.get(name.removeprefix("#/$defs/")), defs))
    if all(_is_word(key) for key in whole):
        return {**meant, **whole}
    return {**whole, "allOf": [*as_items(whole.get("allOf")), dict(meant)]}


def _replaced(schema: dict[str, Value], step: Pointer, child: Value) -> dict[str, Value]:
    keyword, *inner = step
    if not inner:
        return {**schema, str(keyword): child}
    holder = schema[str(keyword)]
    if isinstance(holder, list):
        return {**schema, str(keyword): [child if i == inner[0] else v for i, v in enumerate(holder)]}
    return {**schema, str(keyword): {**as_mapping(holder), str(inner[0]): child}}


def _is_word(keyword: str) -> bool:
    return keyword in WORDS or keyword.startswith("x-")


def _bare(schema: Value) -> Value:
    """The schema without what constrains nothing."""
    if not isinstance(schema, dict):
        return schema
    bare: dict[str, Value] = {key: value for key, value in schema.items() if not _is_word(key)}
    for step, child in tuple(subschemas(bare)):
        bare = _replaced(bare, step, _bare(child))
    return bare


def _same(old: Value, new: Value) -> bool:
    return canonical_json(old) == canonical_json(new)


def _words(pointer: Pointer, old: Value, new: Value) -> Iterator[Difference]:
    """What is for readers, in all subschemas that are on both sides."""
    if _same(old, new) or not isinstance(old, dict) or not isinstance(new, dict):
        return
    for keyword in sorted(key for key in {*old, *new} if _is_word(key)):
        sides = [Instance(side[keyword]) if keyword in side else None for side in (old, new)]
        if sides[0] is None or sides[1] is None or not _same(sides[0].value, sides[1].value):
            yield Difference(pointer=(*pointer, keyword), old=sides[0], new=sides[1])
    newer = dict(subschemas(new))
    branches = _branches(new)
    for step, child in subschemas(old):
        other = _partner(step, child, branches, newer)
        if other is not None:
            yield from _words((*pointer, *step), child, other)


# Nobody reads more of them, and each is a question of its own.
_MOST_REQUIRED = 1_000
_Branches = Mapping[tuple[str, bytes], list[Value]]
"""The branches of a schema by their keyword and what they constrain."""


def _branches(schema: Keywords) -> _Branches:
    found: dict[tuple[str, bytes], list[Value]] = {}
    for keyword in LISTED:
        if keyword != "prefixItems":
            for branch in as_items(schema.get(keyword)):
                found.setdefault((keyword, canonical_json(_bare(branch))), []).append(branch)
    return found


def _partner(step: Pointer, child: Value, branches: _Branches, newer: Mapping[Pointer, Value]) -> Value:
    """The subschema of the other side that belongs to one: branches in another order are the same ones."""
    keyword = step[0]
    if keyword in LISTED and keyword != "prefixItems":
        alike = branches.get((str(keyword), canonical_json(_bare(child))))
        if alike:
            return child if any(_same(child, branch) for branch in alike) else alike[0]
    return newer.get(step)


class _Walk:
    """Goes down both schemas side by side as long as the fields are the same."""

    def __init__(self) -> None:
        self._comparison = Comparison()

    def differences(self, pointer: Pointer, old: Value, new: Value) -> Iterator[Difference]:
        if _same(_bare(old), _bare(new)):
            return
        if not isinstance(old, dict) or not isinstance(new, dict):
            yield self._whole(pointer, old, new)
            return
        yield from self._own(pointer, old, new)
        yield from _required(pointer, old, new, self._comparison)
        for step in sorted(_shared(old, new), key=str):
            yield from self.differences((*pointer, *step), _at(old, step), _at(new, step))
        older, newer = (as_mapping(side.get("properties")) for side in (old, new))
        for name in sorted(older.keys() ^ newer.keys()):
            sides = [Instance(side[name]) if name in side else None for side in (older, newer)]
            yield Difference(pointer=(*pointer, "properties", name), old=sides[0], new=sides[1])

    def _whole(self, pointer: Pointer, old: Value, new: Value) -> Difference:
        verdict = self._comparison.verdict(old, new)
        return Difference(pointer=pointer, old=Instance(old), new=Instance(new), verdict=verdict)

    def _own(self, pointer: Pointer, old: dict[str, Value], new: dict[str, Value]) -> Iterator[Difference]:
        """What the schemas say themselves, apart from their fields."""
        older, newer = (as_mapping(_bare(shell)) for shell in (_shell(old, new), _shell(new, old)))
        changed = sorted(
            key
            for key in {*older, *newer}
            if key not in older or key not in newer or not _same(older[key], newer[key])
        )
        if not changed:
            return
        if changed == ["enum"] and "enum" in older and "enum" in newer:
            yield from _values(pointer, old, new)
            return
        verdict = self._comparison.of_part(old, new, dict(older), dict(newer))
        sides = [{key: side[key] for key in changed if key in side} for side in (old, new)]
        if len(changed) == 1:
            values = [Instance(side[changed[0]]) if side else None for side in sides]
            yield Difference(pointer=(*pointer, *changed), old=values[0], new=values[1], verdict=verdict)
        else:
            yield Difference(pointer=pointer, old=Instance(sides[0]), new=Instance(sides[1]), verdict=verdict)


def _at(schema: Keywords, step: Pointer) -> Value:
    found: Value = dict(schema)
    for key in step:
        found = (
            found[key] if isinstance(found, list) and isinstance(key, int) else as_mapping(found)[str(key)]
        )
    return found


def _shared(old: Keywords, new: Keywords) -> list[Pointer]:
    """The subschemas that belong together and constrain one field or item each."""
    names = as_mapping(old.get("properties")).keys() & as_mapping(new.get("properties")).keys()
    steps: list[Pointer] = [("properties", name) for name in names]
    if _are_alike(old, new, "additionalProperties"):
        steps.append(("additionalProperties",))
    firsts = [as_items(side.get("prefixItems")) for side in (old, new)]
    if len(firsts[0]) == len(firsts[1]):
        steps += [("prefixItems", index) for index in range(len(firsts[0]))]
        if _are_alike(old, new, "items"):
            steps.append(("items",))
    return steps


def _are_alike(old: Keywords, new: Keywords, keyword: str) -> bool:
    return isinstance(old.get(keyword), dict) and isinstance(new.get(keyword), dict)


def _shell(schema: Keywords, other: Keywords) -> dict[str, Value]:
    """What a schema says itself; where a field or an item is compared for itself, anything may stand."""
    shell = {k: v for k, v in schema.items() if not _is_word(k) and k not in ("required", "properties")}
    names = [*as_mapping(schema.get("properties")), *as_mapping(other.get("properties"))]
    for step in _shared(schema, other):
        if step[0] != "properties":
            shell = _replaced(shell, step, {})
    # Named even where there are no others to be told from: they make no difference there.
    return {**shell, "properties": {name: {} for name in sorted(names)}} if names else shell


def _required(pointer: Pointer, old: Keywords, new: Keywords, comparison: Comparison) -> Iterator[Difference]:
    """Fields that must be there on one side; those that are themselves new or gone are told by that."""
    older, newer = as_texts(old.get("required")), as_texts(new.get("required"))
    fields = [as_mapping(side.get("properties")).keys() for side in (old, new)]
    gone_or_new, wholes = fields[0] ^ fields[1], (dict(old), dict(new))
    if len({*older} ^ {*newer}) > _MOST_REQUIRED:
        parts: list[Value] = [{"required": [*names]} for names in (older, newer)]
        verdict = comparison.of_part(*wholes, *parts)
        sides = [Instance(side["required"]) if "required" in side else None for side in (old, new)]
        yield Difference(pointer=(*pointer, "required"), old=sides[0], new=sides[1], verdict=verdict)
        return
    for names, others, is_old in ((older, {*newer}, True), (newer, {*older}, False)):
        for index, name in enumerate(names):
            if name in others or name in gone_or_new:
                continue
            part: dict[str, Value] = {"required": [name]}
            verdict = comparison.of_part(wholes[0], wholes[1], part if is_old else {}, {} if is_old else part)
            side = Instance(name)
            yield Difference(
                pointer=(*pointer, "required", index),
                old=side if is_old else None,
                new=None if is_old else side,
                verdict=verdict,
            )


def _values(pointer: Pointer, old: Keywords, new: Keywords) -> Iterator[Difference]:
    """The values of an enum that come and go, each shown by itself."""
    older, newer = (
        {canonical_json(v): (i, v) for i, v in enumerate(as_items(side["enum"]))} for side in (old, new)
    )
    if older.keys() == newer.keys():
        sides = [Instance(side["enum"]) for side in (old, new)]
        yield Difference(pointer=(*pointer, "enum"), old=sides[0], new=sides[1], verdict=SAME)
    is_refused, is_accepted = between(dict(old), dict(new)), between(dict(new), dict(old))
    for key, (index, value) in older.items():
        if key not in newer:
            verdict = Verdict(refused=Instance(value), is_narrowed=True) if is_refused(value) else SAME
            yield Difference(pointer=(*pointer, "enum", index), old=Instance(value), verdict=verdict)
    for key, (index, value) in newer.items():
        if key not in older:
            verdict = Verdict(accepted=Instance(value), is_widened=True) if is_accepted(value) else SAME
            yield Difference(pointer=(*pointer, "enum", index), new=Instance(value), verdict=verdict)
