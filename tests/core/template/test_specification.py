"""The Mustache specification's own cases, run by a renderer of the test's over the parsed program.

Left out: what templates.md leaves out (escaping of HTML).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from plmctl.core.template.mustache import parse
from plmctl.core.template.program import ITERATOR, Inverted, Name, Partial, Section, Text, Value

SPECS = Path(__file__).parents[2] / "vendor" / "mustache-spec"
MODULES = ("comments", "interpolation", "inverted", "partials", "sections")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test of the specification."""

    name: str
    template: str
    data: object
    partials: dict[str, str]
    expected: str


def cases() -> Iterator[Case]:
    """Every case that does not escape."""
    for module in MODULES:
        for test in json.loads((SPECS / f"{module}.json").read_text(encoding="utf-8"))["tests"]:
            if "HTML Escaping" in test["name"]:
                continue
            yield Case(
                name=f"{module}: {test['name']}",
                template=test["template"],
                data=test["data"],
                partials=test.get("partials", {}),
                expected=test["expected"],
            )


def looked_up(name: Name, contexts: tuple[object, ...]) -> object:
    """A name through the stack of contexts, by its first segment."""
    if name == ITERATOR:
        return contexts[-1]
    for context in reversed(contexts):
        if isinstance(context, dict) and name[0] in context:
            value: object = context
            for part in name:
                value = value.get(part) if isinstance(value, dict) else None
            return value
    return None


def rendered(text: str, contexts: tuple[object, ...], partials: dict[str, str]) -> str:
    """The text of a template, nothing escaped."""
    template = parse(text)
    assert template.errors == ()

    def run(index: int, stop: int, stack: tuple[object, ...]) -> Iterator[str]:
        while index < stop:
            instruction = template.instructions[index]
            index += 1
            match instruction:
                case Text(text=literal):
                    yield literal
                case Value(tag=tag):
                    value = looked_up(tag.name, stack)
                    yield "" if value is None else str(value)
                case Partial(tag=tag, indent=indent):
                    source = re.sub(r"(?m)^(?!\Z)", indent, partials.get(tag.dotted, ""))
                    yield rendered(source, stack, partials)
                case Section(tag=tag, close=close):
                    value = looked_up(tag.name, stack)
                    items = value if isinstance(value, list) else [value] if value else []
                    for item in items:
                        yield from run(index, close, (*stack, item))
                    index = close
                case Inverted(tag=tag, close=close):
                    if not looked_up(tag.name, stack):
                        yield from run(index, close, stack)
                    index = close

    return "".join(run(0, len(template.instructions), contexts))


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_program_means_what_the_specification_says(case: Case) -> None:
    assert rendered(case.template, (case.data,), case.partials) == case.expected


def test_nearly_all_of_the_specification_is_run() -> None:
    assert len(list(cases())) == 119
