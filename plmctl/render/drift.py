"""How what runs drifted, for a reader: a line for each, in columns."""

from collections.abc import Iterator, Sequence

from plmctl.core.drift import Drift
from plmctl.render.line import STYLE_OF_LEVEL, Line, Paper, hanging, line
from plmctl.render.visible import column_width, visible, width

_GAP = "  "


def drift_lines(drifts: Sequence[Drift], paper: Paper) -> Iterator[Line]:
    """An empty line, then of each drift what it is of, its kind, and what to do."""
    if not drifts:
        return
    yield line()
    subjects = [visible(drift.subject) for drift in drifts]
    # A name that takes half of the line leaves no room for what is said of it.
    first = min(column_width(subjects), max(paper.width // 2, 20))
    second = column_width([drift.kind.value for drift in drifts])
    for drift, subject in zip(drifts, subjects, strict=True):
        head = subject + " " * (first - width(subject)) + _GAP
        kind = drift.kind.value.ljust(second)
        said = line(head, (STYLE_OF_LEVEL[drift.level], kind), f"{_GAP}{drift.message}")
        yield from hanging(said, paper, first + second + 2 * len(_GAP))
