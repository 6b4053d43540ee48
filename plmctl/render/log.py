"""The versions of an artifact, for a reader: newest first, each with what it changed."""

from collections.abc import Iterator, Sequence

from plmctl.core.judgement import Judgement
from plmctl.core.log import Entry
from plmctl.render.line import STYLE_OF_LEVEL, Line, Paper, Style, hanging, line
from plmctl.render.visible import column_width, visible, width

# Of a commit's id, as much as people compare.
_SHORT = 10
_GUIDE = 3


def version_lines(versions: Sequence[Entry], paper: Paper) -> Iterator[Line]:
    """A line for each version, below it what changed since the one before, and an empty line."""
    heads = [tuple(visible(cell) for cell in _head(entry)) for entry in versions]
    widths = [column_width(column) for column in zip(*heads, strict=True)]
    for entry, head in zip(versions, heads, strict=True):
        cells = [cell + " " * (size - width(cell)) for cell, size in zip(head, widths, strict=True)]
        rest = f"  {'  '.join(cells[1:])}".rstrip()
        yield from hanging(line((Style.STRONG, cells[0]), rest), paper, widths[0] + 2)
        yield from _changes(entry, paper)
        yield line()


def _head(entry: Entry) -> tuple[str, ...]:
    release = entry.tag.release.name if entry.tag.release is not None else ""
    tagger = entry.tagger.partition(" <")[0]
    return (
        str(entry.tag.version),
        entry.date[:10],
        entry.bump or "-",
        release,
        entry.tag.commit[:_SHORT],
        tagger,
    )


def _changes(entry: Entry, paper: Paper) -> Iterator[Line]:
    rows = [_change(judgement) for judgement in entry.judgements] or [line((Style.FAINT, _unchanged(entry)))]
    for row in rows:
        is_last = row is rows[-1]
        parts = hanging(row, paper, 2, (_GUIDE, _GUIDE))
        for number, part in enumerate(parts):
            guide = ("└─ " if is_last else "├─ ") if number == 0 else ("   " if is_last else "│  ")
            yield Line(((Style.FAINT, guide), *part.pieces))


def _change(judgement: Judgement) -> Line:
    head = f"{judgement.code} {judgement.rule.name}"
    return line((STYLE_OF_LEVEL[judgement.level], head), f": {judgement.message}")


def _unchanged(entry: Entry) -> str:
    if entry.previous is None:
        return "the first version"
    return "nothing changed: the version was raised by hand"
