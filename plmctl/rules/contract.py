"""The JSON Schemas inside manifests: what happened to their fields, and to the values that they accept."""

from collections.abc import Iterator

from plmctl.core.change import ANY, Change, Fact
from plmctl.core.dataclass import dataclass
from plmctl.core.value import Pointer, Value, as_mapping, as_texts
from plmctl.rules.verdicts import TAKEN, Wording, verdict_told
from plmctl.rules.words import field_name

_OF_SCHEMAS = ("anyOf", "oneOf", "allOf", "prefixItems", "properties")
_WORDS = ("title", "description", "examples", "deprecated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A place that holds a JSON Schema, and how its fields are spoken of."""

    place: tuple[object, ...]
    noun: str
    wording: Wording = TAKEN

    def added(self, change: Change) -> tuple[str, ...]:
        """The fields that the change adds, not those inside other fields."""
        return self._fields(change, change.new) if change.fact is Fact.ADDED else ()

    def removed(self, change: Change) -> tuple[str, ...]:
        """The fields that the change takes away, not those inside other fields."""
        return self._fields(change, change.old) if change.fact is Fact.REMOVED else ()

    def _fields(self, change: Change, value: Value) -> tuple[str, ...]:
        if change.at(*self.place, "properties", ANY):
            return (change.key,)
        return tuple(as_mapping(as_mapping(value).get("properties"))) if change.at(*self.place) else ()

    def newly_required(self, change: Change) -> tuple[str, ...]:
        """The field that may no longer be left out; one that is itself new is told by its own fact."""
        is_here = change.fact is Fact.ADDED and change.at(*self.place, "required", ANY)
        return (str(change.new),) if is_here else ()

    def needs(self, change: Change, name: str) -> bool:
        """Whether the newer schema says that the field must be there."""
        return name in as_texts(as_mapping(_newer(change, self._path(change))).get("required"))

    def _path(self, change: Change) -> Pointer:
        return change.pointer[: len(self.place)]

    def narrowed(self, change: Change) -> Iterator[str]:
        """That less is accepted, or that nobody can tell; an inner field that goes, or must now be there."""
        if not change.below(*self.place):
            return
        if change.verdict is not None and change.verdict.is_narrowed:
            yield self._told(change)
        yield from self.inner_removed(change)
        yield from (f"required {name}" for name in self._inner_added(change, is_needed=True))

    def widened(self, change: Change) -> Iterator[str]:
        """That more is accepted, or that nobody can tell; an inner field that may be there now."""
        if not change.below(*self.place):
            return
        if change.verdict is not None and change.verdict.is_widened:
            yield self._told(change)
        yield from self._inner_added(change, is_needed=False)

    def inner_added(self, change: Change) -> Iterator[str]:
        """A field inside another that came."""
        for is_needed in (True, False):
            yield from self._inner_added(change, is_needed=is_needed)

    def _inner_added(self, change: Change, *, is_needed: bool) -> Iterator[str]:
        if self._is_inner(change) and change.fact is Fact.ADDED:
            around = as_mapping(_newer(change, change.pointer[:-2]))
            if (change.key in as_texts(around.get("required"))) is is_needed:
                yield f"{field_name(change.pointer)} was added"

    def inner_removed(self, change: Change) -> Iterator[str]:
        """A field inside another that went."""
        if self._is_inner(change) and change.fact is Fact.REMOVED:
            yield f"{field_name(change.pointer)} was removed"

    def _is_inner(self, change: Change) -> bool:
        if not change.below(*self.place) or change.verdict is not None:
            return False
        return len(change.pointer) > len(self.place) + 2 and keyword(change, *self.place) is None

    def _told(self, change: Change) -> str:
        found = keyword(change, *self.place)
        verdict = change.verdict
        assert verdict is not None
        if found == "required" and verdict.is_decided:
            name = self.name((*change.pointer[:-2], "properties", str(change.new or change.old)))
            return f"{name} became {'required' if change.fact is Fact.ADDED else 'optional'}"
        return verdict_told(self.name(_schema_of(change.pointer, found)), change, verdict, self.wording)

    def name(self, pointer: Pointer) -> str:
        """A schema in it, as people call it: a field by its name, what is deeper by its whole path."""
        tail = pointer[len(self.place) :]
        is_field = len(tail) == 2 and tail[0] == "properties"
        return f"{self.noun} '{tail[1]}'" if is_field else field_name(pointer)


def _newer(change: Change, pointer: Pointer) -> Value:
    """What stands in the newer manifest at a pointer into it; a list is gone into by the place."""
    found: Value = change.after.forms.resolved if change.after is not None else None
    for step in change.place[: len(pointer)]:
        if isinstance(found, list) and isinstance(step, int):
            found = found[step]
        else:
            found = as_mapping(found).get(str(step))
    return found


def _schema_of(pointer: Pointer, found: str | None) -> Pointer:
    """The schema that a pointer to one of its keywords is about."""
    if found is None:
        return pointer
    return pointer[: len(pointer) - 1 - pointer[::-1].index(found)]


def texts(value: Value) -> tuple[str, ...]:
    """The strings of a list, or the one string."""
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str))


def keyword(change: Change, *place: object) -> str | None:
    """The keyword that a change below this place is in; None when it is at a whole schema, or elsewhere."""
    return _keyword(change.pointer[len(place) :]) if change.below(*place) else None


def enum_value_added(change: Change, *place: object) -> bool:
    """Whether a value is in an `enum` that was not, and was refused before."""
    is_value = keyword(change, *place) == "enum" and change.fact is Fact.ADDED
    return (
        is_value and change.verdict is not None and change.verdict.is_widened and change.pointer[-1] != "enum"
    )


def is_wording(change: Change, *place: object) -> bool:
    """Whether the change is in a text that explains and constrains nothing."""
    return keyword(change, *place) in _WORDS


def is_same_contract(change: Change) -> bool:
    """Whether a schema is written in another way and accepts the same."""
    # A tool has its arguments here or elsewhere: that there is no schema does not mean that anything goes.
    is_tool = change.at("spec", "parameters") and change.fact is not Fact.CHANGED
    return change.verdict is not None and change.verdict.is_same and not is_tool


def _keyword(tail: Pointer) -> str | None:
    steps = iter(tail)
    for step in steps:
        if step in _OF_SCHEMAS:
            if next(steps, None) is None:
                return str(step)
        elif step not in ("items", "additionalProperties"):
            return str(step)
    return None
