"""Answers of models, held to what the prompt promises."""

from typing import Any

import pytest

from plmctl.core.call.answer import Answer, AnswerError, Flaw
from plmctl.core.finding import UsageError
from plmctl.core.value import Value
from tests.core.call.artifacts import prompt, said

TRIAGE: dict[str, Value] = {
    "format": "json",
    "schema": {
        "type": "object",
        "required": ["category"],
        "properties": {"category": {"enum": ["billing", "bug"]}, "urgent": {"type": "boolean"}},
        "additionalProperties": False,
    },
}
LABELS: dict[str, Value] = {"schema": {"type": "string", "enum": ["billing", "bug"]}}


def parsed(text: str | None, outputs: Value = None) -> Answer:
    """The answer to a prompt with these outputs."""
    spec: dict[str, Value] = {"messages": said("a")}
    return prompt(spec if outputs is None else {**spec, "outputs": outputs}).promise.parse(text)


def refused(text: str | None, outputs: Value) -> AnswerError:
    """Why an answer is refused."""
    with pytest.raises(AnswerError) as caught:
        parsed(text, outputs)
    return caught.value


def test_an_answer_that_fits_is_its_value() -> None:
    assert parsed('\n{"category": "bug", "urgent": true} ', TRIAGE) == Answer(
        value={"category": "bug", "urgent": True}
    )
    assert parsed("[1.5]", {"format": "json"}) == Answer(value=[1.5])


def test_text_is_the_answer_as_it_is_and_a_label_has_no_blanks() -> None:
    assert parsed(" any text\n") == Answer(value=" any text\n")
    assert parsed(" any text\n", {}) == Answer(value=" any text\n")
    assert parsed("bug\n", LABELS) == Answer(value="bug")


def test_a_label_that_is_none_is_told_with_those_that_are() -> None:
    error = refused("bugs", LABELS)
    assert (error.message, error.hint, error.text) == (
        "prompt/p@1.0.0: answer must be 'billing' or 'bug'",
        "did you mean 'bug'?",
        "bugs",
    )
    assert error.flaws == (
        Flaw(
            pointer=(),
            rule="enum",
            message="answer must be 'billing' or 'bug'",
            help="did you mean 'bug'?",
        ),
    )


def test_no_value_of_an_answer_is_in_a_message_that_goes_to_a_log() -> None:
    secret = "Ada Lovelace, 12 St James's Square"
    held = f'{{"category": "{secret}", "urgent": "{secret}"}}'
    cases: tuple[tuple[str, Value], ...] = (
        (secret, LABELS),
        (secret, TRIAGE),
        (held, TRIAGE),
        (held, {"format": "json", "schema": {"properties": {"category": {"maxLength": 3}}}}),
        (held, {"format": "json", "schema": {"properties": {"category": {"pattern": "^a"}}}}),
        (held, {"format": "json", "schema": {"properties": {"category": {"const": 1}}}}),
        (held, {"format": "json", "schema": {"type": "array"}}),
    )
    for text, outputs in cases:
        error = refused(text, outputs)
        assert "Ada" not in f"{error} {error.flaws}"
        assert error.text == text


def test_what_is_no_text_is_no_answer() -> None:
    # Callers without a type checker pass what they have.
    answer: Any = {"category": "bug"}
    with pytest.raises(UsageError) as caught:
        parsed(answer)
    assert (caught.value.message, caught.value.hint) == (
        "prompt/p@1.0.0: an answer is text, and this is a value of the type dict",
        "hand over its text alone, such as completion.choices[0].message.content",
    )


def test_all_that_is_wrong_is_told_at_once() -> None:
    error = refused('{"urgent": "yes", "mood": 1}', TRIAGE)
    assert [(flaw.pointer, flaw.rule) for flaw in error.flaws] == [
        (("urgent",), "type"),
        ((), "additionalProperties"),
        ((), "required"),
    ]
    assert error.message == (
        "prompt/p@1.0.0: 3 things are wrong:\n"
        "  answer.urgent must be true or false, not text\n"
        "  'mood' is not a field of answer\n"
        "  'category' is missing from answer"
    )


def test_what_an_extensible_schema_does_not_know_is_news_and_the_rest_is_wrong() -> None:
    extensible = {**TRIAGE, "extensible": True}
    mood = Flaw(pointer=(), rule="additionalProperties", message="'mood' is not a field of answer")
    praise = Flaw(
        pointer=("category",),
        rule="enum",
        message="answer.category must be 'billing' or 'bug'",
    )
    assert parsed('{"category": "praise", "mood": 1}', extensible) == Answer(
        value={"category": "praise", "mood": 1}, news=(praise, mood)
    )
    error = refused('{"category": "praise", "urgent": 1}', extensible)
    assert [flaw.message for flaw in error.flaws] == ["answer.urgent must be true or false, not a number"]


def test_an_answer_too_large_to_explain_is_refused_all_the_same() -> None:
    outputs: Value = {"format": "json", "schema": {"items": {"type": "string"}}}
    error = refused(f"[{','.join(['1'] * 60_000)}]", outputs)
    assert [(flaw.rule, flaw.message) for flaw in error.flaws] == [
        ("size", "answer does not fit its schema, and is too large to say where")
    ]


ASK = "ask for JSON alone, or for a model that keeps a JSON Schema"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("Sure! {}", "line 1, column 1: expecting value", ASK),
        (
            '```json\n{"category": "bug"}\n```',
            "line 1, column 1: expecting value",
            "the answer stands in a fence of ```: ask for JSON alone, or take the fence off first",
        ),
        (
            '{"category":\n "bu',
            "line 2, column 2: unterminated string starting at",
            "the answer breaks off: was it longer than maxOutputTokens?",
        ),
        (
            " \n",
            "line 2, column 1: expecting value",
            "the answer is empty: did the model call a tool, or refuse?",
        ),
        ('{"a": NaN}', "NaN is no number of JSON", ASK),
        ('{"a": 1e999}', "a number beyond those that computers hold is no number of JSON", ASK),
        ('{"a": 1, "b": 2, "a": 1}', "the field 'a' is there twice", ASK),
        ("[" * 100_000, "it nests too deep", "the answer breaks off: was it longer than maxOutputTokens?"),
        ("[" * 900 + "]" * 900, "it nests too deep", ASK),
        ("{} {}", "line 1, column 4: extra data", ASK),
    ],
)
def test_what_is_no_json_is_told_with_its_place(text: str, message: str, hint: str) -> None:
    error = refused(text, TRIAGE)
    assert (error.message, error.hint) == (f"prompt/p@1.0.0: the answer is not JSON: {message}", hint)
    assert [flaw.rule for flaw in error.flaws] == ["json"]


def test_a_number_too_long_for_any_computer_is_told() -> None:
    assert refused("1" * 5000, TRIAGE).flaws[0].rule == "json"


@pytest.mark.parametrize("outputs", [TRIAGE, {"format": "json"}, LABELS])
def test_half_a_character_is_told_whatever_the_schema(outputs: Value) -> None:
    text = "\ud800" if outputs is LABELS else '{"category": "\\ud800"}'
    error = refused(text, outputs)
    assert (error.message, error.hint, error.flaws[0].rule) == (
        "prompt/p@1.0.0: the answer has half a character (a lone surrogate)",
        "ask again: no text can hold it",
        "json",
    )


def test_a_field_that_is_there_twice_is_found_among_many() -> None:
    # To count each name anew would take many minutes.
    names = [f'"a{index}": 1' for index in range(100_000)]
    error = refused(f"{{{', '.join([*names, names[-1]])}}}", {"format": "json"})
    assert error.message == "prompt/p@1.0.0: the answer is not JSON: the field 'a99999' is there twice"


def test_where_the_model_said_nothing_the_answer_is_empty() -> None:
    assert str(refused(None, TRIAGE)) == str(refused("", TRIAGE))
    assert parsed(None).value == ""
