"""history: who put what into an environment, and when, as Git has it."""

from collections.abc import Iterable

from plmctl.commands.past import Past, past_of
from plmctl.commands.standing import SHORT
from plmctl.core.dataclass import dataclass
from plmctl.core.event import Event, in_utc
from plmctl.core.events import Scene, events
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.ports import Repo
from plmctl.core.report import Report, Table
from plmctl.core.secrecy import discreet, masked
from plmctl.core.slip import nearest
from plmctl.core.value import Value

_HEADINGS = ("when (UTC)", "application", "version", "what", "who", "commit", "why")
# Who and when are the answer; the commit tells the reason.
_SPARE = ("why", "what", "commit")


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryOptions:
    """Which environment, which application or arm of it (None: all), and how many of the newest events."""

    environment: str
    application: str | None = None
    count: int | None = None


def history(repo: Repo, options: HistoryOptions) -> Report:
    """What happened in an environment, newest first: what is on the line of first parents of HEAD."""
    if options.count is not None and options.count < 1:
        raise UsageError(f"-n {options.count} is no number of events", hint="write 1 or more")
    name = options.environment.removeprefix("environment/")
    past = past_of(repo)
    scene = Scene(
        environment=name,
        folder=past.registry.settings.at(f"environments/{name}"),
        former=past.registry.former,
    )
    found = events(past.line, past.blobs, scene)
    if not found:
        _refuse_unknown(name, past)
    if options.application is not None:
        found = _of_one(found, options.application, scene)
    # What one commit did stays in its order.
    newest = {event.commit.commit: number for number, event in enumerate(found)}
    shown = tuple(sorted(found, key=lambda event: -newest[event.commit.commit]))[: options.count]
    return Report(
        command="history",
        table=_table(shown) if shown else None,
        data={
            "environment": f"environment/{name}",
            "events": [discreet(_value(event), ()) for event in shown],
        },
        summary={"events": len(found)},
        notes=() if shown else (f"nothing of environments/{name} was committed yet",),
    )


def _refuse_unknown(name: str, past: Past) -> None:
    """Raises UsageError unless there is such an environment, which then has no history yet."""
    known = [manifest.name for manifest in past.registry.of_kind("Environment")]
    if name not in known:
        near = nearest(name, known)
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(known) or 'none'}"
        raise UsageError(f"no environment {name}, now or before", hint=hint)


def _of_one(found: tuple[Event, ...], written: str, scene: Scene) -> tuple[Event, ...]:
    """The events of an application and its arms, by a name that it has or had, or of one arm."""
    name, _, arm = written.removeprefix("application/").partition(".")
    application = scene.application(name)
    chosen = tuple(e for e in found if e.application == application and (not arm or e.arm == arm))
    if not chosen:
        names = sorted({event.name for event in found if event.name})
        near = nearest(written, names)
        hint = f"did you mean '{near}'?" if near else f"there were {', '.join(names) or 'none'}"
        raise PlmctlError(f"{written} was never in {scene.environment}", hint=hint)
    return chosen


def _table(shown: Iterable[Event]) -> Table:
    rows = tuple(
        (
            in_utc(event.commit.committed),
            event.name or "-",
            event.versions,
            event.kind.value,
            event.people,
            event.commit.commit[:SHORT],
            masked(event.remark),
        )
        for event in shown
    )
    return Table(headings=_HEADINGS, rows=rows, spare=_SPARE)


def _value(event: Event) -> Value:
    commit = event.commit
    return {
        "commit": commit.commit,
        "date": commit.committed or None,
        "authored": commit.authored or None,
        "writers": [*event.writers],
        "mergedBy": event.merged_by,
        "subject": commit.subject,
        "kind": event.kind.value,
        "application": event.application,
        "arm": event.arm,
        "from": event.old,
        "to": event.new,
        "release": event.release,
        "details": [*event.details],
        "restores": event.restores,
    }
