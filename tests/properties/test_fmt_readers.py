"""Other readers of YAML find in a formatted text what ours found: ruamel.yaml for 1.2, PyYAML for 1.1."""

import io
import unicodedata
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plmctl.core.document import Document, read_document
from plmctl.core.layout import formatted
from plmctl.core.value import Value
from tests.properties.commented import commented
from tests.properties.hard_texts import HARD

# What the reader refuses, escaped or not.
_REFUSED = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
TEXTS = st.text(_REFUSED | st.sampled_from("\n\t :#-'\"\\{}[],&*!|>%@`?~=0123456789.eE_+"), max_size=30)


def formatted_value(value: dict[str, Value], seed: int) -> tuple[str, Value]:
    """A value laid out by chance, then formatted; and as our reader found it."""
    source = read_document("a.yaml", commented(value, Random(seed)).text.encode())
    assert isinstance(source, Document), source.findings
    return formatted(source, None), source.value


def by_ruamel(text: str) -> object:
    """What YAML 1.2 makes of a text."""
    found: object = YAML(typ="safe", pure=True).load(io.StringIO(text))
    return found


def by_pyyaml(text: str) -> object:
    """What YAML 1.1 makes of a text, read by Python alone."""
    found: object = yaml.safe_load(text)
    return found


def in_every_place(text: str) -> dict[str, Value]:
    """A text as a value, a key and an item, in lines and in brackets."""
    return {
        "value": text,
        "list": [text, [text, "x"], {"in": text, text: "key"}],
        "map": {text: "key", "more": {"deep": [text]}, "last": text},
    }


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("text", HARD)
def test_a_hard_text_is_the_same_text_to_every_reader(text: str, seed: int) -> None:
    written, value = formatted_value(in_every_place(text), seed)
    assert by_ruamel(written) == value, written
    assert by_pyyaml(written) == value, written


@settings(max_examples=200)
@given(TEXTS, st.integers(0, 9))
def test_any_text_is_the_same_text_to_every_reader(text: str, seed: int) -> None:
    written, value = formatted_value(in_every_place(unicodedata.normalize("NFC", text)), seed)
    assert by_ruamel(written) == value, written
    assert by_pyyaml(written) == value, written
