"""Our reader against ruamel.yaml in YAML 1.2, on documents of every style: values, types, places, refusals.

A run takes 4,000 documents, a full one (`make test-full`) 100,000.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError
from ruamel.yaml.nodes import ScalarNode

from plmctl.core.document import BrokenDocument, Document, read_document
from plmctl.core.finding import Finding, Level
from plmctl.core.value import Pointer
from tests.programs import IS_FULL, REPOSITORY
from tests.properties.yaml_oracle import (
    DEPARTURES,
    by_schema,
    constructed,
    departure_of,
    differences,
    nodes_of,
)
from tests.properties.yaml_scalars import ESCAPES, NUMBERS, WORDS
from tests.properties.yaml_texts import document

pytestmark = pytest.mark.filterwarnings("ignore::ruamel.yaml.error.ReusedAnchorWarning")

DRAWN = 100_000 if IS_FULL else 4_000
PARTS = 4

HARD = {
    *(*NUMBERS, *WORDS, *ESCAPES, "digits by chance", "single quotes", "double quotes", "several lines"),
    *("escaped line break", "literal", "folded", "indentation indicator", "keep", "strip", "flow list"),
    *("flow mapping", "pair in list", "final comma", "question mark in flow", "key alone in flow", "compact"),
    *(
        "colon at once",
        "line break in flow",
        "explicit key",
        "complex key",
        "odd key",
        "key twice",
        "merge key",
    ),
    *("blank before colon", "same indent", "nothing", "on the next line", "property", "comment before"),
    *("comment after", "tab", "document start", "document end", "no final newline", "second document"),
    *("directive", "damaged", "CRLF", "CR", "byte order mark"),
}

# Why our reader refuses what ruamel.yaml parses. Each code is a rule with a page of its own (docs/rules.md).
REFUSED: Mapping[str, str] = {
    "YML004": "a raw control character, a byte order mark that is not the first, NEL",
    "YML005": "a raw U+2028 or U+2029, where YAML 1.1 ends a line",
    "YML008": "a template that is not quoted, to YAML a mapping as a key",
    "YML009": "nothing, which ruamel.yaml reads as null",
    "YML010": "a second document",
    "YML011": "a directive, which may make it YAML 1.1",
    "YML012": "over 64 levels",
    "YML013": "over 50,000 keys and values",
    "YML014": "a text over 256 KiB",
    "YML015": "an anchor",
    "YML016": "an alias",
    "YML017": "a tag",
    "YML018": "a merge key",
    "YML019": "a key that is no string",
    "YML020": "a key that stands twice",
    "YML021": "an escape of a control character, or of half a character",
    "YML022": "a number that JSON cannot hold",
}
# The same for YML007, a complaint of libyaml: what its message begins with.
SYNTAX: Mapping[str, str] = {
    "a tab in the indentation": "a text whose first line begins with a tab, below '|' and not '|2'",
    "a value is missing here": "a key that is nothing, '{:}' and '[: x]': YML019 if libyaml knew it",
    "this does not fit what is above it": "a key that is nothing, ': x': likewise",
    "the text below": "a key that is nothing, on the line after an empty '|' or '>'",
    "while scanning a plain scalar, found unexpected ':'": "'[a:,b]': libyaml wants a blank after ':'",
    "while scanning a tag": "a tag: YML017 if libyaml could read it",
    "text after the end of the value": "a text below a '|' that is the whole file, and not indented",
}
# Why ruamel.yaml refuses what our reader reads, in its own words, and where YAML 1.2.2 allows it.
TOO_STRICT: Mapping[str, str] = {
    r"found character '\t' that cannot start any token": "a tab between tokens: 6.2, s-separate-in-line",
    r"but found '\t'": "a tab after a '|' or '>': 8.1.1.1, s-b-comment",
    "expected ',' or ']', but got '<scalar>'": "'[\"a\":b]': 7.4.2, c-ns-flow-pair-json-key-entry",
    "expected ',' or '}', but got '<scalar>'": "a tab inside a plain scalar: 7.3.3, s-white",
    "more indented follow up line than first in a block scalar": "a text of blank lines alone: 8.1.1.1",
    "found unexpected document separator": "a tab inside a plain scalar, before a quote: 7.3.3, s-white",
    "found unexpected end of stream": "a tab or '\"a\":' before a quote, as above",
}


def seeds(part: int) -> range:
    return range(part, DRAWN, PARTS)


@pytest.mark.parametrize("part", range(PARTS))
def test_what_both_accept_both_read_alike(part: int) -> None:
    both = 0
    for seed in seeds(part):
        data = document(seed).data
        ours, theirs = read_document("a.yaml", data), nodes_of(data)
        if isinstance(ours, Document) and not isinstance(theirs, str):
            both += 1
            assert list(differences(ours, theirs)) == [], (seed, data)
        elif isinstance(theirs, str) and isinstance(ours, Document):
            assert any(words in theirs for words in TOO_STRICT), (seed, theirs, data)
        elif isinstance(ours, BrokenDocument) and not isinstance(theirs, str):
            assert all(map(is_named, errors(ours.findings))), (seed, ours.findings, data)
    assert both > 0.7 * len(seeds(part))


def errors(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.level is Level.ERROR]


def is_named(finding: Finding) -> bool:
    return finding.code in REFUSED or finding.message.startswith(tuple(SYNTAX))


def test_every_hard_case_is_drawn() -> None:
    found = {case for seed in range(4_000) for case in document(seed).cases}
    assert found == HARD


def test_ruamel_still_departs_from_the_schema_as_listed() -> None:
    """What it no longer does has to go from the list, or it hides a difference."""
    ones = ("1_000", "0b101", "2026-10-01", "-0o14", ".5e3")
    departing = {}
    for plain in ones:
        root = nodes_of(plain.encode())
        assert isinstance(root, ScalarNode)
        name = departure_of(root)
        departing[name] = constructed(root) == by_schema(root)
    assert departing == dict.fromkeys(DEPARTURES.keys() - {"value key"}, False)
    with pytest.raises(ConstructorError, match="2002:value"):
        constructed(ScalarNode(tag="tag:yaml.org,2002:value", value="="))


def test_the_comparison_tells_each_kind_of_difference() -> None:
    """Each of two texts is another one's: the comparison itself can fail."""
    pairs = [
        ("a: 1", "a: 1.0", "('a',): 1, by the schema 1.0"),
        ("a: 1", "a: '1'", "('a',): 1, by the schema '1'"),
        ("a: true", "a: 1", "('a',): True, by the schema 1"),
        ("a: 0.0", "a: -0.0", "('a',): 0.0, by the schema -0.0"),
        ("a: x", "a: y", "('a',): 'x', by ruamel.yaml 'y'"),
        ("a: x", "b: x", "(): the key is 'a', to the schema 'b'"),
        ("a:  x", "a: x", "('a',): begins at 1:5, in ruamel.yaml at 1:4"),
        ("a: 'x'", "a: 'x '", "('a',): ends at 1:7, in ruamel.yaml at 1:8"),
        ("'a': x", "a : x", "('a',): the key is at 1:1 to 1:4, in ruamel.yaml at 1:1 to 1:2"),
        ("[a]", "[a, b]", "(): ['a'], in ruamel.yaml a SequenceNode of 2"),
        ("{a: b}", "[a]", "(): {'a': 'b'}, in ruamel.yaml a SequenceNode of 1"),
    ]
    for ours, theirs, said in pairs:
        read, root = read_document("a.yaml", ours.encode()), nodes_of(theirs.encode())
        assert isinstance(read, Document)
        assert not isinstance(root, str)
        assert said in list(differences(read, root))


def repository_files() -> Iterator[Path]:
    """YAML that people wrote: every file of the repository, in a short run one in thirty."""
    kept = ("example-registry", "examples", "tests/examples", "action", "gitlab", "docs")
    files = sorted(
        path for folder in kept for path in (REPOSITORY / folder).rglob("*.y*ml") if path.is_file()
    )
    return islice(files, 0, None, 1 if IS_FULL else 30)


def key_places(node: object, pointer: Pointer) -> Iterator[tuple[Pointer, tuple[int, int]]]:
    """Line and column, from 1, of each key of a document that ruamel.yaml loaded for editing: `.lc`."""
    if isinstance(node, CommentedMap):
        for key, below in node.items():
            line, column = node.lc.key(key)
            yield (*pointer, key), (line + 1, column + 1)
            yield from key_places(below, (*pointer, key))
    if isinstance(node, CommentedSeq):
        for index, below in enumerate(node):
            yield from key_places(below, (*pointer, index))


def test_files_of_the_repository_are_read_as_ruamel_reads_them() -> None:
    both = 0
    for path in repository_files():
        data = path.read_bytes()
        ours, theirs = read_document(path.name, data), nodes_of(data)
        if isinstance(ours, Document):
            assert not isinstance(theirs, str), (path, theirs)
            assert list(differences(ours, theirs)) == [], path
            places = dict(key_places(YAML().load(data), ()))
            spots = {pointer: ours.spots[pointer] for pointer in places}
            assert {pointer: (spot.key_line, spot.key_column) for pointer, spot in spots.items()} == places
            both += 1
        elif not isinstance(theirs, str):
            assert all(map(is_named, errors(ours.findings))), (path, ours.findings)
    assert both > 50
