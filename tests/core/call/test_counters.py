from plmctl.core.call.situation import Counter, Situation
from plmctl.core.value import Value
from tests.core.call.artifacts import prompt, said, told
from tests.core.call.test_context import SYSTEM, talk, words


def test_the_model_that_is_asked_counts_where_nobody_else_does() -> None:
    asked: list[str] = []

    def counter(model: str) -> Counter:
        asked.append(model)
        return words

    others: dict[str, dict[str, Value]] = {
        "contextpolicy/c": {"history": {"strategy": "token-window"}, "window": {"maxTokens": 5}},
        "model/m": {"provider": "openai", "model": "gpt-4o"},
    }
    spec: dict[str, Value] = {
        "messages": said(SYSTEM, {"placeholder": "history"}, "ask"),
        "context": "contextpolicy/c",
    }
    request = prompt(spec, others).render({"history": talk(3)}, Situation(counters=counter))
    assert (asked, [text for _, text in told(request.messages)]) == (
        ["gpt-4o"],
        ["be kind", "q3", "a3", "ask"],
    )
