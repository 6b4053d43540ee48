"""What fills a prompt: all that is wrong with it is told at once."""

from collections import OrderedDict
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from plmctl.core.call.refusal import InputError, Problem, PromptError
from plmctl.core.value import Value
from tests.core.call.artifacts import message, prompt, said, told

TRIAGE: dict[str, Value] = {
    "messages": said("{{ticket}} {{channel}} {{#photo}}p{{/photo}}"),
    "inputs": {
        "type": "object",
        "required": ["ticket"],
        "properties": {
            "ticket": {"type": "string", "minLength": 1, "description": "The customer's words."},
            "channel": {"enum": ["email", "chat"], "default": "email"},
            "photo": {"type": "object", "properties": {"size": {"type": "integer", "default": 1}}},
        },
        "additionalProperties": False,
    },
}


def refused(
    spec: dict[str, Value], given: dict[str, Any], others: dict[str, dict[str, Value]] | None = None
) -> InputError:
    """Why inputs are refused."""
    with pytest.raises(InputError) as caught:
        prompt(spec, others).render(given)
    return caught.value


def test_defaults_are_filled_in() -> None:
    assert told(prompt(TRIAGE).render({"ticket": "a"}).messages) == [("user", "a email ")]


def test_missing_extra_and_wrong_inputs_are_told_at_once() -> None:
    error = refused(TRIAGE, {"chanel": "chat", "channel": "fax", "photo": {"size": "big"}})
    assert error.problems == (
        Problem(
            input="channel",
            rule="enum",
            message="inputs.channel must be 'email' or 'chat'",
        ),
        Problem(input="photo", rule="type", message="inputs.photo.size must be a whole number, not text"),
        Problem(
            input="chanel",
            rule="additionalProperties",
            message="'chanel' is not a field of inputs",
            help="did you mean 'channel'?",
        ),
        Problem(
            input="ticket",
            rule="required",
            message="'ticket' is missing from inputs",
            help="ticket: The customer's words.",
        ),
    )
    assert error.message == (
        "prompt/p@1.0.0: 4 inputs are wrong:\n"
        "  inputs.channel must be 'email' or 'chat'\n"
        "  inputs.photo.size must be a whole number, not text\n"
        "  'chanel' is not a field of inputs\n"
        "  'ticket' is missing from inputs"
    )
    assert error.hint == "did you mean 'channel'?; ticket: The customer's words."
    assert (error.prompt, error.exit_code) == ("prompt/p@1.0.0", 2)


def test_what_a_user_wrote_cannot_begin_a_line_of_a_log() -> None:
    error = refused(TRIAGE, {"ticket": "a", "fax\n2026-01-01 ERROR \x1b[2J": 1})
    assert error.message == ("prompt/p@1.0.0: 'fax\\n2026-01-01 ERROR \\x1b[2J' is not a field of inputs")


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"pattern": "^[a-z]+$"}, "ada@b.org", "must match '^[a-z]+$'"),
        ({"enum": ["email", "chat"]}, "ada@b.org", "must be 'email' or 'chat'"),
        ({"const": "chat"}, "ada@b.org", "must be 'chat'"),
        ({"type": "integer"}, "ada@b.org", "must be a whole number, not text"),
        ({"type": "integer"}, 4111.5, "must be a whole number, not a number"),
        ({"type": "string"}, 4111, "must be text, not a number"),
        ({"type": "string"}, True, "must be text, not true or false"),
        ({"type": "string"}, None, "must be text, not null"),
        ({"type": "string"}, ["ada"], "must be text, not a list"),
        ({"maximum": 120}, 4111, "must be at most 120"),
        ({"maxLength": 4}, "ada@b.org", "has 9 characters: at most 4 may be there"),
        ({"anyOf": [{"type": "null"}, {"type": "string", "pattern": "^a$"}]}, "ada", "must match '^a$'"),
    ],
)
def test_no_value_of_a_user_is_in_a_message(schema: Value, value: Value, message: str) -> None:
    spec: dict[str, Value] = {"messages": said("{{who}}"), "inputs": {"properties": {"who": schema}}}
    assert [problem.message for problem in refused(spec, {"who": value}).problems] == [
        f"inputs.who {message}"
    ]


def test_one_problem_is_one_line() -> None:
    error = refused(TRIAGE, {"ticket": ""})
    assert (error.message, error.hint) == (
        "prompt/p@1.0.0: inputs.ticket has 0 characters: at least 1 must be there",
        None,
    )


def test_inputs_that_the_text_tells_are_all_that_it_takes() -> None:
    spec: dict[str, Value] = {"messages": said("{{name}} {{#formal}}x{{/formal}}")}
    assert told(prompt(spec).render({"name": "Ada"}).messages) == [("user", "Ada ")]
    assert refused(spec, {"name": "Ada", "fromal": True, "z": 1}).problems == (
        Problem(
            input="fromal",
            rule="unknown",
            message="'fromal' is not an input of the prompt: nothing in it uses that name",
            help="did you mean 'formal'?",
        ),
        Problem(
            input="z",
            rule="unknown",
            message="'z' is not an input of the prompt: nothing in it uses that name",
        ),
    )


@pytest.mark.parametrize(
    "messages",
    [
        said("{{#a}}{{b}}{{/a}}"),
        said({"role": "user", "content": "{{> x}}"}),
    ],
)
def test_where_the_text_does_not_tell_anything_is_taken(messages: Value) -> None:
    found = prompt({"messages": messages}, {"partial/x": {"content": "{{b}}"}})
    assert told(found.render({"a": {"b": 1}, "b": 1, "c": 2}).messages) == [("user", "1")]


def test_names_that_the_prompt_uses_outside_its_texts_are_its_inputs() -> None:
    spec: dict[str, Value] = {
        "messages": said({"role": "user", "content": [{"text": "a"}, {"image": "photo"}]}),
        "tools": [{"ref": "tool/t", "with": {"id": "customer"}}],
        "retrieval": {"ref": "retriever/r", "query": "question", "into": "found"},
    }
    others: dict[str, dict[str, Value]] = {"tool/t": {"parameters": {"type": "object"}}, "retriever/r": {}}
    found = prompt(spec, others).render({"photo": "x", "customer": "C", "question": "q", "found": []})
    assert found.tools[0].bound == {"id": "C"}


class Channel(StrEnum):
    EMAIL = "email"


class Ticket(str):
    """Text that prints otherwise than it is."""

    __slots__ = ()

    def __str__(self) -> str:
        return "printed"


class Number(IntEnum):
    ONE = 1


def test_what_python_has_beside_json_is_taken_as_json() -> None:
    spec: dict[str, Value] = {
        "messages": said("{{ticket}} {{channel}} {{list}} {{map}} {{float}} {{none}} {{one}} {{yes}}"),
        "inputs": {"type": "object"},
    }
    given: dict[str, object] = {
        "ticket": Ticket("late"),
        "channel": Channel.EMAIL,
        "list": (1, [2]),
        "map": OrderedDict(a=(None,)),
        "float": 2.0,
        "none": None,
        "one": Number.ONE,
        "yes": True,
    }
    assert told(prompt(spec).render(given).messages) == [
        ("user", 'late email [1,[2]] {"a":[null]} 2  1 true')
    ]


LOOP: list[object] = []
LOOP.append(LOOP)
WIDE: object = 1
for _ in range(25):
    WIDE = [WIDE, WIDE]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (object(), "a must be JSON, not a value of the type object"),
        ({"b": [b"x"]}, "a.b[0] must be JSON, not a value of the type bytes"),
        ({1: 2}, "a has a key of the type int: the keys of an object must be text"),
        ("\ud800", "a has half a character (a lone surrogate)"),
        ({"\ud800": 1}, "a has half a character (a lone surrogate)"),
        (float("nan"), "a is nan, which JSON does not have"),
        (float("-inf"), "a is -inf, which JSON does not have"),
        (2**53, "a is beyond 2^53 - 1, and not every language reads it alike: give it as text"),
        (LOOP, "a" + "[0]" * 65 + " nests deeper than 64"),
        (WIDE, None),
    ],
)
def test_what_is_no_json_is_told_once_and_the_rest_too(value: object, message: str | None) -> None:
    error = refused({"messages": said("{{a}} {{b}}")}, {"a": value})
    assert [(p.input, p.rule) for p in error.problems] == [("a", "json"), ("b", "required")]
    if message is None:
        assert error.problems[0].message.endswith(" is larger than 1000000 values")
    else:
        assert error.problems[0].message == message


@pytest.mark.parametrize(
    ("name", "message"),
    [(1, "the name 1 must be text"), ("\ud800", "a name has half a character (a lone surrogate)")],
)
def test_a_name_is_text(name: Any, message: str) -> None:
    assert refused({"messages": said("a")}, {name: 2}).problems == (
        Problem(input=str(name), rule="json", message=message),
    )


def test_a_render_keeps_nothing_that_the_caller_can_change() -> None:
    given = {"id": ["a"]}
    spec: dict[str, Value] = {"messages": said("x"), "tools": [{"ref": "tool/t", "with": {"ids": "id"}}]}
    request = prompt(spec, {"tool/t": {"parameters": {"type": "object"}}}).render(given)
    given["id"].append("b")
    assert request.tools[0].bound == {"ids": ["a"]}


POLICY: dict[str, dict[str, Value]] = {
    "contextpolicy/c": {
        "session": {
            "type": "object",
            "required": ["locale"],
            "properties": {"locale": {"type": "string"}, "tone": {"default": "kind"}},
        }
    }
}
SESSION: dict[str, Value] = {
    "messages": said("{{session.locale}} {{session.tone}}"),
    "context": "contextpolicy/c",
}


def test_the_session_is_checked_against_its_policy() -> None:
    request = prompt(SESSION, POLICY).render({"session": {"locale": "de"}})
    assert told(request.messages) == [("user", "de kind")]
    missing = Problem(input="session", rule="required", message="'locale' is missing from session")
    assert refused(SESSION, {}, POLICY).problems == (missing,)
    assert refused(SESSION, {"session": {}}, POLICY).problems == (missing,)
    assert refused(SESSION, {"session": {"locale": 1}}, POLICY).problems == (
        Problem(input="session", rule="type", message="session.locale must be text, not a number"),
    )


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "strin"}, "\"strin\" is not valid under any of the schemas listed in the 'anyOf' keyword"),
        ({"pattern": "("}, '"(" is not a "regex"'),
        ({"$ref": "#/$defs/none"}, "Pointer '/$defs/none' does not exist"),
    ],
)
def test_a_schema_that_is_none_is_a_mistake_of_the_prompt(schema: Value, reason: str) -> None:
    spec: dict[str, Value] = {"messages": said("{{who}}"), "inputs": {"properties": {"who": schema}}}
    with pytest.raises(PromptError) as caught:
        prompt(spec).render({"who": "Ada"})
    assert (caught.value.exit_code, caught.value.message, caught.value.hint) == (
        3,
        f"prompt/p@1.0.0: the schema of inputs is none: {reason}",
        "'plmctl validate' says where it is wrong: release it anew",
    )


def test_without_a_session_in_the_policy_it_is_a_name_like_any_other() -> None:
    spec: dict[str, Value] = {"messages": said("a"), "context": "contextpolicy/c"}
    assert [p.rule for p in refused(spec, {"session": {}}, {"contextpolicy/c": {}}).problems] == ["unknown"]
    declared: dict[str, Value] = {**SESSION, "inputs": {"properties": {"session": {}}}}
    request = prompt(declared, POLICY).render({"session": {"locale": "x", "tone": "y"}})
    assert told(request.messages) == [("user", "x y")]


RETRIEVAL: dict[str, Value] = {
    "messages": said("{{q}}:{{#found}} {{text}}{{/found}}"),
    "inputs": {"type": "object", "properties": {"q": {"type": "string"}}, "additionalProperties": False},
    "retrieval": {"ref": "retriever/r", "query": "q", "into": "found"},
}
RETRIEVER: dict[str, dict[str, Value]] = {
    "retriever/r": {"returns": {"type": "object", "required": ["text"]}},
}


def test_passages_come_in_by_the_variable_of_retrieval() -> None:
    found = prompt(RETRIEVAL, RETRIEVER)
    assert told(found.render({"q": "a", "found": [{"text": "x"}, {"text": "y"}]}).messages) == [
        ("user", "a: x y")
    ]
    assert told(found.render({"q": "a"}).messages) == [("user", "a:")]
    assert refused(RETRIEVAL, {"q": "a", "found": [{"text": "x"}, {}, 1]}, RETRIEVER).problems == (
        Problem(input="found", rule="required", message="found[1]: 'text' is missing from passage"),
        Problem(input="found", rule="type", message="found[2]: passage must be a mapping, not a number"),
    )
    assert refused(RETRIEVAL, {"q": "a", "found": "x"}, RETRIEVER).problems == (
        Problem(input="found", rule="type", message="found must be a list of passages"),
    )


def test_a_retriever_that_does_not_say_what_a_passage_is_takes_any() -> None:
    found = prompt({**RETRIEVAL, "messages": said("{{#found}}{{.}}{{/found}}")}, {"retriever/r": {}})
    assert told(found.render({"q": "a", "found": ["x", 1]}).messages) == [("user", "x1")]


def test_a_placeholder_is_filled_by_its_name_or_by_the_input_of_that_name() -> None:
    messages = said({"placeholder": "turns"}, {"placeholder": "history"}, "end")
    spec: dict[str, Value] = {"messages": messages, "inputs": {"properties": {"turns": {"type": "array"}}}}
    given: list[Value] = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    found = prompt(spec)
    assert found.render({}).messages == (message("user", "end"),)
    request = found.render({"turns": given, "history": given[:1]})
    assert told(request.messages) == [("user", "a"), ("assistant", "b"), ("user", "a"), ("user", "end")]
    assert refused(spec, {"turns": [1], "history": {}}).problems == (
        Problem(
            input="turns",
            rule="messages",
            message="turns[0] must be a message: an object with 'role' and 'content'",
        ),
        Problem(input="history", rule="messages", message="history must be a list of messages"),
    )


def test_what_is_no_address_cannot_be_sent_as_media() -> None:
    spec: dict[str, Value] = {
        "messages": said({"role": "user", "content": [{"image": "a"}, {"audio": "b"}, {"file": "c"}]}),
        "inputs": {"properties": {"a": {}, "b": {}, "c": {"type": "string"}}},
    }
    assert refused(spec, {"a": ["x", 1], "b": "", "c": {}}).problems == (
        Problem(input="c", rule="type", message="inputs.c must be text, not a mapping"),
        Problem(
            input="a",
            rule="media",
            message="inputs.a[1] is sent as an image: it must be an address, a data URI or an id, as text",
        ),
        Problem(
            input="b",
            rule="media",
            message="inputs.b is sent as audio: it must be an address, a data URI or an id, as text",
        ),
    )


EVERYTHING: dict[str, Value] = {
    "messages": said(
        {"role": "system", "content": "s {{session.locale}}"},
        {"placeholder": "history"},
        {"placeholder": "turns"},
        {"role": "user", "content": [{"text": "{{a}}{{#found}}{{.}}{{/found}}"}, {"image": "photo"}]},
    ),
    "inputs": {"properties": {"a": {}, "photo": {}, "turns": {}, "b": {"type": "string"}}, "required": ["b"]},
    "retrieval": {"ref": "retriever/r", "query": "a", "into": "found"},
    "context": "contextpolicy/c",
}
ITS_OTHERS: dict[str, dict[str, Value]] = {
    "retriever/r": {"returns": {"type": ["string", "object"]}},
    "contextpolicy/c": {
        "window": {"maxTokens": 1000},
        "memory": {"retriever": "retriever/r"},
        "session": {"type": "object", "properties": {"locale": {"default": "en"}}},
    },
}
ANYTHING: list[object] = [
    None, True, 1, 1.5, "", "x", [], ["x"], [1], [[]], {}, {"locale": "de"}, (1, 2), {"a": [{}]},
    [{"role": "user", "content": "q"}], {"role": "user", "content": "q"}, [{"role": "tool", "content": "x"}],
    object(), float("nan"), b"x", "\ud800", {1: 2}, 2**60, LOOP,
]  # fmt: skip


def refused_names(given: dict[str, object]) -> frozenset[str]:
    """The inputs that are wrong of what is given to a prompt that has everything."""
    try:
        prompt(EVERYTHING, ITS_OTHERS).render(given)
    except InputError as error:
        return frozenset(problem.input for problem in error.problems)
    return frozenset()


@pytest.mark.parametrize("name", ["a", "photo", "turns", "b", "history", "found", "memory", "session", "zzz"])
def test_whatever_is_given_is_taken_or_refused_by_its_name(name: str) -> None:
    names = [refused_names({"a": "x", "b": "y", name: value}) for value in ANYTHING]
    assert set(names) == {frozenset(), frozenset({name})}
    # What is no JSON is taken by no name.
    assert names.count(frozenset({name})) >= 7
