"""rules: every code that a finding or a change can have, with its level here."""

from collections.abc import Iterator

from plmctl.commands.catalogue import catalogue
from plmctl.commands.levels import RuleHere, here, rule_here
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Level, PlmctlError
from plmctl.core.ports import Repo
from plmctl.core.report import Report, Table
from plmctl.core.value import Value

_NOTHING = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesOptions:
    """Whose: codes that begin so, rules that have this level here on this day (YYYY-MM-DD)."""

    prefix: str = ""
    level: Level | None = None
    today: str | None = None


def rules(repo: Repo | None, options: RulesOptions) -> Report:
    """The rules, sorted by code. Raises PlmctlError when no code begins so."""
    around = here(repo)
    found = [
        rule_here(rule, around, options.today)
        for code, rules_of_code in catalogue().items()
        if code.startswith(options.prefix.upper())
        for rule in rules_of_code
    ]
    if not found:
        raise PlmctlError(f"no code begins with '{options.prefix}'", hint=f"codes begin with {_letters()}")
    wanted = [rule for rule in found if options.level in (None, rule.level)]
    return Report(
        command="rules",
        table=_table(wanted),
        data={"rules": [rule_value(rule) for rule in wanted]},
        notes=around.notes,
        next=(f"plmctl explain {wanted[0].rule.code}",) if wanted else (),
    )


def rule_value(found: RuleHere) -> dict[str, Value]:
    """A rule for programs: its own level and bump, and those that it has here."""
    rule = found.rule
    return {
        "code": rule.code,
        "name": rule.name,
        "level": rule.level.value,
        "bump": rule.bump.label if rule.bump is not None else None,
        "levelHere": found.level.value,
        "bumpHere": found.bump.label if found.bump is not None else None,
        "overrides": found.values(),
        "meaning": rule.meaning,
    }


def _letters() -> str:
    return ", ".join(dict.fromkeys(code[:3] for code in catalogue()))


def _table(found: list[RuleHere]) -> Table:
    # Rules of one code that differ in their words alone are one row.
    rows = tuple(dict.fromkeys(row for rule in found for row in _rows(rule)))
    headings = ("code", "name", "level", "bump", "in plmctl.yaml")
    if any(row[-1] for row in rows):
        return Table(headings=headings, rows=rows)
    return Table(headings=headings[:-1], rows=tuple(row[:-1] for row in rows))


def _rows(found: RuleHere) -> Iterator[tuple[str, ...]]:
    """One row, and one more for each further override."""
    rule = found.rule
    first, *more = found.said() or ("",)
    yield rule.code, rule.name, found.levels, found.bumps or _NOTHING, first
    yield from (("", "", "", "", said) for said in more)
