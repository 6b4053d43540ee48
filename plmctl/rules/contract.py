"""What presence and absence tell of a JSON Schema inside a manifest: its fields, and which must be there."""

from collections.abc import Iterator, Mapping

from plmctl.core.diff import ANY, Change, Fact, Side
from plmctl.core.value import Pointer, Value

PLACES: Mapping[str, tuple[tuple[object, ...], ...]] = {
    "Prompt": (
        ("spec", "inputs"),
        ("spec", "outputs", "schema"),
        ("spec", "tools", ANY, "parameters"),
    ),
    "Partial": (("spec", "inputs"),),
    "Tool": (("spec", "parameters"), ("spec", "returns")),
    "Dataset": (("spec", "schema"),),
    "Retriever": (("spec", "returns"),),
    "ContextPolicy": (("spec", "session"),),
}
"""The fields of each kind that hold a JSON Schema."""

_OF_SCHEMAS = ("anyOf", "oneOf", "allOf", "prefixItems", "properties", "$defs")
_WORDS = ("title", "description", "examples", "deprecated")
_SETS = ("required", "type", "enum")


def added_fields(change: Change, *place: str) -> tuple[str, ...]:
    """The fields that the change adds to the schema at this place."""
    return _fields(change, change.new, place) if change.fact is Fact.ADDED else ()


def removed_fields(change: Change, *place: str) -> tuple[str, ...]:
    """The fields that the change takes from the schema at this place."""
    return _fields(change, change.old, place) if change.fact is Fact.REMOVED else ()


def newly_required(change: Change, *place: str) -> tuple[str, ...]:
    """The fields that may no longer be left out; one that is itself new is told by its own fact."""
    added = _names(change, change.new, place) if change.fact is Fact.ADDED else ()
    new = fields_of(change.after, *place).keys() - fields_of(change.before, *place).keys()
    return tuple(name for name in added if name not in new)


def no_longer_required(change: Change, *place: str) -> tuple[str, ...]:
    """The fields that may be left out now; one that is gone is told by its own fact."""
    removed = _names(change, change.old, place) if change.fact is Fact.REMOVED else ()
    gone = fields_of(change.before, *place).keys() - fields_of(change.after, *place).keys()
    return tuple(name for name in removed if name not in gone)


def fields_of(side: Side | None, *place: str) -> Mapping[str, Value]:
    """The fields of the schema at this place."""
    found = side.value(*place, "properties") if side is not None else None
    return found if isinstance(found, dict) else {}


def required_of(side: Side | None, *place: str) -> frozenset[str]:
    """The fields that must be there."""
    found = side.value(*place, "required") if side is not None else None
    return frozenset(texts(found))


def texts(value: Value) -> tuple[str, ...]:
    """The strings of a list, or the one string."""
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str))


def keyword(change: Change, *place: object) -> str | None:
    """The keyword that a change below this place is in; None when it is at a whole schema, or elsewhere."""
    return _keyword(change.pointer[len(place) :]) if change.below(*place) else None


def enum_value(change: Change, *place: object) -> bool:
    """Whether the change adds or removes a value of an `enum` here, so that what it does is certain."""
    if change.fact not in (Fact.ADDED, Fact.REMOVED) or keyword(change, *place) != "enum":
        return False
    # One more value of a branch of oneOf can make two of them fit, which is fewer.
    return isinstance(change.pointer[-1], int) and "oneOf" not in change.pointer


def is_wording(change: Change, *place: object) -> bool:
    """Whether the change is in a text that explains and constrains nothing."""
    return keyword(change, *place) in _WORDS


def is_same_contract(change: Change) -> bool:
    """Whether a schema accepts the same as before: the order of a set, or an empty list written out."""
    if not any(keyword(change, *place) for place in PLACES.get(change.kind, ())):
        return False
    if change.fact is Fact.REORDERED:
        return change.key in _SETS
    value = change.new if change.fact is Fact.ADDED else change.old
    return change.fact in (Fact.ADDED, Fact.REMOVED) and (change.key, value) in (
        ("required", []),
        ("properties", {}),
    )


def is_accompanied(change: Change) -> bool:
    """Whether a field's own fact says it too: the name of a new field in `required`, or of a gone one."""
    return any(_is_echo(change, place) for place in _plain_places(change.kind))


def _is_echo(change: Change, place: tuple[str, ...]) -> bool:
    names = _names(change, change.old if change.fact is Fact.REMOVED else change.new, place)
    if not names or change.fact not in (Fact.ADDED, Fact.REMOVED):
        return False
    return not newly_required(change, *place) and not no_longer_required(change, *place)


def _plain_places(kind: str) -> Iterator[tuple[str, ...]]:
    for place in PLACES.get(kind, ()):
        plain = tuple(step for step in place if isinstance(step, str))
        if len(plain) == len(place):
            yield plain


def _fields(change: Change, value: Value, place: tuple[str, ...]) -> tuple[str, ...]:
    if change.at(*place, "properties", ANY):
        return (change.key,)
    if change.at(*place) and isinstance(value, dict):
        value = value.get("properties")
    elif not change.at(*place, "properties"):
        return ()
    return tuple(value) if isinstance(value, dict) else ()


def _names(change: Change, value: Value, place: tuple[str, ...]) -> tuple[str, ...]:
    is_here = change.at(*place, "required") or change.at(*place, "required", ANY)
    return texts(value) if is_here else ()


def _keyword(tail: Pointer) -> str | None:
    steps = iter(tail)
    for step in steps:
        if step in _OF_SCHEMAS:
            if next(steps, None) is None:
                return str(step)
        elif step not in ("items", "additionalProperties"):
            return str(step)
    return None
