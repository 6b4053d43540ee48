"""The algebra of reading: what was written is read, anything else is a finding, and spots are true."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from plmctl.core.document import BrokenDocument, Document, read_document
from plmctl.core.finding import Level
from plmctl.core.value import Pointer, Value
from tests.core.test_document import read
from tests.hostile.yaml_cases import CATALOGUE
from tests.programs import drawn

HARD: dict[str, Value] = {
    "empty text": "",
    "old boolean": "no",
    "boolean word": "true",
    "null word": "null",
    "tilde": "~",
    "digits": "012",
    "version": "1.10",
    "time": "12:30:45",
    "date": "2026-10-01",
    "infinity": ".inf",
    "template": "{{name}}",
    "section": "{{#a}}b{{/a}}",
    "colon": "a: b",
    "comment": "a # b",
    "dash": "- a",
    "alias": "*a",
    "anchor": "&a",
    "tag": "!a",
    "merge": "<<",
    "at": "@a",
    "quotes": "\"a\" 'b'",
    "backslash": "\\n \\",
    "line breaks": "a\n\n  b\n",
    "trailing space": "a \n ",
    "leading space": "  a\nb",
    "tab": "\ta\tb",
    "not NFC": "e\u0301",
    "line separator": "a\u2028b",
    "astral": "\U0001f600",
    "right to left": "\u05d0\u05d1",
    "document marker": "---\n...",
    "percent": "%YAML 1.2",
    "long": "x" * 300,
    "zero": 0,
    "negative zero": -0.0,
    "greatest integer": 2**53 - 1,
    "least integer": -(2**53) + 1,
    "tiny float": 5e-324,
    "great float": 1.7976931348623157e308,
    "exponent": 1e16,
    "true": True,
    "false": False,
    "null": None,
    "empty list": [],
    "empty object": {},
    "list in list": [[[]]],
    "null in object": {"": None},
}

# What JSON text may hold and YAML text may not: see `source` and `ESCAPED`.
_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff")
_TEXTS = st.text(st.one_of(_CHARACTERS, st.sampled_from("\n\t {}#:-'\"\\")), max_size=20)
_HARD_TEXTS = st.sampled_from([value for value in HARD.values() if isinstance(value, str)])
_KEYS = _TEXTS | _HARD_TEXTS
_LEAVES: st.SearchStrategy[Value] = (
    st.sampled_from(list(HARD.values()))
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXTS
)
VALUES: st.SearchStrategy[Value] = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


def nfc(value: Value) -> Value:
    """The value as the reader gives it."""
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case list():
            return [nfc(item) for item in value]
        case dict():
            return {unicodedata.normalize("NFC", key): nfc(item) for key, item in value.items()}
        case _:
            return value


def pointers(value: Value, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Value]]:
    """Every pointer into a value, with what stands there."""
    yield pointer, value
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from pointers(item, (*pointer, index))
    if isinstance(value, dict):
        for key, item in value.items():
            yield from pointers(item, (*pointer, key))


def same(one: Value, other: Value) -> bool:
    """Whether two values are equal, types included."""
    return json.dumps(one) == json.dumps(other)


def json_text(value: Value, indent: int | None) -> str:
    """JSON that is YAML: the line separators of Unicode are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def has_equal_keys(value: Value) -> bool:
    """Whether NFC makes two keys of an object one."""
    return any(
        isinstance(item, dict) and len(item) != len({unicodedata.normalize("NFC", key) for key in item})
        for _, item in pointers(value)
    )


@settings(max_examples=drawn(300), deadline=None)
@given(VALUES, st.sampled_from([None, 0, 2]))
def test_json_reads_back_equal_with_a_spot_for_every_pointer(value: Value, indent: int | None) -> None:
    result = read_document("f.yaml", json_text(value, indent).encode())
    if has_equal_keys(value):
        assert isinstance(result, BrokenDocument)
        return
    assert isinstance(result, Document), result.findings
    assert same(result.value, nfc(value))
    assert set(result.spots) == {pointer for pointer, _ in pointers(nfc(value))}


@settings(max_examples=drawn(300), deadline=None)
@given(VALUES.filter(lambda value: not has_equal_keys(value)))
def test_the_text_at_a_spot_is_the_scalar_that_was_written(value: Value) -> None:
    document = read(json_text(value, 2))
    for pointer, item in pointers(nfc(value)):
        spot = document.spots[pointer]
        if isinstance(item, list | dict) or spot.line != spot.end_line:
            continue
        written = document.source_line(spot.line)[spot.column - 1 : spot.end_column - 1]
        assert same(nfc(json.loads(written)), item)
        assert spot.raw == (None if isinstance(item, str) else written)


def test_every_hard_case_is_drawn() -> None:
    drawn: Counter[str] = Counter()
    names = {json.dumps(value): name for name, value in HARD.items()}

    @settings(max_examples=1500, deadline=None, database=None, derandomize=True)
    @given(VALUES)
    def draw(value: Value) -> None:
        for _, item in pointers(value):
            if name := names.get(json.dumps(item)):
                drawn[name] += 1

    draw()
    assert {name for name in HARD if not drawn[name]} == set()


_WORDS = st.from_regex(r"[a-z][a-z0-9 ]{0,8}[a-z0-9]", fullmatch=True)
_LINES = st.lists(
    st.from_regex(r"(?:[ ]{0,3}[a-z{}#:\u00e9\U0001f600'\"]{1,8})?", fullmatch=True), max_size=6
)


@settings(max_examples=drawn(300), deadline=None)
@given(st.lists(_LINES, min_size=1, max_size=4), st.integers(1, 5), st.sampled_from(["", "+", "-"]))
def test_every_character_of_a_literal_block_is_found(
    blocks: list[list[str]], indent: int, chomp: str
) -> None:
    text = ""
    for number, lines in enumerate(blocks):
        body = "".join(f"{' ' * indent}{line}\n" if line else "\n" for line in lines)
        text += f"# about {number}\nkey{number}: |{indent}{chomp}\n{body}"
    document = read(text)
    for pointer, item in pointers(document.value):
        for row, line in enumerate(item.split("\n") if isinstance(item, str) else ()):
            for column, character in enumerate(line):
                place = document.location_in(pointer, row, column)
                assert document.source_line(place.line or 0)[(place.column or 0) - 1] == character


@settings(max_examples=drawn(200), deadline=None)
@given(st.dictionaries(_WORDS, _WORDS | st.lists(_WORDS, min_size=1, max_size=3), min_size=1, max_size=5))
def test_the_text_at_a_spot_of_a_block_is_the_scalar_that_was_written(
    value: dict[str, str | list[str]],
) -> None:
    text = ""
    for key, item in value.items():
        items = item if isinstance(item, str) else "".join(f"\n  -  {entry}" for entry in item)
        text += f"'{key}':   {items}  # comment\n\n"
    document = read(text)
    for pointer, spot in document.spots.items():
        if spot.raw is not None:
            assert document.source_line(spot.line)[spot.column - 1 : spot.end_column - 1] == spot.raw
        if spot.key_line and spot.key_column and spot.key_end_column:
            key = document.source_line(spot.key_line)[spot.key_column - 1 : spot.key_end_column - 1]
            assert key == f"'{pointer[-1]}'"


# Between bars; a bar itself, and with an indentation indicator, beside them.
_FRAGMENTS = st.sampled_from([b"|", b"|2+\n"]) | st.sampled_from(
    b"a: |- |\n|  |{{|}}|[|]|\"|'|>-\n|&a |*a|!!t |<<: |---\n|...\n|%TAG ! a\n|#|: |? |\t|\\u|,|\r|0x|~|@|`|%"
    b'|"\\ud800"|\xef\xbb\xbf|\xe2\x80\xa8|\xc2\x85|\x00|1e999|.nan'.split(b"|")
)
_MUTATED = st.lists(_FRAGMENTS | st.binary(max_size=3), max_size=25).map(b"".join)


@settings(max_examples=drawn(2000), deadline=None)
@given(_MUTATED | st.binary(max_size=200))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    result = read_document("f.yaml", data)
    is_broken = any(finding.level is Level.ERROR for finding in result.findings)
    assert is_broken is isinstance(result, BrokenDocument)
    lines = data.count(b"\n") + data.count(b"\r") + 1
    for finding in result.findings:
        assert 1 <= (finding.location.line or 0) <= lines
        assert (finding.location.column or 0) >= 1
        assert finding.source is not None


_SMALL = [case.data() for case in CATALOGUE if case.name != "y06-50-mb"]


@settings(max_examples=drawn(500), deadline=None)
@given(st.sampled_from([data for data in _SMALL if len(data) < 2000]), st.data())
def test_no_change_of_a_hostile_file_makes_it_raise(seed: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, min(start + 4, len(seed))))
    changed = seed[:start] + data.draw(_FRAGMENTS | st.binary(max_size=4)) + seed[end:]
    assert isinstance(read_document("f.yaml", changed), Document | BrokenDocument)
