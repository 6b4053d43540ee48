import json

import pytest

from plmctl.core.document import Document, read_document
from plmctl.core.kinds import BUILT_IN
from plmctl.core.schema import findings_of
from plmctl.core.value import Value

HEAD = "apiVersion: plmctl/v1\nkind: Tool\nmetadata: {name: a}\nspec:\n  description: x\n  returns:\n"


def found(schema: str) -> list[tuple[str, int | None, int | None, str, str | None]]:
    """Code, line, column, message and help of what is wrong with a block of YAML under `returns`."""
    text = HEAD + "".join(f"    {line}\n" for line in schema.splitlines()) + "  builtin: x\n"
    document = read_document("tools/a.yaml", text.encode())
    assert isinstance(document, Document)
    return [
        (f.code, f.location.line, f.location.column, f.message, f.help)
        for f in findings_of(document, "Tool", BUILT_IN)
    ]


def nested(levels: int) -> Value:
    """A list of lists of so many levels."""
    return {"items": nested(levels - 1)} if levels > 1 else {}


def test_every_keyword_of_the_subset_is_allowed() -> None:
    assert (
        found(
            """\
type: [object, "null"]
title: a
description: a
default: {}
examples: [{}]
deprecated: false
x-own: {anything: [1]}
properties:
  a: {type: string, format: date, minLength: 1, maxLength: 2, pattern: "^a+$", enum: [a], const: a}
  b: {type: array, prefixItems: [{}], items: false, minItems: 0, maxItems: 1, uniqueItems: true}
  c: {type: number, minimum: 0, maximum: 1, exclusiveMinimum: 0, exclusiveMaximum: 1, multipleOf: 0.5}
  d: {anyOf: [{}], oneOf: [{}], allOf: [{}], $ref: "#/$defs/e"}
required: [a]
additionalProperties: {type: string}
minProperties: 0
maxProperties: 9
$defs: {e: {additionalProperties: true}}"""
        )
        == []
    )


def test_reference_to_nothing() -> None:
    assert found('$ref: "#/$defs/recrod"\n$defs: {record: {}}') == [
        ("SCH009", 7, 11, "the schema has no definition 'recrod'", "did you mean 'record'?")
    ]
    assert found('$ref: "#/$defs/a"') == [
        ("SCH009", 7, 11, "the schema has no definition 'a'", "add 'a' to '$defs' at the root of the schema")
    ]


@pytest.mark.parametrize("name", ["a b", "\u00e9", "a%25b", "%41", "a|b", "<", "\U0001f600"])
def test_a_reference_is_a_uri(name: str) -> None:
    assert found(f'$ref: "#/$defs/{name}"\n$defs: {{"{name}": {{}}}}') == [
        (
            "SCH009",
            7,
            11,
            f"'{name}' cannot be referred to: a reference is a URI",
            "name the definition with letters, digits, '_', '.' and '-' alone",
        )
    ]


def test_a_definition_that_nothing_refers_to_may_have_any_name() -> None:
    assert found('$ref: "#/$defs/A_b-0.9"\n$defs: {"a b": {}, A_b-0.9: {}}') == []


def test_reference_elsewhere_is_not_fetched() -> None:
    local = "'#/$defs/NAME', a schema below $defs of the same root"
    assert found("$ref: http://a\n$schema: https://example.com/b.json") == [
        (
            "SCH009",
            7,
            11,
            f"spec.returns.$ref is 'http://a': it must be {local}",
            None,
        ),
        ("SCH009", 8, 5, "'$schema' is not in the keyword subset of schemas inside manifests", None),
    ]


def test_recursion_is_found_once_at_the_reference_that_closes_it() -> None:
    defs = '$defs:\n  a: {items: {$ref: "#/$defs/b"}}\n  b: {items: {$ref: "#/$defs/a"}}'
    assert found(f'{defs}\nproperties: {{x: {{$ref: "#/$defs/a"}}, y: {{$ref: "#/$defs/a"}}}}') == [
        ("SCH009", 8, 25, "the schema refers to itself through 'b'", "write it without recursion"),
        ("SCH009", 9, 25, "the schema refers to itself through 'a'", "write it without recursion"),
    ]


@pytest.mark.parametrize("pattern", ["(?=a)", r"(a)\\1", "[", "^(a{0,1000}){0,1000}$"])
def test_pattern_is_one_that_rust_takes(pattern: str) -> None:
    written = pattern.replace(r"\\", "\\")
    assert found(f'anyOf: [{{pattern: "{pattern}"}}]') == [
        (
            "SCH009",
            7,
            23,
            f"'{written}' is no regular expression that Rust's regex takes",
            "it has no lookaround, no back-references and no large repeats",
        )
    ]


def test_same_mistake_is_told_once() -> None:
    refs = ", ".join(f'p{n}: {{$ref: "#/$defs/a"}}' for n in range(3))
    assert len(found(f'$defs: {{a: {{pattern: "["}}}}\nproperties: {{{refs}}}')) == 1


TOO_LARGE = [
    (
        "SCH009",
        6,
        3,
        "the schema has over 1000 subschemas or 24 levels, references followed",
        "describe less of it",
    )
]


def test_nesting_of_24_levels_is_allowed_and_no_more() -> None:
    assert found(json.dumps(nested(24))) == []
    assert found(json.dumps(nested(25))) == TOO_LARGE


def test_1000_subschemas_are_allowed_and_no_more() -> None:
    assert found(json.dumps({"anyOf": [{}] * 999})) == []
    assert found(json.dumps({"anyOf": [{}] * 1000})) == TOO_LARGE


def test_references_that_double_are_refused_before_they_are_compiled() -> None:
    doubling = {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(18)}
    assert found(json.dumps({"$ref": "#/$defs/d0", "$defs": {**doubling, "d18": {}}})) == TOO_LARGE
