"""The page of a rule for a reader: what it means, and its example: mended, or changed and judged."""

from collections.abc import Iterable, Iterator

from plmctl.core.page import Page, Trial
from plmctl.render.finding import finding_lines
from plmctl.render.line import STYLE_OF_LEVEL, Line, Paper, Style, hanging, line
from plmctl.render.visible import wrapped

# Longer lines of prose are hard to read.
_WIDEST = 100
_STYLES = {"+": Style.NEW, "-": Style.OLD, "@": Style.FAINT}


def page_lines(page: Page, paper: Paper) -> Iterator[Line]:
    """The page: the code, each of its rules, and its example where it has one."""
    yield line((Style.STRONG, f"{page.rules[0].code} {page.rules[0].name}"))
    for rule in page.rules:
        yield line()
        yield line("level  ", (STYLE_OF_LEVEL[rule.level], rule.levels))
        if rule.bumps is not None:
            yield line(f"bump   {rule.bumps}")
        yield from _folded("here   ", page.here, paper)
        yield line()
        yield from _meaning_lines(rule.meaning, paper)
    if page.example is not None:
        yield from (line(), line((Style.STRONG, "An example:")), line())
        yield from finding_lines([page.example], paper)
    if page.mending:
        yield from (line((Style.STRONG, "What mends it:")), line())
        yield from diff_lines(page.mending)
    if page.firing is not None and page.harmless is not None:
        shown = "An example" if page.pair_code == page.rules[0].code else f"An example, as {page.pair_code}"
        yield from (line(), line((Style.STRONG, f"{shown}:")), line(), *trial_lines(page.firing, paper))
        heading = line((Style.STRONG, "Where the rule is silent:"))
        yield from (line(), heading, line(), *trial_lines(page.harmless, paper))


def _meaning_lines(meaning: str, paper: Paper) -> Iterator[Line]:
    paragraphs = [" ".join(paragraph.split()) for paragraph in meaning.split("\n\n")]
    for number, paragraph in enumerate(paragraphs):
        if number:
            yield line()
        yield from _folded("", [paragraph], paper)


def trial_lines(trial: Trial, paper: Paper) -> Iterator[Line]:
    """A change of an example as a diff, and below it what is judged of it."""
    yield from (*diff_lines(trial.diff), line())
    if not trial.judgements:
        yield line("nothing to judge")
    for judgement in trial.judgements:
        head = f"{judgement.level.value}[{judgement.code}] {judgement.rule.name}"
        said = f": {judgement.change.artifact}: {judgement.message}"
        yield from hanging(line((STYLE_OF_LEVEL[judgement.level], head), said), paper, 4)


def diff_lines(lines: Iterable[str]) -> Iterator[Line]:
    """The lines of a unified diff."""
    for text in lines:
        yield line((_STYLES.get(text[:1], Style.PLAIN), text))


def _folded(lead: str, texts: Iterable[str], paper: Paper) -> Iterator[Line]:
    room = max(min(paper.width, _WIDEST) - len(lead), 1)
    for text in texts:
        first, *more = wrapped(text, room)
        yield line(f"{lead}{first}".rstrip())
        yield from (line(f"{' ' * len(lead)}{rest}".rstrip()) for rest in more)
