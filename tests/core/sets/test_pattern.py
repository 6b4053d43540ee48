from itertools import product
from random import Random

import pytest

from plmctl.core.sets.pattern import TooHard, automaton
from plmctl.core.subset import is_pattern, matches

TEXTS = [
    *("".join(letters) for length in range(4) for letters in product("ab1 ", repeat=length)),
    *(
        "\n",
        "a\n",
        "\r",
        "\u2028",
        "é",
        "٣",
        "_",
        "-",
        "]",
        ".",
        "A",
        "\ufeff",
        "\x1c",
        "\xa0",
        "aaaa",
        "abab1",
    ),
]
PATTERNS = [
    *("", "a", "ab", "^a", "a$", "^$", "^a$", "a|b", "^(a|b)$", "(|a)b", "^(a|^b)1", "$a", "a$b", "^^a$$"),
    *("a*", "^a*$", "^a+$", "^a?$", "^a{2}$", "^a{2,}$", "^a{1,2}$", "^a{0}$", "^a{0,1}b$", "^(ab){1,2}1$"),
    *("^a{2}{2}$", "^a*?$", "^a+?b$", "^a{1,2}?$", "^(a*)*$", "^(?:ab)+$", "^(?P<n>a)b$", "^(?<n>a)$"),
    *(".", "^.$", "^..$", r"\d", r"^\D$", r"\w", r"^\W$", r"\s", r"^\S$", "^[ab]$", "^[^ab]$", "^[a-b1]$"),
    *(
        r"^[\d_]$",
        r"^[^\w]$",
        "^[-a]$",
        "^[a-]$",
        "^[]a]$",
        "^[^]a]$",
        r"^[\]]$",
        r"\.",
        r"\-",
        r"^\x41$",
        r"\u0041",
    ),
    *(
        r"\x{41}",
        r"^[\n\r]$",
        r"\t",
        "]",
        "}",
        "^(a|b)*1$",
        "(a|b)(1| )",
        "^[a-b]{2,3}$",
        r"^[\x20-\x31]$",
        r"^[^\x00-a]$",
    ),
]
HARD = [
    r"\b",
    r"(?i)a",
    r"\p{L}",
    "[[a]]",
    "[a&&b]",
    r"[\w-z]",
    "a{1501}",
    r"\z",
    "(a",
    "a)",
    "[a",
    "a{",
    "a{x}",
    "*a",
]
HARD += [r"\xzz", "[a~~b]", r"\x{4", "(?<a", "a\\", r"\_"[:1], "a{1,x}", "(?i:a)"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_automaton_finds_what_the_engine_finds(pattern: str) -> None:
    assert is_pattern(pattern)
    made = automaton(pattern)
    wrong = []
    for text in TEXTS:
        states = made.first()
        for character in text:
            states = made.after(states, ord(character))
        if made.is_found(states, not text) is not matches(pattern, text):
            wrong.append(text)
    assert wrong == []


@pytest.mark.parametrize("pattern", HARD)
def test_a_hard_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(TooHard):
        automaton(pattern)


PARTS = ["a", "b", "1", " ", "[ab]", "[^a]", ".", r"\d", r"\w", "(a|b)", "(ab)", "^", "$"]
TIMES = ["", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,}"]


def test_automata_of_random_patterns_find_what_the_engine_finds() -> None:
    rng, wrong, seen = Random("patterns"), [], 0
    for _ in range(150):
        parts = (rng.choice(PARTS) for _ in range(rng.randint(1, 4)))
        pattern = "".join(part if part in "^$" else part + rng.choice(TIMES) for part in parts)
        made = automaton(pattern)
        for text in rng.sample(TEXTS, 25):
            states = made.first()
            for character in text:
                states = made.after(states, ord(character))
            seen += matches(pattern, text)
            if made.is_found(states, not text) is not matches(pattern, text):
                wrong.append((pattern, text))
    assert wrong == []
    # Both answers are common, or nothing would be shown.
    assert 500 < seen < 3000
