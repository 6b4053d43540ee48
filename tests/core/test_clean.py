"""The short way of reading: the value of a text that nothing is wrong with, or the long way."""

import json

import pytest

from plmctl.core.clean import NotClean, clean_value
from plmctl.core.document import Document, read_document
from plmctl.core.limits import LIMITS, Limits
from plmctl.core.value import Value
from tests.core.test_document import read
from tests.properties.yaml_texts import document

# As long as this, a text goes the long way; before a text a comment says nothing.
LONG = f"#{' ' * 25_000}\n"
DRAWN = 2_000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no\nb: 014\nc:\n- 1.5\n- [x, {y: ~}]\n", {"a": "no", "b": 14, "c": [1.5, ["x", {"y": None}]]}),
        ("a: [true, 0xff, -x, .y]\n'null': No\n", {"a": [True, 255, "-x", ".y"], "null": "No"}),
        ("--- # c\n- |\n  a\n\n- >-\n  a\n  b\n", ["a\n", "a b"]),
        (
            "a: 'it''s'\nb: \"\\t\\u2028\"\n'<<': 1\n\"1\": 2\n",
            {"a": "it's", "b": "\t\u2028", "<<": 1, "1": 2},
        ),
        ('e\u0301: e\u0301\nf: "e\\u0301"\n', {"\u00e9": "\u00e9", "f": "\u00e9"}),
        ("\u212b: \u212b\n", {"\u00c5": "\u00c5"}),
        ("a: 1\n# the end\n\n", {"a": 1}),
    ],
)
def test_most_texts_are_clean(text: str, value: Value) -> None:
    assert clean_value(text, LIMITS) == read(LONG + text).value == value


def test_64_levels_are_clean() -> None:
    text = f"{'[' * 64}{']' * 64}"
    assert clean_value(text, LIMITS) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "# c\n",
            "a",
            "'a'",
            "1",
            "*a",
            "&a {b: 1}",
            "!a [b]",
            "[" * 65 + "]" * 65,
            "{a: " * 65 + "}" * 65,
        ),
        *(
            "a: *b",
            "a: &b c",
            "a: !b c",
            "a: &b\n  c: 1",
            "a: !b\n- 1",
            "&a b: 1",
            "!a b: 1",
            "*a : 1",
            "[*a]",
        ),
        *(
            "a: 1\na: 2",
            '{a: 1, "a": 1}',
            "<<: {a: 1}",
            "1: a",
            ": a",
            "~: a",
            "true: a",
            "[a]: 1",
            "{{a}}",
            "? {a: 1}\n: 2",
        ),
        *('"\\e": 1', '- "\\0"', '- "\\r"', "- .nan", "- 9007199254740992", "- 1e999", "9007199254740992: 1"),
        *("a: [1", "a: 'b", "a: b: c", "@a: 1", "[1]\n---\n[2]", "[1]\n... x", "[1]\n...\n", "[1] 2"),
        *("%YAML 1.2\n---\n[1]", "# c\n%YAML 1.2\n---\n[1]", "%TAG ! a\n---\n[1]", f"{LONG}[1]"),
    ],
)
def test_the_others_go_the_long_way(text: str) -> None:
    with pytest.raises(NotClean):
        clean_value(text, LIMITS)


@pytest.mark.parametrize(
    "limits", [Limits(nodes=24), Limits(text_bytes=48), Limits(depth=1)], ids=("nodes", "text_bytes", "depth")
)
def test_what_may_be_too_much_goes_the_long_way(limits: Limits) -> None:
    assert clean_value("[[1, 2, 3]]", Limits(nodes=23, text_bytes=45, depth=2)) == [[1, 2, 3]]
    with pytest.raises(NotClean):
        clean_value("[[1, 2, 3]] ", limits)


def test_both_ways_read_alike() -> None:
    clean = 0
    for seed in range(DRAWN):
        text = document(seed).data.decode("utf-8", "replace").removeprefix("\ufeff")
        alone, whole = read_document("a.yaml", text.encode()), read_document("a.yaml", (LONG + text).encode())
        assert isinstance(alone, Document) == isinstance(whole, Document), (seed, text)
        if isinstance(alone, Document) and isinstance(whole, Document):
            clean += 1
            assert (alone.value, repr(alone.value)) == (whole.value, repr(whole.value)), (seed, text)
    assert clean > DRAWN / 2
