"""One finding for one mistake: what would be gone once it is mended is not told."""

import pytest

from tests.core.test_schema_explanation import MESSAGES, PROMPT, found, in_spec

_HEAD = "apiVersion: plmctl/v1\nkind: Partial\n"


def test_a_spec_whose_fields_stand_beside_it_is_told_once() -> None:
    text = f"{_HEAD}metadata: {{name: a}}\nspec:\ncontent: a\ninputs:\n  type: object\n"
    assert found(text, "Partial") == [
        ("SCH004", 4, 6, "spec is empty, and its fields stand beside it", "indent lines 5-7 by 2")
    ]


def test_metadata_whose_only_field_stands_beside_it_is_told_once() -> None:
    text = f"{_HEAD}metadata:\nname: a\nspec: {{content: a}}\n"
    assert found(text, "Partial") == [
        ("SCH004", 3, 10, "metadata is empty, and its fields stand beside it", "indent line 4 by 2")
    ]


def test_what_belongs_into_no_empty_part_is_told_for_itself() -> None:
    text = f"{_HEAD}metadata: {{name: a}}\nspec:\ncontent: a\nfoo: 1\n"
    assert [(line, message) for _, line, _, message, _ in found(text, "Partial")] == [
        (4, "spec is empty, and its fields stand beside it"),
        (6, "'foo' is not a field of the manifest"),
    ]
    assert [
        message for _, _, _, message, _ in found(f"{_HEAD}metadata: {{name: a}}\nspec:\n", "Partial")
    ] == ["spec must be a mapping, not null"]
    text = f"{_HEAD}metadata: {{name: a}}\nspec: text\ncontent: a\n"
    assert [message for _, _, _, message, _ in found(text, "Partial")] == [
        "spec must be a mapping, not the text 'text'",
        "'content' is not a field of the manifest",
    ]
    text = f"{_HEAD.replace('kind: Partial', 'kind:')}metadata: {{name: a}}\nspec: {{content: a}}\n"
    assert [message for _, _, _, message, _ in found(text, "Partial")] == [
        "kind is null: it must be 'Partial'"
    ]


@pytest.mark.parametrize(
    ("inputs", "place", "fields"),
    [
        ("{note: string}", (6, 12), "{note: {type: string}}"),
        ("{note: string, count: integer}", (6, 12), "{note: {type: string}, count: {type: integer}}"),
        ("{note: {type: array}, title: string}", (6, 12), "{note: {type: array}, title: {type: string}}"),
        (
            "{one: text, two: null, three: {}, four: string}",
            (6, 12),
            "{one: {type: string}, two: {type: string}, three: {type: string}}",
        ),
    ],
)
def test_names_and_types_where_a_schema_belongs_are_told_once(
    inputs: str, place: tuple[int, int], fields: str
) -> None:
    name = inputs[1:].split(":")[0]
    assert found(f"{PROMPT}  inputs: {inputs}\n{MESSAGES}", "Prompt") == [
        (
            "SCH009",
            *place,
            f"spec.inputs is a JSON Schema, and '{name}' is no keyword of one",
            f"write type: object, then properties: {fields}",
        )
    ]


@pytest.mark.parametrize(
    ("inputs", "fields"),
    [
        ("[note, other]", "{note: {type: string}, other: {type: string}}"),
        ("[{name: note, type: string}]", "{note: {type: string}}"),
        ("[1]", "{NAME: {type: string}}"),
    ],
)
def test_a_list_of_inputs_is_told_how_to_write(inputs: str, fields: str) -> None:
    assert found(f"{PROMPT}  inputs: {inputs}\n{MESSAGES}", "Prompt") == [
        (
            "SCH004",
            6,
            11,
            "spec.inputs must be a mapping, not a list",
            f"write type: object, then properties: {fields}",
        )
    ]


@pytest.mark.parametrize(
    ("inputs", "messages"),
    [
        (
            "{propertys: {}, type: object}",
            ["'propertys' is not in the keyword subset of schemas inside manifests"],
        ),
        (
            "{tpye: object, note: {}, if: {}}",
            [
                "'tpye' is not in the keyword subset of schemas inside manifests",
                "'note' is not in the keyword subset of schemas inside manifests",
                "'if' is not in the keyword subset of schemas inside manifests",
            ],
        ),
        ("{tpye: object}", ["'tpye' is not in the keyword subset of schemas inside manifests"]),
        (
            "{note: string, title: 3, type: object}",
            [
                "'note' is not in the keyword subset of schemas inside manifests",
                "spec.inputs.title must be text, not 3",
            ],
        ),
    ],
)
def test_a_schema_with_a_wrong_keyword_is_told_of_the_keyword(inputs: str, messages: list[str]) -> None:
    assert [told[3] for told in found(f"{PROMPT}  inputs: {inputs}\n{MESSAGES}", "Prompt")] == messages


def test_a_field_that_is_there_already_is_not_meant_twice() -> None:
    spec = "\n  type: openai\n  xcredential: {env: A}\n  credential: {env: B}"
    assert in_spec(spec, "Provider") == [
        ("SCH002", 6, 3, "'xcredential' is not a field of spec", "'credential' is there already")
    ]
