"""docs/codes.md, from the tables of rules. Run `python -m docs.generate` to write it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from plmctl.commands.lock import LOCK_STALE, PIN_UNRELEASED
from plmctl.commands.release import BUMP_TOO_SMALL
from plmctl.core.document import YML_RULES
from plmctl.core.finding import Rule
from plmctl.core.include import INCLUDE_RULES
from plmctl.core.pointer import POINTER_RULES
from plmctl.core.schema import SCH_RULES
from plmctl.core.tag import TAG_RULES
from plmctl.rules.anykind import closing_rules, leading_rules
from plmctl.rules.checks import CHECK_RULES
from plmctl.rules.judge import CHANGE_RULES
from plmctl.rules.registry import DEPENDENCY_CHANGED

PAGE = Path(__file__).with_name("codes.md")

ANY_KIND = "every kind"

_INTRODUCTION = """\
# Codes

Every finding and every judgement has a code. Its meaning never changes: a code that is no longer needed is
retired, and never used again. `rules` in `plmctl.yaml` sets another level for a code, with a reason.

The level is *error*, *warning* or *info*. `plmctl validate` exits 1 for an error, or from the level that
`--fail-on` names. `--fail-on` of `plmctl diff` calls the levels of changes *breaking*, *behavioural* and
*safe*. The bump is the part of the version that a change demands to be raised.

This page is written by `python -m docs.generate`, from the tables of rules.
"""
_LEADS = {
    "YML": "What a manifest must be as YAML.",
    "SCH": "What a manifest must be by the schema of its kind.",
    "REF": "References between artifacts, and the files that an artifact includes.",
    "TPL": "Templates and their inputs.",
    "LNT": "What is nearly always a mistake.",
    "REG": "The registry as a whole: tags, releases, locks.",
    ANY_KIND: "What every kind has, under its own letters: another owner is PRM901 for a Prompt, MDL901 for "
    "a Model. The letters are {letters}. An Environment has no versions, so its changes demand no bump.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The rules whose codes begin with the same letters; `kinds` are those whose changes they judge."""

    letters: str
    kinds: tuple[str, ...]
    rules: tuple[Rule, ...]


def tables() -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """Every table of rules, with the name of what it is about."""
    yield "YAML", YML_RULES
    yield "schemas", SCH_RULES
    yield "files", INCLUDE_RULES
    yield "pointers", POINTER_RULES
    yield "checks", tuple(check.rule for check in CHECK_RULES)
    yield "tags", TAG_RULES
    yield "registry", (BUMP_TOO_SMALL, DEPENDENCY_CHANGED, LOCK_STALE, PIN_UNRELEASED)
    for kind, rules in CHANGE_RULES.items():
        yield kind, tuple(change.rule for change in rules)


def families() -> tuple[Family, ...]:
    """The rules by their letters: checks first, then changes by kind, the registry last."""
    found: dict[str, list[Rule]] = {}
    kinds: dict[str, list[str]] = {}
    for about, rules in tables():
        for rule in rules:
            letters = rule.code[:3]
            found.setdefault(letters, []).append(rule)
            if about in CHANGE_RULES and about not in kinds.setdefault(letters, []):
                kinds[letters].append(about)
    order = sorted(found, key=lambda letters: (letters == "REG", letters in kinds))
    return tuple(
        Family(letters=letters, kinds=tuple(kinds.get(letters, ())), rules=tuple(found[letters]))
        for letters in order
    )


def codes() -> str:
    """The page."""
    sections = [_section(family) for family in families()]
    return "\n".join([_INTRODUCTION, *sections[:-1], _any_kind(), sections[-1]])


def _section(family: Family) -> str:
    lead = _LEADS.get(family.letters)
    if lead is None:
        lead = f"What a change of this kind means: {', '.join(family.kinds)}."
    own = [rule for rule in family.rules if not (family.kinds and rule.code[3] == "9")]
    if family.kinds:
        lead = f"{lead} {family.letters}900 to {family.letters}906: see [{ANY_KIND}](#every-kind)."
    return f"## {family.letters}\n\n{lead}\n\n{_table(own)}"


def _any_kind() -> str:
    letters = ", ".join(family.letters for family in families() if family.kinds)
    shared = [change.rule for change in (*leading_rules("..."), *closing_rules("..."))]
    return f"## Every kind\n\n{_LEADS[ANY_KIND].format(letters=letters)}\n\n{_table(shared)}"


def _table(rules: Iterable[Rule]) -> str:
    head = "| code | name | level | bump | meaning |\n|---|---|---|---|---|\n"
    rows = dict.fromkeys(_row(rule) for rule in sorted(rules, key=lambda rule: rule.code))
    return head + "".join(rows)


def _row(rule: Rule) -> str:
    bump = rule.bump.label if rule.bump else "-"
    sentence = first_sentence(rule.meaning).replace("|", "\\|")
    return f"| {rule.code} | {rule.name} | {rule.level.value} | {bump} | {sentence} |\n"


def first_sentence(text: str) -> str:
    """A text up to its first full stop, on one line."""
    line = " ".join(text.split())
    return re.split(r"(?<=\.)\s", line, maxsplit=1)[0]


if __name__ == "__main__":
    PAGE.write_text(codes(), encoding="utf-8", newline="\n")
