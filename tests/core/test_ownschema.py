"""Everything that the schema of an own kind may not be."""

from collections.abc import Callable

import pytest

from plmctl.core.kinds import BUILT_IN
from plmctl.core.schema import Node
from plmctl.core.value import Value, as_mapping
from tests.commands.personas import PERSONA_SCHEMA
from tests.core.own_schemas import (
    KIND,
    kinds_in,
    named,
    refused,
    refused_schema,
    text,
    with_field,
    with_spec,
)

FIELD = "properties.spec.properties.field"
REFERENCE = "'#/$defs/NAME' of this file, or 'defs.json#/$defs/NAME' of plmctl"


@pytest.mark.parametrize(
    ("keywords", "told"),
    [
        (
            {"title": "persona"},
            ("SCH006", "title is 'persona': it must be a word of 2 to 40 letters and digits"),
        ),
        ({"type": "array"}, ("SCH005", "type is 'array': it must be 'object'")),
        ({"required": ["spec"]}, ("SCH005", 'required is ["spec"]: it must be ["apiVersion", "kind", ')),
        ({"additionalProperties": True}, ("SCH005", "additionalProperties is true: it must be false")),
        (
            {"$schema": "http://json-schema.org/schema#"},
            ("SCH005", "$schema is 'http://json-schema.org/schema#'"),
        ),
        ({"definitions": {}}, ("SCH002", "'definitions' is not a field of the manifest")),
        ({"properties": {}}, ("SCH003", "'apiVersion' is missing from properties")),
    ],
)
def test_a_schema_has_the_parts_of_a_manifest(keywords: Node, told: tuple[str, str]) -> None:
    code, message, _ = refused_schema({**PERSONA_SCHEMA, **keywords})[0]
    assert (code, message[: len(told[1])]) == told


@pytest.mark.parametrize(
    ("field", "told"),
    [
        (
            {"$ref": "https://example.com/a.json"},
            (
                "SCH006",
                f"{FIELD}.$ref is 'https://example.com/a.json': it must be {REFERENCE}",
                None,
            ),
        ),
        (
            {"$ref": "#/$defs/trait"},
            (
                "SCH009",
                "the schema has no definition 'trait'",
                "add 'trait' to '$defs' at the root of the schema",
            ),
        ),
        (
            {"$ref": "defs.json#/$defs/refrence"},
            (
                "SCH009",
                "the schema has no definition 'defs.json#/$defs/refrence'",
                "did you mean 'defs.json#/$defs/reference'?",
            ),
        ),
        (
            {"patternProperties": {"^(a+)+$": {}}},
            (
                "SCH005",
                f'{FIELD}.patternProperties is {{"^(a+)+$": {{}}}}: it must be {{"^x-": {{}}}}',
                None,
            ),
        ),
        (
            {"pattern": "(?=a)b"},
            (
                "SCH009",
                "'(?=a)b' is no regular expression that Rust's regex takes",
                "it has no lookaround, no back-references and no large repeats",
            ),
        ),
        (
            {"pattern": "^((a{0,1000}){0,1000}){0,1000}$"},
            (
                "SCH009",
                "'^((a{0,1000}){0,1000}){0,1000}$' is no regular expression that Rust's regex takes",
                "it has no lookaround, no back-references and no large repeats",
            ),
        ),
        (
            {"propertyNames": {"pattern": "\\1"}},
            (
                "SCH009",
                "'\\1' is no regular expression that Rust's regex takes",
                "it has no lookaround, no back-references and no large repeats",
            ),
        ),
        (
            {"format": "email"},
            ("SCH005", f"{FIELD}.format is 'email': it must be 'date'", None),
        ),
        (
            {"propertyNames": {"x-plm-ref": "Model"}},
            (
                "SCH004",
                f"{FIELD}.propertyNames.x-plm-ref must be a list, not the text 'Model'",
                None,
            ),
        ),
        (
            {"x-plm-list-key": 1},
            (
                "SCH004",
                f"{FIELD}.x-plm-list-key must be text, not 1",
                'quote it: "1"',
            ),
        ),
        (
            {"x-plm-change": "braking"},
            (
                "SCH005",
                f"{FIELD}.x-plm-change is 'braking': it must be breaking, behavioural or safe",
                "did you mean 'breaking'?",
            ),
        ),
        (
            {"x-plm-prosa": True},
            (
                "SCH002",
                f"'x-plm-prosa' is no annotation of {FIELD}",
                "did you mean 'x-plm-prose'?",
            ),
        ),
        (
            {"x-plm-zzzzzz": True},
            (
                "SCH002",
                f"'x-plm-zzzzzz' is no annotation of {FIELD}",
                "annotations of your own begin with 'x-' alone",
            ),
        ),
        (
            {"x-plm-ref": ["Modle"]},
            ("SCH001", "'Modle' is not a kind", "did you mean 'Model'?"),
        ),
        (
            {"x-plm-ref": ["Zzz"]},
            ("SCH001", "'Zzz' is not a kind", f"the kinds are {', '.join((*BUILT_IN.names, 'Persona'))}"),
        ),
        (
            {"x-plm-schema": True},
            (
                "SCH009",
                f"{FIELD} holds a JSON Schema and does not say which keywords it may have",
                'write "$ref": "defs.json#/$defs/jsonSchema" beside it',
            ),
        ),
        (
            {"x-plm-list-key": "nmae", "items": {"properties": {"name": {}}}},
            (
                "SCH002",
                f"the items of {FIELD} have no field 'nmae' to be told apart by",
                "did you mean 'name'?",
            ),
        ),
        (
            {"x-plm-list-key": "name"},
            (
                "SCH002",
                f"the items of {FIELD} have no field 'name' to be told apart by",
                "describe it in 'properties' of the items",
            ),
        ),
        (
            {"anyOf": [{"properties": {"a": {"anyOf": [{}] * 4}}}] * 5},
            (
                "SCH009",
                "over 16 schemas say what spec.field.a may be: each value is held to all",
                "offer fewer alternatives",
            ),
        ),
    ],
)
def test_each_mistake_in_a_schema_is_told_with_its_cure(
    field: Node, told: tuple[str, str, str | None]
) -> None:
    assert refused_schema(with_field(field)) == [told]


def test_recursion_is_refused() -> None:
    defs: Node = {"a": {"items": {"$ref": "#/$defs/b"}}, "b": {"$ref": "#/$defs/a"}}
    found = refused_schema(with_field({"$ref": "#/$defs/a"}, **{"$defs": defs}))
    assert found == [
        ("SCH009", "the schema refers to itself through 'b'", "write it without recursion"),
        ("SCH009", "the schema refers to itself through 'a'", "write it without recursion"),
    ]


def test_expansion_is_bounded() -> None:
    defs: dict[str, Value] = {"d0": {}}
    for n in range(18):
        defs[f"d{n + 1}"] = {"anyOf": [{"$ref": f"#/$defs/d{n}"}, {"$ref": f"#/$defs/d{n}"}]}
    (code, message, _) = refused_schema(with_field({"$ref": "#/$defs/d18"}, **{"$defs": defs}))[0]
    assert (code, message) == (
        "SCH009",
        "the schema has over 1000 subschemas or 24 levels, references followed",
    )


NAMED_NAME: Node = {"$defs": {"name": dict[str, Value]()}}


def test_a_definition_does_not_hide_one_of_plmctl() -> None:
    assert refused_schema(with_field({"$ref": "#/$defs/name"}, **NAMED_NAME)) == [
        (
            "SCH009",
            "the definition 'name' has the name of one that plmctl shares",
            "rename it, or refer to 'defs.json#/$defs/name'",
        )
    ]


def test_the_kind_is_the_title() -> None:
    schema = with_spec({})
    properties: dict[str, Value] = {**as_mapping(schema["properties"]), "kind": {"const": "Person"}}
    assert refused_schema({**schema, "properties": properties}) == [
        (
            "SCH005",
            "properties.kind.const is 'Person': it must be 'Persona', as the title is",
            "write 'Persona'",
        )
    ]


def test_an_example_is_a_manifest_of_the_kind() -> None:
    good = as_mapping(PERSONA_SCHEMA)["examples"]
    assert isinstance(good, list)
    assert refused_schema({**PERSONA_SCHEMA, "examples": [*good, {"kind": "Persona"}]}) == [
        (
            "SCH007",
            "the example is no Persona: the schema refuses it",
            "correct the example, or the schema",
        )
    ]


@pytest.mark.parametrize(
    ("word", "owner"),
    [
        ("Prompt", "the kind Prompt"),
        ("PROMPT", "the kind Prompt"),
        ("EvalSUITE", "the kind EvalSuite"),
        ("Prompts", "the folder of the kind Prompt"),
        ("Eval", "the folder of the kind EvalSuite"),
        ("Context", "the folder of the kind ContextPolicy"),
        ("Registry", "plmctl's own 'Registry'"),
        ("Lock", "plmctl's own 'Lock'"),
        ("Kind", "plmctl's own 'Kind'"),
    ],
)
def test_a_word_of_plmctl_is_taken(word: str, owner: str) -> None:
    message = f"the kind '{word}' has the word of {owner}"
    assert refused_schema(named(word)) == [("SCH007", message, "choose another word")]


def test_two_kinds_have_two_words() -> None:
    found = refused({KIND: text(PERSONA_SCHEMA), "kinds/z.json": text(named("PerSona"))})
    assert found == [
        (
            "SCH007",
            "kinds/z.json:2:11",
            "the kind 'PerSona' has the word of the kind in kinds/persona.json",
            "choose another word",
        )
    ]


def test_there_are_at_most_50_kinds() -> None:
    files: dict[str, bytes | str] = {f"kinds/{n:02}.json": text(named(f"Kind{n}")) for n in range(50)}
    assert len(kinds_in(files).own) == 50
    assert refused({**files, "kinds/99.json": text(named("Another"))}) == [
        (
            "SCH007",
            "kinds/99.json:1:1",
            "there are 51 kinds of your own, at most 50 are read",
            "delete those that are not used",
        )
    ]


def patterned(count: int) -> Node:
    """A kind with so many patterns."""
    return with_spec({"properties": {f"a{n}": {"pattern": f"a{n}"} for n in range(count)}})


def test_there_are_at_most_100_patterns() -> None:
    assert tuple(kinds_in({KIND: text(patterned(100))}).own) == ("Persona",)
    assert refused_schema(patterned(102)) == [
        (
            "SCH009",
            "the kinds of your own have 102 patterns, at most 100 are compiled",
            "say some in words, in the descriptions",
        )
    ]


@pytest.mark.parametrize(
    "fill",
    [
        lambda: {"items": {"$ref": "defs.json#/$defs/jsonSchema"}, "x-mine": 1},
        lambda: {"$ref": "defs.json#/$defs/jsonSchema", "x-plm-schema": True},
        lambda: {"$ref": "defs.json#/$defs/jsonSchemaOrBoolean"},
        lambda: {"type": "object", "propertyNames": {"x-plm-ref": ["Persona"]}, "additionalProperties": True},
    ],
)
def test_what_the_shipped_schemas_do_an_own_one_may_do(fill: Callable[[], Node]) -> None:
    assert tuple(kinds_in({KIND: text(with_field(fill()))}).own) == ("Persona",)
