import pytest

from plmctl.core.template.mustache import parse
from plmctl.core.template.resolve import resolve_uses, uncovered_inputs, used_inputs
from plmctl.core.template.scope import Schema

INPUTS: Schema = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "flag": {"type": "boolean"},
        "anything": {},
        "always": True,
        "user": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}},
        "options": {"type": "object"},
        "nullable": {"type": ["object", "null"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "rows": {"type": "array", "items": {"type": "object", "properties": {"cell": {"type": "string"}}}},
        "matrix": {"type": "array", "items": {"items": {"properties": {"x": {"type": "number"}}}}},
        "loose": {"type": "array"},
        "address": {"$ref": "#/$defs/address"},
        "elsewhere": {"$ref": "other.json"},
        "lost": {"$ref": "#/$defs/no/where"},
        "through": {"$ref": "#/$defs/address/type/x"},
        "ring": {"$ref": "#/$defs/ring"},
    },
    "$defs": {
        "address": {"type": "object", "properties": {"city": {"type": "string"}}},
        "ring": {"$ref": "#/$defs/ring"},
    },
}


def problems(text: str, extra: dict[str, Schema] | None = None) -> list[tuple[str, int, str]]:
    """Name, column and message of each problem."""
    return [(p.name, p.tag.column, p.message) for p in resolve_uses(parse(text), INPUTS, extra or {})]


@pytest.mark.parametrize(
    "text",
    [
        "{{name}}{{#flag}}{{name}}{{/flag}}{{^flag}}{{name}}{{/flag}}",
        "{{user.id}}{{#user}}{{id}}{{name}}{{flag}}{{/user}}",
        "{{#user.id}}{{.}}{{/user.id}}",
        "{{anything.a.b}}{{#anything}}{{whatever}}{{/anything}}",
        "{{always.a}}{{options.a}}{{#options}}{{a}}{{/options}}{{nullable.a}}",
        "{{#tags}}{{.}}{{name}}{{/tags}}",
        "{{#rows}}{{cell}}{{name}}{{/rows}}",
        "{{#matrix}}{{#.}}{{x}}{{/.}}{{/matrix}}",
        "{{#loose}}{{.}}{{a.b}}{{/loose}}",
        "{{address.city}}{{#address}}{{city}}{{/address}}",
        "{{elsewhere.a}}{{lost.a}}{{through.a}}{{ring.a}}",
        "{{#flag}}{{.}}{{/flag}}",
        "{{> partial}}{{! undeclared }}",
    ],
)
def test_declared_names_resolve(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a {{nam}}", [("nam", 2, "'nam' is not a declared input")]),
        ("{{#nam}}{{x}}{{/nam}}", [("nam", 0, "'nam' is not a declared input")]),
        ("{{^nam}}x{{/nam}}", [("nam", 0, "'nam' is not a declared input")]),
        (
            "{{#nam}}{{/nam}}{{x.y}}",
            [("nam", 0, "'nam' is not a declared input"), ("x.y", 16, "'x' is not a declared input")],
        ),
        ("{{user.nick}}", [("user.nick", 0, "'user' has no field 'nick'")]),
        ("{{name.first}}", [("name.first", 0, "'name' has no field 'first'")]),
        ("{{user.id.x}}", [("user.id.x", 0, "'user.id' has no field 'x'")]),
        ("{{tags.first}}", [("tags.first", 0, "'tags' has no field 'first'")]),
        ("{{#rows}}{{cel}}{{/rows}}", [("cel", 9, "'cel' is not a declared input")]),
        ("{{^rows}}{{cell}}{{/rows}}", [("cell", 9, "'cell' is not a declared input")]),
        ("{{#rows}}{{/rows}}{{cell}}", [("cell", 18, "'cell' is not a declared input")]),
        ("{{.}}", [(".", 0, "'{{.}}' stands outside every section")]),
        ("{{^tags}}{{.}}{{/tags}}", [(".", 9, "'{{.}}' stands outside every section")]),
    ],
)
def test_an_undeclared_name_is_a_problem(text: str, expected: list[tuple[str, int, str]]) -> None:
    assert problems(text) == expected


def test_extra_names_resolve_by_their_schemas() -> None:
    extra: dict[str, Schema] = {
        "session": {"type": "object", "properties": {"user": {"type": "string"}}},
        "passages": {
            "type": "array",
            "items": {"type": "object", "properties": {"text": {"type": "string"}}},
        },
    }
    text = "{{session.user}}{{#passages}}{{text}}{{/passages}}{{session.x}}"
    assert problems(text, extra) == [("session.x", 50, "'session' has no field 'x'")]


def test_a_problem_names_what_it_could_have_been() -> None:
    found = list(resolve_uses(parse("{{user.nam}}{{#rows}}{{cel}}{{/rows}}{{.}}"), INPUTS, {"session": {}}))
    declared = sorted(["session", "cell", *_properties()])
    assert [p.candidates for p in found] == [("id", "name"), tuple(declared), ()]


def _properties() -> list[str]:
    properties = INPUTS["properties"]
    assert isinstance(properties, dict)
    return list(properties)


def test_a_schema_without_properties_declares_no_input() -> None:
    assert [p.message for p in resolve_uses(parse("{{a}}"), {})] == ["'a' is not a declared input"]


def test_used_inputs_are_those_that_the_text_reaches() -> None:
    text = "{{user.id}}{{#rows}}{{cell}}{{flag}}{{/rows}}{{^tags}}{{/tags}}{{unknown}}{{session}}{{> p}}"
    assert used_inputs(parse(text), INPUTS, {"session": {}}) == {"user", "rows", "flag", "tags"}


def test_a_name_that_an_inner_object_hides_is_not_a_used_input() -> None:
    assert used_inputs(parse("{{#user}}{{name}}{{/user}}"), INPUTS) == {"user"}


def test_a_name_that_an_open_section_may_fill_is_a_used_input() -> None:
    assert used_inputs(parse("{{#loose}}{{name}}{{/loose}}"), INPUTS) == {"loose", "name"}


def test_a_partial_finds_its_inputs_where_it_is_included() -> None:
    text = "{{name}}{{> row}}{{#rows}}{{> row}}{{> other}}{{/rows}}"
    found = list(uncovered_inputs(parse(text), INPUTS, {"row": ["name", "cell"]}))
    assert [(p.name, p.tag.column, p.message) for p in found] == [
        ("cell", 8, "partial 'row' needs the input 'cell', which is not declared here")
    ]
    assert found[0].candidates == tuple(sorted(_properties()))
