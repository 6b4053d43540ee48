"""data pull --to: the data of a release, or of any revision, in a folder of its own."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

from plmctl.commands.artifact import named, version_named
from plmctl.commands.data_pull import Arrived, hindrance, without_data
from plmctl.commands.holding import (
    Holding,
    broken_pointers,
    by_pointer,
    chosen,
    holdings,
    lacking,
)
from plmctl.commands.moment import current
from plmctl.commands.standing import versions_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError, sorted_findings
from plmctl.core.ports import Repo, Store
from plmctl.core.registry import Registry
from plmctl.core.report import Report
from plmctl.core.tag import history


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCopyOptions:
    """Artifacts as ID or ID@VERSION, as in the work tree or at a revision, and the folder for their data.

    `folder` is absolute and outside of the repository, `said` is it as the user wrote it. No names: all.
    """

    folder: str
    said: str
    names: tuple[str, ...] = ()
    revision: str | None = None
    remote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """A registry at one moment, and the artifacts of it that are wanted."""

    registry: Registry
    artifacts: tuple[str, ...]


def data_copy(repo: Repo, store: Store, options: DataCopyOptions) -> Report:
    """Bring data into a folder, each at its own path there; work tree and index stay as they are."""
    sides = tuple(_sides(repo, options))
    found = by_pointer(h for side in sides for h in holdings(side.registry, side.artifacts))
    _refuse_overlap(found)
    absent = lacking(store, found)
    findings = sorted_findings(f for side in sides for f in broken_pointers(side.registry, side.artifacts))
    # All of it or nothing: a folder that lacks some data looks as one that has all.
    bring = partial(store.restore, folder=options.folder, remote=options.remote)
    stopped = tuple(hindrance(store, found, bring)) if not findings else ()
    arrived = Arrived(store=store, absent=absent, remote=options.remote)
    done = [(h, f"{options.said}/{h.pointer.out_path}") for h in found if not findings and not stopped]
    return Report(
        command="data pull",
        findings=findings,
        problems=stopped,
        done=tuple(arrived.said(holding, place) for holding, place in done),
        data={
            "artifacts": [arrived.value(holding, place) for holding, place in done],
            "folder": options.said,
        },
        summary={"data": len(done), "fetched": sum(holding in absent for holding, _ in done)},
        notes=without_data(found),
    )


def _sides(repo: Repo, options: DataCopyOptions) -> Iterator[_Side]:
    versions = [name for name in options.names if "@" in name]
    plain = [name for name in options.names if "@" not in name]
    now = current(repo.work_tree())
    if options.revision is not None and versions:
        raise UsageError(
            f"'{versions[0]}' is a version, and --rev says when", hint="leave out one of the two"
        )
    if options.revision is not None:
        then = current(repo.commit_tree(repo.resolve(options.revision)))
        yield _Side(registry=then, artifacts=chosen(then, plain))
    elif plain or not versions:
        yield _Side(registry=now, artifacts=chosen(now, plain))
    yield from (_released(repo, now, name) for name in versions)


def _released(repo: Repo, now: Registry, written: str) -> _Side:
    """An artifact as one of its versions was released, with what it depended on then."""
    past = history(repo.tags(), now.settings)
    wanted = named(written, {*now.manifests, *now.former, *past.versions})
    manifest = now.manifests.get(now.former.get(wanted.artifact, wanted.artifact))
    ids = {wanted.artifact, *((manifest.id, *manifest.formerly) if manifest is not None else ())}
    tag = version_named(wanted.artifact, wanted.version or "", versions_of(tuple(sorted(ids)), past))
    then = current(repo.commit_tree(tag.commit))
    return _Side(registry=then, artifacts=chosen(then, [tag.artifact]))


def _refuse_overlap(found: Sequence[Holding]) -> None:
    """Raises UsageError where two of the data would lie in one place."""
    # With a slash behind it, what lies in a folder follows the folder itself.
    places = sorted((f"{h.pointer.out_path}/", h.artifact) for h in found)
    for (first, one), (second, other) in pairwise(places):
        if second.startswith(first):
            both = f"both {one} and {other}" if one != other else f"two versions of {one}"
            raise UsageError(
                f"{both} would lie at {second.removesuffix('/')}", hint="bring each into a folder of its own"
            )
