import pytest

from plmctl.rules.cases import CASE_RULES, example_input_invalid, example_output_invalid, sample_input_invalid
from plmctl.rules.rule import CheckRule
from tests.rules.registries import example_registry, manifest, told

HEAD = 'model: m\nmessages: [{role: user, content: "{{ticket}} {{#tone}}{{.}}{{/tone}}"}]\n'
INPUTS = """\
inputs:
  type: object
  required: [ticket, count]
  properties:
    ticket: {type: string, maxLength: 5, description: What was written.}
    count: {type: integer, default: 1}
    tone: {type: string, format: date}
  additionalProperties: false
"""
PLACE = "prompts/p.yaml:16:"


def prompt(spec: str) -> dict[str, str]:
    return {"prompts/p.yaml": manifest("Prompt", "p", HEAD + spec)}


@pytest.mark.parametrize("rule", CASE_RULES, ids=lambda rule: rule.rule.code)
def test_rule_is_silent_on_the_example(rule: CheckRule) -> None:
    assert list(rule.findings(example_registry())) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{ticket: hi}", []),
        ("{ticket: hi, count: 2, tone: no date}", []),
        (
            "{ticket: 5}",
            [("33-34", "input.ticket must be text, not 5", "correct the example, or spec.inputs")],
        ),
        (
            "{ticket: 'too long'}",
            [
                (
                    "33-43",
                    "input.ticket has 8 characters: at most 5 may be there",
                    "correct the example, or spec.inputs",
                )
            ],
        ),
        ("{}", [("17-22", "'ticket' is missing from input", "ticket: What was written.")]),
        (
            "{ticket: hi, cuont: 1}",
            [("37-42", "'cuont' is not a field of input", "did you mean 'count'?")],
        ),
        (
            "{ticket: hi, zzz: 1}",
            [("37-40", "'zzz' is not a field of input", "correct the example, or spec.inputs")],
        ),
    ],
)
def test_input_of_an_example(given: str, expected: list[tuple[str, str, str]]) -> None:
    files = prompt(f"{INPUTS}examples:\n  - {{name: a, input: {given}, output: x}}\n")
    assert told(example_input_invalid, files) == [
        (PLACE + place, f"example 'a': {message}", cure) for place, message, cure in expected
    ]


def test_input_of_a_sample() -> None:
    files = prompt(f"{INPUTS}samples:\n  - {{name: a, input: {{ticket: [1]}}}}\n")
    cure = "correct the sample, or spec.inputs"
    assert told(sample_input_invalid, files) == [
        (f"{PLACE}33-36", "sample 'a': input.ticket must be text, not a list", cure)
    ]
    assert told(example_input_invalid, files) == []


def test_inputs_may_be_read_off_the_text() -> None:
    files = prompt("samples: [{name: a, input: {ticket: 5, tone: x}}, {name: b, input: {ticket: hi}}]\n")
    cure = "correct the sample, or the text, from which the inputs are inferred"
    assert told(sample_input_invalid, files) == [
        ("prompts/p.yaml:7:39-40", "sample 'a': input.ticket must be text, not 5", cure)
    ]


LABELS = "outputs: {format: text, schema: {enum: [billing, other]}}\n"
RECORD = (
    "outputs: {format: json, schema: {type: object, required: [label], properties: {label: {enum: [a]}}}}\n"
)
WRITE = "correct the example, or outputs.schema"
VALUE = "the format is json: write the value itself, not text that holds it"


@pytest.mark.parametrize(
    ("outputs", "output", "expected"),
    [
        (LABELS, "other", []),
        (
            LABELS,
            "biling",
            [("53-59", "output is 'biling': it must be 'billing' or 'other'", "did you mean 'billing'?")],
        ),
        (LABELS, "[]", [("53-55", "output is []: it must be 'billing' or 'other'", WRITE)]),
        (RECORD, "{label: a}", []),
        (RECORD, "{label: zzz}", [("61-64", "output.label is 'zzz': it must be 'a'", WRITE)]),
        (RECORD, "{}", [("45-51", "'label' is missing from output", WRITE)]),
        (
            RECORD,
            '\'{"label": "a"}\'',
            [("53-69", """output must be a mapping, not the text '{"label": "a"}'""", VALUE)],
        ),
        ("outputs: {format: json}\n", "text", []),
        ("", "{a: 1}", []),
    ],
)
def test_output_of_an_example(outputs: str, output: str, expected: list[tuple[str, str, str]]) -> None:
    case = f"examples: [{{name: a, input: {{ticket: hi}}, output: {output}}}]\n"
    line = 8 if outputs else 7
    assert told(example_output_invalid, prompt(outputs + case)) == [
        (f"prompts/p.yaml:{line}:{place}", f"example 'a': {message}", cure)
        for place, message, cure in expected
    ]


@pytest.mark.parametrize(
    "spec",
    [
        "inputs: {type: object, oneof: []}\nsamples: [{name: a, input: {x: 1}}]\n",
        "inputs: {type: object, properties: {x: {pattern: '('}}}\nsamples: [{name: a, input: {x: 1}}]\n",
        "inputs: text\nsamples: [{name: a, input: {x: 1}}]\n",
        "samples: [{name: a}, text]\n",
    ],
)
def test_nothing_is_measured_by_a_schema_that_is_wrong(spec: str) -> None:
    assert told(sample_input_invalid, prompt(spec)) == []


def test_inputs_that_nobody_knows_refuse_nothing() -> None:
    text = "model: m\ntemplateFormat: jinja2\nmessages: [{role: user, content: hi}]\n"
    files = {"prompts/p.yaml": manifest("Prompt", "p", text + "samples: [{name: a, input: {x: 1}}]\n")}
    assert told(sample_input_invalid, files) == []


def test_of_a_prompt_the_first_hundred_are_told() -> None:
    samples = "".join(f"  - {{name: s{number}, input: {{ticket: {number}}}}}\n" for number in range(101))
    assert len(told(sample_input_invalid, prompt(f"samples:\n{samples}"))) == 100
