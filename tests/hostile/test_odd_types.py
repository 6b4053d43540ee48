"""Each place of a manifest of each kind with something in it that no schema wants: an answer all the same."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from plmctl.core.document import Document, read_document
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import MemoryTree
from plmctl.core.report import Report
from plmctl.core.value import Pointer, Value
from tests.fuzz.targets.registries import Moments, report_of_diff, report_of_validate

EXAMPLE = Path(__file__).parents[2] / "example-registry"
SETTINGS = b"apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: acme}\n"
# Each is compared with the next one, and the last with the first.
ODD: tuple[Value, ...] = (
    {"type": "object", "a": {"name": "b", "c": 1}},
    {"type": "array", "a": {"name": "b", "c": []}},
    [[], {"name": {}}],
    "x/../../y",
)
# One of each kind; what they refer to is not there.
PATHS = (
    "prompts/support/classify.yaml",
    "partials/customer-card.yaml",
    "tools/orders/lookup.yaml",
    "providers/anthropic-main.yaml",
    "models/gpt-4o.yaml",
    "datasets/product-docs.yaml",
    "retrievers/docs-search.yaml",
    "contexts/support-chat.yaml",
    "guardrails/personal-data.yaml",
    "routes/chat-default.yaml",
    "evals/triage-quality.yaml",
    "applications/support-bot.yaml",
    "environments/production.yaml",
)


def value_of(path: str) -> Value:
    document = read_document(path, (EXAMPLE / path).read_bytes())
    assert isinstance(document, Document)
    return document.value


def places(value: Value, at: Pointer = ()) -> Iterator[Pointer]:
    """The places in a value, of a manifest three steps deep: what is further down is mostly free."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in steps if len(at) < 3 else ():
        yield (*at, step)
        yield from places(child, (*at, step))


def put(value: Value, at: Pointer, new: Value) -> Value:
    """The value with something else at a place."""
    if not at:
        return new
    step, *rest = at
    if isinstance(value, dict):
        return {key: put(each, tuple(rest), new) if key == step else each for key, each in value.items()}
    assert isinstance(value, list)
    return [put(each, tuple(rest), new) if n == step else each for n, each in enumerate(value)]


def answer(command: Callable[[Moments], Report], moments: Moments) -> str:
    """The command that answered; whatever else it does but to refuse is raised."""
    try:
        return command(moments).command
    except PlmctlError as error:
        return type(error).__name__


@pytest.mark.parametrize("path", PATHS)
def test_whatever_stands_at_a_place_there_is_an_answer(path: str) -> None:
    value, given = value_of(path), Counter[str]()
    # Of all kinds the metadata are alike.
    found = [at for at in places(value) if at[0] == "spec" or path == PATHS[0]]
    assert len(found) > 4
    for at in found:
        sides = [
            MemoryTree({"plmctl.yaml": SETTINGS, path: json.dumps(put(value, at, odd)).encode()})
            for odd in ODD
        ]
        for before, after in pairwise((*sides, sides[0])):
            given[answer(report_of_diff, Moments(before=before, after=after))] += 1
        given[answer(report_of_validate, Moments(before=sides[0], after=sides[0]))] += 1
    assert given == {"diff": len(ODD) * len(found), "validate": len(found)}
