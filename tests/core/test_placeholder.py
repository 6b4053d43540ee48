import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.placeholder import FOREIGN, Converted, Syntax, converted
from plmctl.core.template.mustache import parse
from plmctl.core.template.program import Text, Value


def parts(text: str) -> list[str]:
    """What a mustache text prints, a variable as its name in angle brackets."""
    template = parse(text)
    assert template.errors == ()
    found = []
    for instruction in template.instructions:
        assert isinstance(instruction, Text | Value)
        found.append(instruction.text if isinstance(instruction, Text) else f"<{instruction.tag.dotted}>")
    return found


@pytest.mark.parametrize(
    ("text", "syntax", "template"),
    [
        ("Hi {{ name }}!", Syntax.MUSTACHE, "Hi {{ name }}!"),
        ("{{#list}}{{.}}{{/list}}", Syntax.MUSTACHE, "{{#list}}{{.}}{{/list}}"),
        ("no variable { here }", Syntax.MUSTACHE, "no variable { here }"),
        ("{{name}} {{}} {{ a | b }} {{", Syntax.MUSTACHE, r"{{name}} \{{}} \{{ a | b }} \{{"),
        (r"\{{x}} {{ y }} {{", Syntax.MUSTACHE, r"\\{{x}} {{ y }} \{{"),
        ('{name} and {{"a": 1}}', Syntax.PYTHON, '{{name}} and {"a": 1}'),
        ("{user.name}", Syntax.PYTHON, "{{user.name}}"),
        ('{"a": {name}}', Syntax.PYTHON, '{"a": {name}}'),
        ('{"a": [{name}]', Syntax.PYTHON, '{"a": [{{name}}]'),
        ("{name:>5} {other} {}", Syntax.PYTHON, "{name:>5} {{other}} {}"),
        ("{{{{{name}", Syntax.PYTHON, r"\{{{{name}}"),
        ("${name} $5 {{x}}", Syntax.DOLLAR, r"{{name}} $5 \{{x}}"),
        ("<<user-name>> <b>", Syntax.ANGLE, "{{user-name}} <b>"),
        ("{name}", Syntax.NONE, "{name}"),
    ],
)
def test_variables_become_tags_and_the_rest_stays_text(text: str, syntax: Syntax, template: str) -> None:
    found = converted(text, syntax)
    assert found is not None
    assert (found.text, found.is_raw) == (template, False)
    assert found.program == parse(template)


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("a\n{{}}", "the text became raw, because '{{}}' on line 2 is no mustache: the tag is empty"),
        (
            "{{x}} {{#1 2}}",
            (
                "the text became raw: {{x}} is text too, "
                "because '{{#1 2}}' on line 1 is no mustache: '1 2' is not a name"
            ),
        ),
        (
            "{{x}} {{.}} {{!no}} {{}}",
            (
                "the text became raw: {{x}} is text too, "
                "because '{{}}' on line 1 is no mustache: the tag is empty"
            ),
        ),
        (
            "Hi {{name}}.\n{{#each items}}x{{/each}}{{name}}{{b}}{{c}}{{d}}",
            (
                "the text became raw: {{name}}, {{b}}, {{c}} and 1 more are text too, because "
                "'{{#each items}}' on line 2 is no mustache: "
                "'each' is a helper of Handlebars, not of mustache"
            ),
        ),
        (
            "{{#a}}{{b}}",
            (
                "the text became raw: {{b}} is text too, "
                "because '{{#a}}' on line 1 is no mustache: section 'a' is never closed"
            ),
        ),
    ],
)
def test_what_cannot_be_told_apart_is_raw(text: str, remark: str) -> None:
    found = converted(text, Syntax.MUSTACHE)
    assert found == Converted(text=text, is_raw=True, remarks=(remark,))
    assert found.program is None


def test_braces_mean_nothing_when_nothing_is_a_variable() -> None:
    assert converted("{{x}}", Syntax.NONE) == Converted(text="{{x}}", is_raw=True)


@pytest.mark.parametrize(
    ("text", "syntax"),
    [("{{{name}}}", Syntax.PYTHON), (r"\${name}", Syntax.DOLLAR), ("{<<name>>}", Syntax.ANGLE)],
)
def test_a_brace_or_a_backslash_before_a_variable_cannot_be_said(text: str, syntax: Syntax) -> None:
    assert converted(text, syntax) is None


def test_variables_of_other_languages_are_pointed_out() -> None:
    found = converted("{{x}} {a} {b} {c} {a} {d} {e} ${f} <<g>> {5}", Syntax.MUSTACHE)
    assert found is not None
    assert found.remarks == (
        "{a}, {b}, {c} and 2 more: kept as text; --variables python makes variables of them",
        "${f}: kept as text; --variables dollar makes variables of them",
        "<<g>>: kept as text; --variables angle makes variables of them",
    )


TEXTS = st.lists(
    st.sampled_from(["a", " ", "\n", "{", "}", "{{", "}}", "{x}", "{{y}}", "${z}", "<<w>>", "\\", "#"])
)


@given(TEXTS.map("".join), st.sampled_from([Syntax.DOLLAR, Syntax.ANGLE]))
def test_a_converted_text_with_its_variables_put_back_is_the_text(text: str, syntax: Syntax) -> None:
    found = converted(text, syntax)
    if found is not None:
        whole = FOREIGN[syntax].sub(r"<\1>", text)
        assert "".join(parts(found.text)) == whole


@given(TEXTS.map("".join))
def test_a_text_is_kept_whether_its_braces_are_tags_or_not(text: str) -> None:
    found = converted(text, Syntax.MUSTACHE)
    assert found is not None
    if found.text != text:
        assert "".join(parts(found.text)).replace("<y>", "{{y}}") == text


@given(st.lists(st.sampled_from(["a", " ", "\n", "{", "}", "name", "{{x}}"])).map("".join))
def test_a_python_text_prints_what_python_prints(text: str) -> None:
    escaped = text.replace("{", "{{").replace("}", "}}")
    found = converted(f"{escaped} {{name}}", Syntax.PYTHON)
    assert found is not None
    assert "".join(parts(found.text)) == f"{text} <name>"
