"""Rules over texts in jinja2: the same as over mustache, and one of their own."""

from plmctl.rules.templates import (
    inputs_not_inferable,
    outside_the_subset,
    template_syntax,
    undeclared_variable,
    unused_input,
)
from tests.rules.registries import manifest, registry_of, told
from tests.rules.test_templates import DECLARE, INPUTS, prompt

JINJA2 = "templateFormat: jinja2\n"
SUBSCRIPT = "write 'order.name' for a field; go through lists with {% for %}"
A_BRACE = "write {{ '{{' }} for a literal '{{'"


def test_names_in_jinja2_are_checked_as_those_in_mustache() -> None:
    text = "{% for r in rows %}{{ r.cel }}{% endfor %}\n{{ nmae }} {{ zzz }}"
    assert told(undeclared_variable, prompt(text, more=JINJA2)) == [
        ("prompts/p.yaml:10:31-36", "'r' has no field 'cel'", "did you mean 'cell'?"),
        ("prompts/p.yaml:11:12-16", "'nmae' is not a declared input", "did you mean 'name'?"),
        ("prompts/p.yaml:11:23-26", "'zzz' is not a declared input", f"{DECLARE}; {A_BRACE}"),
    ]
    assert told(unused_input, prompt(text, more=JINJA2)) == [
        ("prompts/p.yaml:6:39-43", "nothing uses the input 'name'", "use it in the text, or delete it")
    ]


def test_a_name_that_is_meant_beyond_doubt_is_written_unless_it_is_spread_out() -> None:
    inputs = "{type: object, properties: {customer: {type: object, properties: {address: {}}}}}"
    text = "{{ customer.adress }}\n{{ customer . adress }}\n{% for cstomer in custmer %}{% endfor %}"
    found = list(undeclared_variable.findings(registry_of(prompt(text, inputs, JINJA2))))
    fixes = [[(edit.location.line, edit.location.column, edit.new) for edit in f.fix] for f in found]
    assert fixes == [[(10, 21, "address")], [], [(12, 27, "customer")]]


def test_what_the_subset_has_not_is_one_rule_and_what_cannot_be_read_another() -> None:
    files = prompt("{{ name.upper() }} {{ name[0] }}\n{{ name", more=JINJA2)
    assert told(outside_the_subset, files) == [
        ("prompts/p.yaml:10:35-36", "'[' begins a subscript", SUBSCRIPT),
    ]
    assert told(template_syntax, files) == [
        ("prompts/p.yaml:11:9-11", "this tag is never closed", f"end it with '}}}}'; {A_BRACE}")
    ]
    assert told(outside_the_subset, prompt("{{ name.upper() }}", more=JINJA2)) == [
        ("prompts/p.yaml:10:17-22", "'upper' is called", "write the filter: {{ name | upper }}")
    ]


def test_jinja2_in_a_quoted_text_is_told_at_its_start() -> None:
    spec = f'model: m\ninputs: {INPUTS}\n{JINJA2}messages: [{{role: user, content: "x {{{{ f() }}}}"}}]\n'
    assert told(outside_the_subset, {"prompts/p.yaml": manifest("Prompt", "p", spec)}) == [
        ("prompts/p.yaml:8:36-49", "'f' is called", "pass what it would give as an input")
    ]


def test_a_jinja2_text_that_does_not_tell_its_inputs() -> None:
    found = told(inputs_not_inferable, prompt("{{ a }}{{ a.b }}", inputs="", more=JINJA2))
    assert [each[:2] for each in found] == [
        ("prompts/p.yaml:9:12-13", "the text does not tell the inputs: 'a' is printed and has fields")
    ]
    assert told(inputs_not_inferable, prompt("{{ a }}{{ a.b }}{{", inputs="", more=JINJA2)) == []
