"""Every word of what the reader refuses, its help, and how much of the line is underlined."""

import pytest

from plmctl.core.document import read_document
from plmctl.core.spot import BrokenDocument, Spot
from tests.core.test_document import read

_APART = "move the data into a file of its own"
_SPLIT = "split the file: one manifest, one file"
_AFTER = "text after the end of the value"


def told(text: str) -> list[tuple[str, str, str | None]]:
    """Place, how far it goes on its line, and name; message; help."""
    document = read_document("f.yaml", text.encode())
    assert isinstance(document, BrokenDocument)
    return [
        (f"{f.location.line}:{f.location.column}-{f.location.end_column} {f.rule.name}", f.message, f.help)
        for f in document.findings
    ]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("- 1\n" * 50_000, "50000:3-None too-many-nodes", "more than 50,000 keys and values"),
        ("[" * 65 + "]" * 65, "1:65-None too-deep", "more than 64 levels of nesting"),
        # libyaml has a limit of its own, and meets it before the events of our own are told.
        ("[" * 2_000, "1:65-None too-deep", "more than 64 levels of nesting"),
        ("{a: " * 2_000, "1:257-None too-deep", "more than 64 levels of nesting"),
        ("a: '" + "\U0001f600" * 65_537 + "'", "1:4-None scalar-too-long", "a text over 256 KiB"),
    ],
)
def test_what_is_too_much_goes_into_a_file_of_its_own(text: str, place: str, message: str) -> None:
    assert told(text) == [(place, message, _APART)]


@pytest.mark.parametrize(
    ("text", "place", "message", "cure"),
    [
        ("[1]\n--- x\n", "2:1-None several-documents", "a second document", _SPLIT),
        ("[1]\n... x\n", "2:5-None several-documents", "a second document", _SPLIT),
        ("[1]\n%YAML 1.2\n---\nx\n", "2:1-None several-documents", "a second document", _SPLIT),
        ("[1]\n... # c\n\n...\n", "4:1-None several-documents", "a second document", _SPLIT),
        ("a\n...\n%YAML 1.2\n", "3:1-None several-documents", "a second document", _SPLIT),
        ('"x" y\n', "1:5-None syntax", _AFTER, "quote the value"),
        ("[1]\n# c\n  # d\nb: 2\n", "4:1-None syntax", _AFTER, "quote the value"),
    ],
)
def test_what_follows_the_value_is_told_as_what_it_is(text: str, place: str, message: str, cure: str) -> None:
    assert told(text) == [(place, message, cure)]


@pytest.mark.parametrize("rest", ["", "# c\n", "#\n", " \t\n#\n\t# c\n\n", "\n\n"])
def test_blank_lines_and_comments_may_follow(rest: str) -> None:
    assert read(f"a: 1\n...\n{rest}").value == {"a": 1}


@pytest.mark.parametrize(
    "line",
    ["%YAML\t1.2", "%YAML  1.2 ", "%YAML 1.2\t", "%YAML 1.2\t# c", "%YAML 1.2 \t #", "%YAML \t1.2 # c # d"],
)
def test_blanks_and_a_comment_may_stand_around_the_version(line: str) -> None:
    assert read(f"{line}\n---\na\n").value == "a"


@pytest.mark.parametrize("line", ["%YAML1.2", "%YAML 1_2", "%YAML 1.2# c", " %YAML 1.2\n%YAML 1.1"])
def test_what_only_looks_like_the_version_is_refused(line: str) -> None:
    directive = line.rpartition("\n")[2]
    number = line.count("\n") + 1
    assert told(f"{line}\n---\na\n") == [
        (f"{number}:1-None directive", f"a directive, '{directive}'", "delete the line")
    ]


@pytest.mark.parametrize("first", ["X", "\u00a0", "a"])
def test_a_percent_sign_after_the_first_line_of_a_text_is_no_directive(first: str) -> None:
    assert read(f"{first}\n%TAG a\n").value == f"{first} %TAG a"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: &b [c]\n", "1:4-8 anchor", "an anchor, '&b'"),
        ("a: &b\n  - c\n", "1:4-None anchor", "an anchor, '&b'"),
        ("&b a: c\n", "1:1-5 anchor", "an anchor, '&b'"),
        ("a: !d {e: f}\n", "1:4-8 tag", "a tag, '!d'"),
        ("a: !d\n  e: f\n", "1:4-None tag", "a tag, '!d'"),
        ("- !\n  - c\n", "1:3-None tag", "a tag, '!'"),
        ('a: &b "x\n  y"\n', "1:4-None anchor", "an anchor, '&b'"),
        ("a: &b\n", "1:4-6 anchor", "an anchor, '&b'"),
        # What libyaml says of the rest of such a line is a consequence of it.
        ("a: &b c: d\n", "1:4-8 anchor", "an anchor, '&b'"),
        ("a: !d c: d\n", "1:4-8 tag", "a tag, '!d'"),
        ("a: *b c: d\n", "1:4-6 alias", "an alias, '*b'"),
        (f"a: &{'b' * 60} c\n", "1:4-67 anchor", f"an anchor, '&{'b' * 60}'"),
    ],
)
def test_anchors_aliases_and_tags_are_refused_of_whatever_value(text: str, place: str, message: str) -> None:
    assert [(where, what) for where, what, _ in told(text)] == [(place, message)]


def test_a_key_that_stands_twice_says_what_to_do() -> None:
    assert told("a: 1\na: 2\n") == [
        (
            "2:1-2 duplicate-key",
            "the key 'a' is already on line 1, column 1",
            "delete or rename one of them",
        )
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{[a]: b}\n", "1:2-3"),
        ("{? [a] : b}\n", "1:4-5"),
        ("? {a: b}\n: c\n", "1:3-4"),
        ("? \n: j\n", "1:2-None"),
    ],
)
def test_a_key_of_several_values_is_no_template(text: str, place: str) -> None:
    assert [where for where, _, _ in told(text)] == [f"{place} key-not-string"]


def test_both_braces_of_a_template_are_underlined() -> None:
    assert told("a: {{b}}\n") == [
        ("1:4-6 unquoted-template", "a value that begins with '{{' is not a text", 'quote it: a: "{{b}}"')
    ]


@pytest.mark.parametrize(
    ("text", "place"), [("a: [1", "1:6"), ("a: [1\n", "2:1"), ("a: [1\n\n", "3:1"), ("{abc: d,\n#c", "2:3")]
)
def test_what_is_missing_at_the_end_is_missing_behind_the_last_character(text: str, place: str) -> None:
    assert [where for where, _, _ in told(text)] == [f"{place}-None syntax"]


def test_a_list_in_brackets_ends_behind_its_bracket() -> None:
    assert dict(read("a: [1,\n  [ ] ]\n").spots) == {
        (): Spot(1, 1, 2, 8),
        ("a",): Spot(1, 4, 2, 8, 1, 1, 2),
        ("a", 0): Spot(1, 5, 1, 6, None, None, None, None, "1"),
        ("a", 1): Spot(2, 3, 2, 6),
    }


def test_a_key_over_two_lines_ends_on_the_second() -> None:
    document = read('b: 1\n? "a\n  b"\n: 1\n')
    assert document.key_ends == {("a b",): (3, 5)}
    assert document.spots["a b",] == Spot(4, 3, 4, 4, 2, 3, None, None, "1")


def test_a_mark_before_it_hides_no_consequence() -> None:
    assert [where for where, _, _ in told("\ufeffa: &b c: d\n")] == [
        "1:1-None byte-order-mark",
        "1:4-8 anchor",
    ]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a: x\x02\n", ["1:5-6 control-character"]),
        ("a: x\ufeff\n", ["1:5-6 control-character"]),
        ("a: x\u2028\u2029\n", ["1:5-6 line-separator", "1:6-7 line-separator"]),
        ("\n\x02", ["2:1-2 control-character"]),
        ("\nab\x02", ["2:3-4 control-character"]),
        ("\na: *b\r\n", ["2:4-6 alias", "2:6-None line-endings"]),
    ],
)
def test_a_character_that_is_refused_is_underlined_where_it_is(text: str, places: list[str]) -> None:
    assert [where for where, _, _ in told(text)] == places


def test_what_is_not_utf_8_is_shown_without_the_mark_before_it() -> None:
    document = read_document("f.yaml", b"\xef\xbb\xbfa: \xff")
    assert [finding.source for finding in document.findings] == ["a: \ufffd"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_told_by_its_mark(encoding: str) -> None:
    document = read_document("f.yaml", "\ufeffa: \u00e9".encode(encoding))
    assert [finding.help for finding in document.findings] == ["the file looks like UTF-16: save it as UTF-8"]


def test_what_libyaml_says_without_a_context_is_told_as_it_is() -> None:
    assert told("%YAML 1.2\na\n") == [("2:1-None syntax", "did not find expected <document start>", None)]
