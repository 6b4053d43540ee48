"""Words of other template languages in a mustache text."""

import pytest

from plmctl.rules.foreign import FOREIGN_RULES, foreign_statement, single_braces
from plmctl.rules.rule import CheckRule
from plmctl.rules.templates import unused_input
from tests.rules.registries import manifest, told
from tests.rules.test_templates import prompt

_ANYWAY = "write it as mustache has it"
_USED = "{type: object, properties: {name: {type: string}}}"


@pytest.mark.parametrize(
    ("statement", "cure"),
    [
        ("{% if name %}", "write {{#name}}...{{/name}}"),
        ("{%- if user.name -%}", "write {{#user.name}}...{{/user.name}}"),
        ("{% if not name %}", "write {{^name}}...{{/name}}"),
        ("{% for row in rows %}", "write {{#rows}}...{{/rows}}"),
        ("{% if name == 'a' %}", _ANYWAY),
        ('{% include "a" %}', _ANYWAY),
    ],
)
def test_the_first_statement_of_another_language_is_told(statement: str, cure: str) -> None:
    text = f"{{{{name}}}}\n a {statement} b {{% if c %}}\n{{% endif %}}"
    assert told(foreign_statement, prompt(text, _USED)) == [
        (
            f"prompts/p.yaml:11:12-{12 + len(statement)}",
            f"'{statement}' is sent to the model as it is: the format is mustache",
            f"{cure}, or templateFormat: jinja2",
        )
    ]


def test_a_statement_in_a_text_of_its_own_is_told_there() -> None:
    files = {
        "prompts/p.yaml": manifest("Prompt", "p", "model: m\nmessages: [{role: user, contentFile: p.md}]\n"),
        "prompts/p.md": "one\ntwo {% if name %}\n",
    }
    assert [place for place, _, _ in told(foreign_statement, files)] == ["prompts/p.md:2:5-18"]


def test_a_statement_in_a_folded_text_is_told_where_the_text_begins() -> None:
    spec = "model: m\nmessages:\n- role: user\n  content: >\n    a\n    {% if name %}\n"
    files = {"prompts/p.yaml": manifest("Prompt", "p", spec)}
    assert [place for place, _, _ in told(foreign_statement, files)] == ["prompts/p.yaml:8:14"]


@pytest.mark.parametrize("rule", FOREIGN_RULES, ids=lambda rule: rule.rule.code)
@pytest.mark.parametrize(
    "text",
    [
        "{{name}} gets {% 10 %} off, 5{%}",
        "{{name}} {name}",
        "{{name}} and {% endif %}",
        "{{{name}}}",
        "\\{{name}} {{name}}",
    ],
)
def test_what_only_looks_like_it_is_no_mistake(rule: CheckRule, text: str) -> None:
    assert told(rule, prompt(text, _USED)) == []


@pytest.mark.parametrize("form", ["jinja2", "raw"])
def test_texts_that_are_not_mustache_are_not_looked_at(form: str) -> None:
    files = prompt("{% if name %}{name}", _USED, f"  templateFormat: {form}\n")
    assert [told(rule, files) for rule in FOREIGN_RULES] == [[], []]


@pytest.mark.parametrize("written", ["{name}", "{ name }", "${name}"])
def test_an_input_in_single_braces_is_told_at_its_first_place_and_at_the_input(written: str) -> None:
    files = prompt(f"to {written}: {{other}} {written}", _USED)
    end = 12 + len(written)
    assert told(single_braces, files) == [
        (f"prompts/p.yaml:10:12-{end}", f"'{written}' looks like the input 'name'", "write '{{name}}'")
    ]
    assert told(unused_input, files) == [
        (
            "prompts/p.yaml:6:39-43",
            "nothing uses the input 'name'",
            f"'{written}' in the text looks like it: write '{{{{name}}}}'",
        )
    ]


def test_single_braces_are_no_mistake_where_no_input_is_declared() -> None:
    assert told(single_braces, prompt("{name} {{other}}", inputs="")) == []
    assert told(single_braces, prompt("{{{name} {name}", _USED)) == []
