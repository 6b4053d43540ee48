import pytest

from plmctl.core.comments import comments_of
from plmctl.core.document import Document, read_document
from plmctl.core.kinds import BUILT_IN
from plmctl.core.layout import LayoutBug, formatted, require_same


def document(text: str) -> Document:
    found = read_document("a.yaml", text.encode())
    assert isinstance(found, Document), found.findings
    return found


def laid_out(text: str, kind: str | None = None) -> str:
    """The formatted text, which is what formatting makes of itself too."""
    schema = BUILT_IN.schema_of(kind) if kind else None
    before = document(text)
    after = formatted(before, schema)
    require_same(before, after)
    assert formatted(document(after), schema) == after
    return after


def test_keys_have_the_order_of_the_schema_at_every_level_and_others_follow() -> None:
    before = """\
spec:
  x-note: mine
  messages:
    - content: Hi.
      x-b: 1
      x-a: 2
      role: user
  outputs: {schema: {type: string, enum: [b, a]}, format: text}
  model: small
metadata: {labels: {z: "1", a: "2"}, name: greet}
kind: Prompt
apiVersion: plmctl/v1
"""
    after = """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {name: greet, labels: {z: "1", a: "2"}}
spec:
  model: small
  messages:
    - role: user
      content: Hi.
      x-b: 1
      x-a: 2
  outputs: {format: text, schema: {type: string, enum: [b, a]}}
  x-note: mine
"""
    assert laid_out(before, "Prompt") == after


@pytest.mark.parametrize("written", ["012", "1.10", ".7", "True", "~", "0x1F"])
def test_what_stands_where_a_text_must_stays_as_it_was_written(written: str) -> None:
    text = f"kind: Prompt\nmetadata:\n  title: {written}\n  owners: [{written}]\n  labels: {{a: {written}}}\n"
    assert laid_out(text, "Prompt") == text


def test_where_a_text_may_stand_beside_others_numbers_are_those_of_json() -> None:
    before = "kind: Prompt\nmetadata:\n  title:\nspec:\n  parameters: {temperature: .7}\n"
    after = "kind: Prompt\nmetadata:\n  title: null\nspec:\n  parameters: {temperature: 0.7}\n"
    assert laid_out(before, "Prompt") == after


def test_keys_of_an_unknown_kind_keep_their_order() -> None:
    assert laid_out("spec: {b: 1, a: 2}\nkind:   Promt\n") == "spec: {b: 1, a: 2}\nkind: Promt\n"


def test_keys_of_a_json_schema_keep_their_order() -> None:
    text = "spec:\n  inputs:\n    required: [b]\n    properties: {b: {}, a: {}}\n    type: object\n"
    assert laid_out(text, "Prompt") == text


def test_lists_are_indented_and_nested_ones_share_a_line() -> None:
    before = "a:\n- x\n-   - 1\n    - k: v\n      l: w\n-\n  m: o\n"
    after = "a:\n  - x\n  - - 1\n    - k: v\n      l: w\n  - m: o\n"
    assert laid_out(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("012", "12"),
        ("0x1F", "31"),
        ("0o17", "15"),
        ("+5", "5"),
        (".5", "0.5"),
        ("1.", "1.0"),
        ("0.70", "0.70"),
        ("1e-5", "1e-5"),
        ("-0", "-0"),
        ("TRUE", "true"),
        ("False", "false"),
        ("~", "null"),
        ("", "null"),
    ],
)
def test_scalars_that_are_no_texts_are_written_as_json_has_them(before: str, after: str) -> None:
    assert laid_out(f"a: {before}\n") == f"a: {after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"plain"', "plain"),
        ("'^1.0'", "^1.0"),
        ("'1.10'", '"1.10"'),
        ("no", '"no"'),
        ("12:30", '"12:30"'),
        ("2026-10-01", '"2026-10-01"'),
        ('"it\'s"', "it's"),
        ('" a"', '" a"'),
        ("'say \"hi\": now'", "'say \"hi\": now'"),
        ("'\"it''s\": \\'", '"\\"it\'s\\": \\\\"'),
        ('"a\\tb"', '"a\\tb"'),
        ("https://example.com/#a", "https://example.com/#a"),
        ('"\\u2028"', '"\\u2028"'),
        ('"a\\u200bb"', '"a\\u200bb"'),
        ('"a\\U0001d173b"', '"a\\U0001d173b"'),
        ('"a\u200bb"', "a\u200bb"),
        ('"\\u00e9"', "\u00e9"),
        ("e\u0301", "\u00e9"),
        ('"\\n"', '"\\n"'),
        ('"User:\\n"', '"User:\\n"'),
        ("|\n  x", "|\n  x"),
        ("|-\n  x", "x"),
        ("|-\n  x: y", "|-\n  x: y"),
        (">-\n  x\n  y", "x y"),
        ("|+\n\n", '"\\n\\n"'),
        ("some\n  words", "some words"),
        ('"a\\nb"', "|-\n  a\n  b"),
        ('"a\\nb\\n"', "|\n  a\n  b"),
        ('"a\\n\\u2028b"', '"a\\n\\u2028b"'),
        ('" a\\n\\nb\\n\\n"', "|2+\n   a\n\n  b\n"),
        ('"\\n\\ta\\nb"', "|2-\n\n  \ta\n  b"),
        ("|4-\n     a\n    b", "|2-\n   a\n  b"),
        ("|-\n  a\u2003b\n  c", "|-\n  a\u2003b\n  c"),
        (">4-\n     a\n    b", "|2-\n   a\n  b"),
        (">\n  a\n  b\n\n  c\n", ">\n  a\n  b\n\n  c"),
        (">+\n  a\n  b\n", ">+\n  a\n  b\n"),
    ],
)
def test_a_text_has_quotes_or_a_block_only_where_it_needs_them(before: str, after: str) -> None:
    assert laid_out(f"a: {before}\n") == f"a: {after}\n"


def test_a_text_that_is_too_long_for_its_line_is_not_broken_anew() -> None:
    long = "word " * 30 + "end"
    assert laid_out(f"a: {long}\n") == f"a: {long}\n"
    assert laid_out(f"a: |-\n  {long}\n") == f"a: |-\n  {long}\n"
    assert laid_out(f'a: "{long}: x"\n') == f'a: "{long}: x"\n'


def test_a_long_text_that_was_wrapped_keeps_its_lines() -> None:
    line = "word " * 14 + "word"
    folded = f"a: >-\n  {line}\n  {line}\n"
    assert laid_out(f"a: {line}\n  {line}\n") == folded
    assert laid_out(f'a: "{line}\n\n  {line}"\n') == f"a: |-\n  {line}\n  {line}\n"
    assert laid_out(f"a: '{line}\n  {line}'\n") == folded
    assert laid_out(f'a: "{line}\\\n  {line} \\u2028"\n') == f'a: "{line}{line} \\u2028"\n'
    assert laid_out(f'a: "{line}:\n  {line} \\\\"\n') == f"a: '{line}: {line} \\'\n"


def test_prose_is_a_block_even_with_one_line() -> None:
    text = "spec:\n  content: |\n    Be kind.\n"
    assert laid_out('spec: {content: "Be kind.\\n"}\n', "Partial") == text
    assert laid_out("spec:\n  content: |-\n    Be kind.\n", "Partial") == text.replace("|", "|-")
    assert laid_out('spec: {x-content: "Be kind.\\n"}\n', "Partial") == 'spec: {x-content: "Be kind.\\n"}\n'


def test_brackets_stay_where_they_fit_in_100_columns() -> None:
    items = ", ".join(["item"] * 15)
    fits = f"a: [{items}, items]\n"
    assert len(fits.rstrip()) == 100
    assert laid_out(fits) == fits
    assert laid_out(f"a: [{items}, itemses]\n") == "a:\n" + "  - item\n" * 15 + "  - itemses\n"
    assert laid_out(f"a: [{items}, items]  # c\n") == f"a: [{items}, items]  # c\n"


def test_what_does_not_fit_is_broken_from_the_outside() -> None:
    inner = "{" + ", ".join(f"key{n}: value" for n in range(5)) + "}"
    assert laid_out(f"a: {{b: {inner}, c: {inner}}}\n") == f"a:\n  b: {inner}\n  c: {inner}\n"


def test_what_is_empty_stays_in_its_line_however_long_that_is() -> None:
    key = "k" * 120
    assert laid_out(f"{key}: []\n") == f"{key}: []\n"
    assert laid_out("a: " + "[" * 60 + "]" * 60 + "\n") == f"a:\n  {'- ' * 59}[]\n"
    assert laid_out("{a: " * 60 + "{}" + "}" * 60 + "\n").endswith(f"\n{'  ' * 59}a: {{}}\n")


def test_lines_are_not_joined_into_brackets() -> None:
    assert laid_out("a:\n  b: 1\n") == "a:\n  b: 1\n"
    assert laid_out("a: {}\nb: [\n]\n") == "a: {}\nb: []\n"


def test_a_text_of_several_lines_breaks_the_brackets_around_it() -> None:
    assert laid_out('a: {b: ["x\\ny"]}\n') == "a:\n  b:\n    - |-\n      x\n      y\n"
    assert laid_out('stop: ["\\n\\n", "\\nUser:"]\n') == 'stop: ["\\n\\n", "\\nUser:"]\n'


def test_in_brackets_more_texts_need_quotes() -> None:
    text = 'a: ["a, b", "what? now", "x[0]", "{{name}}", a b, a:b, "2026-10-01"]\n'
    assert laid_out(text) == text
    assert laid_out('a:\n  - "a, b"\n  - "what? now"\n') == "a:\n  - a, b\n  - what? now\n"


def test_a_json_file_becomes_lines() -> None:
    assert laid_out('{"kind": "Model", "spec": {"a": [1, 2]}}') == "kind: Model\nspec: {a: [1, 2]}\n"


def test_markers_directives_and_line_ends_are_normal() -> None:
    text = "\ufeff%YAML 1.2\r\n--- # one\r\na: |\r\n  x\r\n  y\r\n... # two\r\n"
    assert laid_out(text) == "# one\na: |\n  x\n  y\n# two\n"


def test_at_most_one_blank_line_stays_between_entries_and_none_around_them() -> None:
    before = "\n\na: 1\n\n \n\nb:\n\n  c: 2\n\n\n  d:\n\n    - 1\n\n    - 2\n\n\n\n"
    assert laid_out(before) == "a: 1\n\nb:\n  c: 2\n\n  d:\n    - 1\n\n    - 2\n"


def test_a_blank_line_never_joins_a_text() -> None:
    assert laid_out("b: 1\n\na: |+\n  x\n\n", None) == "b: 1\n\na: |+\n  x\n\n"
    before = "spec:\n  model: x\n\n  x-b: |+\n    b\n\n  x-a: 1\nkind: Prompt\n"
    assert laid_out(before, "Prompt") == "kind: Prompt\nspec:\n  model: x\n\n  x-b: |+\n    b\n\n  x-a: 1\n"
    moved = "metadata: {name: a}\n\nspec:\n  x: |+\n    b\n\nkind: Prompt\n\n# end\n"
    assert laid_out(moved, "Prompt") == (
        "kind: Prompt\nmetadata: {name: a}\n\nspec:\n  x: |+\n    b\n\n# end\n"
    )


def test_a_key_that_is_too_long_for_a_line_of_its_own_has_a_sign() -> None:
    key = "k" * 1001
    assert laid_out(f"? {key}\n: [1]\n") == f"? {key}\n: [1]\n"
    assert laid_out(f"? {key}\n: - 1\n") == f"? {key}\n:\n  - 1\n"


def test_a_key_over_several_lines_is_written_on_one() -> None:
    assert laid_out("? |\n  a\n  b\n: 1 # c\n? 'c\n  d'\n: 2\n") == '"a\\nb\\n": 1  # c\nc d: 2\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [\n", "cannot be read"),
        ("a: 2  # c\n", "would change a value"),
        ("a: 1\n", "would lose or move a comment"),
        ("# c\na: 1\n", None),
    ],
)
def test_a_text_that_means_something_else_is_refused(text: str, problem: str | None) -> None:
    before = document("a: 1  # c\n")
    if problem is None:
        require_same(before, text)
        return
    with pytest.raises(LayoutBug, match=problem):
        require_same(before, text)


def test_the_root_of_a_manifest_is_a_mapping() -> None:
    assert formatted(document("[1]\n"), None) == ""


def test_comments_are_read_once() -> None:
    assert comments_of(document("a: '#'\nb: |\n  # text\nc: x#y\n")).pairs() == {}
