"""What a jinja2 text asks for, and what is wrong with one that jinja2 itself cannot read."""

import pytest

from plmctl.core.finding import UsageError
from plmctl.core.template.infer import Inferred, NotInferred, inferred_inputs
from plmctl.core.template.jinja import compiled, parse
from plmctl.core.template.mustache import parse as parse_mustache
from plmctl.core.template.program import Lookup, Role, Tag, TagKind
from plmctl.core.template.resolve import resolve_uses, uncovered_inputs, used_inputs
from plmctl.core.template.scope import Json, Schema
from plmctl.core.template.uses import partials, uses

BRACE = "write {{ '{{' }} for a literal '{{'"
SHAPE = "a tag holds a name with its filters, or compares: {{ name | upper }}, {% if tier == 'gold' %}"


@pytest.mark.parametrize(
    ("text", "place", "message", "cure"),
    [
        ("a {{ b", (0, 2, 4), "this tag is never closed", f"end it with '}}}}'; {BRACE}"),
        ("{% if b", (0, 0, 2), "this tag is never closed", f"end it with '%}}'; {BRACE}"),
        ("{{ a {{ b }}", (0, 0, 2), "this tag is never closed", f"end it with '}}}}'; {BRACE}"),
        ("{{ a\n{% if b %}", (0, 0, 2), "this tag is never closed", f"end it with '}}}}'; {BRACE}"),
        ("x\n{# a", (1, 0, 2), "this comment is never closed", "end it with '#}'"),
        ("{% raw %}a", (0, 0, 9), "this text is never closed", "end it with {% endraw %}"),
        ("{{ 'a }}", (0, 3, 4), "this string is never closed", "end it with '"),
        ("{{ a) }}", (0, 4, 5), "')' closes nothing that is open", "delete it"),
        ("{{ (a} }}", (0, 5, 6), "'}' closes nothing that is open", "delete it"),
        ("{{ a ? }}", (0, 5, 6), "'?' means nothing in a tag", "delete it, or close the tag before it"),
        ("{{ }}", (0, 0, 2), "this tag is empty", f"name an input in it; {BRACE}"),
        ("{% %}", (0, 0, 2), "this tag is empty", f"name an input in it; {BRACE}"),
        ("{% if %}{% endif %}", (0, 3, 5), "nothing stands behind 'if'", "write {% if name %}"),
        (
            "{% if a %}{% elif %}{% endif %}",
            (0, 13, 17),
            "nothing stands behind 'elif'",
            "write {% elif name %}",
        ),
        ("{% for %}{% endfor %}", (0, 3, 6), "nothing stands behind 'for'", "write {% for item in items %}"),
        ("{% for a b %}{% endfor %}", (0, 7, 8), "a loop is written {% for item in items %}", "write it so"),
        (
            "{% for 'a' in b %}{% endfor %}",
            (0, 7, 10),
            "a loop is written {% for item in items %}",
            "write it so",
        ),
        ("{% if a %}b", (0, 3, 5), "this 'if' is never closed", "end it with {% endif %}"),
        ("{% for a in b %}", (0, 3, 6), "this 'for' is never closed", "end it with {% endfor %}"),
        ("{% endif %}", (0, 3, 8), "no 'if' is open here", "delete it, or begin one before it"),
        ("{% else %}", (0, 3, 7), "no 'if' or 'for' is open here", "delete it, or begin one before it"),
        ("{% elif a %}", (0, 3, 7), "no 'if' is open here", "delete it, or begin one before it"),
        (
            "{% if a %}{% else %}{% else %}{% endif %}",
            (0, 23, 27),
            "'else' stands behind an 'else'",
            "put it before, or delete it",
        ),
        (
            "{% for a in b %}{% if a %}{% endfor %}{% endif %}{% endfor %}",
            (0, 29, 35),
            "'if' is open here, and no 'for'",
            "end it with {% endif %} first",
        ),
        ("{% if a %}{% endif a %}", (0, 19, 20), "nothing can stand behind 'endif'", "delete it"),
        ("{% if a %}{% else a %}{% endif %}", (0, 18, 19), "nothing can stand behind 'else'", "delete it"),
        ("{{ a == }}", (0, 8, 10), "jinja2 cannot read this: unexpected 'end of print statement'", SHAPE),
        (
            "x\n{{ a b -}}\n",
            (1, 5, 6),
            "jinja2 cannot read this: expected token 'end of print statement', got 'b'",
            SHAPE,
        ),
        (
            "{{ a | }}",
            (0, 7, 9),
            "jinja2 cannot read this: expected token 'name', got 'end of print statement'",
            SHAPE,
        ),
    ],
)
def test_a_mistake_is_told_where_it_is(
    text: str, place: tuple[int, int, int], message: str, cure: str
) -> None:
    error, *_ = parse(text).errors
    assert ((error.line, error.column, error.end_column), error.message) == (place, message)
    assert (error.help, error.is_refusal) == (cure, False)


def test_all_mistakes_are_told_in_order_and_at_most_a_hundred() -> None:
    found = parse("{{ a + b }}{% set c %}{% endset %}{{ d[0] }}\n{% if e %}")
    assert [(e.line, e.column) for e in found.errors] == [(0, 5), (0, 14), (0, 38), (1, 3)]
    assert (found.lookups, found.tags, found.instructions) == ((), (), ())
    assert len(parse("{{ a + b }}" * 200).errors) == 100
    assert len(parse("{{ f() }}" * 200).errors) == 100


def test_a_name_is_found_with_all_that_is_known_of_it() -> None:
    found = parse("Hi\n{{ user.name }}")
    tag = Tag(kind=TagKind.VALUE, name=("user", "name"), start=6, length=9, line=1, column=3, end_column=12)
    path = ("user", "name")
    assert found.lookups == (Lookup(path=path, role=Role.VALUE, is_needed=True, loops=(), tag=tag),)
    assert (found.tags, found.instructions, found.errors) == ((tag,), (), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ a }}", ["a value needed"]),
        ("{{ a | upper | trim }}", ["a value needed"]),
        ("{{ a | length }}{{ b | tojson }}", ["a condition needed", "b condition needed"]),
        ("{{ a | join(b) }}", ["a list needed", "b condition"]),
        ("{{ a | default(b) }}", ["a value", "b condition"]),
        ("{{ a or b }}", ["a condition needed", "b condition"]),
        ("{% if a and not b %}{{ c }}{% elif d %}{% else %}{{ e }}{% endif %}", [
            "a condition needed", "b condition", "c value", "d condition", "e value"
        ]),
        ("{% if a is defined %}{{ a }}{% endif %}", ["a condition", "a value"]),
        ("{% if a.b == 'c' %}{% endif %}", ["a.b condition needed"]),
        ("{% for x in a %}{{ x }}{{ x.b }}{{ c }}{% else %}{{ d }}{% endfor %}", [
            "a list needed", "a.[] value needed", "a.[].b value needed", "c value", "d value"
        ]),
        ("{% for x in a.b %}{% if x.c %}{{ x.d }}{% endif %}{% endfor %}{{ x }}", [
            "a.b list needed", "a.b.[].c condition needed", "a.b.[].d value", "x value needed"
        ]),
        ("{% for x in a %}{% for y in x.b %}{{ y }}{{ x }}{% endfor %}{% endfor %}", [
            "a list needed", "a.[].b list needed", "a.[].b.[] value needed", "a.[] value"
        ]),
        ("{% for x in a or b %}{{ x.c }}{{ loop.index }}{% endfor %}", ["a condition needed", "b condition"]),
        ("{% for x in a|default(b) %}{{x.c}}{% endfor %}", ["a list", "b condition", "a.[].c value needed"]),
        ("{% for x in a | upper %}{{ x }}{% endfor %}", ["a value needed"]),
        ("{{ 'a' }}{# {{ b }} #}{{ 1 }}", []),
    ],
)  # fmt: skip
def test_each_name_is_a_value_a_list_or_a_condition(text: str, expected: list[str]) -> None:
    found = uses(parse(text))
    told = [f"{'.'.join(u.name)} {u.role.value}{' needed' * bool(u.is_needed)}" for u in found]
    assert (told, {u.within for u in found} - {()}) == (expected, set())
    assert partials(parse(text)) == ()


ROWS: Schema = {
    "properties": {
        "rows": {"type": "array", "items": {"properties": {"cell": {"type": "string"}}}},
        "user": {"properties": {"name": {"type": "string"}}},
        "loose": {},
    }
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ user.name }}{% for r in rows %}{{ r.cell }}{% endfor %}{{ loose.x.y }}{{ docs }}", []),
        ("{{ usr }}", [(3, "'usr' is not a declared input", ("docs", "loose", "rows", "user"))]),
        ("{{ user.nmae }}", [(3, "'user' has no field 'nmae'", ("name",))]),
        ("{% for r in rows %}{{ r.cel }}{% endfor %}", [(22, "'r' has no field 'cel'", ("cell",))]),
        (
            "{% for r in rows %}{{ x }}{% endfor %}",
            [(22, "'x' is not a declared input", ("docs", "loose", "r", "rows", "user"))],
        ),
        # What goes wrong where the loop begins is told there, and once.
        (
            "{% for r in rwos %}{{ r.cell }}{{ r }}{% endfor %}",
            [(12, "'rwos' is not a declared input", None)],
        ),
        ("{% for r in user.rows %}{{ r.a }}{% endfor %}", [(12, "'user' has no field 'rows'", ("name",))]),
        ("{% for c in user.name %}{{ c.x }}{% endfor %}", []),
        ("{% if usr is defined %}{% endif %}", [(6, "'usr' is not a declared input", None)]),
    ],
)
def test_a_name_that_nothing_declares(
    text: str, expected: list[tuple[int, str, tuple[str, ...] | None]]
) -> None:
    found = list(resolve_uses(parse(text), ROWS, {"docs": {}}))
    assert [(p.tag.start, p.message) for p in found] == [case[:2] for case in expected]
    for problem, (_, _, candidates) in zip(found, expected, strict=True):
        assert candidates in (None, problem.candidates)


def test_inputs_are_used_by_what_stands_first_in_a_name() -> None:
    text = "{{ user.name }}{% for r in rows %}{{ r.cell }}{{ docs }}{% endfor %}"
    assert used_inputs(parse(text), ROWS, {"docs": {}}) == {"user", "rows"}
    assert list(uncovered_inputs(parse(text), ROWS, {})) == []


TEXT: Json = {"type": "string"}


@pytest.mark.parametrize(
    ("text", "properties", "required"),
    [
        ("{{ a }}{{ b | default('x') }}", {"a": TEXT, "b": TEXT}, ["a"]),
        ("{% if a %}{{ b }}{% endif %}", {"a": {}, "b": TEXT}, ["a"]),
        (
            "{{ a.b }}{% if a.c %}{% endif %}",
            {"a": {"type": "object", "properties": {"b": TEXT, "c": {}}, "required": ["b", "c"]}},
            ["a"],
        ),
        (
            "{% for x in a %}{{ x.b }}{% endfor %}",
            {
                "a": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"b": TEXT}, "required": ["b"]},
                }
            },
            ["a"],
        ),
        ("{% for x in a %}{{ x }}{% endfor %}{{ docs }}", {"a": {}}, ["a"]),
    ],
)
def test_the_text_tells_the_inputs(text: str, properties: dict[str, Json], required: list[Json]) -> None:
    schema: dict[str, Json] = {"type": "object", "properties": properties, "required": required}
    assert inferred_inputs([parse(text)], {"docs"}) == Inferred(schema=schema)


def test_two_languages_share_their_inputs() -> None:
    found = inferred_inputs(
        [parse_mustache("{{a}}{{#b}}x{{/b}}"), parse("{% if a %}{{ c }}{% endif %}{{ b }}")]
    )
    properties: Json = {"a": TEXT, "b": TEXT, "c": TEXT}
    assert found == Inferred(schema={"type": "object", "properties": properties, "required": ["a", "b"]})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ a }}{{ a.b }}", "'a' is printed and has fields"),
        ("{% for x in a %}{{ x.b }}{% endfor %}{{ a }}", "'a' is printed and has items"),
    ],
)
def test_a_text_that_does_not_tell(text: str, reason: str) -> None:
    found = inferred_inputs([parse(text)])
    assert isinstance(found, NotInferred)
    assert (found.reason, found.tag.dotted) == (reason, "a")


@pytest.mark.usefixtures("_without_jinja2")
def test_without_jinja2_a_text_says_what_to_install() -> None:
    for asks in (parse, compiled):
        with pytest.raises(UsageError) as caught:
            asks("{{ a }}")
        assert caught.value.message == "jinja2 is not installed, and this text is written in it"
        assert caught.value.hint == "run pip install 'plmctl[jinja2]'"
