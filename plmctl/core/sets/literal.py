"""A JSON Schema as a conjunction of constraints, each of which says something of one JSON type, or of all."""

from dataclasses import field
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from plmctl.core.canonical import canonical_json
from plmctl.core.dataclass import dataclass
from plmctl.core.value import Value
from plmctl.core.verdict import Instance

TYPES = ("string", "number", "boolean", "object", "array", "null")
"""Every value is of one of these; an integer is a number."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """What all of its constraints accept; one object for one set of constraints."""

    literals: tuple["Literal", ...]


@dataclass(frozen=True, slots=True)
class Types:
    """The value is of one of these types; `integer` stands alone, never beside `number`."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """The value is one of these, told apart by their canonical JSON."""

    keys: frozenset[bytes]
    values: tuple[Value, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Least:
    """A number, or the size of another value, is at least so much; open: it is more."""

    type: str
    limit: Fraction
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Most:
    """A number, or the size of another value, is at most so much; open: it is less."""

    type: str
    limit: Fraction
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Multiple:
    """The number is a multiple of this."""

    step: Fraction
    type: str = "number"


@dataclass(frozen=True, slots=True)
class Pattern:
    """The regular expression is found in the text."""

    text: str
    type: str = "string"


@dataclass(frozen=True, slots=True)
class Unique:
    """No two items are equal."""

    type: str = "array"


@dataclass(frozen=True, slots=True)
class Items:
    """Each item is what its position asks for, after the first ones what `rest` is."""

    first: tuple[Node, ...]
    rest: Node
    type: str = "array"

    def at(self, index: int) -> Node:
        """What the item at a position must be."""
        return self.first[index] if index < len(self.first) else self.rest


@dataclass(frozen=True, slots=True)
class Required:
    """The object has this field."""

    name: str
    type: str = "object"


@dataclass(frozen=True, slots=True)
class Fields:
    """Each field that is there is what its name asks for, a field without a name here what `rest` is."""

    named: tuple[tuple[str, Node], ...]
    rest: Node
    type: str = "object"

    def at(self, name: str) -> Node:
        """What the field of a name must be."""
        return next((node for known, node in self.named if known == name), self.rest)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of them accepts the value."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """Exactly one of them accepts the value."""

    nodes: tuple[Node, ...]


Sized: TypeAlias = Least | Most | Multiple | Pattern | Unique | Items | Required | Fields
Literal: TypeAlias = Types | Choice | AnyOf | OneOf | Sized
Formula: TypeAlias = tuple[bool, "Node | Literal"]
"""A constraint that must hold (true), or must not."""


class Lack(Enum):
    """Why there is no value: there can be none, or none was found and nothing is known."""

    NONE = "none"
    UNKNOWN = "unknown"


Found: TypeAlias = Instance | Lack


def type_of(value: Value) -> str:
    """The JSON type of a value, as `TYPES` has them."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def choice(values: list[Value]) -> Choice:
    """The choice of some values."""
    found = {canonical_json(value): value for value in values}
    return Choice(keys=frozenset(found), values=tuple(found.values()))


def fraction(number: float) -> Fraction:
    """A number of JSON as it is written: 0.1 is a tenth, as the engine takes it."""
    return Fraction(number if isinstance(number, int) else repr(number))
