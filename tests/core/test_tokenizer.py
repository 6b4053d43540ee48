from itertools import product

import pytest

from plmctl.core.tokenizer import Estimate, estimated


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        (" ", 0),
        ("Be kind.", 3),
        ("abcdefghij", 1),
        ("abcdefghijk", 2),
        ("1234", 2),
        ("don't", 3),
        ("a_b__c", 5),
        ("Grüße", 3),
        ("Привет", 3),
        ("你好", 2),
        ("😀", 1),
        ("one\n\n\ntwo", 3),
        ("    indented", 2),
        ("\t\tx", 2),
        ("!!!!!", 2),
        ('{"a": 1}', 5),
    ],
)
def test_a_text_is_estimated_by_what_stands_in_it(text: str, tokens: int) -> None:
    assert Estimate().count(text) == tokens


def test_any_model_has_the_estimate() -> None:
    assert [estimated(model).name for model in ("gpt-4o", None)] == ["estimate", "estimate"]


@pytest.mark.parametrize(
    ("unit", "tokens"),
    [
        ("a", 20_000),
        (" ", 1),
        ("\n", 1),
        ("_", 1),
        ("!", 50_000),
        ("é", 100_000),
        ("你", 200_000),
        ("1 ", 200_000),
    ],
)
def test_a_long_text_is_read_once(unit: str, tokens: int) -> None:
    # What looks back from every character would take minutes here.
    assert Estimate().count(unit * 200_000) == tokens


def test_a_text_in_ascii_has_the_tokens_that_it_has_beside_other_letters() -> None:
    # An ideograph is one token and belongs to no other: with it the pattern of all texts is asked.
    for pair in product(map(chr, range(128)), repeat=2):
        text = "".join(pair)
        assert Estimate().count(text) == Estimate().count(f"{text}你") - 1, repr(text)
