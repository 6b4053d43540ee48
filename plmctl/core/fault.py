"""What a refusal by a schema means, in plain English."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import chain, pairwise

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.few import few
from plmctl.core.finding import Rule
from plmctl.core.phrase import LONGEST_SHOWN, TYPES, listed, named, path_of, shown
from plmctl.core.sch import (
    BAD_PATTERN,
    MISPLACED_NAME,
    MISSING_FIELD,
    NOT_ALLOWED,
    UNKNOWN_FIELD,
    VIOLATED,
    WRONG_TYPE,
)
from plmctl.core.schema import Node
from plmctl.core.secrecy import visible_pointer
from plmctl.core.slip import certain, nearest
from plmctl.core.subset import matches
from plmctl.core.value import Pointer, Value, as_items

FIELDS_SHOWN, CHOICES_SHOWN, CHOICES_COMPARED, UNKNOWN_COMPARED = 8, 20, 200, 100
DATE = deferred(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?")
# What the providers' APIs call it.
WIRE_WORDS: Mapping[str, str] = {
    "top_p": "topP",
    "max_tokens": "maxOutputTokens",
    "max_completion_tokens": "maxOutputTokens",
    "stop_sequences": "stop",
    "response_format": "outputs",
    "input_schema": "parameters",
}
WIRE_VALUES: Mapping[str, str] = {
    "human": "user",
    "ai": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "function": "tool",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A value that a keyword of a schema refuses; `branches` say why each alternative does.

    `raw` is how a plain scalar is written.
    """

    keyword: str
    limit: Value
    node: Node
    given: Value
    pointer: Pointer
    schema_path: tuple[str, ...]
    message: str
    raw: str | None = None
    branches: tuple[tuple["Refusal", ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong with the value at a pointer, or with a key of it.

    `wants` are the fields of which one would mend it, `suggests` is the field that a key probably meant,
    `types` are the types that were wanted where `text` was given, `mends` is the key or value that was
    meant beyond doubt, `node` the schema that refused it.
    """

    rule: Rule
    pointer: Pointer
    message: str
    help: str | None = None
    key: str | None = None
    wants: frozenset[str] = frozenset()
    suggests: str | None = None
    types: tuple[str, ...] = ()
    text: str | None = None
    mends: str | None = None
    node: Node = field(default_factory=dict, compare=False)


def faults(refusal: Refusal) -> Iterator[Fault]:
    """All that is wrong; of alternatives, what is wrong with the one that was probably meant."""
    if _is_of_key(refusal.schema_path):
        yield from _bad_key(refusal)
    else:
        yield from EXPLAINED.get(refusal.keyword, _violated)(refusal)


def _is_of_key(schema_path: tuple[str, ...]) -> bool:
    # The schema of schemas has a field of that name.
    steps = pairwise(("", *schema_path))
    return any(step == "propertyNames" and before != "properties" for before, step in steps)


def _bad_key(refusal: Refusal) -> Iterator[Fault]:
    key, is_too_long = str(refusal.given), refusal.keyword == "maxLength"
    form = f"of at most {refusal.limit} characters" if is_too_long else _words(refusal.node)
    message = f"{shown(key)} cannot be a key of {path_of(refusal.pointer)}: it must be {form}"
    yield Fault(rule=BAD_PATTERN, pointer=refusal.pointer, key=key, message=message)


def _alternatives(refusal: Refusal) -> Iterator[Fault]:
    groups = [name for branch in as_items(refusal.limit) for name in _texts(_fields(branch).get("required"))]
    fitting = [branch for branch in refusal.branches if not any(_is_mistyped(r, refusal) for r in branch)]
    if groups:
        yield _choice_of_fields(refusal, groups)
    elif not refusal.branches:
        yield from _violated(refusal)
    elif not fitting:
        types = [str(r.limit) for branch in refusal.branches for r in branch if _is_mistyped(r, refusal)]
        yield _wrong_type(refusal, list(dict.fromkeys(types)))
    elif len(fitting) > 1:
        yield _none_of(refusal, list(chain(*fitting)))
    else:
        yield from chain(*(faults(inner) for inner in fitting[0]))


def _is_mistyped(inner: Refusal, outer: Refusal) -> bool:
    return inner.keyword == "type" and inner.pointer == outer.pointer


def _choice_of_fields(refusal: Refusal, names: list[str]) -> Fault:
    pointer, path, choice = refusal.pointer, path_of(refusal.pointer), listed([f"'{name}'" for name in names])
    present = [name for name in _fields(refusal.given) if name in names]
    if len(present) > 1:
        message = f"{path} has '{present[0]}' and '{present[1]}': only one of {choice} may stand"
        return Fault(rule=VIOLATED, pointer=pointer, key=present[1], message=message)
    beside = f" beside '{refusal.schema_path[-2]}'" if "dependentSchemas" in refusal.schema_path else ""
    message = f"{path} needs {choice}{beside}"
    return Fault(rule=MISSING_FIELD, pointer=pointer, message=message, wants=frozenset(names))


def _none_of(refusal: Refusal, inner: list[Refusal]) -> Fault:
    words = [choice for r in inner if r.keyword == "enum" for choice in _texts(r.limit)]
    forms = [_words(r.node) for r in inner if r.keyword == "pattern"]
    return _not_allowed(refusal, words, forms[-1:])


def _unknown_fields(refusal: Refusal) -> Iterator[Fault]:
    described, given = _fields(refusal.node.get("properties")), _fields(refusal.given)
    unknown = [key for key in given if key not in described and not key.startswith("x-")]
    # Nobody mistyped so many, and no more are told: of a file of nothing else it would take seconds.
    certainties = {key: _certain_field(key, described) for key in unknown[:UNKNOWN_COMPARED]}
    is_whole = len(certainties) == len(unknown)
    taken = Counter([*given, *certainties.values()])
    for key in unknown:
        certainty = certainties.get(key)
        near = certainty or nearest(key, described)
        meant = near if near not in given else None
        strange = [f"U+{ord(character):04X}" for character in key if not character.isascii()]
        advice = [f"did you mean '{meant}'?"] if meant else []
        advice += [f"the key contains {', '.join(strange[:3])}"] if strange else []
        advice += [f"'{near}' is there already"] if near in given else []
        advice += [] if advice else [_fields_there(described, given)]
        told = visible_pointer((*refusal.pointer, key))[-1]
        yield Fault(
            rule=UNKNOWN_FIELD,
            pointer=refusal.pointer,
            key=key,
            message=f"{shown(told)} is not a field of {path_of(refusal.pointer)}",
            help="; ".join(filter(None, advice)) or None,
            suggests=near,
            mends=certainty if is_whole and taken[certainty] == 1 else None,
        )


def _fields_there(described: Mapping[str, Value], given: Mapping[str, Value]) -> str:
    """What else could stand there, as far as it fits into a line."""
    free = [name for name in described if name not in given]
    return f"there are {few(free, FIELDS_SHOWN)}" if free else ""


def _certain_field(key: str, described: Mapping[str, Value]) -> str | None:
    wire = WIRE_WORDS.get(key)
    return wire if wire in described else certain(key, described)


def _missing(refusal: Refusal) -> Iterator[Fault]:
    described, given = _fields(refusal.node.get("properties")), _fields(refusal.given)
    for name in (name for name in _texts(refusal.limit) if name not in given):
        description = _fields(described.get(name)).get("description")
        yield Fault(
            rule=MISSING_FIELD,
            pointer=refusal.pointer,
            message=f"'{name}' is missing from {path_of(refusal.pointer)}",
            help=_addition(name, description),
            wants=frozenset({name}),
        )


def _addition(name: str, description: Value) -> str:
    known = {
        "apiVersion": "write 'apiVersion: plmctl/v1'",
        "metadata": "write 'metadata:', and 'name:' below it",
    }
    said = f": {description}" if description else ""
    return known.get(name, f"add '{name}:'{said}")


def _missing_beside(refusal: Refusal) -> Iterator[Fault]:
    given = _fields(refusal.given)
    needs = (
        (key, name) for key, names in _fields(refusal.limit).items() if key in given for name in _texts(names)
    )
    for key, name in ((key, name) for key, name in needs if name not in given):
        message, wants = f"'{key}' needs '{name}' beside it", frozenset({name})
        yield Fault(rule=MISSING_FIELD, pointer=refusal.pointer, key=key, message=message, wants=wants)


def _type(refusal: Refusal) -> Iterator[Fault]:
    yield _wrong_type(refusal, _texts(refusal.limit) or [str(refusal.limit)])


def _wrong_type(refusal: Refusal, types: Sequence[str]) -> Fault:
    allowed, given = listed([TYPES[name] for name in types]), refusal.given
    # 1.10 is another version than 1.1.
    told = refusal.raw if isinstance(given, int | float) and refusal.raw else named(given)
    return Fault(
        rule=WRONG_TYPE,
        pointer=refusal.pointer,
        message=f"{path_of(refusal.pointer)} must be {allowed}, not {told}",
        types=tuple(types),
        text=given if isinstance(given, str) else None,
        node=refusal.node,
    )


def _choice(refusal: Refusal) -> Iterator[Fault]:
    yield _not_allowed(refusal, _texts(refusal.limit), [])


def _only(refusal: Refusal) -> Iterator[Fault]:
    message = f"{path_of(refusal.pointer)} is {shown(refusal.given)}: it must be {shown(refusal.limit)}"
    yield Fault(rule=NOT_ALLOWED, pointer=refusal.pointer, message=message)


def _not_allowed(refusal: Refusal, words: list[str], forms: list[str]) -> Fault:
    given = refusal.given
    spoken = WIRE_VALUES.get(given.lower()) if isinstance(given, str) else None
    # To compare with thousands takes seconds, and no line holds them.
    near = words if len(words) <= CHOICES_COMPARED else []
    some = [word if len(word) <= LONGEST_SHOWN else shown(word) for word in words[:CHOICES_SHOWN]]
    some += [f"one of {len(words) - len(some)} more"] if len(words) > len(some) else []
    meant = spoken if spoken in words else nearest(given, near) if isinstance(given, str) else None
    return Fault(
        rule=NOT_ALLOWED,
        pointer=refusal.pointer,
        message=f"{path_of(refusal.pointer)} is {shown(given)}: it must be {listed([*some, *forms])}",
        help=f"did you mean '{meant}'?" if meant else None,
        mends=certain(given, near) if isinstance(given, str) else None,
    )


def _pattern(refusal: Refusal) -> Iterator[Fault]:
    name, _, version = str(refusal.given).partition("@")
    if version and "a slash and a name" in _words(refusal.node) and matches(str(refusal.limit), name):
        yield _versioned(refusal, name)
        return
    # Most texts that fail are titles where a name belongs: show the name that it would make.
    plain = re.sub(r"[^a-z0-9/]+", "-", str(refusal.given)[:LONGEST_SHOWN].lower()).strip("-")
    plain = _dashed_date(str(refusal.given)) or plain
    fits = matches(str(refusal.limit), plain)
    yield Fault(
        rule=BAD_PATTERN,
        pointer=refusal.pointer,
        message=f"{path_of(refusal.pointer)} is {shown(refusal.given)}: it must be {_words(refusal.node)}",
        help=f"write '{plain}'" if fits else None,
    )


def _dashed_date(text: str) -> str | None:
    match = DATE.fullmatch(text)
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else None


def _versioned(refusal: Refusal, name: str) -> Fault:
    return Fault(
        rule=BAD_PATTERN,
        pointer=refusal.pointer,
        message=f"{path_of(refusal.pointer)} is {shown(refusal.given)}: a reference has no version",
        help=f"write '{name}'; what runs where is pinned by an Environment",
    )


def _words(node: Node) -> str:
    return str(node.get("x-plm-words", f"text that matches {node.get('pattern')}"))


def _kind_in_name(refusal: Refusal) -> Iterator[Fault]:
    word, _, rest = str(refusal.given).partition("/")
    yield Fault(
        rule=MISPLACED_NAME,
        pointer=refusal.pointer,
        message=f"{path_of(refusal.pointer)} begins with the kind's word '{word}'",
        help=f"write {shown(rest)}: the kind is said by 'kind'",
    )


def _doubles(refusal: Refusal) -> Iterator[Fault]:
    seen = set[str]()
    for index, item in enumerate(as_items(refusal.given)):
        text = json.dumps(item, sort_keys=True)
        if text in seen:
            message = f"{path_of(refusal.pointer)} has {shown(item)} twice"
            yield Fault(rule=VIOLATED, pointer=(*refusal.pointer, index), message=message)
        seen.add(text)


def _violated(refusal: Refusal) -> Iterator[Fault]:
    sentence = SENTENCES.get(refusal.keyword, "is not valid: {error}")
    limit, given = refusal.limit, refusal.given
    # 3.0 and -0.0 are whole numbers too.
    limit = int(limit) if isinstance(limit, float) and abs(limit) < 1 << 53 and limit.is_integer() else limit
    s, are, size = *(("", "is") if limit == 1 else ("s", "are")), len(_fields(given) or as_items(given))
    has = f"has {size}" if size else "is empty"
    told = sentence.format(value=shown(given), limit=limit, error=refusal.message, s=s, are=are, has=has)
    yield Fault(rule=VIOLATED, pointer=refusal.pointer, message=f"{path_of(refusal.pointer)} {told}")


def _fields(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


def _texts(value: Value) -> list[str]:
    return [str(item) for item in as_items(value)]


SENTENCES: Mapping[str, str] = {
    "minLength": "is {value}: at least {limit} character{s} {are} needed",
    "maxLength": "is longer than {limit} character{s}",
    "minItems": "{has}: at least {limit} item{s} {are} needed",
    "maxItems": "{has}: at most {limit} item{s} {are} allowed",
    "minProperties": "{has}: at least {limit} field{s} {are} needed",
    "maxProperties": "{has}: at most {limit} field{s} {are} allowed",
    "minimum": "is {value}: at least {limit} is needed",
    "maximum": "is {value}: at most {limit} is allowed",
    "exclusiveMinimum": "is {value}: more than {limit} is needed",
    "format": "is {value}: there is no such {limit}",
}
EXPLAINED: Mapping[str, Callable[[Refusal], Iterator[Fault]]] = {
    "anyOf": _alternatives,
    "oneOf": _alternatives,
    "additionalProperties": _unknown_fields,
    "required": _missing,
    "dependentRequired": _missing_beside,
    "type": _type,
    "enum": _choice,
    "const": _only,
    "pattern": _pattern,
    "not": _kind_in_name,
    "uniqueItems": _doubles,
}
