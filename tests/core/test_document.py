"""What the reader makes of a file: its value, or what is wrong with it."""

import re
import subprocess
import sys

import pytest

from plmctl.core.document import (
    YML_RULES,
    BrokenDocument,
    Document,
    normalised_text,
    read_document,
    require_libyaml,
    too_large,
)
from plmctl.core.finding import Finding, Level, Location, UsageError
from plmctl.core.limits import LIMITS
from plmctl.core.value import Value


def read(text: str) -> Document:
    """The document of a text that must be readable."""
    document = read_document("f.yaml", text.encode())
    assert isinstance(document, Document), document.findings
    return document


def refused(data: bytes | str) -> tuple[Finding, ...]:
    """The findings of a file that must be refused."""
    broken = read_document("f.yaml", data.encode() if isinstance(data, str) else data)
    assert isinstance(broken, BrokenDocument)
    assert any(finding.level is Level.ERROR for finding in broken.findings)
    return broken.findings


def said(data: bytes | str) -> list[tuple[str, str, str | None]]:
    """Name of the rule with its place, message and help of each finding of a refused file."""
    return [
        (f"{f.rule.name} {f.location.line}:{f.location.column}", f.message, f.help) for f in refused(data)
    ]


def places(data: bytes | str) -> list[str]:
    """Name of the rule and place of each finding of a refused file."""
    return [place for place, _, _ in said(data)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no\nb: 014\nc: 12:30:45\n", {"a": "no", "b": 14, "c": "12:30:45"}),
        ("a:\nb: ~\n", {"a": None, "b": None}),
        ("- 1\n- [x, {y: 2.50}]\n", [1, ["x", {"y": 2.5}]]),
        ("--- |2+\n\n    x\n   y\n\n", "\n  x\n y\n\n"),
        ('a: "1"\nb: \'true\'\nc: "\\u2028\\ufeff\\t"\n', {"a": "1", "b": "true", "c": "\u2028\ufeff\t"}),
        ("%YAML 1.2 # yes\n---\na: 1\n...\n# the end\n", {"a": 1}),
        ("'<<': 1\n'1': 2\n? long\n: 3\n", {"<<": 1, "1": 2, "long": 3}),
        ("e\u0301: e\u0301\n", {"\u00e9": "\u00e9"}),
        ('a: "e\\u0301"\n', {"a": "\u00e9"}),
        ("\U0001f600: \U0001f601\n", {"\U0001f600": "\U0001f601"}),
        ("[]\n", []),
        ("''\n", ""),
        ("null\n", None),
    ],
)
def test_a_file_has_the_value_that_yaml_1_2_says(text: str, value: Value) -> None:
    document = read(text)
    assert (document.value, document.findings) == (value, ())


def test_line_endings_are_folded_and_noted_once() -> None:
    document = read_document("f.yaml", b"a: |\r\n  x\r\n  y\r\nb: 1\r")
    assert isinstance(document, Document)
    assert document.value == {"a": "x\ny\n", "b": 1}
    assert document.text == "a: |\n  x\n  y\nb: 1\n"
    assert [(str(f.location), f.message, f.level, f.help, f.source) for f in document.findings] == [
        (
            "f.yaml:1:5",
            "lines end with CRLF; they are read as LF",
            Level.INFO,
            "save the file with LF",
            "a: |",
        )
    ]


def test_a_lone_cr_is_named() -> None:
    (finding,) = read("a: 1\rb: 2\n").findings
    assert (str(finding.location), finding.message) == (
        "f.yaml:1:5",
        "lines end with CR; they are read as LF",
    )


def test_a_byte_order_mark_first_is_dropped_with_a_warning() -> None:
    document = read("\ufeffa: 1\n")
    assert (document.text, document.value) == ("a: 1\n", {"a": 1})
    (finding,) = document.findings
    assert (finding.rule.name, finding.level, str(finding.location)) == (
        "byte-order-mark",
        Level.WARNING,
        "f.yaml:1:1",
    )


def test_a_byte_that_is_not_utf_8_is_named_with_its_offset() -> None:
    assert said("a: 1\r\nb: caf\u00e9\n".encode("latin-1")) == [
        ("not-utf8 2:7", "byte 0xe9 at offset 12 is not UTF-8", "save the file as UTF-8")
    ]
    assert said(b"\xef\xbb\xbfa: \xff") == [
        ("not-utf8 1:4", "byte 0xff at offset 6 is not UTF-8", "save the file as UTF-8")
    ]
    assert said("a: 1".encode("utf-16")) == [
        (
            "not-utf8 1:1",
            "byte 0xff at offset 0 is not UTF-8",
            "the file looks like UTF-16: save it as UTF-8",
        )
    ]
    assert refused(b"a: 1\nb: \xff")[0].source == "b: \ufffd"


def test_encoded_surrogates_are_not_utf_8() -> None:
    assert places(b'a: "\xed\xa0\x80"') == ["not-utf8 1:5"]


@pytest.mark.parametrize(
    ("character", "name"),
    [(chr(code), f"U+{code:04X}") for code in (1, 8, 11, 12, 14, 27, 31, 127, 133, 159, 0xFFFE, 0xFFFF)],
)
def test_a_raw_control_character_is_refused_at_its_place(character: str, name: str) -> None:
    assert said(f"a: 1\nb: |\n  x{character}y\n") == [
        ("control-character 3:4", f"control character {name}", "delete it: it is invisible")
    ]


def test_invisible_characters_are_refused_each_at_its_place() -> None:
    assert said("\ufeffa: \ufeff\r\nb: \x02\u2028\n# \u2029\n") == [
        ("byte-order-mark 1:1", "the file begins with a byte order mark", "save the file without it"),
        ("control-character 1:4", "a byte order mark (U+FEFF) inside the file", "delete it: it is invisible"),
        ("line-endings 1:5", "lines end with CRLF; they are read as LF", "save the file with LF"),
        ("control-character 2:4", "control character U+0002", "delete it: it is invisible"),
        (
            "line-separator 2:5",
            "U+2028 is a line break to some readers only",
            'write "\\u2028" in double quotes, or use a content file',
        ),
        (
            "line-separator 3:3",
            "U+2029 is a line break to some readers only",
            'write "\\u2029" in double quotes, or use a content file',
        ),
    ]


def test_a_binary_file_is_one_finding() -> None:
    assert said(b"\x01\0\0\0\0\2") == [
        ("control-character 1:1", "control character U+0001", "delete it: it is invisible"),
        ("control-character 1:2", "NUL: this is no text", "save the file as UTF-8 text"),
    ]


@pytest.mark.parametrize(
    ("escape", "name"),
    [
        ("\\0", "U+0000"),
        ("\\x1b", "U+001B"),
        ("\\r", "U+000D"),
        ("\\N", "U+0085"),
        ("\\x7f", "U+007F"),
        ("\\uffff", "U+FFFF"),
        ("\\b\\a", "U+0008"),
    ],
)
def test_an_escaped_control_character_is_refused(escape: str, name: str) -> None:
    assert said(f'a: "x{escape}"\n"k{escape}": 1\n') == [
        (
            "escaped-control 1:4",
            f"an escape stands for the control character {name}",
            "delete the escape; a line break is \\n",
        ),
        (
            "escaped-control 2:1",
            f"an escape stands for the control character {name}",
            "delete the escape; a line break is \\n",
        ),
    ]


def test_an_escaped_surrogate_is_refused_at_its_backslash() -> None:
    assert said('a: "x\\ud83d\\ude00"\n') == [
        (
            "escaped-control 1:6",
            "the escape stands for half of a surrogate pair, or for no character at all",
            "write the character itself",
        )
    ]


@pytest.mark.parametrize("text", ["", "# nothing\n", "\n\n", "---\n", "---\n...\n", "--- # x\n---\n"])
def test_a_file_without_a_value_is_refused(text: str) -> None:
    assert said(text) == [
        ("empty-document 1:1", "the file holds no value", "write a manifest, or delete the file")
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: 1\n---\nb: 2\n", "several-documents 2:1"),
        ("a: 1\n---\n", "several-documents 2:1"),
        ("a: 1\n... # end\n\nb\n", "several-documents 4:1"),
        ("a: 1\n...\n%YAML 1.2\n---\nb\n", "several-documents 3:1"),
        ("a: 1\n...\n...\n", "several-documents 3:1"),
        ('"x" y\n', "syntax 1:5"),
        ("[1]\nb: 2\n", "syntax 2:1"),
    ],
)
def test_a_file_holds_one_document(text: str, place: str) -> None:
    assert places(text) == [place]


@pytest.mark.parametrize(
    "line", ["%YAML 1.1", "%YAML 1.3", "%TAG ! tag:x,2026:", "%FOO bar", "%YAML 1.20", "%YAML 1.2#"]
)
def test_only_the_directive_of_yaml_1_2_is_accepted(line: str) -> None:
    assert said(f"# first\n \t\n{line}\n---\na\n") == [
        ("directive 3:1", f"a directive, '{line}'", "delete the line")
    ]


def test_a_second_directive_of_yaml_1_2_is_a_syntax_error() -> None:
    assert places("%YAML 1.2\n%YAML 1.2\n---\na\n") == ["syntax 2:1"]


def test_64_levels_are_read_and_the_65th_is_refused() -> None:
    assert read("[" * 64 + "]" * 64).value
    assert places("[" * 65 + "]" * 65) == ["too-deep 1:65"]
    assert places("{a: " * 65 + "}" * 65) == ["too-deep 1:257"]


def test_50000_nodes_are_read_and_the_next_is_refused() -> None:
    assert read("- 1\n" * 49_999).value
    assert places("- 1\n" * 50_000) == ["too-many-nodes 50000:3"]
    assert places("a: " + "[x: y]\n" + "".join(f"k{n}: 1\n" for n in range(25_000))) == [
        "too-many-nodes 24999:9"
    ]


def test_256_kib_are_read_and_a_byte_more_is_refused() -> None:
    assert read("a: " + "x" * 2**18).value == {"a": "x" * 2**18}
    assert read("a: " + "\u00e9" * 2**17).value == {"a": "\u00e9" * 2**17}
    assert places("a: " + "x" * 2**18 + "x") == ["scalar-too-long 1:4"]
    assert places("a: '" + "\u00e9" * 2**17 + "x'") == ["scalar-too-long 1:4"]


def test_a_file_over_the_limit_is_refused_before_it_is_decoded() -> None:
    assert said(b"\xff" * (LIMITS.file_bytes + 1)) == [
        (
            "too-large 1:1",
            "the file has 1,048,577 bytes, over the limit of 1,048,576",
            "move long text or data into files of their own",
        )
    ]
    assert too_large("f.yaml", LIMITS.file_bytes + 1).findings == refused(b"\xff" * (LIMITS.file_bytes + 1))
    assert isinstance(read_document("f.yaml", b"#" * (LIMITS.file_bytes - 5) + b"\na: 1"), Document)


def test_anchors_aliases_and_tags_are_refused_with_the_line_in_quotes() -> None:
    assert said("a: &b important\nc: *b\nd: !e f\ng: ! h\ni: &j !k [*b]\n*b : l\n") == [
        ("anchor 1:4", "an anchor, '&b'", 'quote it if it is text: a: "&b important"'),
        ("alias 2:4", "an alias, '*b'", 'quote it if it is text: c: "*b"'),
        ("tag 3:4", "a tag, '!e'", 'quote it if it is text: d: "!e f"'),
        ("tag 4:4", "a tag, '!'", 'quote it if it is text: g: "! h"'),
        ("anchor 5:4", "an anchor, '&j'", 'quote it if it is text: i: "&j !k [*b]"'),
        ("tag 5:4", "a tag, '!k'", 'quote it if it is text: i: "&j !k [*b]"'),
        ("alias 5:11", "an alias, '*b'", "quote it if it is text"),
        ("alias 6:1", "an alias, '*b'", 'quote it if it is text: "*b : l"'),
    ]


def test_a_long_name_is_cut_in_the_message() -> None:
    ((_, message, cure),) = said(f"a: &{'b' * 300} c\n")
    assert (message, cure) == (f"an anchor, '&{'b' * 60}\u2026'", "quote it if it is text")


def test_the_merge_key_is_refused_where_it_is_plain() -> None:
    assert said("<<: {a: 1}\n") == [
        ("merge-key 1:1", "a merge key, '<<'", "write the keys out; quote it if it is text")
    ]


def test_keys_that_are_no_strings_are_refused() -> None:
    assert said("1: a\ntrue: b\n~: c\n? [d]\n: e\n? {f: g}\n: h\n1.5: i\n? \n: j\n1e999: k\n") == [
        ("key-not-string 1:1", "a key that is no string: 1", 'quote it: "1"'),
        ("key-not-string 2:1", "a key that is no string: true", 'quote it: "true"'),
        ("key-not-string 3:1", "a key that is no string: ~", 'quote it: "~"'),
        ("key-not-string 4:3", "a key that is no string", "write a string before the ':'"),
        ("key-not-string 6:3", "a key that is no string", "write a string before the ':'"),
        ("key-not-string 8:1", "a key that is no string: 1.5", 'quote it: "1.5"'),
        ("key-not-string 9:2", "a key that is no string: nothing", "write the key before the ':'"),
        (
            "number-not-representable 11:1",
            "the number is too large for a double",
            "quote it if it is text",
        ),
    ]


def test_every_duplicate_key_names_the_first() -> None:
    findings = refused("a: 1\nb: {\u00e9: 1, e\u0301: 2}\n'a': {c: 1}\na: 3\n")
    assert [(str(f.location), f.location.end_column, f.message, f.source) for f in findings] == [
        (
            "f.yaml:2:11",
            13,
            "the key '\u00e9' is already on line 2, column 5",
            "b: {\u00e9: 1, e\u0301: 2}",
        ),
        ("f.yaml:3:1", 4, "the key 'a' is already on line 1, column 1", "'a': {c: 1}"),
        ("f.yaml:4:1", 2, "the key 'a' is already on line 1, column 1", "a: 3"),
    ]


def test_a_number_without_a_canonical_form_is_refused_with_the_line_in_quotes() -> None:
    assert said("- a: .nan # really\n- 9007199254740992\n") == [
        (
            "number-not-representable 1:6",
            ".nan is not a number that JSON can hold",
            'quote it if it is text: - a: ".nan"',
        ),
        (
            "number-not-representable 2:3",
            "an integer beyond 2^53-1 loses digits in JSON",
            'quote it if it is text: - "9007199254740992"',
        ),
    ]


def test_a_file_has_at_most_100_findings() -> None:
    assert places("".join(f"a{n}: .nan\n" for n in range(500))) == [
        f"number-not-representable {n + 1}:{5 + (n > 9)}" for n in range(100)
    ]
    assert len(refused("\x01" * 500)) == 100


def test_errors_stop_nothing_but_the_document() -> None:
    assert places("a: *b\nc: .inf\nc: !d e\n? [f]\n: g\n") == [
        "alias 1:4",
        "number-not-representable 2:4",
        "duplicate-key 3:1",
        "tag 3:4",
        "key-not-string 4:3",
    ]


def test_a_finding_carries_rule_level_place_help_and_source() -> None:
    assert refused("b: 1\na: &x 1\n") == (
        Finding(
            rule=next(rule for rule in YML_RULES if rule.name == "anchor"),
            message="an anchor, '&x'",
            location=Location(path="f.yaml", line=2, column=4, end_column=8),
            level=Level.ERROR,
            help='quote it if it is text: a: "&x 1"',
            source="a: &x 1",
        ),
    )


def test_codes_are_numbered_in_order_and_say_what_to_do() -> None:
    assert [rule.code for rule in YML_RULES] == [f"YML{n:03}" for n in range(1, len(YML_RULES) + 1)]
    assert len({rule.name for rule in YML_RULES}) == len(YML_RULES)
    assert [rule.code for rule in YML_RULES if not re.search(r"[.:;]\s", rule.meaning)] == []


def test_normalised_text_is_lf_and_nfc_without_a_mark() -> None:
    assert normalised_text(b"\xef\xbb\xbfe\xcc\x81\r\nb\rc") == "\u00e9\nb\nc"
    with pytest.raises(UnicodeDecodeError):
        normalised_text(b"\xff")


def test_pyyaml_without_libyaml_is_a_usage_error() -> None:
    with pytest.raises(UsageError) as error:
        require_libyaml(is_present=False)
    assert (error.value.exit_code, error.value.message) == (2, "PyYAML was installed without libyaml")
    assert error.value.hint == "install a PyYAML wheel for your platform"


def test_the_python_parser_is_never_used() -> None:
    program = (
        "import sys; sys.modules['yaml._yaml'] = None\n"
        "from plmctl.core.finding import UsageError\n"
        "from plmctl.core.document import read_document\n"
        "try: read_document('f.yaml', b'a: 1')\n"
        "except UsageError as error: sys.stdout.write(error.message)\n"
    )
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (process.stdout, process.stderr) == ("PyYAML was installed without libyaml", "")
