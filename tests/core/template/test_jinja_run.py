"""A render of a jinja2 text is a text, or says where there is none and why."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from jinja2 import Environment, nodes

from plmctl.core.template.cost import BUDGET, MAX_ITEMS, MAX_STEPS, MAX_WORK, Budget, Metering
from plmctl.core.template.jinja import compiled
from plmctl.core.template.refusal import MissingValue, RenderError, TooLarge, Uncompilable, Unprintable
from plmctl.core.template.sandbox import sandbox
from plmctl.core.value import Value

AS_TEXT, SHORTER = "give it as a text", "give it shorter values, or fewer of them"
COSTLY = f"filters and comparisons take more than {MAX_WORK:,} characters"
LONG = f"the loops take more than {MAX_STEPS:,} values and filters"
MIB = "x" * 1024 * 1024
NESTED = "{% for a in x %}{% for b in x %}{% for c in x %}{% endfor %}{% endfor %}{% endfor %}"


def refusal(text: str, values: dict[str, Value]) -> RenderError:
    program = compiled(text, name="prompt/p")
    with pytest.raises(RenderError) as caught:
        program.render(values)
    return caught.value


@pytest.mark.parametrize(
    ("text", "place", "reason", "name", "hint"),
    [
        ("a\n b {{ nmae | upper }}", (1, 6), "'nmae' has no value", "nmae", "there is 'name'"),
        ("{% if x %}{% endif %}", (0, 6), "'x' has no value", "x", "there is 'name'"),
        ("{% for y in x %}{% endfor %}", (0, 12), "'x' has no value", "x", "there is 'name'"),
        ("{% if x == 'a' %}{% endif %}", (0, 6), "'x' has no value", "x", "there is 'name'"),
        ("{{ x | join }}", (0, 3), "'x' has no value", "x", "there is 'name'"),
        ("{{ x | tojson }}", (0, 3), "'x' has no value", "x", "there is 'name'"),
        ("{{ x | length }}", (0, 3), "'x' has no value", "x", "there is 'name'"),
        ("{{ x.y | default('z') }}", (0, 3), "'x' has no value", "x.y", "there is 'name'"),
        ("{{ name.first }}", (0, 3), "'first' is asked of a text", "name.first", "nothing is there"),
        (
            "{{ name }}\n{% for c in name %}{{ c.x }}{% endfor %}",
            (1, 22),
            "'x' is asked of a text",
            "c.x",
            "nothing is there",
        ),
    ],
)
def test_a_name_without_a_value_is_told_where_it_is_read(
    text: str, place: tuple[int, int], reason: str, name: str, hint: str
) -> None:
    error = refusal(text, {"name": "Ada"})
    assert isinstance(error, MissingValue)
    assert (error.place.line, error.place.column, error.reason) == (*place, reason)
    assert (error.name, error.hint, error.place.template) == (name, hint, "prompt/p")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "true or false"),
        (1, "a number"),
        (0.5, "a number"),
        ([], "a list"),
        ({}, "an object that has none"),
    ],
)
def test_a_field_is_a_key_of_an_object_and_nothing_of_python(value: Value, kind: str) -> None:
    assert refusal("{{ x.items }}", {"x": value}).reason == f"'items' is asked of {kind}"


def test_a_field_may_have_the_name_of_a_method() -> None:
    assert compiled("{{ x.items }} {{ x.keys }}").render({"x": {"items": "a", "keys": "b"}}) == "a b"


@pytest.mark.parametrize(
    ("text", "values", "place", "reason", "hint"),
    [
        (
            "a {% if x < 'a' %}{% endif %}",
            {"x": 1},
            (0, 5),
            "'<' not supported between instances of 'int' and 'str'",
            AS_TEXT,
        ),
        ("{% for y in x %}{% endfor %}", {"x": 1}, (0, 3), "'int' object is not iterable", AS_TEXT),
        (
            "{{ x }}\n{{ y }}",
            {"x": "a", "y": "\ud800"},
            (1, 3),
            "half a character (a lone surrogate) cannot be printed",
            AS_TEXT,
        ),
    ],
)
def test_a_value_of_another_kind_is_told_at_its_tag(
    text: str, values: dict[str, Value], place: tuple[int, int], reason: str, hint: str
) -> None:
    error = refusal(text, values)
    assert isinstance(error, Unprintable)
    assert (error.place.line, error.place.column, error.reason, error.hint) == (*place, reason, hint)


@pytest.mark.parametrize("text", ["{{ x }}", "{{ x | tojson }}", "{% if x == y %}{% endif %}"])
def test_a_value_that_nests_too_deep_is_told(text: str) -> None:
    deep: Value = []
    for _ in range(100_000):
        deep = [deep]
    error = refusal(text, {"x": deep, "y": [deep]})
    assert (type(error), error.reason) == (Unprintable, "a value nests too deep")


@pytest.mark.parametrize(
    ("text", "values", "reason"),
    [
        (NESTED, {"x": [1] * 1000}, f"the loops go through more than {MAX_ITEMS:,} items"),
        ("{% for a in x %}" + "{{ y }}" * 1900 + "{% endfor %}", {"x": [1] * 5000, "y": ""}, LONG),
        ("{% for a in x %}{{ y }}{% endfor %}", {"x": [1] * 11, "y": MIB}, "the text is longer than 10 MiB"),
        ("{{ x | join(y) }}", {"x": [""] * 1000, "y": MIB}, COSTLY),
        ("{{ x" + " | tojson" * 45 + " }}", {"x": '"'}, COSTLY),
        ("{% for a in x %}{% if y | upper == a %}{% endif %}{% endfor %}", {"x": [1] * 21, "y": MIB}, COSTLY),
        (
            "{% for a in x %}{% if y == z %}{% endif %}{% endfor %}",
            {"x": [1] * 21, "y": MIB, "z": MIB},
            COSTLY,
        ),
        (
            "{% for a in x %}{% if y == z %}{% endif %}{% endfor %}",
            {"x": [1] * 21, "y": [{"a": MIB}], "z": [{"a": MIB}]},
            COSTLY,
        ),
        (
            "{% for a in x %}{% for b in x %}{% if a == b %}{% endif %}{% endfor %}{% endfor %}",
            {"x": [[1] * 200] * 150},
            COSTLY,
        ),
    ],
)
def test_a_render_that_costs_too_much_ends(text: str, values: dict[str, Value], reason: str) -> None:
    error = refusal(text, values)
    assert (type(error), error.reason, error.hint) == (TooLarge, reason, SHORTER)


@pytest.mark.parametrize(
    ("body", "steps"),
    [
        ("{{ y }}", 1),
        ("text{# none #}", 0),
        ("{{ y.z | default('a') | upper }}", 5),
        ("{% if y == 'a' and a %}{{ '' }}{% else %}{{ y }}{% endif %}", 7),
        ("{% for b in y %}{{ b }}{{ b }}{% else %}{{ a }}{% endfor %}", 2),
    ],
)
def test_a_loop_costs_what_is_written_in_it_for_each_item(body: str, steps: int) -> None:
    loop = next(iter(sandbox().parse("{% for a in x %}" + body + "{% endfor %}").find_all(nodes.For)))
    Metering().visit(loop)
    assert isinstance(loop.iter, nodes.Filter)
    assert loop.iter.args == [nodes.Const(steps)]


def test_a_loop_in_a_loop_costs_its_own_items() -> None:
    text = "{% for a in x %}{% for b in a %}{{ b }}{{ b }}{% endfor %}{% endfor %}"
    budget = Budget(steps=2 + 2 * 3)
    code = compiled(text).code
    assert "".join(code.root_render_func(code.new_context({"x": [[1, 2], [3]], BUDGET: budget}))) == "112233"
    assert budget.steps == 0


class Unread(list[Value]):
    """A list that nobody may go through."""

    def __iter__(self) -> Iterator[Value]:
        raise AssertionError("it was gone through")


@pytest.mark.parametrize("other", [1, "", None, {"a": 1}])
def test_a_comparison_goes_through_no_more_than_both_have(other: Value) -> None:
    # Once for each item of a loop, a large value that is compared with a small one would take for ever.
    program = compiled("{% for a in x %}{% if y == a or y.z == a %}same{% endif %}{% endfor %}")
    assert program.render({"x": [other] * 2, "y": {"z": Unread([1]), "a": Unread([1])}}) == ""


def test_what_is_wrong_in_a_text_is_told_before_any_value() -> None:
    with pytest.raises(Uncompilable) as caught:
        compiled("a\n{{ b.c() }}", name="prompt/p")
    assert caught.value.message == "prompt/p: line 2, column 6: 'c' is called"
    assert caught.value.hint == "pass what it would give as an input"


def test_extra_names_stand_behind_the_inputs() -> None:
    program = compiled("{{ a }} {{ session.locale }}")
    assert program.render({"a": "1"}, {"a": "2", "session": {"locale": "de"}}) == "1 de"


def test_constants_are_computed_only_when_they_are_asked_for() -> None:
    # jinja2 itself would make each of these while it compiles, even without its optimiser.
    assert compiled("{% if a %}{{ '\"'" + " | tojson" * 45 + " }}{% endif %}").render({"a": False}) == ""


def test_one_program_serves_many_threads() -> None:
    program = compiled("{% for x in rows %}{{ loop.index }}{{ x | join(name) }} {% endfor %}")
    values: list[dict[str, Value]] = [{"rows": [["a", "b"]] * 50, "name": str(n)} for n in range(40)]
    expected = ["".join(f"{i}a{n}b " for i in range(1, 51)) for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(program.render, values)) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (["a", ["b"]], "['A', ['B']]"),
        ({"k": ["v"]}, "{'K': ['V']}"),
        (7, "7"),
    ],
)
def test_a_filter_of_texts_takes_what_is_none_as_jinja2_does(value: Value, text: str) -> None:
    oracle = Environment().from_string("{{ x | upper }}").render(x=value)
    assert compiled("{{ x | upper }}").render({"x": value}) == text == oracle
