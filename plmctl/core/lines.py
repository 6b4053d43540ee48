"""Values as the lines of a YAML file that people go on with, in the canonical layout."""

import json
from collections.abc import Iterable, Iterator, Mapping

from plmctl.core.quoting import inline_text, literal
from plmctl.core.value import Value

# Longer lists and mappings are written over several lines.
FLOW_WIDTH = 40


def entry(key: str, value: Value) -> Iterator[str]:
    """A field and its value; text of several lines, or with tags, is a block."""
    if isinstance(value, str) and ("\n" in value or "{{" in value):
        yield from block_text(key, value)
    elif isinstance(value, dict | list) and len(in_flow(value)) > FLOW_WIDTH:
        yield f"{inline_text(key)}:"
        yield from indented(_block(value))
    else:
        yield f"{inline_text(key)}: {_inline(value)}"


def section(key: str, fields: Mapping[str, Value]) -> Iterator[str]:
    """A field and the fields in it, each on its own lines."""
    yield f"{inline_text(key)}:"
    yield from indented(_block(fields))


def block_text(key: str, text: str) -> Iterator[str]:
    """A field and its text as a block, each line as it is; in quotes where no block can hold it."""
    block = literal(text)
    if block is None:
        yield f"{inline_text(key)}: {inline_text(text)}"
    else:
        yield f"{inline_text(key)}: {block.header}"
        yield from indented(block.lines)


def in_flow(value: Value) -> str:
    """A value as it stands in brackets."""
    if isinstance(value, dict):
        return (
            f"{{{', '.join(f'{inline_text(k, is_in_flow=True)}: {in_flow(v)}' for k, v in value.items())}}}"
        )
    if isinstance(value, list):
        return f"[{', '.join(map(in_flow, value))}]"
    return inline_text(value, is_in_flow=True) if isinstance(value, str) else json.dumps(value)


def indented(lines: Iterable[str]) -> Iterator[str]:
    """The lines one level deeper; empty ones stay empty."""
    return (f"  {line}" if line else line for line in lines)


def _inline(value: Value) -> str:
    return inline_text(value) if isinstance(value, str) else in_flow(value)


def _block(value: Mapping[str, Value] | list[Value]) -> Iterator[str]:
    if not isinstance(value, list):
        for key, child in value.items():
            yield from entry(key, child)
        return
    for item in value:
        lines = _block(item) if isinstance(item, dict | list) and item else iter((_inline(item),))
        yield f"- {next(lines)}"
        yield from indented(lines)
