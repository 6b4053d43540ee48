import pytest

from plmctl.core.template.infer import Inferred, NotInferred, inferred_inputs
from plmctl.core.template.mustache import parse
from plmctl.core.template.scope import Json

STRING: dict[str, Json] = {"type": "string"}


def an_object(properties: dict[str, Json], *required: Json) -> dict[str, Json]:
    """An object's schema as it is inferred."""
    return {"type": "object", "properties": properties, "required": list(required)}


@pytest.mark.parametrize(
    ("texts", "schema"),
    [
        ([""], an_object({})),
        ([], an_object({})),
        (["{{b}}{{a}}{{{b}}}"], an_object({"a": STRING, "b": STRING}, "a", "b")),
        (["{{#a}}x{{/a}}{{^b}}y{{/b}}"], an_object({"a": {}, "b": {}})),
        (["{{#a}}{{.}}{{/a}}"], an_object({"a": {}})),
        (["{{#a}}{{#.}}{{.}}{{/.}}{{/a}}"], an_object({"a": {}})),
        (["{{#a}}x{{/a}}{{a}}"], an_object({"a": STRING}, "a")),
        (["{{a}}", "{{b}}{{^a}}x{{/a}}"], an_object({"a": STRING, "b": STRING}, "a", "b")),
        (["{{a.c}}{{a.b}}"], an_object({"a": an_object({"b": STRING, "c": STRING}, "b", "c")}, "a")),
        (["{{#a.b}}x{{/a.b}}"], an_object({"a": an_object({"b": {}})})),
        (["{{#a}}x{{/a}}{{a.b}}"], an_object({"a": an_object({"b": STRING}, "b")}, "a")),
        (["{{.}}{{> partial}}{{! x }}"], an_object({})),
        (["{{session.user}}{{#passages}}{{.}}{{/passages}}{{a}}"], an_object({"a": STRING}, "a")),
        (["{{session}}{{session.user}}"], an_object({})),
    ],
)
def test_inputs_are_read_off_the_text(texts: list[str], schema: dict[str, Json]) -> None:
    inference = inferred_inputs(map(parse, texts), {"session", "passages"})
    assert inference == Inferred(schema=schema)


def test_properties_are_sorted() -> None:
    inference = inferred_inputs([parse("{{c}}{{a.z}}{{a.b}}{{#b}}{{/b}}")])
    assert isinstance(inference, Inferred)
    assert list(_properties(inference.schema)) == ["a", "b", "c"]


def _properties(schema: dict[str, Json]) -> dict[str, Json]:
    properties = schema["properties"]
    assert isinstance(properties, dict)
    return properties


def items(properties: dict[str, Json], *required: Json) -> dict[str, Json]:
    """A list of objects as it is suggested."""
    return {"type": "array", "items": an_object(properties, *required)}


@pytest.mark.parametrize(
    ("text", "reason", "suggestion"),
    [
        (
            "{{#a}}{{b}}{{/a}}",
            "section 'a' contains the name 'b'",
            an_object({"a": items({"b": STRING}, "b")}),
        ),
        ("{{#a}}{{a}}{{/a}}", "section 'a' contains the name 'a'", an_object({"a": STRING})),
        (
            "{{b}}{{#a}}{{b}}{{/a}}",
            "section 'a' contains the name 'b'",
            an_object({"a": {}, "b": STRING}, "b"),
        ),
        ("{{^a}}{{b}}{{/a}}", "section 'a' contains the name 'b'", an_object({"a": {}, "b": STRING})),
        (
            "{{#a}}{{#b}}{{c.d}}{{/b}}{{^e}}{{f}}{{/e}}{{/a}}",
            "section 'a' contains the name 'b'",
            an_object(
                {
                    "a": items(
                        {"b": items({"c": an_object({"d": STRING}, "d")}, "c"), "e": {}, "f": STRING},
                    )
                }
            ),
        ),
        (
            "{{#a}}{{#.}}{{b}}{{/.}}{{/a}}",
            "section '.' contains the name 'b'",
            an_object({"a": {"type": "array", "items": items({"b": STRING}, "b")}}),
        ),
        ("{{#.}}{{b}}{{/.}}", "section '.' contains the name 'b'", an_object({})),
        ("{{#passages}}{{text}}{{/passages}}", "section 'passages' contains the name 'text'", an_object({})),
        (
            "{{#a}}{{session.user}}{{/a}}",
            "section 'a' contains the name 'session.user'",
            an_object({"a": {}}),
        ),
        (
            "{{a}}{{a.b}}",
            "'a' is printed and has fields",
            an_object({"a": an_object({"b": STRING}, "b")}, "a"),
        ),
    ],
)
def test_a_text_that_does_not_tell_gives_a_suggestion_and_a_reason(
    text: str, reason: str, suggestion: dict[str, Json]
) -> None:
    inference = inferred_inputs([parse(text)], {"session", "passages"})
    assert isinstance(inference, NotInferred)
    assert (inference.reason, inference.suggestion) == (reason, suggestion)


def test_the_reason_is_placed_in_its_template() -> None:
    sound, unclear = parse("{{b}}"), parse("x\n{{#a}}\n  {{b}}{{/a}}")
    inference = inferred_inputs([sound, unclear])
    assert isinstance(inference, NotInferred)
    assert (inference.template, inference.tag) == (1, unclear.tags[1])


def test_a_suggestion_stays_shallow() -> None:
    deep = (
        "".join(f"{{{{#s{n}}}}}" for n in range(64))
        + "{{x}}"
        + "".join(f"{{{{/s{n}}}}}" for n in reversed(range(64)))
    )
    inference = inferred_inputs([parse(deep)])
    assert isinstance(inference, NotInferred)
    assert str(inference.suggestion).count("properties") == 8
