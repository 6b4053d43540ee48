"""What ruamel.yaml makes of a document, and what YAML 1.2 by its letter makes of the scalars that it parsed.

ruamel.yaml parses by itself, in Python, and shares no line with libyaml. Its own meaning of plain scalars
departs from the core schema in what `DEPARTURES` lists; `by_schema` goes by YAML 1.2.2, section 10.3.2.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from ruamel.yaml import YAML
from ruamel.yaml.error import StreamMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from plmctl.core.document import Document
from plmctl.core.value import Pointer

# The table of YAML 1.2.2, 10.3.2, in its order.
_NULL, _BOOLEAN = re.compile("(null|Null|NULL|~)?"), re.compile("(true|True|TRUE)|false|False|FALSE")
_DECIMAL, _OCTAL, _HEXADECIMAL = (
    re.compile("[-+]?[0-9]+"),
    re.compile("0o([0-7]+)"),
    re.compile("0x([0-9a-fA-F]+)"),
)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN")

DEPARTURES: Mapping[str, re.Pattern[str]] = {
    # To YAML 1.1 these are numbers and dates, and to ruamel.yaml in 1.2; to the core schema each is a text.
    "underscore": re.compile("[-+.0-9a-fA-Fxobe]*_[-+._0-9a-fA-Fxobe]*"),
    "binary": re.compile("[-+]?0b[01]+"),
    "date": re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?"),
    "sign before a base": re.compile("[-+]0o[0-7]+|[-+]0x[0-9a-fA-F]+"),
    # The default value of YAML 1.1, of which ruamel.yaml makes nothing.
    "value key": re.compile("="),
    # A float to the core schema, and a text to ruamel.yaml, which wants a sign in this exponent.
    "exponent after a dot": re.compile(r"[-+]?\.[0-9]+[eE][0-9]+"),
}
"""Plain scalars that ruamel.yaml does not read as the core schema says."""


_BLOCK = ("|", ">")
_END = re.compile(r"(^|\s)\.\.\.(\s|$)")
# Of scalars it keeps nothing: one does for all.
_CONSTRUCTOR = YAML(typ="safe", pure=True).constructor


def nodes_of(data: bytes) -> Node | str:
    """The nodes of the only document, as ruamel.yaml parses it, or what it says against it."""
    try:
        root: Node | None = YAML(typ="safe", pure=True).compose(data)
    except (YAMLError, ValueError) as error:
        return f"{type(error).__name__}: {getattr(error, 'problem', None) or error}"
    return "no document" if root is None else root


def differences(document: Document, root: Node) -> Iterator[str]:
    """In what a document that was read is another than these nodes: values, their types, their places."""
    if isinstance(root, ScalarNode) and root.style in _BLOCK and _END.search(root.value):
        # A text that is the whole file ends at '...' (9.1.2), and ruamel.yaml reads on.
        return
    yield from _Comparison(document).node((), root, document.value)


class _Comparison:
    def __init__(self, document: Document):
        self._document = document

    def node(self, pointer: Pointer, node: Node, value: object) -> Iterator[str]:
        # What is not written stands nowhere.
        if node.start_mark.index != node.end_mark.index:
            yield from self._place(pointer, node)
        match node:
            case ScalarNode():
                yield from self._scalar(pointer, node, value)
            case SequenceNode() if isinstance(value, list) and len(value) == len(node.value):
                for index, (item, found) in enumerate(zip(node.value, value, strict=True)):
                    yield from self.node((*pointer, index), item, found)
            case MappingNode() if isinstance(value, dict) and len(value) == len(node.value):
                for (key, below), (name, found) in zip(node.value, value.items(), strict=True):
                    if by_schema(key) != name:
                        yield f"{pointer}: the key is {name!r}, to the schema {by_schema(key)!r}"
                    yield from self._key((*pointer, name), key)
                    yield from self.node((*pointer, name), below, found)
            case _:
                yield f"{pointer}: {value!r}, in ruamel.yaml a {type(node).__name__} of {len(node.value)}"

    def _scalar(self, pointer: Pointer, node: ScalarNode, value: object) -> Iterator[str]:
        said = by_schema(node)
        if not _is_same(value, said):
            yield f"{pointer}: {value!r}, by the schema {said!r}"
        if departure_of(node) is None:
            found = constructed(node)
            if not _is_same(value, found):
                yield f"{pointer}: {value!r}, by ruamel.yaml {found!r}"

    def _place(self, pointer: Pointer, node: Node) -> Iterator[str]:
        spot, begin, end = self._document.spots[pointer], _at(node.start_mark), _at(node.end_mark)
        found = f"{spot.line}:{spot.column}"
        if found != begin:
            yield f"{pointer}: begins at {found}, in ruamel.yaml at {begin}"
        is_exact = isinstance(node, ScalarNode) and node.style not in _BLOCK
        found = f"{spot.end_line}:{spot.end_column}"
        if is_exact and found != end:
            yield f"{pointer}: ends at {found}, in ruamel.yaml at {end}"

    def _key(self, pointer: Pointer, key: Node) -> Iterator[str]:
        spot, begin, end = self._document.spots[pointer], _at(key.start_mark), _at(key.end_mark)
        line, column = self._document.key_ends.get(pointer, (spot.key_line, spot.key_end_column))
        found = f"{spot.key_line}:{spot.key_column} to {line}:{column}"
        if found != f"{begin} to {end}":
            yield f"{pointer}: the key is at {found}, in ruamel.yaml at {begin} to {end}"


def by_schema(node: Node) -> object:
    """The value of a scalar by the core schema of YAML 1.2, texts in NFC."""
    if not isinstance(node, ScalarNode):
        return node
    text: str = unicodedata.normalize("NFC", node.value)
    if node.style:
        return text
    if _NULL.fullmatch(text):
        return None
    if match := _BOOLEAN.fullmatch(text):
        return match[1] is not None
    if _DECIMAL.fullmatch(text):
        return int(text)
    for pattern, base in ((_OCTAL, 8), (_HEXADECIMAL, 16)):
        if match := pattern.fullmatch(text):
            return int(match[1], base)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def constructed(node: ScalarNode) -> object:
    """What ruamel.yaml makes of a scalar, texts in NFC."""
    found: object = _CONSTRUCTOR.construct_object(node)
    return unicodedata.normalize("NFC", found) if isinstance(found, str) else found


def departure_of(node: ScalarNode) -> str | None:
    """In which way ruamel.yaml reads a scalar otherwise than the schema; None where it does not."""
    if node.style:
        return None
    return next((name for name, pattern in DEPARTURES.items() if pattern.fullmatch(node.value)), None)


def _is_same(one: object, other: object) -> bool:
    """Whether two scalars are equal, and of one type; of a float every bit counts."""
    return type(one) is type(other) and repr(one) == repr(other)


def _at(mark: StreamMark) -> str:
    return f"{mark.line + 1}:{mark.column + 1}"
