"""Which environments run an artifact, in which version, and through which application."""

from collections.abc import Iterator

from plmctl.commands.artifact import named
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.lock import LockedArtifact
from plmctl.core.registry import Registry
from plmctl.core.report import Report, Table
from plmctl.core.slot import Slot, chain
from plmctl.core.value import Value
from plmctl.core.version import parsed_version

_HEADINGS = ("environment", "application", "version", "artifact", "through")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A slot that runs an artifact: the id and the entry that its lock has, and the way from the root."""

    slot: Slot
    artifact: str
    entry: LockedArtifact
    through: tuple[str, ...]


def used(written: str, slots: tuple[Slot, ...], registry: Registry, notes: tuple[str, ...]) -> Report:
    """The uses of an artifact, or of one version of it, in the locks of some slots."""
    locked = {artifact for slot in slots if slot.lock is not None for artifact in slot.lock.artifacts}
    asked = named(written, {*registry.manifests, *registry.former, *locked})
    if asked.version is not None and parsed_version(asked.version) is None:
        raise UsageError(f"'{asked.version}' is no version", hint="write ID@1.2.0")
    artifact = registry.former.get(asked.artifact, asked.artifact)
    everywhere = tuple(_uses(artifact, slots, registry))
    found = tuple(use for use in everywhere if asked.version in (None, use.entry.version))
    return Report(
        command="status",
        table=_table(found, everywhere) if found else None,
        data={
            "artifact": artifact,
            "version": asked.version,
            "uses": [_value(use) for use in found],
            "replaced": [_replaced_value(slot, artifact) for slot in _replacing(artifact, slots)],
        },
        summary={"uses": len(found)},
        notes=(*notes, *_notes(written, artifact, slots, found, everywhere)),
    )


def _uses(artifact: str, slots: tuple[Slot, ...], registry: Registry) -> Iterator[Use]:
    for slot in slots:
        for known, entry in slot.lock.artifacts.items() if slot.lock is not None else ():
            if registry.former.get(known, known) == artifact and slot.lock is not None:
                yield Use(slot=slot, artifact=known, entry=entry, through=chain(slot.lock, known))


def _replacing(artifact: str, slots: tuple[Slot, ...]) -> Iterator[Slot]:
    """The slots in whose lock something else stands in for the artifact."""
    return (slot for slot in slots if slot.lock is not None and artifact in slot.lock.bind)


def _notes(
    written: str, artifact: str, slots: tuple[Slot, ...], found: tuple[Use, ...], everywhere: tuple[Use, ...]
) -> Iterator[str]:
    if not found:
        others = sorted({use.entry.version or "unreleased" for use in everywhere})
        more = f"; {', '.join(others)} of it {'is' if len(others) == 1 else 'are'} in use" if others else ""
        yield f"no environment runs {written}{more}"
    for slot in _replacing(artifact, slots):
        stand_in = slot.lock.bind[artifact] if slot.lock is not None else ""
        yield f"{slot.environment} {slot.name} runs {stand_in} in its place"
    for slot in slots:
        if slot.trouble is not None:
            yield f"{slot.path} was not looked at: {slot.trouble}"


def _table(found: tuple[Use, ...], everywhere: tuple[Use, ...]) -> Table:
    # The names of one artifact are one, but for what was renamed since it was locked.
    are_many = len({use.artifact for use in everywhere}) > 1
    rows = (
        (
            use.slot.environment,
            f"{use.slot.name} {use.slot.version or ''}".rstrip(),
            use.entry.version or "unreleased",
            use.artifact,
            " > ".join(use.through[1:]) or "-",
        )
        for use in found
    )
    if are_many:
        return Table(headings=_HEADINGS, rows=tuple(rows), spare=("artifact",))
    headings = (*_HEADINGS[:3], *_HEADINGS[4:])
    return Table(headings=headings, rows=tuple((*row[:3], *row[4:]) for row in rows))


def _value(use: Use) -> Value:
    return {
        "environment": f"environment/{use.slot.environment}",
        "application": use.slot.application,
        "arm": use.slot.arm,
        "applicationVersion": str(use.slot.version) if use.slot.version is not None else None,
        "artifact": use.artifact,
        "version": use.entry.version,
        "digest": use.entry.digest,
        "closure": use.entry.closure,
        "through": [*use.through],
    }


def _replaced_value(slot: Slot, artifact: str) -> Value:
    return {
        "environment": f"environment/{slot.environment}",
        "application": slot.application,
        "arm": slot.arm,
        "by": slot.lock.bind[artifact] if slot.lock is not None else "",
    }
