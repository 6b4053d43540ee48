"""Manifests of up to a megabyte on one line, within the limits of the reader, with as much wrong as fits."""

import json
from collections.abc import Callable, Mapping

from plmctl.core.value import Value


def manifest(kind: str, spec: Mapping[str, Value]) -> str:
    """A manifest named hostile."""
    head: dict[str, Value] = {"apiVersion": "plmctl/v1", "kind": kind, "metadata": {"name": "hostile"}}
    return json.dumps({**head, "spec": dict(spec)})


def prompt(content: str, **more: Value) -> str:
    """A prompt of one message."""
    return manifest(
        "Prompt", {"model": "model/small", "messages": [{"role": "user", "content": content}], **more}
    )


def inputs(names: list[str], **each: Value) -> Value:
    """A schema of these inputs."""
    return {"type": "object", "properties": {name: {"type": "string", **each} for name in names}}


def _typos() -> str:
    names = [f"name_of_a_long_input_{n}" for n in range(6_000)]
    return prompt("".join(f"{{{{{name}x}}}}" for name in names), inputs=inputs(names))


def _undeclared() -> str:
    tags = "".join(f"{{{{q{n}}}}}" for n in range(15_000))
    return prompt(tags, inputs=inputs([f"p{n}" for n in range(10_000)]))


def _examples() -> str:
    names = [f"k{n}" for n in range(100)]
    schema: Value = {"type": "object", "required": list[Value](names)}
    examples: list[Value] = [{"name": f"e{n}", "input": {}, "output": {"x": 1}} for n in range(4_000)]
    return prompt("Hello", outputs={"format": "json", "schema": schema}, examples=examples)


def _patterns() -> str:
    patterns: dict[str, Value] = {
        f"p{n}": {"type": "string", "pattern": f"^(a|b|c|d{n}){{1,90}}[\\w]{{1,90}}$"} for n in range(5_000)
    }
    return prompt("Hello", inputs={"type": "object", "properties": patterns})


def _uses() -> str:
    return manifest("Application", {"uses": [f"prompt/p{n}" for n in range(40_000)]})


def _files() -> str:
    return manifest("Application", {"uses": ["model/small"], "files": [f"f{n}.txt" for n in range(30_000)]})


def _pins() -> str:
    return manifest("Environment", {"pins": {f"app{n}": "1.0.0" for n in range(24_000)}})


# Each with the folder of its kind, and the code that it is told by.
LARGE: Mapping[str, tuple[str, str, Callable[[], str]]] = {
    "typos": ("prompts", "TPL001", _typos),
    "undeclared": ("prompts", "TPL001", _undeclared),
    "examples": ("prompts", "LNT005", _examples),
    "patterns": ("prompts", "SCH009", _patterns),
    "uses": ("applications", "REF001", _uses),
    "files": ("applications", "REF005", _files),
    "pins": ("environments", "REF001", _pins),
}
