from plmctl.core.tokenizer import Estimate, Tokenizer
from plmctl.runtime.counting import counters_of


class Letters:
    """A vocabulary in which each letter is a token."""

    name = "letters"

    def count(self, text: str) -> int:
        return len(text)


def letters_of(model: str | None) -> Tokenizer:
    return Letters() if model == "gpt-4o" else Estimate()


def test_a_model_with_a_vocabulary_is_counted_by_it_and_others_are_estimated() -> None:
    counters = counters_of({"gpt-4o", "claude"}, letters_of)
    assert [counters(model)("hello world") for model in ("gpt-4o", "claude", "gpt-4")] == [11, 2, 2]


def test_where_no_vocabulary_is_here_all_is_estimated() -> None:
    assert counters_of({"no-such-model"})("no-such-model")("hello world") == 2
