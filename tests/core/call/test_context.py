"""What of a conversation is sent, and what happens when it does not fit."""

from collections.abc import Sequence
from typing import cast

import pytest

from plmctl.core.call.context import ContextError
from plmctl.core.call.refusal import InputError, Problem
from plmctl.core.call.request import Message
from plmctl.core.call.situation import Situation, Summarizer
from plmctl.core.tokenizer import Estimate
from plmctl.core.value import Value
from tests.core.call.artifacts import artifact, prompt, said, told

LABEL = "prompt/p@1.0.0 under contextpolicy/c@1.0.0"
SYSTEM: Value = {"role": "system", "content": "be kind"}


def talk(turns: int, first: int = 1) -> list[Value]:
    """Turns of two words: what a user asks, and the answer."""
    return [
        {"role": role, "content": f"{letter}{n}"}
        for n in range(first, first + turns)
        for role, letter in (("user", "q"), ("assistant", "a"))
    ]


def words(text: str) -> int:
    """A token is a word."""
    return len(text.split())


class Summaries:
    """A summariser that says how much it was given, in so many words, and remembers what."""

    def __init__(self, *lengths: int):
        self.lengths = lengths or (1,)
        self.asked: list[str] = []

    def __call__(self, messages: Sequence[Message]) -> str:
        self.asked.append(" ".join(message.text for message in messages))
        length = self.lengths[(len(self.asked) - 1) % len(self.lengths)]
        return " ".join([f"sum{len(messages)}"] * length) + "\n"


def sent(
    policy: dict[str, Value],
    history: list[Value],
    *,
    summarize: Summaries | None = None,
    after: Sequence[Value] = ("ask",),
    model: dict[str, Value] | None = None,
) -> str:
    """The texts of what is sent, of a prompt that says `be kind`, the history, and `ask`."""
    others: dict[str, dict[str, Value]] = {"contextpolicy/c": policy}
    if model is not None:
        others["model/m"] = {"provider": "openai", "model": "x", **model}
    spec: dict[str, Value] = {
        "messages": said(SYSTEM, {"placeholder": "history"}, *after),
        "context": "contextpolicy/c",
    }
    situation = Situation(count=words, summarize=summarize)
    return " ".join(
        text for _, text in told(prompt(spec, others).render({"history": history}, situation).messages)
    )


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        ({}, "be kind q1 a1 q2 a2 q3 a3 ask"),
        ({"history": {"strategy": "last-turns"}}, "be kind q1 a1 q2 a2 q3 a3 ask"),
        ({"history": {"strategy": "last-turns", "maxTurns": 4}}, "be kind q1 a1 q2 a2 q3 a3 ask"),
        ({"history": {"strategy": "last-turns", "maxTurns": 2}}, "be kind q2 a2 q3 a3 ask"),
        ({"history": {"strategy": "last-turns", "maxTurns": 0}}, "be kind ask"),
        ({"history": {"strategy": "token-window", "maxTurns": 1.0}}, "be kind q3 a3 ask"),
        (
            {"history": {"strategy": "token-window"}, "window": {"maxTokens": 9}},
            "be kind q1 a1 q2 a2 q3 a3 ask",
        ),
        ({"history": {"strategy": "token-window"}, "window": {"maxTokens": 8}}, "be kind q2 a2 q3 a3 ask"),
        (
            {"history": {"strategy": "token-window"}, "window": {"maxTokens": 8, "reserveForOutput": 2}},
            "be kind q3 a3 ask",
        ),
        (
            {"history": {"strategy": "token-window", "maxTurns": 1}, "window": {"maxTokens": 9}},
            "be kind q3 a3 ask",
        ),
        ({"overflow": "truncate-oldest", "window": {"maxTokens": 3}}, "be kind ask"),
        ({"overflow": "error", "window": {"maxTokens": 9}}, "be kind q1 a1 q2 a2 q3 a3 ask"),
    ],
)
def test_of_the_history_the_newest_turns_are_sent(policy: dict[str, Value], text: str) -> None:
    assert sent(policy, talk(3)) == text


def test_a_conversation_that_begins_has_no_history() -> None:
    assert sent({"history": {"strategy": "last-turns", "maxTurns": 1}}, []) == "be kind ask"


def test_without_a_policy_the_history_is_sent_as_it_is() -> None:
    spec: dict[str, Value] = {"messages": said({"placeholder": "history"}, "ask")}
    request = prompt(spec).render({"history": talk(2)}, Situation(count=words))
    assert [text for _, text in told(request.messages)] == ["q1", "a1", "q2", "a2", "ask"]


def test_the_window_of_the_model_counts_where_it_is_smaller() -> None:
    small: dict[str, Value] = {"limits": {"contextTokens": 5}}
    assert sent({"history": {"strategy": "token-window"}}, talk(3), model=small) == "be kind q3 a3 ask"
    policy: dict[str, Value] = {"overflow": "truncate-oldest", "window": {"maxTokens": 100}}
    assert sent(policy, talk(3), model=small) == "be kind q3 a3 ask"


def test_nothing_is_counted_for_a_policy_that_says_nothing_of_tokens() -> None:
    small: dict[str, Value] = {"limits": {"contextTokens": 5}}
    assert (
        sent({"history": {"strategy": "last-turns"}}, talk(3), model=small) == "be kind q1 a1 q2 a2 q3 a3 ask"
    )
    assert sent({"overflow": "error"}, talk(1)) == "be kind q1 a1 ask"


def test_a_greeting_belongs_to_the_first_turn() -> None:
    greeting: Value = {"role": "assistant", "content": "hello"}
    assert sent({"history": {"strategy": "last-turns", "maxTurns": 2}}, [greeting, *talk(2)]) == (
        "be kind hello q1 a1 q2 a2 ask"
    )
    assert (
        sent({"history": {"strategy": "last-turns", "maxTurns": 1}}, [greeting, *talk(2)])
        == "be kind q2 a2 ask"
    )


def test_instructions_in_the_history_are_never_dropped() -> None:
    note: Value = {"role": "developer", "content": "note"}
    history = [*talk(1), note, *talk(2, first=2)]
    policy: dict[str, Value] = {"history": {"strategy": "last-turns", "maxTurns": 1}}
    assert sent(policy, history) == "be kind note q3 a3 ask"


def test_the_last_message_of_a_user_stays_where_it_is_the_history_that_has_it() -> None:
    history: list[Value] = [*talk(2), {"role": "user", "content": "now"}]
    none: dict[str, Value] = {"history": {"strategy": "last-turns", "maxTurns": 0}}
    assert sent(none, history, after=()) == "be kind now"
    assert sent(none, history, after=({"role": "assistant", "content": "{"},)) == "be kind now {"
    tight: dict[str, Value] = {"overflow": "truncate-oldest", "window": {"maxTokens": 3}}
    assert sent(tight, history, after=()) == "be kind now"
    assert sent(none, [{"role": "assistant", "content": "hello"}], after=()) == "be kind"


def test_a_call_of_a_tool_stays_with_its_answer() -> None:
    call: Value = {"id": "1", "name": "f", "arguments": {}}
    history: list[Value] = [
        {"role": "user", "content": "q1"},
        {"role": "assistant", "content": "a1", "calls": [call]},
        {"role": "user", "content": "hurry"},
        {"role": "tool", "content": "t", "answers": "1"},
        {"role": "assistant", "content": "a2"},
        *talk(1, first=3),
    ]
    policy: dict[str, Value] = {"history": {"strategy": "last-turns", "maxTurns": 2}}
    assert sent(policy, history) == "be kind q1 a1 hurry t a2 q3 a3 ask"
    policy = {"history": {"strategy": "last-turns", "maxTurns": 1}}
    assert sent(policy, history) == "be kind q3 a3 ask"


def test_ids_of_calls_may_begin_anew_with_each_turn() -> None:
    call: Value = {"id": "0", "name": "f", "arguments": {}}
    history: list[Value] = []
    for n in (1, 2):
        history += [
            {"role": "user", "content": f"q{n}"},
            {"role": "assistant", "content": f"a{n}", "calls": [call]},
            {"role": "tool", "content": f"t{n}", "answers": "0"},
        ]
    policy: dict[str, Value] = {"history": {"strategy": "last-turns", "maxTurns": 1}}
    assert sent(policy, history) == "be kind q2 a2 t2 ask"


def test_calls_and_tools_are_counted() -> None:
    spec: dict[str, Value] = {
        "messages": said({"placeholder": "history"}, "ask"),
        "context": "contextpolicy/c",
        "tools": [{"name": "f", "description": "one two"}, {"ref": "tool/s"}],
    }
    history: Value = [
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": "a", "calls": [{"id": "1", "name": "f", "arguments": {"x": "y z"}}]},
    ]
    counted: list[str] = []

    def count(text: str) -> int:
        counted.append(text)
        return 1

    policy: dict[str, Value] = {"window": {"maxTokens": 6}, "overflow": "error"}
    others: dict[str, dict[str, Value]] = {"contextpolicy/c": policy, "tool/s": {"builtin": "b"}}
    prompt(spec, others).render({"history": history}, Situation(count=count))
    assert sorted(counted) == [
        "a",
        "ask",
        'f{"x":"y z"}',
        "q",
        '{"description":"one two","name":"f","parameters":{"properties":{},"type":"object"}}',
        '{"description":null,"name":"s","parameters":null}',
    ]


def test_turns_beyond_the_newest_are_summed_up() -> None:
    policy: dict[str, Value] = {
        "history": {"strategy": "summary", "maxTurns": 1, "summarizeWith": "prompt/s"}
    }
    summaries = Summaries()
    assert sent(policy, talk(3), summarize=summaries) == "be kind sum4 q3 a3 ask"
    assert summaries.asked == ["q1 a1 q2 a2"]
    assert sent(policy, talk(1)) == "be kind q1 a1 ask"


def test_a_summary_is_said_by_a_user_and_a_blank_one_by_nobody() -> None:
    spec: dict[str, Value] = {
        "messages": said({"placeholder": "history"}, "ask"),
        "context": "contextpolicy/c",
    }
    policy: dict[str, Value] = {"history": {"strategy": "summary", "maxTurns": 0}}
    found = prompt(spec, {"contextpolicy/c": policy})
    request = found.render({"history": talk(1)}, Situation(summarize=lambda _: "they spoke"))
    assert told(request.messages) == [("user", "they spoke"), ("user", "ask")]
    request = found.render({"history": talk(1)}, Situation(summarize=lambda _: " "))
    assert told(request.messages) == [("user", "ask")]


def test_a_summary_that_nobody_makes_is_refused() -> None:
    policy: dict[str, Value] = {
        "history": {"strategy": "summary", "maxTurns": 0, "summarizeWith": "prompt/s"}
    }
    with pytest.raises(ContextError) as caught:
        sent(policy, talk(1))
    assert (caught.value.message, caught.value.hint) == (
        f"{LABEL}: 2 messages of the history must be summed up, and nothing does it",
        "give a summariser: a function from messages to a text; prompt/s is the prompt for it",
    )
    with pytest.raises(ContextError) as caught:
        sent({"history": {"strategy": "summary", "maxTurns": 0}}, talk(1))
    assert caught.value.hint == "give a summariser: a function from messages to a text"


def test_a_summary_that_is_no_text_is_refused() -> None:
    spec: dict[str, Value] = {
        "messages": said({"placeholder": "history"}, "ask"),
        "context": "contextpolicy/c",
    }
    found = prompt(spec, {"contextpolicy/c": {"history": {"strategy": "summary", "maxTurns": 0}}})
    with pytest.raises(ContextError) as caught:
        found.render({"history": talk(1)}, Situation(summarize=cast(Summarizer, lambda _: None)))
    assert caught.value.message == (f"{LABEL}: the summariser gave NoneType, not a text")


def test_what_does_not_fit_is_summed_up_as_little_as_can_be() -> None:
    policy: dict[str, Value] = {"overflow": "summarize", "window": {"maxTokens": 8}}
    summaries = Summaries()
    assert sent(policy, talk(3), summarize=summaries) == "be kind sum2 q2 a2 q3 a3 ask"
    assert summaries.asked == ["q1 a1"]


def test_where_a_summary_is_too_long_more_is_summed_up_and_at_last_all() -> None:
    policy: dict[str, Value] = {"overflow": "summarize", "window": {"maxTokens": 8}}
    summaries = Summaries(2)
    assert sent(policy, talk(3), summarize=summaries) == "be kind sum4 sum4 q3 a3 ask"
    assert summaries.asked == ["q1 a1", "q1 a1 q2 a2"]
    summaries = Summaries(2, 5, 3)
    assert sent(policy, talk(3), summarize=summaries) == "be kind sum6 sum6 sum6 ask"
    assert summaries.asked == ["q1 a1", "q1 a1 q2 a2", "q1 a1 q2 a2 q3 a3"]


def test_a_summary_that_is_always_too_long_is_asked_for_twice_and_refused() -> None:
    summaries = Summaries(9)
    with pytest.raises(ContextError) as caught:
        sent({"overflow": "summarize", "window": {"maxTokens": 8}}, talk(3), summarize=summaries)
    assert summaries.asked == ["q1 a1", "q1 a1 q2 a2 q3 a3"]
    assert (caught.value.message, caught.value.hint) == (
        f"{LABEL}: the call has 12 tokens, and 8 fit",
        "the history is summed up: shorten the summary or the inputs, or set a wider 'window' in the policy",
    )


def test_what_was_summed_up_already_is_summed_up_with_more() -> None:
    policy: dict[str, Value] = {
        "history": {"strategy": "summary", "maxTurns": 2},
        "overflow": "summarize",
        "window": {"maxTokens": 7},
    }
    summaries = Summaries()
    assert sent(policy, talk(3), summarize=summaries) == "be kind sum4 q3 a3 ask"
    assert summaries.asked == ["q1 a1", "q1 a1 q2 a2"]


def test_a_summary_is_dropped_last() -> None:
    policy: dict[str, Value] = {
        "history": {"strategy": "summary", "maxTurns": 2},
        "overflow": "truncate-oldest",
        "window": {"maxTokens": 4},
    }
    assert sent(policy, talk(3), summarize=Summaries()) == "be kind sum2 ask"
    assert sent(policy, talk(3), summarize=Summaries(2)) == "be kind ask"


@pytest.mark.parametrize(
    ("policy", "message", "hint"),
    [
        (
            {"overflow": "error", "window": {"maxTokens": 9, "reserveForOutput": 1}},
            "the call has 9 tokens, and 8 fit beside the 1 for the answer",
            "shorten the history or the inputs, or set 'overflow' or a wider 'window' in the policy",
        ),
        (
            {"window": {"maxTokens": 8}},
            "the call has 9 tokens, and 8 fit",
            "shorten the history or the inputs, or set 'overflow' or a wider 'window' in the policy",
        ),
        (
            {"overflow": "truncate-oldest", "window": {"maxTokens": 2, "reserveForOutput": 5}},
            "the call has 3 tokens, and 0 fit beside the 5 for the answer",
            "the history is dropped already: shorten the inputs, or set a wider 'window' in the policy",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_size(
    policy: dict[str, Value], message: str, hint: str
) -> None:
    with pytest.raises(ContextError) as caught:
        sent(policy, talk(3))
    assert (caught.value.message, caught.value.hint) == (
        f"{LABEL}: {message}",
        hint,
    )


def test_without_a_counter_tokens_are_estimated() -> None:
    text = "Hello, world!"
    size = Estimate().count(text)
    spec: dict[str, Value] = {"messages": said(text), "context": "contextpolicy/c"}
    assert told(prompt(spec, {"contextpolicy/c": {"window": {"maxTokens": size}}}).render({}).messages)
    with pytest.raises(ContextError):
        prompt(spec, {"contextpolicy/c": {"window": {"maxTokens": size - 1}}}).render({})


MEMORY: dict[str, dict[str, Value]] = {
    "contextpolicy/c": {"memory": {"retriever": "retriever/notes", "topK": 2}},
    "retriever/notes": {},
}
REMEMBERING: dict[str, Value] = {
    "messages": said(SYSTEM, {"examples": True}, "ask"),
    "context": "contextpolicy/c",
}


def test_memories_follow_the_instructions_as_one_message_of_a_user() -> None:
    examples: Value = [{"name": "e", "input": {}, "output": "x"}]
    found = prompt({**REMEMBERING, "messages": said(SYSTEM, "ask"), "examples": examples}, MEMORY)
    request = found.render({"memory": ["likes tea", {"b": 1, "a": "x"}, "too many"]})
    assert told(request.messages) == [
        ("system", "be kind"),
        ("user", 'likes tea\n\n{"a":"x","b":1}'),
        ("user", "ask"),
        ("assistant", "x"),
        ("user", "ask"),
    ]
    assert told(found.render({}).messages)[1] == ("user", "ask")
    assert found.policy.retriever == artifact("retriever/notes", {})


def test_memories_stand_at_their_place() -> None:
    spec = {**REMEMBERING, "messages": said({"placeholder": "memory"}, SYSTEM, "ask")}
    assert told(prompt(spec, MEMORY).render({"memory": ["m"]}).messages)[0] == ("user", "m")


def test_all_memories_are_sent_where_the_policy_does_not_say_how_many() -> None:
    policy: dict[str, Value] = {"memory": {"retriever": "retriever/notes"}}
    request = prompt(REMEMBERING, {**MEMORY, "contextpolicy/c": policy}).render({"memory": ["1", "2", "3"]})
    assert told(request.messages)[1] == ("user", "1\n\n2\n\n3")


def test_memories_are_what_their_retriever_returns() -> None:
    notes: dict[str, Value] = {"returns": {"type": "string"}}
    with pytest.raises(InputError) as caught:
        prompt(REMEMBERING, {**MEMORY, "retriever/notes": notes}).render({"memory": ["a", 1]})
    assert caught.value.problems == (
        Problem(input="memory", rule="type", message="memory[1]: passage must be text, not a number"),
    )
