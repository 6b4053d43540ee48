"""The changelog, for a reader: the newest release first, each artifact with what changed and what to do."""

from collections.abc import Iterator, Sequence

from plmctl.core.changelog import Note, ReleaseNotes, VersionNotes, by_weight
from plmctl.render.line import Line, Paper, Style, hanging, line

_STYLES = {"breaking": Style.ERROR, "behavioural": Style.WARNING, "safe": Style.INFO}


def changelog_lines(releases: Sequence[ReleaseNotes], paper: Paper) -> Iterator[Line]:
    """A heading for each release, below it its artifacts, and an empty line."""
    for release in releases:
        day = f"  {release.day}" if release.day else ""
        yield line((Style.STRONG, release.name), day)
        for made in release.made:
            yield from _made(made, paper)
        for artifact in release.removed:
            yield line("  ", (Style.OLD, "removed: "), artifact)
        yield line()


def _made(made: VersionNotes, paper: Paper) -> Iterator[Line]:
    before = "first release" if made.previous is None else f"{made.bump} after {made.previous}"
    hotfix = ", a hotfix" if made.is_hotfix else ""
    head = line("  ", (Style.STRONG, f"{made.artifact} {made.version}"), (Style.FAINT, f"  {before}{hotfix}"))
    yield from hanging(head, paper, 4)
    for weight, groups in by_weight(made.notes):
        yield line("    ", (_STYLES[weight], weight))
        for group in groups:
            yield from _group(group, paper)


def _group(group: Sequence[Note], paper: Paper) -> Iterator[Line]:
    for note in group:
        told = line("      ", (_STYLES[note.weight], f"{note.code} {note.name}"), f": {note.message}")
        yield from hanging(told, paper, 8)
    if group[0].advice:
        yield from hanging(line("        ", (Style.FAINT, f"to do: {group[0].advice}")), paper, 8)
