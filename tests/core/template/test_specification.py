"""The Mustache specification's own cases, rendered; where we differ on purpose, how."""

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from plmctl.core.template.mustache import parse
from plmctl.core.template.refusal import MissingValue, RenderError, Uncompilable
from plmctl.core.template.rendering import compiled
from plmctl.core.value import Value

SPECS = Path(__file__).parents[2] / "vendor" / "mustache-spec"
MODULES = ("comments", "interpolation", "inverted", "partials", "sections")

UNESCAPED = {
    "interpolation: HTML Escaping",
    "interpolation: Implicit Iterators - HTML Escaping",
    "sections: Implicit Iterator - HTML Escaping",
}
REFUSED: dict[str, tuple[type[RenderError], str]] = {
    "interpolation: Basic Context Miss Interpolation": (MissingValue, "'cannot' has no value"),
    "interpolation: Triple Mustache Context Miss Interpolation": (MissingValue, "'cannot' has no value"),
    "interpolation: Ampersand Context Miss Interpolation": (MissingValue, "'cannot' has no value"),
    "interpolation: Dotted Names - Broken Chains": (MissingValue, "'a' has no field 'b'"),
    "interpolation: Dotted Names - Broken Chain Resolution": (MissingValue, "'a.b' has no field 'c'"),
    "interpolation: Dotted Names - Context Precedence": (MissingValue, "'b' has no field 'c'"),
    "interpolation: Dotted Names are never single keys": (MissingValue, "'a' has no value"),
    "partials: Failed Lookup": (Uncompilable, "there is no partial 'text'"),
    "partials: Recursion": (Uncompilable, "partial 'node' includes itself: node -> node"),
}
"""What the specification prints nothing for, or what only a value could end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test of the specification."""

    name: str
    template: str
    data: Value
    partials: dict[str, str]
    expected: str

    @property
    def rendered(self) -> str:
        """What we make of it."""
        partials = {name: parse(text) for name, text in self.partials.items()}
        return compiled(parse(self.template), partials).render(self.data)


def cases() -> Iterator[Case]:
    """Every case that is vendored."""
    for module in MODULES:
        for test in json.loads((SPECS / f"{module}.json").read_text(encoding="utf-8"))["tests"]:
            yield Case(
                name=f"{module}: {test['name']}",
                template=test["template"],
                data=test["data"],
                partials=test.get("partials", {}),
                expected=test["expected"],
            )


CASES = {case.name: case for case in cases()}


@pytest.mark.parametrize("name", sorted(CASES.keys() - REFUSED.keys() - UNESCAPED))
def test_what_is_rendered_is_what_the_specification_says(name: str) -> None:
    assert CASES[name].rendered == CASES[name].expected


@pytest.mark.parametrize("name", sorted(UNESCAPED))
def test_nothing_is_escaped(name: str) -> None:
    assert CASES[name].rendered != CASES[name].expected
    assert CASES[name].rendered == html.unescape(CASES[name].expected)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_missing_or_endless_is_refused(name: str) -> None:
    kind, reason = REFUSED[name]
    with pytest.raises(kind) as caught:
        _ = CASES[name].rendered
    assert caught.value.reason == reason


def test_all_of_the_specification_is_run() -> None:
    assert len(CASES) == 122
