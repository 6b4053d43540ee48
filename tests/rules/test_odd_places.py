"""A mapping where a list belongs, or a text where a mapping does: what changes in it is told all the same."""

import pytest

from tests.rules.judging import registry_with, told_between
from tests.rules.registries import manifest

MODELS = {
    f"models/{name}.yaml": manifest("Model", name, f"provider: openai\nmodel: {name}\n")
    for name in ("b", "c")
}


@pytest.mark.parametrize(
    ("kind", "field", "before", "after", "said"),
    [
        (
            "Prompt",
            "messages",
            "{a: {role: user}}",
            "{a: {role: tool}}",
            "PRM041 /spec/messages/a/role warning minor: role of message a changed from 'user' to 'tool'",
        ),
        (
            "Prompt",
            "variants",
            "[{name: de, messages: {a: {role: user}}}]",
            "[{name: de, messages: {a: {role: tool}}}]",
            (
                "PRM041 /spec/variants/name=de/messages/a/role warning minor: role of message a of "
                "variant 'de' changed from 'user' to 'tool'"
            ),
        ),
        (
            "Application",
            "files",
            "{a: 1}",
            "{a: 2}",
            "APP024 /spec/files/a warning minor: 'files.a' changed from 1 to 2",
        ),
        (
            "Model",
            "modalities",
            "{input: [text]}",
            "text",
            "MDL012 /spec/modalities error major: 'modalities' changed",
        ),
        (
            "Route",
            "match",
            "{a: {when: {b: c}}}",
            "{a: {when: {b: d}}}",
            "RTE002 /spec/match/a/when/b error major: 'b' of match a changed from 'c' to 'd'",
        ),
        (
            "Route",
            "match",
            "{a: {targets: [{model: model/c}]}}",
            "{a: {targets: [{model: model/b}]}}",
            (
                "RTE020 /spec/match/a/targets/0/model warning minor: "
                "'match.a.targets.1.model' changed from 'model/c' to 'model/b'"
            ),
        ),
    ],
)
def test_what_changes_at_an_odd_place_is_told(
    kind: str, field: str, before: str, after: str, said: str
) -> None:
    older, newer = (registry_with(kind, {field: value}, files=MODELS) for value in (before, after))
    assert said in told_between(older, newer)
