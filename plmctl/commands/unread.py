"""Manifests that a diff cannot read on one of its sides: what is wrong with them, and what it means."""

from collections.abc import Iterable, Iterator
from itertools import chain

from plmctl.commands.holding import broken_pointers_of
from plmctl.commands.sides import Side
from plmctl.core.change import Change
from plmctl.core.finding import Finding, sorted_findings
from plmctl.core.registry import Registry
from plmctl.core.report import Problem


def findings_of_unread(after: Registry) -> tuple[Finding, ...]:
    """What is wrong with the files of the newer side that cannot be read."""
    return tuple(finding for finding in after.findings if finding.location.path in after.broken)


def findings_of_data(changes: Iterable[Change]) -> tuple[Finding, ...]:
    """What is wrong with the DVC pointers of changed artifacts on the newer side."""
    # An artifact has many changes, and two artifacts may have one pointer.
    manifests = {c.artifact: c.after.manifest for c in changes if c.after is not None}
    found = (broken_pointers_of(manifest) for manifest in manifests.values())
    return sorted_findings(dict.fromkeys(chain.from_iterable(found)))


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


def data_unread_before(changes: Iterable[Change], side: Side) -> Iterator[Problem]:
    """A problem for each artifact whose DVC pointer could not be used on an older side alone."""
    both = {c.artifact: (c.before.manifest, c) for c in changes if c.before is not None}
    for artifact, (manifest, change) in sorted(both.items()):
        if findings_of_data((change,)):
            continue
        where = f" at {side.name}" if side.name else ""
        for finding in (*broken_pointers_of(manifest),)[:1]:
            yield Problem(
                message=f"{artifact}: its data{where} was not compared: {finding.code} {finding.message} "
                f"({finding.location})",
                hint=f"'{side.command}' shows all that was wrong" if side.command else None,
                exit_code=0,
            )
