"""Manifests that a diff cannot read on one of its sides: what is wrong with them, and what it means."""

from collections.abc import Iterator

from plmctl.commands.sides import Side
from plmctl.core.finding import Finding
from plmctl.core.registry import Registry
from plmctl.core.report import Problem


def findings_of_unread(after: Registry) -> tuple[Finding, ...]:
    """What is wrong with the files of the newer side that cannot be read."""
    return tuple(finding for finding in after.findings if finding.location.path in after.broken)


def unread(after: Registry, side: Side) -> Iterator[Problem]:
    """A problem for each such file. Nobody knows what the change to it means: exit code 1."""
    for path in after.broken:
        yield Problem(
            message=f"{path} cannot be read and was not compared",
            hint=f"mend it; '{side.command}' shows all that is wrong" if side.command else None,
            exit_code=1,
        )


def unread_before(before: Registry, side: Side, told: frozenset[str]) -> Iterator[Problem]:
    """A problem for each other file of an older side; it fails nothing, for nobody can mend the past."""
    for path in (path for path in before.broken if path not in told):
        where = f" at {side.name}" if side.name else ""
        found = (finding for finding in before.findings if finding.location.path == path)
        why = next((f": {f.code} {f.message} ({f.location})" for f in found), "")
        yield Problem(
            message=f"{path} cannot be read{where} and was not compared{why}",
            hint=f"'{side.command}' shows all that was wrong" if side.command else None,
            exit_code=0,
        )
