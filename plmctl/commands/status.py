"""status: which version of what each environment runs, and how that drifted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from plmctl.commands.artifact import parted
from plmctl.commands.at import At, at
from plmctl.commands.moment import current, supported, unread_notes
from plmctl.commands.offer import offer_of, unfinished
from plmctl.commands.past import tree_here
from plmctl.commands.slots import slots_of
from plmctl.commands.standing import SHORT
from plmctl.commands.uses import used
from plmctl.core.dataclass import dataclass
from plmctl.core.drift import Drift, DriftKind, drifts, most_serious
from plmctl.core.finding import Level, UsageError
from plmctl.core.floating import nights
from plmctl.core.instant import time_of
from plmctl.core.lock import DataEntry
from plmctl.core.memo import Memo
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry
from plmctl.core.report import Problem, Report, Table
from plmctl.core.slip import nearest
from plmctl.core.slot import Slot, in_order, own_slots
from plmctl.core.tag import history
from plmctl.core.value import Value, as_text

_NOTHING = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusOptions:
    """One environment or all, at a moment, and the artifact that is asked for; `today` is a date.

    `memo` is what runs before found out.
    """

    environment: str | None = None
    at: str | None = None
    uses: str | None = None
    today: str | None = None
    memo: Memo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A slot, and how it drifted."""

    slot: Slot
    drifts: tuple[Drift, ...]


def status(repo: Repo, options: StatusOptions) -> Report:
    """The applications of the environments with their versions, and every drift."""
    moment = at(repo, options.at, options.today, options.memo)
    registry = current(moment.tree, options.memo)
    order = _order(registry)
    head = repo.head().commit if moment.commit is None else None
    is_committed = head is not None and not repo.is_bare
    slots = slots_of(registry, moment.tree, repo.commit_tree(head) if head and is_committed else None)
    if moment.commit is None and not repo.is_bare and head is None:
        slots = tuple(replace(slot, is_committed=slot.lock is None) for slot in slots)
    names = _shown(options.environment, (*order, *sorted({s.environment for s in slots} - {*order})))
    if options.uses is not None:
        asked = options.uses if moment.commit is None else _as_then(repo, options.uses, registry)
        return used(asked, tuple(s for s in slots if s.environment in names), registry, moment.notes)
    return _report(repo, options.memo, registry, moment, head, slots, names)


def _as_then(repo: Repo, written: str, then: Registry) -> str:
    """What an artifact was called at an earlier moment that has another name since."""
    word, version = parted(written)
    if any(word in (known, known.partition("/")[2]) for known in {*then.manifests, *then.former}):
        return written
    now = supported(tree_here(repo))
    meant = (m for m in now.manifests.values() if word in (m.id, m.name))
    names = (name for manifest in meant for name in now.names_of(manifest.id) if name in then.manifests)
    old = next(names, word)
    return f"{old}@{version}" if version is not None else old


def _report(
    repo: Repo,
    memo: Memo | None,
    registry: Registry,
    moment: At,
    head: str | None,
    slots: tuple[Slot, ...],
    names: tuple[str, ...],
) -> Report:
    past = history(repo.tags(), registry.settings)
    commits = repo.ancestors(moment.commit) if moment.commit is not None else None
    offer = offer_of(repo, registry, past, commits, moment.today, memo)
    order = _order(registry)
    # There may be as many environments as slots: none is looked for among all.
    found = {name: list[_Row]() for name in names}
    known = own_slots(slots)
    for slot in slots:
        if slot.environment in found:
            row = _Row(slot=slot, drifts=drifts(slot, offer, _before(slot, order, known)))
            found[slot.environment].append(row)
    rows = tuple(chain.from_iterable(found.values()))
    left = tuple(unfinished(repo, registry, past, head)) if moment.commit is None else ()
    return Report(
        command="status",
        table=_table(rows, names) if rows else None,
        drifts=(*(drift for row in rows for drift in row.drifts), *left),
        data={
            "at": _at_value(moment),
            "environments": [_environment_value(name, order.get(name), found[name]) for name in names],
            "releases": [_drift_value(drift) for drift in left],
        },
        summary={"applications": len(rows), "drifted": sum(_is_drifted(row) for row in rows)},
        problems=tuple(_problems(rows)),
        notes=(*moment.notes, *_notes(repo, rows), *unread_notes(registry)),
    )


def _order(registry: Registry) -> Mapping[str, str | None]:
    """The environments in the order of promotions, each with the one that it comes after."""
    after = {m.name: as_text(m.spec.get("after")) for m in registry.of_kind("Environment")}
    bare = {name: found.removeprefix("environment/") if found else None for name, found in after.items()}
    return {name: bare[name] for name in in_order(bare)}


def _shown(asked: str | None, known: tuple[str, ...]) -> tuple[str, ...]:
    if asked is None:
        return known
    name = asked.removeprefix("environment/")
    if name not in known:
        near = nearest(name, known)
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(known) or 'none'}"
        raise UsageError(f"no environment {name}", hint=hint)
    return (name,)


def _before(
    slot: Slot, order: Mapping[str, str | None], known: Mapping[tuple[str, str], Slot]
) -> tuple[str, Slot | None] | None:
    after = order.get(slot.environment)
    return (after, known.get((after, slot.application))) if after in order and after is not None else None


def _is_drifted(row: _Row) -> bool:
    return any(drift.level is not Level.INFO for drift in row.drifts)


def _problems(rows: Sequence[_Row]) -> Iterator[Problem]:
    for row in rows:
        if any(drift.kind is DriftKind.BROKEN for drift in row.drifts):
            message = f"{row.slot.path} is no lock: nobody knows what runs there"
            hint = "restore it from Git, or run 'plmctl verify' to see what is wrong with it"
            yield Problem(message=message, hint=hint, exit_code=4)


def _notes(repo: Repo, rows: Sequence[_Row]) -> Iterator[str]:
    if not rows:
        yield "no environment pins an application: run 'plmctl new environment staging' to write the first"
    if repo.is_shallow:
        yield "this clone is shallow: 'git fetch --unshallow --tags' brings the releases that are not here"


def _table(rows: Sequence[_Row], names: tuple[str, ...]) -> Table:
    if len(names) == 1:
        return _table_of_one(rows)
    cells = {(row.slot.name, row.slot.environment): _cell(row) for row in rows}
    applications = sorted({row.slot.name for row in rows})
    return Table(
        headings=("application", *names),
        rows=tuple(
            (application, *(cells.get((application, name), _NOTHING) for name in names))
            for application in applications
        ),
    )


def _cell(row: _Row) -> str:
    """The version, and the word for what matters most of its drift."""
    worst = most_serious(row.drifts)
    word = worst.kind.value if worst is not None and worst.kind is not DriftKind.NEWER else ""
    version = str(row.slot.version or "")
    return ", ".join(part for part in (version, word) if part) or _NOTHING


def _table_of_one(rows: Sequence[_Row]) -> Table:
    data = [_data_cell(row.slot) for row in rows]
    has_data = any(data)
    headings = ("application", "version", "pin", "release", *(("data",) if has_data else ()), "lock")
    cells = []
    for row, said in zip(rows, data, strict=True):
        *pinned, path = _pinned(row.slot)
        cells.append((row.slot.name, _cell(row), *pinned, *((said or _NOTHING,) if has_data else ()), path))
    return Table(headings=headings, rows=tuple(cells), spare=("lock", "release"))


def _data_cell(slot: Slot) -> str:
    """Which floating data it runs, by the beginning of its md5."""
    found = nights(slot.lock) if slot.lock is not None else ()
    return ", ".join(f"{artifact.partition('/')[2]} {entry.md5[:SHORT]}" for artifact, entry in found)


def _pinned(slot: Slot) -> tuple[str, str, str]:
    release = slot.lock.source.release if slot.lock is not None else _NOTHING
    return str(slot.range or _NOTHING), release, slot.path


def _at_value(moment: At) -> Value:
    if moment.commit is None or moment.seconds is None:
        return None
    return {"commit": moment.commit, "date": time_of(moment.seconds)}


def _environment_value(name: str, after: str | None, rows: Sequence[_Row]) -> Value:
    return {
        "id": f"environment/{name}",
        "after": f"environment/{after}" if after is not None else None,
        "applications": [_row_value(row) for row in rows],
    }


def _row_value(row: _Row) -> Value:
    slot = row.slot
    source = slot.lock.source if slot.lock is not None else None
    return {
        "application": slot.application,
        "arm": slot.arm,
        "version": str(slot.version) if slot.version is not None else None,
        "pin": slot.range.text if slot.range is not None else None,
        "release": source.release if source is not None else None,
        "commit": source.commit if source is not None else None,
        "lock": slot.path,
        "data": [_night_value(*each) for each in nights(slot.lock)] if slot.lock is not None else [],
        "drift": [_drift_value(drift) for drift in row.drifts],
    }


def _night_value(artifact: str, entry: DataEntry) -> Value:
    return {"artifact": artifact, "path": entry.path, "md5": entry.md5, "commit": entry.commit}


def _drift_value(drift: Drift) -> Value:
    return {
        "kind": drift.kind.value,
        "level": drift.level.value,
        "message": drift.message,
        "release": drift.release,
    }
