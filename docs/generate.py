"""docs/rules.md, from the tables of rules and their examples. Run `python -m docs.generate` to write it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

from plmctl.commands.catalogue import catalogue, change_tables
from plmctl.core.finding import Rule
from plmctl.render.finding import finding_lines
from plmctl.render.line import Line, Paper
from plmctl.render.page import diff_lines, trial_lines
from plmctl.rules.anykind import closing_rules, leading_rules
from plmctl.rules.examples import Example, example_of
from plmctl.rules.pairs import Pair, pair_of
from plmctl.rules.retired import RETIRED

PAGE = Path(__file__).with_name("rules.md")

ANY_KIND = "every kind"
_WIDTH = 100

_INTRODUCTION = """\
# Rules

Every finding and every judgement has a code. Its meaning never changes: a code that is no longer needed is
retired, and never used again. `plmctl explain CODE` prints one rule, `plmctl rules` lists them with their
levels here.

The level is *error*, *warning* or *info*. `plmctl validate` exits 1 for an error, or from the level that
`--fail-on` names. `--fail-on` of `plmctl diff` calls the levels of changes *breaking*, *behavioural* and
*safe*. The bump is the part of the version that a change demands to be raised.

`rules` in the `spec` of `plmctl.yaml` sets another level or another bump for a code; it says why, and can be
for some artifacts alone and for a time:

```yaml
apiVersion: plmctl/v1
kind: Registry
metadata: {name: acme}
spec:
  rules:
    - code: TPL002
      level: error                     # error, warning, info or "off"
      reason: callers pay for what they pass
    - code: PRM040
      level: info
      bump: patch                      # major, minor or patch
      reason: drafts change daily
      artifacts: [prompt/drafts/*]     # without it, all
      until: "2027-03-31"              # without it, for good
```

`profile` in the `spec` makes warnings errors (`strict`), or lowers breaking changes to warnings and
warnings to info (`lenient`). [accepting.md](accepting.md) says how a breaking change that is meant is
accepted, and by whose settings a pull request is judged.

This page is written by `python -m docs.generate`, from the rules and from their examples in `tests/examples`.
"""
_LEADS = {
    "YML": "What a manifest must be as YAML.",
    "SCH": "What a manifest must be by the schema of its kind.",
    "REF": "References between artifacts, and the files that an artifact includes.",
    "TPL": "Templates and their inputs.",
    "LNT": "What is nearly always a mistake.",
    "REC": "The records of datasets, where their data is at hand.",
    "REG": "The registry as a whole: tags, releases, locks.",
    ANY_KIND: "What every kind has, under its own letters: another owner is PRM901 for a Prompt, MDL901 for "
    "a Model. The letters are {letters}. An Environment has no versions, so its changes demand no bump.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The rules of each code that begins with some letters; `kinds` are those whose changes they judge."""

    letters: str
    kinds: tuple[str, ...]
    codes: tuple[tuple[Rule, ...], ...]


def families() -> tuple[Family, ...]:
    """The rules by their letters: checks first, then changes by kind, the registry last."""
    found: dict[str, list[tuple[Rule, ...]]] = {}
    for code, rules in catalogue().items():
        found.setdefault(code[:3], []).append(rules)
    kinds: dict[str, list[str]] = {}
    for kind, table in change_tables():
        kinds.setdefault(table[0].code[:3], []).append(kind)
    first = [letters for letters in _LEADS if letters in found and letters != "REG"]
    order = (*first, *(letters for letters in found if letters in kinds), "REG")
    return tuple(
        Family(letters=letters, kinds=tuple(kinds.get(letters, ())), codes=tuple(found[letters]))
        for letters in order
    )


def page() -> str:
    """The page."""
    sections = [_section(family) for family in families()]
    return "\n".join([_INTRODUCTION, *sections[:-1], _any_kind(), sections[-1], _retired()])


def _section(family: Family) -> str:
    lead = _LEADS.get(family.letters)
    if lead is None:
        lead = f"What a change of this kind means: {', '.join(family.kinds)}."
    if family.kinds:
        lead = f"{lead} {family.letters}900 to {family.letters}906: see [{ANY_KIND}](#every-kind) too."
    return "\n".join((f"## {family.letters}\n\n{lead}\n", *_entries(_own(family))))


def _own(family: Family) -> Iterator[tuple[Rule, ...]]:
    """The codes without the rules that every kind has."""
    shared = {rule.meaning for rule in _shared()}
    for rules in family.codes:
        yield tuple(rule for rule in rules if rule.meaning not in shared)


def _shared() -> tuple[Rule, ...]:
    return tuple(change.rule for change in (*leading_rules("..."), *closing_rules("...")))


def _any_kind() -> str:
    letters = ", ".join(family.letters for family in families() if family.kinds)
    codes: dict[str, list[Rule]] = {}
    for rule in sorted(_shared(), key=lambda rule: (rule.code, -rule.level.rank)):
        codes.setdefault(rule.code, []).append(rule)
    (lead,) = _paragraphs(_LEADS[ANY_KIND].format(letters=letters))
    return "\n".join((f"## Every kind\n\n{lead}\n", *_entries(map(tuple, codes.values()))))


def _retired() -> str:
    codes = "\n".join(f"- {code}, {reason}." for code, reason in sorted(RETIRED.items()))
    return f"## Retired\n\nCodes that no rule has any more.\n\n{codes}\n"


def _entries(codes: Iterable[tuple[Rule, ...]]) -> Iterator[str]:
    """Each code with all that is known of it, each part followed by an empty line."""
    for rules in filter(None, codes):
        parts = [f"### {rules[0].code} {rules[0].name}"]
        for rule in rules:
            bump = f", {rule.bumps}" if rule.bump else ""
            parts += [f"*{rule.levels}{bump}*", *_paragraphs(rule.meaning)]
        example, pair = example_of(rules[0].code), _pair_of(rules[0].code)
        if example is not None:
            parts += _example(example)
        if pair is not None:
            parts += _pair(pair)
        yield "\n\n".join(parts) + "\n"


def _paragraphs(meaning: str) -> Iterator[str]:
    for paragraph in meaning.split("\n\n"):
        yield fill(" ".join(paragraph.split()), 115, break_long_words=False, break_on_hyphens=False)


def _example(example: Example) -> Iterator[str]:
    yield _fenced("text", finding_lines([example.shown()], Paper(width=_WIDTH)))
    mending = example.mending()
    if mending:
        yield _fenced("diff", diff_lines(mending))


def _pair_of(code: str) -> Pair | None:
    # What every kind has is shown once, with the letters of a Prompt.
    return pair_of(code.replace("...", "PRM"))


def _pair(pair: Pair) -> Iterator[str]:
    yield _fenced("diff", trial_lines(pair.firing(), Paper(width=_WIDTH)))
    yield "Where the rule is silent:"
    yield _fenced("diff", trial_lines(pair.harmless(), Paper(width=_WIDTH)))


def _fenced(language: str, lines: Iterable[Line]) -> str:
    # A line without anything but a space is a line of a diff, and Git would complain of it.
    body = "\n".join(part.plain.rstrip() for part in lines).strip("\n")
    return f"```{language}\n{body}\n```"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
