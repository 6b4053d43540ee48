"""Messages in JSON, and back."""

import pytest

from plmctl.core.call.conversation import NotMessages, messages_of, value_of
from plmctl.core.call.request import Media, Message, Text, ToolCall
from plmctl.core.value import Value

TALK: list[Value] = [
    {"role": "system", "content": "s"},
    {
        "role": "user",
        "content": [{"text": "a"}, {"image": "u", "detail": "low"}, {"audio": "v"}, {"file": "w"}],
    },
    {"role": "assistant", "content": "", "calls": [{"id": "1", "name": "f", "arguments": {"x": [1]}}]},
    {"role": "tool", "content": "", "answers": "1"},
    {"role": "assistant", "content": "b"},
]


def test_messages_are_read_from_json_and_are_that_json_again() -> None:
    messages = messages_of(TALK, "history")
    assert messages == (
        Message(role="system", parts=(Text(text="s"),)),
        Message(
            role="user",
            parts=(
                Text(text="a"),
                Media(medium="image", value="u", detail="low"),
                Media(medium="audio", value="v"),
                Media(medium="file", value="w"),
            ),
        ),
        Message(role="assistant", parts=(), calls=(ToolCall(id="1", name="f", arguments={"x": [1]}),)),
        Message(role="tool", parts=(), answers="1"),
        Message(role="assistant", parts=(Text(text="b"),)),
    )
    assert [value_of(message) for message in messages] == TALK


def test_a_call_of_tools_needs_no_content() -> None:
    call: Value = {"id": "1", "name": "f", "arguments": {}}
    assert messages_of([{"role": "assistant", "content": None, "calls": [call]}], "h")[0].parts == ()
    assert messages_of([{"role": "assistant", "calls": [call]}], "h")[0].parts == ()


PART = "h[0].content[0] must be one of {text}, {image, detail}, {audio} and {file}"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("x", "h must be a list of messages"),
        (["x"], "h[0] must be a message: an object with 'role' and 'content'"),
        ([{"role": "user", "content": "a", "name": "b"}], "'name' is not a field of h[0]"),
        ([{"content": "a"}], "h[0].role must be one of system, developer, user, assistant, tool"),
        (
            [{"role": "robot", "content": "a"}],
            "h[0].role must be one of system, developer, user, assistant, tool",
        ),
        (
            [{"role": ["user"], "content": "a"}],
            "h[0].role must be one of system, developer, user, assistant, tool",
        ),
        ([{"role": "user", "content": 1}], "h[0].content must be text or a list of parts"),
        ([{"role": "user"}], "h[0] says nothing: it has no content"),
        ([{"role": "user", "content": []}], "h[0] says nothing: it has no content"),
        ([{"role": "user", "content": ["a"]}], PART),
        ([{"role": "user", "content": [{}]}], PART),
        ([{"role": "user", "content": [{"text": "a", "image": "b"}]}], PART),
        ([{"role": "user", "content": [{"text": "a", "detail": "low"}]}], PART),
        ([{"role": "user", "content": [{"audio": "a", "detail": "low"}]}], PART),
        ([{"role": "user", "content": [{"image": "a", "detail": 1}]}], PART),
        ([{"role": "user", "content": [{"image": ""}]}], PART),
        ([{"role": "user", "content": [{"image": 1}]}], PART),
        ([{"role": "user", "content": [{"video": "a"}]}], PART),
        ([{"role": "assistant", "calls": {}}], "h[0].calls must be a list of calls"),
        (
            [{"role": "assistant", "calls": [{"id": "1", "name": "f", "arguments": "{}"}]}],
            "h[0].calls[0] must be {id, name, arguments}, the arguments an object",
        ),
        (
            [{"role": "assistant", "calls": [{"id": "1", "name": "f", "arguments": {}, "x": 1}]}],
            "h[0].calls[0] must be {id, name, arguments}, the arguments an object",
        ),
        (
            [{"role": "user", "content": "a", "calls": [{"id": "1", "name": "f", "arguments": {}}]}],
            "h[0] has calls of tools: only a message of the assistant can",
        ),
        (
            [{"role": "tool", "content": "a"}],
            "h[0]: a message of the role 'tool' has 'answers', and no other message has",
        ),
        (
            [{"role": "user", "content": "a", "answers": "1"}],
            "h[0]: a message of the role 'tool' has 'answers', and no other message has",
        ),
        ([{"role": "tool", "content": "a", "answers": 1}], "h[0].answers must be the id of a call"),
        ([{"role": "tool", "content": "a", "answers": ""}], "h[0].answers must be the id of a call"),
    ],
)
def test_what_is_no_message_is_told_with_its_place(value: Value, message: str) -> None:
    with pytest.raises(NotMessages) as caught:
        messages_of(value, "h")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("role", "hint"),
    [("human", "write 'user'"), ("AI", "write 'assistant'"), ("function", "write 'tool'"), ("x", None)],
)
def test_roles_of_other_apis_are_told_by_our_names(role: str, hint: str | None) -> None:
    with pytest.raises(NotMessages) as caught:
        messages_of([{"role": role, "content": "a"}], "h")
    assert (str(caught.value), caught.value.hint) == (
        "h[0].role must be one of system, developer, user, assistant, tool",
        hint,
    )


def test_fields_of_other_apis_are_told_by_our_names() -> None:
    with pytest.raises(NotMessages) as caught:
        messages_of([{"role": "assistant", "tool_calls": []}], "h")
    assert (str(caught.value), caught.value.hint) == (
        "'tool_calls' is not a field of h[0]",
        "write 'calls': a list of {id, name, arguments}",
    )
