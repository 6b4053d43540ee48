"""What changed, for a reader: a tree for each artifact."""

from collections.abc import Iterable, Iterator

from plmctl.core.finding import Bump, Level
from plmctl.core.judgement import Judgement
from plmctl.core.report import Moved
from plmctl.render.line import STYLE_OF_LEVEL, Line, Paper, Style, hanging, line
from plmctl.render.value import value_lines

# Guides before a judgement; guides and indentation before a value.
_GUIDE = 3
_INDENT = 7


def change_lines(judgements: Iterable[Judgement], moved: Iterable[Moved], paper: Paper) -> Iterator[Line]:
    """A tree for each artifact, in the order of the judgements, each followed by an empty line."""
    by_artifact: dict[str, list[Judgement]] = {}
    moves: dict[str, list[Moved]] = {}
    for judgement in judgements:
        if judgement.level is not Level.OFF:
            by_artifact.setdefault(judgement.change.artifact, []).append(judgement)
    for move in moved:
        moves.setdefault(move.artifact, []).append(move)
    for artifact in (*by_artifact, *(a for a in moves if a not in by_artifact)):
        yield from _tree(artifact, by_artifact.get(artifact, []), moves.get(artifact, []), paper)
        yield line()


def meaning(judgements: Iterable[Judgement]) -> str:
    """The word for the worst of some changes."""
    judgements = tuple(judgements)
    bump = max((judgement.bump for judgement in judgements), default=Bump.NONE)
    if bump is Bump.MAJOR:
        return "breaking"
    # A new artifact is a minor step too, and changes nothing for anyone.
    if bump is Bump.MINOR and any(judgement.level.rank >= Level.WARNING.rank for judgement in judgements):
        return "behavioural"
    return "changed" if bump is Bump.NONE else "safe"


def _tree(artifact: str, judgements: list[Judgement], moves: list[Moved], paper: Paper) -> Iterator[Line]:
    yield from hanging(_head(artifact, judgements), paper, 2)
    branches = [tuple(_judgement(j, paper)) for j in judgements]
    branches.extend(tuple(_twig(line(f"moved: {m.old} -> {m.new}"), paper)) for m in moves)
    for branch in branches:
        is_last = branch is branches[-1]
        for index, part in enumerate(branch):
            guide = ("└─ " if is_last else "├─ ") if index == 0 else ("       " if is_last else "│      ")
            yield Line(((Style.FAINT, guide), *part.pieces))


def _head(artifact: str, judgements: list[Judgement]) -> Line:
    if not judgements:
        return line((Style.STRONG, artifact), "  moved")
    worst = max(judgements, key=lambda judgement: judgement.level.rank)
    bump = max(judgement.bump for judgement in judgements)
    needs = f", needs {bump.label}" if bump is not Bump.NONE else ""
    return line((Style.STRONG, artifact), "  ", (STYLE_OF_LEVEL[worst.level], meaning(judgements)), needs)


def _judgement(judgement: Judgement, paper: Paper) -> Iterator[Line]:
    style = STYLE_OF_LEVEL[judgement.level]
    said = line((style, f"{judgement.code} {judgement.rule.name}"), f": {judgement.message}")
    yield from _twig(said, paper)
    yield from value_lines(judgement.change, judgement.message, paper.width - _INDENT)


def _twig(said: Line, paper: Paper) -> Iterator[Line]:
    return hanging(said, paper, 0, before=(_GUIDE, _INDENT))
