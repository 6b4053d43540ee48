"""What a prompt takes, in words, and the option that mends an input that is wrong."""

import json
import shlex
from collections.abc import Iterator, Mapping

from plmctl.core.call.refusal import Problem
from plmctl.core.document import Document, read_document
from plmctl.core.few import few
from plmctl.core.instance import contract
from plmctl.core.sample import sample
from plmctl.core.value import Value, as_items, as_mapping, as_text, as_texts

_CHOICES = 6
_LONGEST = 300
# What no schema describes, and a prompt takes by name all the same.
_BESIDE: Mapping[str, Value] = {
    "messages": [{"role": "user", "content": "..."}],
    "media": "https://example.com",
}
_NOT_TAKEN = frozenset({"unknown", "additionalProperties", "json"})


def remedy(problem: Problem, schema: Mapping[str, Value], given: Mapping[str, Value]) -> str | None:
    """The `--input` that would mend a problem, for a shell; None where only leaving it out would."""
    name = problem.input
    fields = as_mapping(schema.get("properties"))
    if problem.rule in _NOT_TAKEN or (name not in fields and problem.rule not in _BESIDE):
        return None
    field = as_mapping(fields.get(name))
    held = given.get(name)
    if isinstance(held, str) and problem.rule in ("type", "enum", "const"):
        read = read_document("--input", held.encode("utf-8", "replace"))
        if isinstance(read, Document) and _fits(read.value, field, schema):
            return option(name, read.value)
    if name in fields and isinstance(held, int | float) and _fits(_spelt(held), field, schema):
        return option(name, _spelt(held))
    return option(name, _BESIDE[problem.rule] if problem.rule in _BESIDE else _example(field, schema))


def _spelt(number: float) -> str:
    return json.dumps(number)


def _fits(value: Value, field: Mapping[str, Value], schema: Mapping[str, Value]) -> bool:
    return contract({"$defs": schema.get("$defs", {}), **field}).accepts(value)


def _example(field: Mapping[str, Value], schema: Mapping[str, Value]) -> Value:
    return sample(dict(field), as_mapping(schema.get("$defs")))


def option(name: str, value: Value) -> str:
    """The option that gives a value, for a shell."""
    if isinstance(value, str):
        return f"--input {shlex.quote(f'{name}={value}')}"
    return f"--input {shlex.quote(f'{name}:={json.dumps(value, ensure_ascii=False)}')}"


def first_options(schema: Mapping[str, Value]) -> Iterator[str]:
    """An option for each input that must be given."""
    for name in as_texts(schema.get("required")):
        field = as_mapping(as_mapping(schema.get("properties")).get(name))
        if "default" not in field:
            yield option(name, _example(field, schema))


def takes(schema: Mapping[str, Value]) -> Iterator[str]:
    """Each input in a line: its name, its type, and what is said of it."""
    fields = {name: as_mapping(field) for name, field in as_mapping(schema.get("properties")).items()}
    required = as_texts(schema.get("required"))
    widest = max(map(len, fields), default=0)
    for name, field in fields.items():
        stated = "default" in field
        need = f"default {json.dumps(field['default'])}" if stated else "required" * (name in required)
        about = as_text(field.get("description"))
        told = ", ".join(filter(None, (_type_of(field), need)))
        yield f"{name:{widest}}  {told}{f': {about}' if about else ''}"[:_LONGEST]


def _type_of(field: Mapping[str, Value]) -> str:
    choices = as_items(field.get("enum"))
    if choices:
        return f"one of {few([c if isinstance(c, str) else json.dumps(c) for c in choices], _CHOICES)}"
    stated = field.get("type")
    types = " or ".join([stated] if isinstance(stated, str) else as_texts(stated)) or "anything"
    below = as_mapping(field.get("items"))
    return f"{types} of {_type_of(below)}" if types == "array" and below else types
