import math
from collections import OrderedDict, defaultdict
from types import MappingProxyType
from typing import cast

import pytest

from plmctl.core.template.mustache import parse
from plmctl.core.template.refusal import MissingValue, Place, RenderError, TooLarge, Uncompilable, Unprintable
from plmctl.core.template.rendering import Program, compiled
from plmctl.core.value import Value

MIB = 1024**2


def program(text: str, **partials: str) -> Program:
    """A compiled text with its partials."""
    return compiled(parse(text), {name: parse(part) for name, part in partials.items()}, name="message")


def nested(levels: int) -> Value:
    """Lists in lists, made without recursion."""
    value: Value = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("", {}, ""),
        ("a{{! b }}c", {}, "ac"),
        (r"\{{a}}", {"a": 1}, "{{a}}"),
        ("{{a}} {{{a}}} {{&a}}", {"a": "<&>"}, "<&> <&> <&>"),
        ("{{a}}", {"a": "{{b}}", "b": "no"}, "{{b}}"),
        ("{{a}}|{{b}}|{{c}}", {"a": True, "b": False, "c": None}, "true|false|"),
        ("{{a}}|{{b}}", {"a": -7, "b": 9007199254740991}, "-7|9007199254740991"),
        ("{{a}}|{{b}}|{{c}}|{{d}}", {"a": 5.0, "b": 1e21, "c": 1e-7, "d": -0.5}, "5|1e+21|1e-7|-0.5"),
        ("{{a}}", {"a": {"z": [1.0, None, "é\n"], "b": {}}}, '{"b":{},"z":[1,null,"é\\n"]}'),
        ("{{a}}", {"a": []}, "[]"),
        ("{{a.b.c}}", {"a": {"b": {"c": "x"}}}, "x"),
        ("{{#a}}{{b.c}}{{/a}}", {"a": {"d": 1}, "b": {"c": "x"}}, "x"),
        ("{{#a.b}}x{{/a.b}}{{^a.b}}y{{/a.b}}", {"a": "text"}, "y"),
        ("{{#a}}x{{/a}}", {"a": {}}, "x"),
        ("{{#a}}[{{.}}]{{/a}}{{#b}}[{{.}}]{{/b}}", {"a": "", "b": 0}, "[][0]"),
        ("{{#a}}x{{/a}}{{#b}}x{{/b}}{{#c}}x{{/c}}{{#d}}x{{/d}}", {"a": None, "b": False, "c": []}, ""),
        ("{{^a}}x{{/a}}{{^b}}x{{/b}}{{^c}}x{{/c}}{{^d}}x{{/d}}", {"a": None, "b": False, "c": []}, "xxxx"),
        ("{{^a}}x{{/a}}{{^b}}x{{/b}}{{^c}}x{{/c}}", {"a": 0, "b": "", "c": {}}, ""),
        ("{{#a}}- {{.}}\n{{/a}}", {"a": ["b", "c"]}, "- b\n- c\n"),
        ("{{#a}}- {{.}}\n{{/a}}", {"a": ["b", 1, ["c"]]}, '- b\n- 1\n- ["c"]\n'),
        ("{{#a}}{{b}}{{c}} {{/a}}", {"a": [{"b": "x", "c": 1}, {"b": 2}], "c": 3}, "x1 23 "),
        ("{{#a}}{{b}} {{/a}}", {"a": [{"b": "x"}, "y"], "b": "z"}, "x z "),
        ("{{#a}}{{b}}{{.}} {{/a}}", {"a": [1, 2], "b": "x"}, "x1 x2 "),
        ("{{#a}}x{{/a}}", {"a": [1, 2]}, "xx"),
        ("{{#a}}{{#b}}{{.}}{{/b}};{{/a}}", {"a": [{"b": [1, 2]}, {"b": []}]}, "12;;"),
        ("{{#a}}{{^b}}-{{/b}}{{/a}}", {"a": [{"b": 1}, {}]}, "-"),
        ("{{.}}", "root", "root"),
        ("{{#.}}{{a}}{{/.}}", [{"a": 1}, {"a": 2}], "12"),
    ],
)
def test_values_are_inserted(text: str, values: Value, expected: str) -> None:
    assert program(text).render(values) == expected


def test_what_comes_from_elsewhere_is_seen_behind_the_inputs() -> None:
    values: dict[str, Value] = {"a": "input"}
    extra: dict[str, Value] = {"a": "hidden", "session": {"user": "Ada"}}
    assert program("{{a}} {{session.user}}").render(values, extra) == "input Ada"
    assert program("{{.}}").render(values, extra) == '{"a":"input"}'
    assert program("{{a}} {{.}}").render("root", extra) == "hidden root"


def test_mappings_of_all_kinds_are_objects() -> None:
    assert program("{{a}}{{.}}").render(MappingProxyType({"a": 1})) == '1{"a":1}'
    assert program("{{#a}}{{b}}{{/a}}").render({"a": OrderedDict(b=1)}) == "1"
    assert program("{{#a}}{{b}} {{/a}}").render({"a": [OrderedDict(b=1), {"b": 2}]}) == "1 2 "


def test_looking_up_a_name_never_makes_a_value() -> None:
    made = defaultdict[str, Value](str)
    with pytest.raises(MissingValue):
        program("{{#a}}{{b}}{{/a}}").render({"a": made})
    with pytest.raises(MissingValue):
        program("{{b}}").render(made)
    assert made == {}


def test_each_line_of_a_partial_is_indented() -> None:
    partials = {"outer": "a\n  {{> inner}}\n\nb {{> inner}}", "inner": "{{#x}}\n{{.}}\n{{/x}}\nc"}
    assert program("<\n  {{> outer}}\n{{> inner}}\n>", **partials).render({"x": "1\n2"}) == (
        "<\n  a\n    1\n2\n    c  \n  b 1\n2\nc1\n2\nc>"
    )


def caught(text: str, values: Value, **partials: str) -> RenderError:
    """Why a text is not rendered."""
    with pytest.raises(RenderError) as info:
        program(text, **partials).render(values)
    return info.value


@pytest.mark.parametrize(
    ("text", "values", "reason", "candidates"),
    [
        ("{{nmae}}", {"name": 1, "age": 2}, "'nmae' has no value", ("age", "name")),
        ("{{a}}", {}, "'a' has no value", ()),
        ("{{a}}", "root", "'a' has no value", ()),
        ("{{#b}}{{c}}{{a}}{{/b}}", {"b": {"c": 1}}, "'a' has no value", ("b", "c")),
        ("{{#b}}{{c}}{{a}}{{/b}}", {"b": [{"c": 1}]}, "'a' has no value", ("b", "c")),
        ("{{a.b.c}}", {"a": {"b": {"d": 1}}}, "'a.b' has no field 'c'", ("d",)),
        ("{{a.b.c}}", {"a": {"b": None}}, "'a.b' is null and has no field 'c'", ()),
        ("{{a.b.c}}", {"a": {"b": True}}, "'a.b' is true or false and has no field 'c'", ()),
        ("{{a.b.c}}", {"a": {"b": 1.5}}, "'a.b' is a number and has no field 'c'", ()),
        ("{{a.b.c}}", {"a": {"b": []}}, "'a.b' is a list and has no field 'c'", ()),
        ("{{a.b.c}}", {"a": {"b": "x"}}, "'a.b' is a text and has no field 'c'", ()),
        ("{{a.b.c}}", {"a": {}}, "'a' has no field 'b'", ()),
        ("{{a.b}}", {"c": 1}, "'a' has no value", ("c",)),
    ],
)
def test_a_value_that_is_missing_is_named(
    text: str, values: Value, reason: str, candidates: tuple[str, ...]
) -> None:
    error = caught(text, values)
    assert isinstance(error, MissingValue)
    assert (error.reason, error.candidates) == (reason, candidates)


def test_an_error_says_where_what_and_what_is_there() -> None:
    error = caught("Hello,\n dear {{customer.nmae}}", {"customer": {"name": "Ada", "id": 1}})
    assert isinstance(error, MissingValue)
    assert error.message == "message: line 2, column 7: 'customer' has no field 'nmae'"
    assert error.place == Place(template="message", line=1, column=6)
    assert (error.name, error.hint) == ("customer.nmae", "there is 'id', 'name'")


def test_few_of_many_names_are_shown() -> None:
    values: Value = {f"n{number:02}": number for number in range(12)}
    assert (
        caught("{{a}}", values).hint
        == "there is " + ", ".join(f"'n{number:02}'" for number in range(10)) + " and 2 more"
    )
    assert caught("{{a}}", {}).hint == "nothing is there"


def test_a_place_in_a_partial_is_that_of_its_author() -> None:
    error = caught("{{> outer}}", {}, outer="x\n  {{> inner}}", inner="y\n {{b}}")
    assert error.place == Place(template="partial/inner", line=1, column=1)


@pytest.mark.parametrize(
    ("text", "partials", "message", "hint"),
    [
        (
            "a\n{{#b}}",
            {},
            "message: line 2, column 1: section 'b' is never closed",
            "end it with '{{/b}}'",
        ),
        ("{{> a}}", {"a": "{{/b}}"}, "partial/a: line 1, column 1: no section 'b' is open here", None),
        ("x {{> a}}", {}, "message: line 1, column 3: there is no partial 'a'", None),
        (
            "{{> a}}",
            {"a": "{{> a}}"},
            "partial/a: line 1, column 1: partial 'a' includes itself: a -> a",
            None,
        ),
        (
            "{{> a}}",
            {"a": "{{> b}}", "b": "{{> c}}", "c": "\n{{> b}}"},
            "partial/c: line 2, column 1: partial 'b' includes itself: b -> c -> b",
            None,
        ),
        ("a\ud800", {}, "message: line 1, column 2: the text has half a character (a lone surrogate)", None),
    ],
)
def test_a_text_that_no_values_can_fill_is_refused(
    text: str, partials: dict[str, str], message: str, hint: str | None
) -> None:
    with pytest.raises(Uncompilable) as info:
        program(text, **partials)
    assert info.value.message == message
    assert hint is None or info.value.hint == hint


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (math.nan, "nan, which JSON has not"),
        (-math.inf, "-inf, which JSON has not"),
        (2**53, "an integer beyond 2^53 - 1, which not every language reads alike"),
        ((1, 2), "a value of the type tuple, which JSON has not"),
        ([b"x"], "a value of the type bytes, which JSON has not"),
        ({1: "x"}, "an object with a key that is no text"),
        ("x\ud800", "half a character (a lone surrogate)"),
        (["\udfff"], "half a character (a lone surrogate)"),
        (nested(65), "objects and arrays that nest deeper than 64"),
        ({"a": nested(64)}, "objects and arrays that nest deeper than 64"),
    ],
)
@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("{{a}}", 0),
        ("{{b}}{{a}}", 5),
        ("{{#c}}{{.}}{{/c}}", 6),
        ("{{#d}}{{b}}{{a}}{{/d}}", 11),
        ("é{{x.a}}", 1),
    ],
)
def test_what_has_no_text_is_named(value: object, what: str, text: str, column: int) -> None:
    bad = cast("Value", value)
    error = caught(text, {"a": bad, "b": "", "c": ["x", bad], "d": [{"a": bad}], "x": {"a": bad}})
    assert isinstance(error, Unprintable)
    assert error.reason.endswith(f"cannot be printed: it is or has {what}")
    assert (error.place.line, error.place.column) == (0, column)


def test_what_nests_64_deep_is_printed() -> None:
    assert program("{{a}}").render({"a": nested(64)}) == "[" * 64 + '"x"' + "]" * 64


def test_deep_data_that_nothing_prints_is_walked_through() -> None:
    deep: Value = nested(100_000)
    assert program("{{#a}}{{#.}}y{{/.}}{{/a}}{{b.c}}").render({"a": deep, "b": {"c": 1, "d": deep}}) == "y1"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("{{a}}{{b}}", {"a": "x" * 6 * MIB, "b": "y" * 6 * MIB}),
        ("{{a}}{{a}}", {"a": "ä" * 3 * MIB}),
        ("{{#c}}{{a}}{{/c}}", {"c": [0] * 11, "a": "x" * MIB}),
        ("{{#c}}{{.}}{{/c}}", {"c": ["x" * MIB] * 11}),
        ("{{#c}}{{a}}{{/c}}", {"c": [{"a": "x" * MIB}] * 11}),
        ("{{#c}}" + "x" * MIB + "{{/c}}", {"c": [0] * 11}),
        ("{{a.b}}", {"a": {"b": "x" * (10 * MIB + 1)}}),
    ],
)
def test_a_text_has_at_most_ten_mebibytes(text: str, values: Value) -> None:
    error = caught(text, values)
    assert isinstance(error, TooLarge)
    assert error.reason == "the text is longer than 10 MiB"


def test_a_text_of_ten_mebibytes_is_none_too_many() -> None:
    assert len(program("{{a}}{{b}}").render({"a": "ä" * 5 * MIB, "b": ""})) == 5 * MIB


@pytest.mark.parametrize("text", ["{{#b}}{{x}}{{/b}}", "{{#c}}{{x}}{{x}}{{/c}}", "{{^d}}{{x}}{{x}}{{/d}}"])
def test_steps_are_counted_where_nothing_is_printed(text: str) -> None:
    # An item and its value are two steps, and the section here and that of the text are one each.
    values: Value = {"a": [""] * 499_998, "b": [1], "c": True, "x": None}
    assert program("{{#a}}{{.}}{{/a}}{{#d}}{{/d}}").render(values) == ""
    error = caught("{{#a}}{{.}}{{/a}}" + text + text, values)
    assert isinstance(error, TooLarge)
    assert error.reason == "the text takes more than 1,000,000 values, items and partials"


def bomb(levels: int, leaf: str, including: str) -> dict[str, str]:
    """Partials of which each includes the next one more than once."""
    partials = {f"p{level}": including.replace("NEXT", f"p{level + 1}") for level in range(levels)}
    return {**partials, f"p{levels}": leaf}


@pytest.mark.parametrize(
    ("partials", "reason"),
    [
        (bomb(30, "x" * 99, "{{> NEXT}}{{> NEXT}}"), "the text is longer than 10 MiB"),
        (
            bomb(30, "", "{{> NEXT}}{{> NEXT}}"),
            "the text takes more than 1,000,000 values, items and partials",
        ),
        (bomb(63, "", "{{#a}}{{> NEXT}}{{/a}}"), "sections and partials nest deeper than 64"),
        (
            bomb(9, "x" * MIB, "{{#a}}\n {{> NEXT}}\n\t{{> NEXT}}\n{{/a}}"),
            "the partials are too many or too long, each counted once for each indentation",
        ),
        (
            bomb(1, "\n" * 9999, " " * 2000 + "{{> NEXT}}"),
            "the partials are too many or too long, each counted once for each indentation",
        ),
    ],
)
def test_what_partials_make_too_large_is_told_before_it_is_rendered(
    partials: dict[str, str], reason: str
) -> None:
    with pytest.raises(TooLarge) as info:
        program("{{> p0}}", **partials)
    assert info.value.reason == reason


def test_many_partials_in_a_section_that_is_not_run_cost_nothing() -> None:
    partials = bomb(15, "x" * 999, "{{> NEXT}}{{> NEXT}}")
    with pytest.raises(TooLarge):
        program("{{> p0}}", **partials)
    del partials["p0"]
    partials["p1"] = "{{#a}}{{> p2}}{{/a}}"
    assert program("{{> p1}}", **partials).render({}) == ""
