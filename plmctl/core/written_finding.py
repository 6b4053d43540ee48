"""Findings as plain JSON values, and back.

What is read back may be anything that somebody wrote: a thing of the wrong type raises TypeError,
ValueError or LookupError.
"""

from collections.abc import Mapping
from dataclasses import replace

from plmctl.core.finding import Bump, Edit, Finding, Level, Location, Rule
from plmctl.core.value import Value


def written_finding(finding: Finding) -> Value:
    """A finding."""
    rule = finding.rule
    worst: Value = [rule.worst[0].value, int(rule.worst[1])] if rule.worst is not None else None
    bump: Value = int(rule.bump) if rule.bump is not None else None
    return {
        "rule": [rule.code, rule.name, rule.level.value, rule.meaning, bump, worst],
        "message": finding.message,
        "at": written_place(finding.location),
        "level": finding.level.value,
        "help": finding.help,
        "source": finding.source,
        "artifact": finding.artifact,
        "fix": [[written_place(edit.location), edit.old, edit.new] for edit in finding.fix],
    }


def read_finding(said: Mapping[str, Value]) -> Finding:
    """The finding that was written."""
    return Finding(
        rule=_rule(items(said["rule"])),
        message=text(said["message"]),
        location=read_place(said["at"]),
        level=Level(said["level"]),
        help=text_or_none(said["help"]),
        source=text_or_none(said["source"]),
        artifact=text_or_none(said["artifact"]),
        fix=tuple(_edit(*items(edit)) for edit in items(said["fix"])),
    )


def _rule(said: list[Value]) -> Rule:
    code, name, level, meaning, bump, worst = said
    found = Rule(code=text(code), name=text(name), level=Level(level), meaning=text(meaning))
    if bump is not None:
        found = replace(found, bump=Bump(number(bump)))
    if worst is not None:
        most, largest = items(worst)
        found = replace(found, worst=(Level(most), Bump(number(largest))))
    return found


def _edit(place: Value, old: Value, new: Value) -> Edit:
    return Edit(location=read_place(place), old=text(old), new=text(new))


def written_place(location: Location) -> Value:
    """A place."""
    return [location.path, location.line, location.column, location.end_column]


def read_place(said: Value) -> Location:
    """The place that was written."""
    path, *numbers = items(said)
    line, column, end_column = (None if n is None else number(n) for n in numbers)
    return Location(path=text(path), line=line, column=column, end_column=end_column)


def text(value: object) -> str:
    """A text; raises TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError
    return value


def text_or_none(value: object) -> str | None:
    """A text, or nothing."""
    return None if value is None else text(value)


def number(value: object) -> int:
    """A whole number; raises TypeError for anything else."""
    if not isinstance(value, int):
        raise TypeError
    return value


def items(value: Value) -> list[Value]:
    """A list; raises TypeError for anything else."""
    if not isinstance(value, list):
        raise TypeError
    return value
