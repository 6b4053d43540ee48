import pytest
from hypothesis import given
from hypothesis import strategies as st

from plmctl.core.document import Document, read_document
from plmctl.core.lines import block_text, entry, section
from plmctl.core.value import Value


def value_of(lines: list[str]) -> Value:
    document = read_document("a.yaml", "".join(f"{line}\n" for line in lines).encode())
    assert isinstance(document, Document), document
    return document.value


# What a manifest may hold: no control characters, and nothing that NFC would change.
TEXTS = st.text(alphabet=st.sampled_from("ab \t\n#:-|>'\"{}[]&*!%@`é😀\u2028\ufeff\\,?"), min_size=1)


@given(TEXTS)
def test_a_block_reads_back_as_the_text_that_was_written(text: str) -> None:
    lines = [*block_text("text", text), "after: 1"]
    assert value_of(lines) == {"text": text, "after": 1}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\n", ["text: |", "  a"]),
        ("a\n\nb", ["text: |-", "  a", "", "  b"]),
        ("a\n\n", ["text: |+", "  a", ""]),
        ("  a\n", ["text: |2", "    a"]),
        ("\na\n", ["text: |", "", "  a"]),
        ("\n a\n", ["text: |2", "", "   a"]),
        ("\n", ['text: "\\n"']),
        ("a\u2028b\n", ['text: "a\\u2028b\\n"']),
    ],
)
def test_a_block_is_written_like_this(text: str, lines: list[str]) -> None:
    assert list(block_text("text", text)) == lines


SCALARS = st.none() | st.booleans() | st.integers(-99, 99) | TEXTS
VALUES: st.SearchStrategy[Value] = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXTS, below, max_size=3)
)


@given(TEXTS, VALUES)
def test_any_value_reads_back_as_it_was(key: str, value: Value) -> None:
    assert value_of(list(entry(key, value))) == {key: value}


def test_what_is_long_stands_on_several_lines() -> None:
    long: Value = [{"name": "a", "words": ["one", "two", "three", "four"]}, 1, []]
    assert list(entry("list", long)) == [
        "list:",
        "  - name: a",
        "    words: [one, two, three, four]",
        "  - 1",
        "  - []",
    ]
    assert list(section("short", {"a": 1, "b": "{{x}}"})) == ["short:", "  a: 1", "  b: |-", "    {{x}}"]
