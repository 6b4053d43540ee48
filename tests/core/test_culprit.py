"""What is not YAML because of a line above the place where the reader stops."""

import pytest

from plmctl.core.culprit import spaced
from tests.core.test_document import said

_SPACE = "put a space after ':'"
_PLAIN = "write plain spaces instead"
_MERGE = "keep one side and delete the markers"
_HEAD = "kind: Route\nspec:\n"


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("a:\n  b:c\n  d: e\n", "2:3", "'b:c' is no key"),
        ("a:\n  b: c\n  d:e f\n  g: h\n", "3:3", "'d:e f' is no key"),
        ("a:\n  b:c\n  d:e\n  g: h\n", "2:3", "'b:c' is no key"),
        ("a:\n  - b:c\n    d: e\n", "2:5", "'b:c' is no key"),
        ("a:\n    b:c\n  d:e\n  f: g\n", "3:3", "'d:e' is no key"),
        ("a:b\nc: d\n", "1:1", "'a:b' is no key"),
        ("a: 1\nb:2\n", "2:1", "'b:2' is no key"),
        (f"a:\n  b:{'c' * 80}\n  d: e\n", "2:3", f"'b:{'c' * 58}' is no key"),
    ],
)
def test_a_colon_without_a_space_is_told_on_its_own_line(text: str, place: str, told: str) -> None:
    assert said(text) == [(f"syntax {place}", told, _SPACE)]


def test_the_address_of_a_page_is_no_key() -> None:
    assert [message for _, message, _ in said("a: 1\nhttps://x\nb: 2\n")] == ["a line without a key"]
    assert [message for _, message, _ in said("b c\nd: 2\n")] == ["a key cannot stand here"]


@pytest.mark.parametrize(
    ("text", "place", "name"),
    [
        ("a:\n  b:\u00a0c\n  d: e\n", "2:5", "NO-BREAK SPACE (U+00A0)"),
        ("a:\n  b: 1\n\u00a0\u00a0d: 2\n  e: 3\n", "3:1", "NO-BREAK SPACE (U+00A0)"),
        ("a:\n  b: 1\n  d:\u2003e\n  f: 3\n", "3:5", "EM SPACE (U+2003)"),
        ("a:\n  - b\n  -\u00a0c: d\n", "3:4", "NO-BREAK SPACE (U+00A0)"),
        ("a:\n  -\u00a0b\n\n  - c: d\n", "2:4", "NO-BREAK SPACE (U+00A0)"),
    ],
)
def test_a_space_that_is_none_to_yaml_is_named(text: str, place: str, name: str) -> None:
    assert said(text) == [(f"syntax {place}", f"{name} is no space to YAML", _PLAIN)]


@pytest.mark.parametrize(
    ("text", "place", "told", "indent"),
    [
        (f"{_HEAD}  a: 1\nb:\n    - c\n  d: 2\n", "4:1", "'b' ends 'spec' of line 2, and line 6", 2),
        (f"{_HEAD}  a: 1\nb:\n  - c\n  d: 2\n", "4:1", "'b' ends 'spec' of line 2, and line 6", 2),
        (f"{_HEAD}a: b\n    c: d\n", "3:1", "'a' ends 'spec' of line 2, and line 4", 4),
        ("metadata:\nname: b\n  title: d\n", "2:1", "'name' ends 'metadata' of line 1, and line 3", 2),
    ],
)
def test_a_field_at_the_margin_that_ends_its_parent_is_asked_about(
    text: str, place: str, told: str, indent: int
) -> None:
    parent = "metadata" if "metadata" in told else "spec"
    cure = f"was it meant to be in '{parent}'? Then indent it by {indent}"
    assert said(text) == [(f"syntax {place}", f"{told} goes on with it", cure)]


@pytest.mark.parametrize(
    "text",
    [
        f"{_HEAD}    a: 1\n  b: 2\n",
        f"{_HEAD}  a: 1\nx-b:\n    c: 1\n  d: 2\n",
        "other:\n  a: 1\nb:\n    c: 1\n  d: 2\n",
        "  a: 1\n b: 2\n",
    ],
)
def test_what_ends_no_spec_is_a_mistake_where_it_stands(text: str) -> None:
    lines = text.count("\n")
    assert [(place.split(":")[0], told) for place, told, _ in said(text)] in (
        [(f"syntax {lines}", "this does not fit what is above it")],
        [(f"syntax {lines}", "text after the end of the value")],
    )


def test_markers_of_a_merge_are_told_with_their_lines() -> None:
    text = "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> topic\nc: 4\n"
    assert said(text) == [("syntax 2:1", "an unresolved merge conflict (lines 2-6)", _MERGE)]
    assert said("a: 1\n<<<<<<< HEAD\nb: 2\n") == [
        ("syntax 2:1", "an unresolved merge conflict (line 2)", _MERGE)
    ]


@pytest.mark.parametrize(
    ("text", "place", "cure"),
    [
        ("```yaml\na: 1\n```\n\n", "1:1", "delete this line and the last one"),
        ("```\na: 1\n", "1:1", "delete this line"),
        ("a: 1\n```\n", "2:1", "delete this line"),
    ],
)
def test_a_fence_around_the_file_is_told(text: str, place: str, cure: str) -> None:
    assert said(text) == [(f"syntax {place}", "a Markdown fence", cure)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("model:gpt-4o", "model: gpt-4o"),
        ("model:\u00a0gpt-4o", "model: gpt-4o"),
        ("model: gpt-4o", None),
        ("\u00a0gpt-4o", None),
        ("https://x", None),
    ],
)
def test_a_text_that_was_meant_as_a_key_and_a_value(text: str, meant: str | None) -> None:
    assert spaced(text) == meant
