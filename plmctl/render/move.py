"""What a promotion or a rollback changes, for a reader."""

from collections.abc import Iterator

from plmctl.core.move import ArtifactMove, Move
from plmctl.render.line import Line, Paper, Style, hanging, line, plural
from plmctl.render.table import rows_in_columns

_HEADINGS = ("artifact", "from", "to", "changes")


def move_lines(move: Move, paper: Paper) -> Iterator[Line]:
    """The step, the pin if it changes, a row for each artifact with another version, and who is asked."""
    old = move.old or "nothing"
    head = line((Style.STRONG, f"{move.place}  {move.name} {old} -> {move.new}"), f"  {move.why}")
    yield from hanging(head, paper, 2)
    before, after = move.pin
    if before != after:
        yield line(f"pin  {before} -> {after}" if before is not None else f"pin  {after}, which is new")
    if move.artifacts:
        yield line()
        yield from rows_in_columns(_HEADINGS, (_row(moved) for moved in move.artifacts), paper)
    yield line()
    count = len(move.artifacts)
    changes = f"{plural(count, 'artifact')} {'changes' if count == 1 else 'change'}"
    if move.breaking:
        breaking = plural(move.breaking, "breaking change")
        yield line((Style.ERROR, breaking), f", {changes}")
    else:
        yield line(changes)
    asked = "; ".join(f"{', '.join(owners)} ({artifact})" for artifact, owners in move.asked)
    if asked:
        yield from hanging(line(f"owners: {asked}"), paper, 8)


def _row(moved: ArtifactMove) -> tuple[str, ...]:
    return moved.artifact, moved.old or "-", moved.new or "-", _changes(moved)


def _changes(moved: ArtifactMove) -> str:
    if moved.old is None:
        return "comes along"
    if moved.new is None:
        return "goes"
    breaking = {rule.code for rule in moved.breaking}
    said = ", ".join(
        f"{rule.code} {rule.name}{' (breaking)' if rule.code in breaking else ''}" for rule in moved.rules
    )
    return f"takes back {said or 'other versions'}" if moved.is_back else said or "another version"
