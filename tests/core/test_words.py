import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.words import LONGEST_TAG, Word, begins_sentence, words_of


def parts(text: str) -> list[str]:
    return [word.text for word in words_of(text)[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't re-run v1.2, please.", ["Don't", "re-run", "v1.2", ",", "please", "."]),
        ("10,000 items, 3.5 each", ["10,000", "items", ",", "3.5", "each"]),
        ("a,b", ["a", ",", "b"]),
        ("Ask {{ticket.id}}!", ["Ask", "{{ticket.id}}", "!"]),
        ("{{{raw}}}{{&x}}", ["{{{raw}}}", "{{&x}}"]),
        ("{{! not\nprose }}x", ["{{! not\nprose }}", "x"]),
        ("{% if a %}b{# c #}", ["{% if a %}", "b", "{# c #}"]),
        ("{{#list}}{{.}}{{/list}}", ["{{#list}}", "{{.}}", "{{/list}}"]),
        ("{{ never closed", ["{", "{", "never", "closed"]),
        ("{{" + "x" * LONGEST_TAG + "}}", ["{", "{", "x" * LONGEST_TAG, "}", "}"]),
        ("{% a {{b}}", ["{", "%", "a", "{{b}}"]),
        ("{{ a {{b}}", ["{", "{", "a", "{{b}}"]),
        # A letter and the accent that is drawn on it, an emoji and its skin, a family: each is seen as one.
        ("cafe\u0301 ok", ["cafe\u0301", "ok"]),
        ("\U0001f44d\U0001f3fd!", ["\U0001f44d\U0001f3fd", "!"]),
        ("\U0001f468\u200d\U0001f467", ["\U0001f468\u200d\U0001f467"]),
        ("cafe\u0301s", ["cafe\u0301s"]),
        ("\U0001f44d\U0001f3fdok", ["\U0001f44d\U0001f3fd", "ok"]),
        ("\u0301a", ["\u0301a"]),
        ("a \u0301b", ["a", "\u0301b"]),
        ("\u0915\u094d\u0937", ["\u0915\u094d\u0937"]),
        ("", []),
        (" \n", []),
    ],
)
def test_a_text_is_cut_between_words_and_around_tags(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


def test_blanks_stand_before_their_word_or_at_the_end() -> None:
    assert words_of(" Say\n\nit. ") == ((Word("Say", " "), Word("it", "\n\n"), Word(".", "")), " ")


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("One two. Three four? Five!", ["One", "Three", "Five"]),
        ('He said "go." Then he left.', ["He", "Then"]),
        ("**Bold.** Next", ["*", "Next"]),
        ("a line\nthat goes on", ["a"]),
        # The number of an item is a sentence of its own: renumbering changes no other.
        ("a\n- b\n1. c\n\nd", ["a", "-", "1", "c", "d"]),
        ("e.g. this", ["e.g", "this"]),
        ("v1.2 is", ["v1.2"]),
        ("終わり。次", ["終わり"]),
        ("終わり。 次", ["終わり", "次"]),
    ],
)
def test_sentences_begin_after_ends_and_with_paragraphs_and_items(text: str, begins: list[str]) -> None:
    words, _ = words_of(text)
    assert [word.text for index, word in enumerate(words) if begins_sentence(words, index)] == begins


HARD = (
    "{{x}}",
    "{{",
    "}}",
    "{%",
    "%}",
    "\u0301",
    "\u200d",
    "\U0001f3fd",
    "\n\n",
    " ",
    "don't",
    ".",
    "\u3002",
)


@given(st.lists(st.sampled_from(HARD) | st.text(max_size=5), max_size=12).map("".join))
def test_words_and_blanks_together_are_the_text(text: str) -> None:
    words, end = words_of(text)
    assert "".join(word.gap + word.text for word in words) + end == text
    assert all(word.text and not word.text[0].isspace() and not word.gap.strip() for word in words)
