"""JSON Schemas inside manifests: what their own schema cannot say of references, patterns and size."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import Finding, Location
from plmctl.core.sch import NOT_IN_SUBSET
from plmctl.core.shape import subschemas
from plmctl.core.slip import nearest
from plmctl.core.value import Pointer, Value, as_mapping

if TYPE_CHECKING:
    import jsonschema_rs

    from plmctl.core.document import Document

SUBSCHEMA_LIMIT = 1_000
DEPTH_LIMIT = 24
PATTERN_BYTES = 1 << 20
LONGEST_SHOWN = 60
# A reference is a URI: there other characters are escaped, and '%41' names 'A'.
_NAME = deferred(r"(?:defs\.json#/\$defs/)?[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A subschema, reached from the root of its schema through the definitions of `trail`."""

    schema: Value
    pointer: Pointer = ()
    trail: tuple[str, ...] = ()
    level: int = 1


def subset_findings(
    document: "Document", pointer: Pointer, value: Value, shared: Collection[str] = ()
) -> Iterator[Finding]:
    """What is wrong with a schema at a pointer, whose keywords are known to be those of the subset.

    `shared` are the references to definitions that are known to be right.
    """
    if _is_plain(value):
        return
    definitions = {**dict.fromkeys(shared, True), **as_mapping(as_mapping(value).get("$defs"))}
    waiting, visited, told = [_Place(schema=value)], 0, set[tuple[Location, str]]()
    while waiting:
        place = waiting.pop()
        visited += 1
        # Engines expand references: the limit is on what they would compile, and so it ends recursion too.
        if visited > SUBSCHEMA_LIMIT or place.level > DEPTH_LIMIT:
            yield _too_large(document, pointer)
            return
        for finding in _wrong(document, pointer, place, definitions):
            if (finding.location, finding.message) not in told:
                told.add((finding.location, finding.message))
                yield finding
        waiting.extend(_inside(place, definitions))


def _is_plain(value: Value) -> bool:
    """Whether a schema is small, and has no pattern and no reference: nothing can be wrong with it then."""
    level, visited = _holding((value,)), 1
    # Whatever it holds is counted, and not subschemas alone: it has no more of these, and no deeper ones.
    for _ in range(DEPTH_LIMIT - 1):
        if not level or visited > SUBSCHEMA_LIMIT:
            break
        below = list[Value]()
        for each in level:
            if isinstance(each, dict):
                if "pattern" in each or "$ref" in each:
                    return False
                below += each.values()
            else:
                below += each
        visited += len(below)
        level = _holding(below)
    return not level and visited <= SUBSCHEMA_LIMIT


def _holding(values: Iterable[Value]) -> list[dict[str, Value] | list[Value]]:
    """Those that hold others."""
    return [value for value in values if isinstance(value, (dict, list))]


def _too_large(document: "Document", pointer: Pointer) -> Finding:
    message = f"the schema has over {SUBSCHEMA_LIMIT} subschemas or {DEPTH_LIMIT} levels, references followed"
    return document.finding(NOT_IN_SUBSET, message, document.key_location(pointer), "describe less of it")


def _wrong(
    document: "Document", pointer: Pointer, place: _Place, definitions: Mapping[str, Value]
) -> Iterator[Finding]:
    schema, here = as_mapping(place.schema), (*pointer, *place.pointer)
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and not is_pattern(pattern):
        message = f"'{pattern[:LONGEST_SHOWN]}' is no regular expression that Rust's regex takes"
        advice = "it has no lookaround, no back-references and no large repeats"
        yield document.finding(NOT_IN_SUBSET, message, document.location((*here, "pattern")), advice)
    name = _referred(schema)
    if name is not None and not _NAME.fullmatch(name):
        message = f"'{name[:LONGEST_SHOWN]}' cannot be referred to: a reference is a URI"
        advice = "name the definition with letters, digits, '_', '.' and '-' alone"
        yield document.finding(NOT_IN_SUBSET, message, document.location((*here, "$ref")), advice)
    elif name in place.trail:
        message = f"the schema refers to itself through '{name}'"
        yield document.finding(
            NOT_IN_SUBSET, message, document.location((*here, "$ref")), "write it without recursion"
        )
    elif name is not None and name not in definitions:
        meant = nearest(name, definitions)
        advice = f"did you mean '{meant}'?" if meant else f"add '{name}' to '$defs' at the root of the schema"
        message = f"the schema has no definition '{name}'"
        yield document.finding(NOT_IN_SUBSET, message, document.location((*here, "$ref")), advice)


def _inside(place: _Place, definitions: Mapping[str, Value]) -> Iterator[_Place]:
    schema, level = as_mapping(place.schema), place.level + 1
    for step, child in subschemas(schema):
        yield _Place(schema=child, pointer=(*place.pointer, *step), trail=place.trail, level=level)
    name = _referred(schema)
    if name is not None and name in definitions and name not in place.trail:
        trail = (*place.trail, name)
        yield _Place(schema=definitions[name], pointer=("$defs", name), trail=trail, level=level)


def _referred(schema: Mapping[str, Value]) -> str | None:
    target = schema.get("$ref")
    return target.removeprefix("#/$defs/") if isinstance(target, str) else None


def is_pattern(pattern: str) -> bool:
    """Whether Rust's regex, which matches in linear time, compiles it within a megabyte."""
    return _compiled(pattern) is not None


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of a schema, one that `is_pattern`, is found in a text; in linear time."""
    compiled = _compiled(pattern)
    return compiled is not None and compiled.is_valid(text)


# The compiled ones take up to a megabyte each.
@lru_cache(maxsize=50)
def _compiled(pattern: str) -> "jsonschema_rs.Draft202012Validator | None":
    import jsonschema_rs

    options = jsonschema_rs.RegexOptions(size_limit=PATTERN_BYTES, dfa_size_limit=PATTERN_BYTES)
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options, offline=True)
    except jsonschema_rs.ValidationError:
        return None
