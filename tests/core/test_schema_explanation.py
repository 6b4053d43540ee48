"""Wrong manifests, and every word that is said of them."""

import pytest

from plmctl.core.document import Document, read_document
from plmctl.core.kinds import BUILT_IN
from plmctl.core.schema import KINDS, findings_of

Told = tuple[str, int | None, int | None, str, str | None]
PROMPT = "apiVersion: plmctl/v1\nkind: Prompt\nmetadata: {name: a}\nspec:\n  model: gpt\n"
MESSAGES = "  messages: [{role: user, content: hi}]\n"


FIELDS = ("templateFormat", "inputs", "outputs", "tools", "examples", "samples", "retrieval", "context")


def found(text: str, kind: str) -> list[Told]:
    """Code, line, column, message and help of what is wrong with a manifest."""
    document = read_document("a.yaml", text.encode())
    assert isinstance(document, Document)
    return [
        (f.code, f.location.line, f.location.column, f.message, f.help)
        for f in findings_of(document, kind, BUILT_IN)
    ]


def in_spec(spec: str, kind: str) -> list[Told]:
    """The same for a spec that stands on line 4."""
    return found(f"apiVersion: plmctl/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n", kind)


def in_metadata(metadata: str) -> list[Told]:
    """The same for metadata that stand on line 3."""
    return found(
        f"apiVersion: plmctl/v1\nkind: Partial\nmetadata: {metadata}\nspec: {{content: a}}\n", "Partial"
    )


def test_valid_manifest_has_no_findings() -> None:
    assert found(PROMPT + MESSAGES, "Prompt") == []


def test_unknown_kind_stands_alone() -> None:
    assert found("apiVersion: plmctl/v1\nkind: Modle\nfoo: 1\n", "Modle") == [
        ("SCH001", 2, 7, "'Modle' is not a kind", "did you mean 'Model'?")
    ]
    assert found("apiVersion: plmctl/v1\n", "") == [
        ("SCH001", 1, 1, "'kind' is missing from the manifest", f"the kinds are {', '.join(KINDS)}")
    ]
    assert found("kind: Lock\n", "Lock")[0][3] == "'Lock' is not a kind"


def test_other_api_version_stands_alone() -> None:
    assert found("apiVersion: plmctl/v2\nkind: Model\nfoo: 1\n", "Model") == [
        (
            "SCH008",
            1,
            13,
            "this plmctl does not read apiVersion 'plmctl/v2'",
            "it reads plmctl/v1; a newer plmctl may read this one",
        )
    ]


def test_manifest_is_a_mapping() -> None:
    assert found("[]", "Model") == [("SCH004", 1, 1, "the manifest must be a mapping, not a list", None)]


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (
            "{model: m, messages: Hi}",
            (
                "spec.messages must be a list, not the text 'Hi'",
                "write a list, each item of which begins with '- role: '",
            ),
        ),
        (
            "\n  model: m\n  messages:\n    role: user\n    content: a",
            (
                "spec.messages must be a list, not a mapping",
                "write '- ' before its first field, as of each item of a list",
            ),
        ),
        ("{model: m, messages: {role: user}}", ("spec.messages must be a list, not a mapping", None)),
        (
            "\n  - model: m",
            ("spec must be a mapping, not a list", "write its fields without the '- '"),
        ),
        (
            "\n  model: m\n  messages:\n    - - role: user",
            ("spec.messages[0] must be a mapping, not a list", "write its fields without the '- '"),
        ),
        (
            "{model: small@1.0.0, messages: [{role: user, content: a}]}",
            (
                "spec.model is 'small@1.0.0': a reference has no version",
                "write 'small'; what runs where is pinned by an Environment",
            ),
        ),
        (
            "{model: Small@1, messages: [{role: user, content: a}]}",
            (
                "spec.model is 'Small@1': it must be a name in lower case, or a kind, a slash and a name",
                "write 'small-1'",
            ),
        ),
        (
            "{model: m, messages: [{role: user, content: a}], inputs: [a]}",
            (
                "spec.inputs must be a mapping, not a list",
                "write type: object, then properties: {a: {type: string}}",
            ),
        ),
    ],
)
def test_what_a_newcomer_takes_for_another_is_told_how_to_write_it(
    spec: str, told: tuple[str, str | None]
) -> None:
    assert [(message, cure) for _, _, _, message, cure in in_spec(spec, "Prompt")] == [told]


@pytest.mark.parametrize(
    ("field", "meant"),
    [
        ("temprature", "temperature"),
        ("top_p", "topP"),
        ("max_tokens", "maxOutputTokens"),
        ("stop_sequences", "stop"),
    ],
)
def test_unknown_field_of_parameters(field: str, meant: str) -> None:
    assert found(f"{PROMPT}{MESSAGES}  parameters:\n    {field}: 1\n", "Prompt") == [
        ("SCH002", 8, 5, f"'{field}' is not a field of spec.parameters", f"did you mean '{meant}'?")
    ]


def test_wire_words_of_prompts_and_tools() -> None:
    assert found(f"{PROMPT}{MESSAGES}  response_format: {{}}\n", "Prompt") == [
        ("SCH002", 7, 3, "'response_format' is not a field of spec", "did you mean 'outputs'?")
    ]
    assert in_spec("{description: x, builtin: y, input_schema: {}}", "Tool") == [
        ("SCH002", 4, 36, "'input_schema' is not a field of spec", "did you mean 'parameters'?")
    ]


def test_field_in_another_place_is_told_its_own() -> None:
    text = PROMPT.replace("spec:", "owners: [a]\nspec:") + MESSAGES + "  title: x\n  top_p: 1\n  zebra: 1\n"
    assert found(text, "Prompt") == [
        ("SCH002", 4, 1, "'owners' is not a field of the manifest", "'owners' belongs in metadata"),
        ("SCH002", 8, 3, "'title' is not a field of spec", "'title' belongs in metadata"),
        ("SCH002", 9, 3, "'top_p' is not a field of spec", "'topP' belongs in spec.parameters"),
        (
            "SCH002",
            10,
            3,
            "'zebra' is not a field of spec",
            f"there are {', '.join(FIELDS)} and 3 more",
        ),
    ]


def test_field_of_parameters_belongs_nowhere_in_a_kind_without_them() -> None:
    assert in_spec("{content: a, top_p: 1}", "Partial") == [
        ("SCH002", 4, 20, "'top_p' is not a field of spec", "there are templateFormat, contentFile, inputs")
    ]


def test_key_that_only_looks_like_ours_is_spelled_out() -> None:
    assert in_metadata("{name: a, t\u0456tle: x}") == [
        (
            "SCH002",
            3,
            21,
            "'t\u0456tle' is not a field of metadata",
            "did you mean 'title'?; the key contains U+0456",
        )
    ]


def test_missing_field_is_placed_at_the_key_around_it() -> None:
    text = "apiVersion: plmctl/v1\nkind: Guardrail\nmetadata:\n  title: x\nspec:\n  stage: input\n"
    assert found(text, "Guardrail") == [
        (
            "SCH003",
            3,
            1,
            "'name' is missing from metadata",
            "add 'name:': The name; with the kind it is the artifact's id.",
        ),
        (
            "SCH003",
            5,
            1,
            "'engine' is missing from spec",
            "add 'engine:': What checks: regex, model, presidio and the like.",
        ),
    ]


def test_misspelt_field_is_not_missed_too() -> None:
    text = PROMPT.replace("model:", "modle:") + "  messages: [{role: user, contnet: a}]\n"
    assert found(text, "Prompt") == [
        ("SCH002", 5, 3, "'modle' is not a field of spec", "did you mean 'model'?"),
        ("SCH002", 6, 27, "'contnet' is not a field of spec.messages[0]", "did you mean 'content'?"),
    ]


def test_message_says_one_thing() -> None:
    text = (
        f"{PROMPT}  messages:\n"
        "    - role: user\n"
        "    - {role: user, content: a, placeholder: b}\n"
        "    - {role: user, placeholder: b}\n"
        "    - {content: a}\n"
    )
    choice = "'content', 'contentFile', 'placeholder' or 'examples'"
    assert found(text, "Prompt") == [
        ("SCH003", 7, 7, f"spec.messages[0] needs {choice}", None),
        (
            "SCH007",
            8,
            32,
            f"spec.messages[1] has 'content' and 'placeholder': only one of {choice} may stand",
            None,
        ),
        ("SCH003", 9, 7, "spec.messages[2] needs 'content' or 'contentFile' beside 'role'", None),
        ("SCH003", 10, 8, "'content' needs 'role' beside it", None),
    ]


def test_inline_tool_and_shared_tool_have_their_own_fields() -> None:
    assert found(f"{PROMPT}{MESSAGES}  tools: [{{name: a, as: b}}, {{strict: true}}]\n", "Prompt") == [
        ("SCH003", 7, 21, "'as' needs 'ref' beside it", None),
        ("SCH003", 7, 29, "spec.tools[1] needs 'name' or 'ref'", None),
    ]


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        (
            'temperature: "0.7"',
            ("temperature must be a number or null, not the text '0.7'", "write it without quotes: 0.7"),
        ),
        ("temperature: warm", ("temperature must be a number or null, not the text 'warm'", None)),
        (
            'topK: "7"',
            ("topK must be a whole number or null, not the text '7'", "write it without quotes: 7"),
        ),
        ("stop: END", ("stop must be a list or null, not the text 'END'", "write it as a list: [END]")),
        ("toolChoice: no", None),
        ("toolChoice: 1.10", ("toolChoice must be text or null, not 1.10", 'quote it: "1.10"')),
        ("toolChoice: true", ("toolChoice must be text or null, not true", 'quote it: "true"')),
        (
            "parallelToolCalls: no",
            ("parallelToolCalls must be true or false or null, not the text 'no'", "write false"),
        ),
        ("toolChoice: {a: 1}", ("toolChoice must be text or null, not a mapping", None)),
        ("extra: [1]", ("extra must be a mapping or null, not a list", None)),
    ],
)
def test_wrong_type(parameters: str, told: tuple[str, str | None] | None) -> None:
    column = 5 + parameters.index(" ") + 1
    expected = [("SCH004", 8, column, f"spec.parameters.{told[0]}", told[1])] if told else []
    assert found(f"{PROMPT}{MESSAGES}  parameters:\n    {parameters}\n", "Prompt") == expected


def test_empty_value_is_told_apart_from_null() -> None:
    assert in_spec("{provider: openai, model: }", "Model") == [
        ("SCH004", 4, 33, "spec.model must be text, not null", "give it a value, or leave it out")
    ]
    assert in_spec("{provider: openai, model: null}", "Model") == [
        ("SCH004", 4, 33, "spec.model must be text, not null", 'quote it: "null"')
    ]


def test_version_that_is_no_text_is_to_be_quoted() -> None:
    assert in_metadata("{name: a, yanked: [{version: 1.10, reason: x}]}") == [
        (
            "SCH004",
            3,
            40,
            "metadata.yanked[0].version must be text, not 1.10",
            'write a whole version such as "1.10.0"',
        )
    ]


def test_wrong_type_is_all_that_is_said_of_a_value() -> None:
    assert in_spec("{provider: 3, model: x}", "Model") == [
        ("SCH004", 4, 18, "spec.provider must be text, not 3", 'quote it: "3"')
    ]


def test_schema_inside_a_manifest_has_a_code_of_its_own() -> None:
    text = (
        "{description: x, parameters: {tpye: object, if: {}, x: 1, type: objekt}, "
        "returns: {type: [text], items: 3, allOf: {}}}"
    )
    types = "it must be null, boolean, integer, number, string, array or object"
    assert in_spec(text, "Tool") == [
        (
            "SCH009",
            4,
            37,
            "'tpye' is not in the keyword subset of schemas inside manifests",
            "'type' is there already",
        ),
        ("SCH009", 4, 51, "'if' is not in the keyword subset of schemas inside manifests", None),
        (
            "SCH009",
            4,
            59,
            "'x' is not in the keyword subset of schemas inside manifests",
            "write the names of fields below 'properties'",
        ),
        (
            "SCH009",
            4,
            71,
            f"spec.parameters.type is 'objekt': {types}",
            "did you mean 'object'?",
        ),
        (
            "SCH009",
            4,
            97,
            f"spec.returns.type[0] is 'text': {types}",
            None,
        ),
        ("SCH009", 4, 111, "spec.returns.items must be a mapping or true or false, not 3", None),
        ("SCH009", 4, 121, "spec.returns.allOf must be a list, not a mapping", None),
    ]


def test_schema_that_is_no_mapping() -> None:
    assert in_spec("{description: x, parameters: 3}", "Tool") == [
        ("SCH004", 4, 36, "spec.parameters must be a mapping, not 3", None)
    ]


def test_100_findings_are_enough() -> None:
    many = ", ".join(f"k{n}: 1" for n in range(500))
    assert len(in_spec(f"{{content: a, {many}}}", "Partial")) == 100
