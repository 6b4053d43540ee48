"""The inputs of a template that declares none, read off its text."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from plmctl.core.dataclass import dataclass
from plmctl.core.template.grammar import MAX_SEGMENTS, shown
from plmctl.core.template.program import ITEM, ITERATOR, Name, Role, Tag, Template
from plmctl.core.template.scope import Json
from plmctl.core.template.uses import Enclosing, Use, uses


@dataclass(frozen=True, slots=True, kw_only=True)
class Inferred:
    """The inputs' JSON Schema: a value is a required string, a section is optional and may be anything."""

    schema: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInferred:
    """Why the text does not tell (the tag, and the index of its template), and a schema to start from."""

    suggestion: dict[str, Json]
    reason: str
    template: int
    tag: Tag


Inference = Inferred | NotInferred


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaf:
    """What is known of a name: whether text is printed from it, and whether it must be there."""

    is_text: bool
    is_required: bool


def inferred_inputs(templates: Iterable[Template], exclude: Collection[str] = ()) -> Inference:
    """The inputs of texts that share them; names in `exclude` (retrieval's variable, `session`) are none."""
    found = [(index, use) for index, template in enumerate(templates) for use in uses(template)]
    schema = _object(_leaves([use for _, use in found], exclude))
    inputs = [(index, use) for index, use in found if use.name[0] not in exclude]
    for index, use, reason in (*_hidden(found), *_both(inputs)):
        return NotInferred(suggestion=schema, reason=reason, template=index, tag=use.tag)
    return Inferred(schema=schema)


def _hidden(found: list[tuple[int, Use]]) -> Iterator[tuple[int, Use, str]]:
    for index, use in found:
        if use.within and use.name != ITERATOR:
            section = ".".join(use.within[-1].name)
            yield index, use, f"section '{shown(section)}' contains the name '{shown(use.tag.dotted)}'"


def _both(found: list[tuple[int, Use]]) -> Iterator[tuple[int, Use, str]]:
    parents = {use.name[:n]: use.name[n] for _, use in found for n in range(1, len(use.name))}
    for index, use in found:
        if use.role is Role.VALUE and use.name in parents:
            has = "items" if parents[use.name] == ITEM else "fields"
            yield index, use, f"'{shown(use.tag.dotted)}' is printed and has {has}"


def _leaves(found: list[Use], exclude: Collection[str]) -> Mapping[Name, _Leaf]:
    """Every name by its path from the inputs, through the items of the sections it seems to belong to."""
    outside = {use.name[0] for use in found if all(e.is_inverted for e in use.within)} | set(exclude)
    leaves: dict[Name, _Leaf] = {}
    for use in found:
        # A suggestion stays shallow however deep the sections nest.
        around = use.within[:MAX_SEGMENTS]
        path = _path((*around, Enclosing(name=use.name, is_inverted=False)), outside)[:MAX_SEGMENTS]
        if path[0] in exclude or ITEM in (path[0], path[-1]):
            continue
        known = leaves.get(path, _Leaf(is_text=False, is_required=False))
        is_text = use.role is Role.VALUE
        leaves[path] = _Leaf(
            is_text=known.is_text or is_text,
            is_required=known.is_required or _is_needed(use, path),
        )
    return leaves


def _path(steps: tuple[Enclosing, ...], outside: Collection[str]) -> Name:
    path: Name = ()
    for step in steps:
        if step.is_inverted:
            continue
        if step.name == ITERATOR:
            path = (*path, ITEM)
        else:
            is_nested = bool(path) and step.name[0] not in outside
            path = (*path, ITEM, *step.name) if is_nested else step.name
    return path


def _is_needed(use: Use, path: Name) -> bool:
    """Whether the name is printed each time that its owner is there, or is known to be needed."""
    if use.is_needed is not None:
        return use.is_needed
    if use.role is not Role.VALUE or any(section.is_inverted for section in use.within):
        return False
    return ITEM in path or not use.within


def _object(leaves: Mapping[Name, _Leaf]) -> dict[str, Json]:
    grouped: defaultdict[str, dict[Name, _Leaf]] = defaultdict(dict)
    for path, leaf in leaves.items():
        grouped[path[0]][path[1:]] = leaf
    properties: dict[str, Json] = {name: _property(grouped[name]) for name in sorted(grouped)}
    required: list[Json] = [name for name in sorted(grouped) if _is_required(grouped[name])]
    return {"type": "object", "properties": properties, "required": required}


def _property(leaves: Mapping[Name, _Leaf]) -> Json:
    items = {path[1:]: leaf for path, leaf in leaves.items() if path and path[0] == ITEM}
    fields = {path: leaf for path, leaf in leaves.items() if path and path[0] != ITEM}
    if items:
        return {"type": "array", "items": _property(items)}
    if fields:
        return _object(fields)
    return {"type": "string"} if leaves[()].is_text else {}


def _is_required(leaves: Mapping[Name, _Leaf]) -> bool:
    return any(leaf.is_required for path, leaf in leaves.items() if ITEM not in path)
