"""A three-way merge of manifest files: ours' text with theirs' changes, and markers where they differ."""

from collections.abc import Iterator, Sequence

from plmctl.core.dataclass import dataclass
from plmctl.core.diff3 import same_runs
from plmctl.core.document import Document, read_document
from plmctl.core.kinds import Kinds
from plmctl.core.merge import merged
from plmctl.core.merge_text import merged_text
from plmctl.core.merged import Node, Side, chosen, conflicts, fits, is_clean
from plmctl.core.schema import Schema
from plmctl.core.span import Spans
from plmctl.core.value import as_mapping, as_text

_BOM = "\ufeff"
MARKER_SIZE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The merged file, and whether it has no conflict."""

    data: bytes
    is_clean: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Three:
    """The bytes of a file on both sides and in their common ancestor, which is empty if there was none."""

    base: bytes
    ours: bytes
    theirs: bytes


def merge(
    files: Three, kinds: Kinds, ordinary: bytes | None = None, marker_size: int = MARKER_SIZE
) -> Merge | None:
    """What becomes of a manifest; None where a side is none that can be read, or they are of two kinds.

    `ordinary` is what merging line by line made of it without a conflict: it is taken where it is right,
    because it has theirs' comments and layout too.
    """
    ours, theirs = _document(files.ours), _document(files.theirs)
    base = _document(files.base) if files.base.strip() else None
    kind = _kind(ours)
    if ours is None or theirs is None or (base is None and files.base.strip()):
        return None
    if kind not in kinds.names or {_kind(theirs), _kind(base) or kind} != {kind}:
        return None
    schema = kinds.schema_of(kind)
    node = merged(base.value if base is not None else None, ours.value, theirs.value, schema)
    plain = _document(ordinary) if ordinary is not None else None
    if ordinary is not None and plain is not None and fits(node, plain.value, ours.value, theirs.value):
        return Merge(data=ordinary, is_clean=True)
    mine = _text(node, Side.OURS, ours, theirs, schema)
    if mine is None:
        return None
    if is_clean(node):
        return Merge(data=_as_ours(mine.text, files.ours), is_clean=True)
    other = _text(node, Side.THEIRS, ours, theirs, schema)
    text = "".join(_marked(mine.text, other.text, _held(node, mine), marker_size)) if other else ""
    return Merge(data=_as_ours(text, files.ours), is_clean=False) if other else None


def _document(data: bytes) -> Document | None:
    found = read_document("", data)
    return found if isinstance(found, Document) else None


def _kind(document: Document | None) -> str:
    return as_text(as_mapping(document.value if document is not None else None).get("kind")) or ""


def _text(node: Node, side: Side, ours: Document, theirs: Document, schema: Schema) -> Document | None:
    """The file with the conflicts decided for one side; None if it would not read as it should."""
    decided = chosen(node, side)
    assert decided is not None
    found = _document(merged_text(decided, ours, theirs, schema).encode())
    is_right = found is not None and fits(decided, found.value, ours.value, theirs.value)
    return found if is_right else None


def _held(node: Node, ours: Document) -> tuple[range, ...]:
    """The lines of ours, from 0, that are one conflict each."""
    spans = Spans(ours)
    found = (spans.of(pointer) for pointer in conflicts(node, Side.OURS))
    lines = ((ours.text.count("\n", 0, span.start), ours.text.count("\n", 0, span.end)) for span in found)
    return tuple(range(first, last + 1) for first, last in lines)


def _marked(ours: str, theirs: str, held: Sequence[range], size: int) -> Iterator[str]:
    """Ours' text with theirs beside it where they differ, as Git marks conflicts."""
    mine, other = _lines(ours), _lines(theirs)
    at = (0, 0)
    for start, other_start, count in (*_shared(mine, other, held), (len(mine), len(other), 0)):
        if (start, other_start) != at:
            yield f"{'<' * size} ours\n"
            yield from mine[at[0] : start]
            yield f"{'=' * size}\n"
            yield from other[at[1] : other_start]
            yield f"{'>' * size} theirs\n"
        yield from mine[start : start + count]
        at = (start + count, other_start + count)


def _shared(mine: list[str], other: list[str], held: Sequence[range]) -> Iterator[tuple[int, int, int]]:
    """The runs of lines that both have, but for what is between two parts of one conflict."""
    runs = same_runs(mine, other)
    for start, other_start, count in runs:
        is_last = start + count == len(mine)
        if is_last or not any(lines.start < start and start + count < lines.stop for lines in held):
            yield start, other_start, count


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text.removesuffix("\n").split("\n")]


def _as_ours(text: str, ours: bytes) -> bytes:
    """The text with the byte order mark and the line ends of ours."""
    was = ours.decode("utf-8")
    end = "\r\n" if "\r\n" in was else "\r" if "\r" in was else "\n"
    return ((_BOM if was.startswith(_BOM) else "") + text.replace("\n", end)).encode()
