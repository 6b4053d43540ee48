"""What is not YAML: the mistake behind it, its place, and the line as it should be."""

import pytest

from tests.core.test_document import read, said

_INDENTATION = "line it up with its siblings; a text over several lines needs '|' after its key"
_SPACES = "replace each tab with two spaces: YAML has no tabs there"
_TAB_IN_TEXT = "indent with spaces; a text that begins with a tab needs '|2'"
_TEMPLATE = "a value that begins with '{{' is not a text"


@pytest.mark.parametrize(
    ("text", "place", "cure"),
    [
        ("content: {{question}}\n", "1:10", 'quote it: content: "{{question}}"'),
        ("content: {{ a }} and {{ b }} # c\n", "1:10", 'quote it: content: "{{ a }} and {{ b }}"'),
        ("content: {{{raw}}} x\n", "1:10", 'quote it: content: "{{{raw}}} x"'),
        ("content: {{> part}}\n", "1:10", 'quote it: content: "{{> part}}"'),
        ("content: {{#if}} x {{/if}}\nb: 1\n", "1:10", 'quote it: content: "{{#if}} x {{/if}}"'),
        ("content: {{a}}: {{b}}\n", "1:10", 'quote it: content: "{{a}}: {{b}}"'),
        ('"key": {{a}}\n', "1:8", 'quote it: "key": "{{a}}"'),
        ("-   - {{a}}\n", "1:7", 'quote it: -   - "{{a}}"'),
        ('  - role: {{a}} said "b"\n', "1:11", "quote it: - role: '{{a}} said \"b\"'"),
        ('a: {{b}} isn\'t "c"\n', "1:4", 'quote it: a: "{{b}} isn\'t \\"c\\""'),
        ("{{a}} b\n", "1:1", 'quote it: "{{a}} b"'),
        ("[x, {{a}}]\n", "1:5", "quote the value"),
        (f"content: {{{{a}}}}{'b' * 200}\n", "1:10", "quote the value"),
        ("a: {{b}}\nc: d: e\n", "1:4", 'quote it: a: "{{b}}"'),
    ],
)
def test_a_template_that_begins_a_value_needs_quotes(text: str, place: str, cure: str) -> None:
    assert said(text) == [(f"unquoted-template {place}", _TEMPLATE, cure)]


def test_every_unquoted_template_is_found_while_the_rest_can_be_read() -> None:
    assert [place for place, _, _ in said("a: {{b}}\nc:\n  - {{d}}\n  - {e: {{f}}}\n")] == [
        "unquoted-template 1:4",
        "unquoted-template 3:5",
        "unquoted-template 4:9",
    ]


def test_a_statement_of_jinja_needs_quotes_too() -> None:
    assert said("a: {% if b %}\n") == [
        (
            "unquoted-template 1:4",
            "a value that begins with '{%' is not a text",
            'quote it: a: "{% if b %}"',
        )
    ]


@pytest.mark.parametrize(
    ("text", "place", "message", "cure"),
    [
        ("a:\n\tb: 1\n", "2:1", "a tab in the indentation", _SPACES),
        ("a:\n  - b\n\t- c\n", "3:1", "a tab in the indentation", _SPACES),
        ("a: |\n\tb\n", "2:1", "a tab in the indentation", _TAB_IN_TEXT),
        ("a: @b c\n", "1:4", "a value cannot begin with '@'", 'quote it: a: "@b c"'),
        ("a: `b`\n", "1:4", "a value cannot begin with '`'", 'quote it: a: "`b`"'),
        ("- %b\n", "1:3", "a value cannot begin with '%'", 'quote it: - "%b"'),
        ("a: [@b]\n", "1:5", "a value cannot begin with '@'", "quote the value"),
        ("a: b: c\n", "1:5", "': ' inside a value that is not quoted", 'quote it: a: "b: c"'),
        (
            "a: see http://b: c\n",
            "1:16",
            "': ' inside a value that is not quoted",
            'quote it: a: "see http://b: c"',
        ),
        ("a: b\n  c: d\n", "2:4", "a key cannot stand here", _INDENTATION),
        ("a: 'b\nc: d\n", "1:4", "the quote that begins here is never closed", "close it"),
        ('a: "b\n', "1:4", "the quote that begins here is never closed", "close it"),
        (
            "a: 'it's'\n",
            "1:8",
            "text after the closing quote",
            'write a: "it\'s"',
        ),
        (
            "a: 'it's so\n",
            "1:8",
            "text after the closing quote",
            "quote the whole value; write '' for a quote inside single quotes",
        ),
        (
            "a: |\nb c\n",
            "2:1",
            "the text below '|' is not indented",
            "indent its lines further than its key: '  b c'",
        ),
        (
            "a:\n  - b: >- # text\n\n  c d\n",
            "4:3",
            "the text below '>' is not indented",
            "indent its lines further than its key: '    c d'",
        ),
        (
            'a: "\\q"\n',
            "1:5",
            "there is no such escape",
            "write \\\\ for a backslash, or use single quotes",
        ),
        (
            "a: |\n b\nc\nd: e\n",
            "3:1",
            "a line without a key",
            "write 'key: value'; a text over several lines needs '|' after its key",
        ),
        (
            "a: - b\n",
            "1:4",
            "a list cannot begin here",
            "begin the list on a new line, or quote it",
        ),
        (
            "a: [b\nc: d\n",
            "2:2",
            "a ',' or ']' is missing here",
            "a '[' before this place is never closed; quote it if it is text",
        ),
        (
            "a: {b",
            "1:6",
            "a ',' or '}' is missing here",
            "a '{' before this place is never closed; quote it if it is text",
        ),
        (
            "a:\n  - b\n  c: d\n",
            "3:3",
            "a key where '- ' is expected",
            "if these are fields, delete the '- '; if they belong to the item, indent by 2",
        ),
        (
            "a:\n  b: c\n  - d\n",
            "3:3",
            "a '- ' where a key is expected",
            "if it is a field, delete the '- '; if it is an item, indent it below the key of its list",
        ),
        (
            "a:\n    b: c\n  d: e\n",
            "3:3",
            "this does not fit what is above it",
            _INDENTATION,
        ),
        ("a: ]\n", "1:4", "a value is missing here", None),
    ],
)
def test_a_mistake_is_named_with_its_cure(text: str, place: str, message: str, cure: str | None) -> None:
    assert said(text) == [(f"syntax {place}", message, cure)]


@pytest.mark.parametrize(
    ("text", "place", "sign", "cure"),
    [
        ("a: **b** c\n", "alias 1:4", "*", 'quote it: a: "**b** c"'),
        ("a:\n  - * b\n", "alias 2:5", "*", 'quote it: - "* b"'),
        ("a: & b\n", "anchor 1:4", "&", 'quote it: a: "& b"'),
    ],
)
def test_an_alias_or_anchor_by_accident_needs_quotes(text: str, place: str, sign: str, cure: str) -> None:
    assert said(text) == [(place, f"'{sign}' at the start of a value has a meaning of its own in YAML", cure)]


def test_what_follows_an_alias_on_its_line_is_not_judged() -> None:
    assert said("a: *b c\n") == [("alias 1:4", "an alias, '*b'", 'quote it if it is text: a: "*b c"')]


def test_a_mistake_on_a_later_line_is_judged() -> None:
    assert [place for place, _, _ in said("a: *b\nc: d: e\n")] == ["alias 1:4", "syntax 2:5"]


def test_a_mistake_after_another_finding_is_judged() -> None:
    assert [place for place, _, _ in said("a: .nan\na: b: c\n")] == [
        "number-not-representable 1:4",
        "duplicate-key 2:1",
        "syntax 2:5",
    ]


def test_what_can_be_typed_is_read_beside_what_is_looked_for() -> None:
    typed = "".join(map(chr, range(0x20, 0x7F)))
    assert read(f"a: |\n  \u00e9{typed}\n").value == {"a": f"\u00e9{typed}\n"}
