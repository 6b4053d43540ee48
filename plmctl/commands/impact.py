"""impact: what depends on an artifact, up to the environments that run it."""

from collections.abc import Collection

from plmctl.commands.artifact import present
from plmctl.commands.moment import current, unread_notes
from plmctl.commands.running import Run, runs_of
from plmctl.commands.tree import tree_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.impact import Affected, affected, web_of
from plmctl.core.memo import Memo
from plmctl.core.ports import Repo
from plmctl.core.report import Report, Table
from plmctl.core.value import Value

_HEADINGS = ("artifact", "steps", "through")
_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactOptions:
    """The artifacts that change, or may."""

    artifacts: tuple[str, ...]


def impact(repo: Repo, options: ImpactOptions, memo: Memo | None = None) -> Report:
    """What refers to some artifacts, transitively, and the environments that run one of all these.

    `memo` is what runs before found out.
    """
    if not options.artifacts:
        raise UsageError("no artifact is named", hint="run 'plmctl list' to see all")
    tree = tree_of(repo, None, memo=memo)
    registry = current(tree, memo)
    changed = frozenset(present(word, registry) for word in options.artifacts)
    reached = affected(web_of(registry), changed)
    runs = runs_of(registry, tree, changed)
    return Report(
        command="impact",
        table=_table(reached, runs, changed) if reached or runs else None,
        data={
            "artifacts": [*sorted(changed)],
            "affected": [_affected_value(found) for found in reached],
            "environments": [_run_value(run, changed) for run in runs],
        },
        summary=_summary(reached, runs),
        notes=(*_notes(reached, runs, changed), *unread_notes(registry)),
    )


def _table(reached: tuple[Affected, ...], runs: tuple[Run, ...], changed: Collection[str]) -> Table:
    rows = [(_label(found), str(found.distance), _some(found.through)) for found in reached]
    rows.extend((run.environment, str(run.distance), _told(run, changed)) for run in runs)
    return Table(headings=_HEADINGS, rows=tuple(rows))


def _label(found: Affected) -> str:
    return f"{found.artifact} (about)" if found.is_about else found.artifact


def _some(names: tuple[str, ...]) -> str:
    """The first three, and how many more there are."""
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more:,} more" if more > 0 else "")


def _told(run: Run, changed: Collection[str]) -> str:
    pinned = f"{run.pin.application} {run.pin.range}"
    if run.locked is None:
        return f"{pinned}, not locked"
    held = _some(_held(run, changed))
    if run.pin.application in changed:
        return f"{pinned}, locked {run.locked}"
    return f"{pinned}, locked {run.locked} {f'with {held}' if held else 'without it'}"


def _held(run: Run, changed: Collection[str]) -> tuple[str, ...]:
    """The changed artifacts in the lock; of one that was asked for alone, the version says enough."""
    is_alone = len(changed) == 1
    found = run.held(changed).items()
    return tuple(str(version) if is_alone else f"{artifact} {version}" for artifact, version in found)


def _notes(reached: tuple[Affected, ...], runs: tuple[Run, ...], changed: Collection[str]) -> tuple[str, ...]:
    if reached or runs:
        return ()
    return (f"nothing refers to {_some(tuple(sorted(changed)))}",)


def _summary(reached: tuple[Affected, ...], runs: tuple[Run, ...]) -> dict[str, Value]:
    return {
        "artifacts": len(reached),
        "applications": sum(found.artifact.startswith("application/") for found in reached),
        "environments": len({run.environment for run in runs}),
    }


def _affected_value(found: Affected) -> Value:
    return {
        "id": found.artifact,
        "distance": found.distance,
        "through": [*found.through],
        "about": found.is_about,
    }


def _run_value(run: Run, changed: Collection[str]) -> Value:
    return {
        "id": run.environment,
        "application": run.pin.application,
        "pin": str(run.pin.range),
        "distance": run.distance,
        "locked": run.locked,
        "holds": dict(run.held(changed)),
    }
