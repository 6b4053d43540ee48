import pytest

from plmctl.core.finding import sorted_findings
from plmctl.rules.rule import CheckRule
from plmctl.rules.templates import (
    TEMPLATE_RULES,
    inputs_not_inferable,
    partial_inputs_uncovered,
    placeholder_not_filled,
    template_syntax,
    undeclared_input,
    undeclared_variable,
    unused_input,
)
from tests.rules.registries import Told, example_registry, manifest, registry_of, told

DECLARE = "declare it in spec.inputs.properties"
INPUTS = "{type: object, properties: {name: {type: string}, rows: {items: {properties: {cell: {}}}}}}"


def prompt(text: str, inputs: str = INPUTS, more: str = "") -> dict[str, str]:
    """A prompt of one message, whose text begins on line 10, column 9; without inputs on line 9."""
    head = f"model: m\ninputs: {inputs}\n" if inputs else "model: m\n"
    body = "".join(f"      {line}\n" for line in text.split("\n"))
    return {
        "prompts/p.yaml": manifest(
            "Prompt", "p", f"{head}messages:\n- role: user\n  content: |\n{body}{more}"
        )
    }


def partial(name: str, text: str, more: str = "") -> dict[str, str]:
    return {f"partials/{name}.yaml": manifest("Partial", name, f"content: |\n  {text}\n{more}")}


@pytest.mark.parametrize("rule", TEMPLATE_RULES, ids=lambda rule: rule.rule.code)
def test_rule_is_silent_on_the_example(rule: CheckRule) -> None:
    assert list(rule.findings(example_registry())) == []


@pytest.mark.parametrize("rule", TEMPLATE_RULES, ids=lambda rule: rule.rule.code)
@pytest.mark.parametrize(
    "files",
    [
        prompt("{{name}} {{#rows}}{{cell}}{{/rows}}"),
        prompt("{{name}} {{#flag}}yes{{/flag}}", inputs=""),
        prompt("{{> a}} {{#rows}}{{cell}}{{/rows}}") | partial("a", "{{name}} {{#maybe}}x{{/maybe}}"),
        prompt("{{> a}}", "{type: object, properties: {}}") | partial("a", "text"),
        prompt("{{> a}}", inputs="") | partial("a", "text"),
    ],
)
def test_rule_is_silent_on_sound_texts(rule: CheckRule, files: dict[str, str]) -> None:
    assert told(rule, files) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a\n {{nmae}}",
            ("prompts/p.yaml:11:10-18", "'nmae' is not a declared input", "did you mean 'name'?"),
        ),
        (
            "{{zzz}}",
            (
                "prompts/p.yaml:10:9-16",
                "'zzz' is not a declared input",
                f"{DECLARE}; write '\\{{{{' for a literal '{{{{'",
            ),
        ),
        (
            "{{#rows}}{{rows.zzz}}{{/rows}}",
            ("prompts/p.yaml:10:18-30", "'rows' has no field 'zzz'", "it has no fields"),
        ),
        (
            "{{.}}",
            ("prompts/p.yaml:10:9-14", "'{{.}}' stands outside every section", "write the name of an input"),
        ),
    ],
)
def test_variable_that_nothing_declares(text: str, expected: Told) -> None:
    inputs = "{type: object, properties: {name: {type: string}, rows: {type: array}}}"
    assert told(undeclared_variable, prompt(text, inputs)) == [expected]


def test_field_that_an_object_does_not_have() -> None:
    inputs = "{type: object, properties: {user: {properties: {id: {}, mail: {}}}}}"
    assert told(undeclared_variable, prompt("{{user.name}}", inputs)) == [
        ("prompts/p.yaml:10:9-22", "'user' has no field 'name'", "it has: id, mail")
    ]


def test_variable_in_a_quoted_text_is_told_at_its_start() -> None:
    spec = f'model: m\ninputs: {INPUTS}\nmessages: [{{role: user, content: "x {{{{nmae}}}}"}}]\n'
    assert told(undeclared_variable, {"prompts/p.yaml": manifest("Prompt", "p", spec)}) == [
        ("prompts/p.yaml:7:36-48", "'nmae' is not a declared input", "did you mean 'name'?")
    ]


def test_variable_in_a_file_is_told_in_the_file_with_its_line() -> None:
    spec = f"model: m\ninputs: {INPUTS}\nmessages: [{{role: user, contentFile: p.md}}]\n"
    files = {"prompts/p.yaml": manifest("Prompt", "p", spec), "prompts/p.md": "Hello,\n\n  {{nmae}}!\n"}
    (finding,) = undeclared_variable.findings(registry_of(files))
    assert (str(finding.location), finding.location.end_column) == ("prompts/p.md:3:3", 11)
    assert (finding.source, finding.artifact) == ("  {{nmae}}!", "prompt/p")


def test_variants_are_read_too() -> None:
    more = "variants: [{name: v, when: {locale: de}, messages: [{role: user, content: '{{nmae}}'}]}]\n"
    assert told(undeclared_variable, prompt("{{name}}", more=more)) == [
        ("prompts/p.yaml:11:77-87", "'nmae' is not a declared input", "did you mean 'name'?")
    ]


RETRIEVER = manifest("Retriever", "r", "datasets: []\nreturns: {type: object, properties: {title: {}}}\n")
LOOSE = manifest("Retriever", "loose", "datasets: []\n")


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        (
            "r",
            [
                (
                    "prompts/p.yaml:10:27-35",
                    "'body' is not a declared input",
                    f"{DECLARE}; write '\\{{{{' for a literal '{{{{'",
                )
            ],
        ),
        ("loose", []),
        ("missing", []),
        ("{}", []),
    ],
)
def test_passages_have_the_fields_that_the_retriever_returns(ref: str, expected: list[Told]) -> None:
    text = "{{#docs}}{{title}}{{body}}{{/docs}}"
    files = prompt(text, more=f"retrieval: {{ref: {ref}, query: name, into: docs}}\n")
    files |= {"retrievers/r.yaml": RETRIEVER, "retrievers/loose.yaml": LOOSE}
    assert told(undeclared_variable, files) == expected


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ("known", [("prompts/p.yaml:10:9-23", "'session' has no field 'id'", "it has: locale")]),
        (
            "blank",
            [
                (
                    "prompts/p.yaml:10:9-23",
                    "'session' is not a declared input",
                    "describe it in the context policy's 'session'",
                ),
            ],
        ),
        ("missing", []),
    ],
)
def test_session_has_the_fields_that_the_context_policy_names(context: str, expected: list[Told]) -> None:
    files = prompt("{{session.id}}", more=f"context: {context}\n") | {
        "contexts/known.yaml": manifest(
            "ContextPolicy",
            "known",
            "window: {maxTokens: 9}\nsession: {type: object, properties: {locale: {}}}\n",
        ),
        "contexts/blank.yaml": manifest("ContextPolicy", "blank", "window: {maxTokens: 9}\n"),
    }
    assert told(undeclared_variable, files) == expected


def test_session_without_a_context_policy_is_an_input_like_any_other() -> None:
    cure = f"{DECLARE}; write '\\{{{{' for a literal '{{{{'"
    assert told(undeclared_variable, prompt("{{session.id}}")) == [
        ("prompts/p.yaml:10:9-23", "'session' is not a declared input", cure)
    ]


@pytest.mark.parametrize("inputs", ["7", "{}"])
def test_texts_with_unknown_inputs_are_left_alone(inputs: str) -> None:
    files = prompt("{{name}}", inputs, "retrieval: {ref: r, query: q, into: 7}\n")
    for rule in (undeclared_variable, undeclared_input, unused_input, placeholder_not_filled):
        assert told(rule, files) == []


def test_texts_with_mistakes_in_their_syntax_are_not_searched_for_names() -> None:
    files = prompt("{{nmae}} {{name")
    assert told(undeclared_variable, files) == told(unused_input, files) == []
    assert told(template_syntax, files) == [
        (
            "prompts/p.yaml:10:18-20",
            "this tag is never closed",
            "end it with '}}'; write '\\{{' for a literal '{{'",
        )
    ]


def test_a_hundred_mistakes_of_an_artifact_are_told() -> None:
    text = "\n".join("{{zzz}}" for _ in range(150))
    assert len(told(undeclared_variable, prompt(text))) == 100


USED_ELSEWHERE = """
model: m
inputs:
  type: object
  properties: {photo: {}, sound: {}, paper: {}, id: {}, query: {}, turns: {}, spare: {}}
messages:
- role: user
  content: [{text: hi}, {image: photo}, {audio: sound}, {file: paper}, {image: 7}, 8]
- placeholder: turns
tools: [{ref: t, with: {customer: id}}, {name: x}]
retrieval: {ref: r, query: query, into: docs}
"""


def test_input_that_nothing_uses() -> None:
    files = {"prompts/p.yaml": manifest("Prompt", "p", USED_ELSEWHERE)}
    assert told(unused_input, files) == [
        ("prompts/p.yaml:8:81-86", "nothing uses the input 'spare'", "use it in the text, or delete it")
    ]


@pytest.mark.parametrize(
    "files",
    [
        prompt("{{> missing}}"),
        prompt("{{> a}}") | partial("a", "{{#x}}{{y}}{{/x}}"),
        prompt("text", more="- {role: user, templateFormat: jinja2, content: '{{ x() }}'}\n"),
    ],
)
def test_inputs_are_not_called_unused_when_not_all_is_known(files: dict[str, str]) -> None:
    assert told(unused_input, files) == []


def test_raw_text_uses_nothing() -> None:
    inputs = "{type: object, properties: {name: {}}}"
    assert told(unused_input, prompt("{{name}}", inputs, "templateFormat: raw\n")) == [
        ("prompts/p.yaml:6:39-43", "nothing uses the input 'name'", "use it in the text, or delete it")
    ]


SUGGESTED_ROWS = """declare them in spec, for example:
  inputs:
    type: object
    properties:
      rows:
        type: array
        items:
          type: object
          properties:
            cell:
              type: string
          required: [cell]
    required: []"""


def test_text_that_does_not_tell_its_inputs() -> None:
    assert told(inputs_not_inferable, prompt("{{#rows}}{{cell}}{{/rows}}", inputs="")) == [
        (
            "prompts/p.yaml:9:18-26",
            "the text does not tell the inputs: section 'rows' contains the name 'cell'",
            SUGGESTED_ROWS,
        )
    ]


SUGGESTED_OF_PARTIAL = """declare them in spec, for example:
  inputs:
    type: object
    properties:
      own:
        type: string
      no:
        const: 1
      "null":
        enum: ["a b", yes, true]
        default: {}
    required: ["null", own]"""


def test_partial_with_inputs_asks_whoever_includes_it_to_declare_them() -> None:
    properties = '{docs: {}, no: {const: 1}, "null": {enum: [a b, yes, true], default: {}}}'
    inputs = f'inputs: {{type: object, properties: {properties}, required: ["null", docs, 7]}}\n'
    more = "retrieval: {ref: r, query: own, into: docs}\n"
    files = prompt("{{own}} {{> b}} {{> a}}", "", more) | partial("a", "x", inputs) | partial("b", "text")
    assert told(inputs_not_inferable, files) == [
        (
            "prompts/p.yaml:9:25-32",
            "partial 'a' has inputs, so they must be declared here",
            SUGGESTED_OF_PARTIAL,
        )
    ]


@pytest.mark.parametrize(
    "files",
    [
        prompt("{{> a}}", "", "retrieval: {ref: r, query: q, into: docs}\n") | partial("a", "{{docs}}"),
        prompt("{{#rows}}{{cell}}{{/rows}} {{", inputs=""),
        partial("a", "{{name}} {{> a}}"),
        partial("a", "{{> b}}") | partial("b", "x", "inputs: {type: object, properties: 7, required: 8}\n"),
    ],
)
def test_inputs_need_not_be_declared(files: dict[str, str]) -> None:
    assert told(inputs_not_inferable, files) == []


def test_partial_whose_inputs_are_not_there() -> None:
    message = "partial 'a' needs the input 'who', which is not declared here"
    files = prompt("{{> b}} {{> a}}") | partial("a", "{{who}}") | partial("b", "text")
    assert told(partial_inputs_uncovered, files) == [("prompts/p.yaml:10:17-24", message, DECLARE)]


@pytest.mark.parametrize(("name", "cure"), [("nmae", "did you mean 'name'?"), ("zzz", DECLARE)])
def test_field_that_names_an_input_that_is_not_declared(name: str, cure: str) -> None:
    more = f"- {{role: user, content: [{{image: {name}}}]}}\n"
    place = f"prompts/p.yaml:11:36-{36 + len(name)}"
    assert told(undeclared_input, prompt("hi", more=more)) == [
        (place, f"'{name}' is not a declared input", cure)
    ]


def test_image_cannot_be_read_off_the_text() -> None:
    more = "- {role: user, content: [{image: photo}]}\n"
    assert told(undeclared_input, prompt("hi", "", more)) == [
        ("prompts/p.yaml:10:36-41", "'photo' is not a declared input", DECLARE)
    ]


@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [
        ("history", "", "name a ContextPolicy in spec.context"),
        ("history", "context: c\n", None),
        ("name", "", None),
        ("turns", "context: c\n", DECLARE),
    ],
)
def test_placeholder_that_nothing_fills(name: str, more: str, expected: str | None) -> None:
    place, message = f"prompts/p.yaml:11:18-{18 + len(name)}", f"nothing fills the placeholder '{name}'"
    found = told(placeholder_not_filled, prompt("{{name}}", more=f"- placeholder: {name}\n{more}"))
    assert found == ([] if expected is None else [(place, message, expected)])


def test_memories_have_a_place_under_a_policy_that_has_a_memory() -> None:
    files = prompt("{{name}}", more="- placeholder: memory\ncontext: chat\n")
    memory = manifest("ContextPolicy", "chat", "memory: {retriever: notes}\n")
    assert told(placeholder_not_filled, {**files, "contexts/chat.yaml": memory}) == []
    none = manifest("ContextPolicy", "chat", "overflow: error\n")
    assert told(placeholder_not_filled, {**files, "contexts/chat.yaml": none}) == [
        ("prompts/p.yaml:11:18-24", "nothing fills the placeholder 'memory'", DECLARE)
    ]


def test_every_rule_has_a_page() -> None:
    numbers = (*range(1, 7), 8, 11, 12, 9, 10)
    assert [rule.rule.code for rule in TEMPLATE_RULES] == [f"TPL{number:03}" for number in numbers]
    assert all("\n\n" in rule.rule.meaning for rule in TEMPLATE_RULES)


def test_findings_of_a_rule_are_in_order() -> None:
    found = list(undeclared_variable.findings(registry_of(prompt("{{b}} {{a}}"))))
    assert found == list(sorted_findings(found))
