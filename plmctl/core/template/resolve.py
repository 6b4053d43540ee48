"""Whether every name in a template is an input, by the inputs' JSON Schema."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from plmctl.core.dataclass import dataclass
from plmctl.core.template.grammar import shown
from plmctl.core.template.program import (
    ITERATOR,
    End,
    Inverted,
    Lookup,
    Partial,
    Section,
    Tag,
    Template,
    Value,
)
from plmctl.core.template.scope import OPEN, Missing, Schema, Scope, outermost

_INPUTS_LAYER = 1
_NOTHING: Mapping[str, Schema] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A name that nothing declares, and the tag that uses it."""

    name: str
    tag: Tag
    message: str
    missing: Missing

    @property
    def candidates(self) -> tuple[str, ...]:
        """The names that it could have been, sorted; asked for late, or many problems cost quadratic time."""
        return self.missing.candidates


def resolve_uses(
    template: Template, inputs: Schema, extra: Mapping[str, Schema] = _NOTHING
) -> Iterator[Problem]:
    """The names that are neither inputs nor `extra` names (name to schema: `session`, for example)."""
    for tag, scope in _scoped_tags(template, inputs, extra):
        if isinstance(tag, Partial):
            continue
        found = scope.lookup(tag.tag.name)
        if isinstance(found, Missing):
            yield _problem(tag.tag, found)
    outside = outermost(inputs, extra)
    for lookup in template.lookups:
        missing = outside.lookup(lookup.path)
        if isinstance(missing, Missing) and (own := _own(lookup, missing)):
            yield _problem(lookup.tag, own)


def _own(lookup: Lookup, missing: Missing) -> Missing | None:
    """What is missing of a lookup, by the names that stand there; None where its loop told it already."""
    inherited = len(lookup.path) - len(lookup.tag.name)
    depth = 0 if missing.owner is None else missing.owner.count(".") + 1
    if inherited and depth <= inherited:
        return None
    if depth == 0:
        return replace(missing, among=(*missing.among, dict.fromkeys(lookup.loops, OPEN)))
    return replace(missing, owner=".".join(lookup.tag.name[: depth - inherited]))


def uncovered_inputs(
    template: Template,
    inputs: Schema,
    needed: Mapping[str, Collection[str]],
    extra: Mapping[str, Schema] = _NOTHING,
) -> Iterator[Problem]:
    """The inputs that a partial needs (its name to theirs) and the including place cannot see."""
    for place, scope in _scoped_tags(template, inputs, extra):
        if not isinstance(place, Partial):
            continue
        for name in sorted(needed.get(place.tag.dotted, ())):
            found = scope.lookup((name,))
            if isinstance(found, Missing):
                partial = f"partial '{place.tag.dotted}'"
                message = f"{partial} needs the input '{shown(name)}', which is not declared here"
                yield Problem(name=name, tag=place.tag, message=message, missing=found)


def used_inputs(template: Template, inputs: Schema, extra: Mapping[str, Schema] = _NOTHING) -> frozenset[str]:
    """The declared inputs that the template's own text uses, those an open section may fill included."""
    outside = outermost(inputs, extra)
    heads = (lookup.path[0] for lookup in template.lookups)
    return frozenset(name for name in heads if outside.layer_of(name) == _INPUTS_LAYER) | frozenset(
        place.tag.name[0]
        for place, scope in _scoped_tags(template, inputs, extra)
        if not isinstance(place, Partial) and scope.layer_of(place.tag.name[0]) == _INPUTS_LAYER
    )


def _scoped_tags(
    template: Template, inputs: Schema, extra: Mapping[str, Schema]
) -> Iterator[tuple[Value | Section | Inverted | Partial, Scope]]:
    stack = [outermost(inputs, extra)]
    for instruction in template.instructions:
        match instruction:
            case Value() | Partial():
                yield instruction, stack[-1]
            case Section(tag=tag):
                yield instruction, stack[-1]
                stack.append(stack[-1].inside(tag.name))
            case Inverted():
                yield instruction, stack[-1]
                stack.append(stack[-1])
            case End():
                stack.pop()


def _problem(tag: Tag, missing: Missing) -> Problem:
    part = shown(missing.part)
    if tag.name == ITERATOR:
        message = "'{{.}}' stands outside every section"
    elif missing.owner is None:
        message = f"'{part}' is not a declared input"
    else:
        message = f"'{shown(missing.owner)}' has no field '{part}'"
    return Problem(name=tag.dotted, tag=tag, message=message, missing=missing)
