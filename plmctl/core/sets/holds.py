"""Values against constraints: what the engine says too, for values that a search makes up."""

from fractions import Fraction

from plmctl.core.canonical import canonical_json
from plmctl.core.sets.literal import (
    AnyOf,
    Choice,
    Fields,
    Items,
    Least,
    Literal,
    Most,
    Multiple,
    Node,
    OneOf,
    Pattern,
    Required,
    Sized,
    Types,
    fraction,
    type_of,
)
from plmctl.core.subset import matches
from plmctl.core.value import Value, as_items, as_mapping


def accepts(node: Node, value: Value) -> bool:
    """Whether a value is what all constraints of a node ask for."""
    return all(holds(literal, value) for literal in node.literals)


def holds(literal: Literal, value: Value) -> bool:
    """Whether a constraint holds of a value; one of another type always does."""
    match literal:
        case Types(names):
            kind = type_of(value)
            return kind in names or (kind == "number" and "integer" in names and _is_integer(value))
        case Choice(keys):
            return canonical_json(value) in keys
        case AnyOf(nodes):
            return any(accepts(node, value) for node in nodes)
        case OneOf(nodes):
            return sum(accepts(node, value) for node in nodes) == 1
        case _:
            return literal.type != type_of(value) or _fits(literal, value)


def _is_integer(value: Value) -> bool:
    return isinstance(value, int | float) and fraction(value).denominator == 1


def _fits(literal: Sized, value: Value) -> bool:
    match literal:
        case Least(_, limit, is_open):
            return _size(value) > limit if is_open else _size(value) >= limit
        case Most(_, limit, is_open):
            return _size(value) < limit if is_open else _size(value) <= limit
        case Multiple(step):
            return (_size(value) / step).denominator == 1
        case Pattern(text):
            return matches(text, str(value))
        case Items():
            return all(accepts(literal.at(index), item) for index, item in enumerate(as_items(value)))
        case Fields():
            return all(accepts(literal.at(name), field) for name, field in as_mapping(value).items())
        case Required(name):
            return name in as_mapping(value)
        case _:
            items = as_items(value)
            return len({canonical_json(item) for item in items}) == len(items)


def _size(value: Value) -> Fraction:
    """The number, or how many characters, items or fields there are."""
    if isinstance(value, str | list | dict):
        return Fraction(len(value))
    return fraction(value) if isinstance(value, int | float) else Fraction(0)
