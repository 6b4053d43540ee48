"""What changed, for a reader: a tree for each artifact."""

from collections.abc import Iterable, Iterator

from plmctl.core.finding import Bump, Level
from plmctl.core.judgement import Judgement
from plmctl.core.prose import effort_for
from plmctl.core.report import Moved
from plmctl.render.line import STYLE_OF_LEVEL, Line, Paper, Style, hanging, line
from plmctl.render.section import Section, sections
from plmctl.render.value import value_lines

# Guides before a judgement; guides and indentation before a value.
_GUIDE = 3
_INDENT = 7


def change_lines(judgements: Iterable[Judgement], moved: Iterable[Moved], paper: Paper) -> Iterator[Line]:
    """A tree for each artifact, in the order of the judgements, each followed by an empty line."""
    judgements = tuple(judgements)
    effort = effort_for(judgement.change for judgement in judgements)
    for section in sections(judgements, moved):
        yield from _tree(section, paper, effort)
        yield line()


def _tree(section: Section, paper: Paper, effort: int) -> Iterator[Line]:
    yield from hanging(_head(section), paper, 2)
    branches = [tuple(_judgement(j, paper, effort)) for j in section.judgements]
    branches.extend(tuple(_twig(line(f"moved: {m.old} -> {m.new}"), paper)) for m in section.moves)
    for branch in branches:
        is_last = branch is branches[-1]
        for index, part in enumerate(branch):
            guide = ("└─ " if is_last else "├─ ") if index == 0 else ("       " if is_last else "│      ")
            yield Line(((Style.FAINT, guide), *part.pieces))


def _head(section: Section) -> Line:
    if not section.judgements:
        return line((Style.STRONG, section.artifact), "  moved")
    worst = max(section.judgements, key=lambda judgement: judgement.level.rank)
    is_accepted = worst.level is Level.ERROR and not section.unaccepted
    said = f"{section.meaning}{' and accepted' if is_accepted else ''}"
    style = STYLE_OF_LEVEL[Level.WARNING if is_accepted else worst.level]
    needs = f", needs {section.bump.label}" if section.bump is not Bump.NONE else ""
    return line((Style.STRONG, section.artifact), "  ", (style, said), needs)


def _judgement(judgement: Judgement, paper: Paper, effort: int) -> Iterator[Line]:
    style = STYLE_OF_LEVEL[judgement.level]
    said = line((style, f"{judgement.code} {judgement.rule.name}"), f": {judgement.message}")
    yield from _twig(said, paper)
    yield from value_lines(judgement.change, judgement.message, paper.width - _INDENT, effort)
    yield from _standing(judgement, paper)


def _standing(judgement: Judgement, paper: Paper) -> Iterator[Line]:
    """Who accepts a breaking change and why, or the command that does."""
    accepted = judgement.acceptance
    if accepted is not None:
        said = line((Style.GOOD, "accepted"), f" by {accepted.by}: {accepted.reason}")
        yield from hanging(said, paper, 0, before=(_INDENT, _INDENT))
    elif judgement.is_unaccepted:
        # A command to paste stays in one piece where the terminal has room for it.
        said = line((Style.FAINT, f"accept: {judgement.accepting()}"))
        yield from hanging(said, paper, 2, before=(_INDENT, _INDENT))


def _twig(said: Line, paper: Paper) -> Iterator[Line]:
    return hanging(said, paper, 0, before=(_GUIDE, _INDENT))
