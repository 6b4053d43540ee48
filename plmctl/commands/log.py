"""log: the versions of an artifact, and what each changed."""

from collections.abc import Callable, Iterator

from plmctl.commands.artifact import named
from plmctl.commands.diff import judge
from plmctl.commands.moment import current, registry_at, unread_notes
from plmctl.commands.since import closures
from plmctl.commands.standing import SHORT, release_of, versions_of
from plmctl.commands.tree import tree_of
from plmctl.core.dataclass import dataclass
from plmctl.core.diff import compare
from plmctl.core.finding import Level, UsageError
from plmctl.core.judgement import Judgement
from plmctl.core.log import Entry, followed
from plmctl.core.memo import Memo
from plmctl.core.ports import Repo, TagRef
from plmctl.core.registry import Registry
from plmctl.core.report import Report, Table
from plmctl.core.tag import ArtifactTag, History, history
from plmctl.core.value import Value, pointer_text

_HEADINGS = ("version", "date", "bump", "release", "commit", "changes")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOptions:
    """Which artifact, how many of its newest versions, and whether in a line each, as the releases say."""

    artifact: str
    count: int | None = None
    is_short: bool = False


def log(repo: Repo, options: LogOptions, memo: Memo | None = None) -> Report:
    """The versions of an artifact, newest first, under all names that it had.

    `memo` is what runs before found out.
    """
    if options.count is not None and options.count < 1:
        raise UsageError(f"-n {options.count} is no number of versions", hint="write 1 or more")
    registry = current(tree_of(repo, None, memo=memo), memo)
    tags = repo.tags()
    past = history(tags, registry.settings)
    written = named(options.artifact, {*registry.manifests, *registry.former, *past.versions})
    if written.version is not None:
        raise UsageError(f"'{options.artifact}' is one version", hint=f"run 'plmctl log {written.artifact}'")
    artifact = registry.former.get(written.artifact, written.artifact)
    versions = versions_of(_ids(artifact, registry), past)
    wanted = versions[::-1][: options.count]
    made = {tag.name: tag for tag in tags}
    at = None if options.is_short else registry_at(repo, registry, memo)
    entries = tuple(_entry(tag, versions, made[tag.name], at) for tag in wanted)
    return Report(
        command="log",
        table=_table(entries) if options.is_short and entries else None,
        versions=() if options.is_short else entries,
        data={"artifact": artifact, "versions": [_value(entry) for entry in entries]},
        summary={"versions": len(versions)},
        notes=(*_notes(artifact, written.artifact, versions, past, registry), *unread_notes(registry)),
    )


def _ids(artifact: str, registry: Registry) -> tuple[str, ...]:
    manifest = registry.manifests.get(artifact)
    return (artifact, *(manifest.formerly if manifest is not None else ()))


def _notes(
    artifact: str, written: str, versions: tuple[ArtifactTag, ...], past: History, registry: Registry
) -> Iterator[str]:
    if artifact != written:
        yield f"{written} is {artifact} now"
    if not versions:
        yield f"{artifact} was never released: run 'plmctl release --dry-run' to see its first version"
    if artifact not in registry.manifests:
        for release in past.releases:
            if artifact in release.removed:
                yield f"{release.name} removed {artifact}"


def _between(
    old: ArtifactTag, new: ArtifactTag, registry_at: Callable[[str], Registry]
) -> tuple[Judgement, ...]:
    """What changed of one artifact between two of its versions, the largest bump first."""
    before, after = registry_at(old.commit), registry_at(new.commit)
    own = frozenset((new.artifact,))
    changes = compare(before, after, closures(before, after, own))
    judged = judge(before, after, changes, only=own)
    found = (j for j in judged if j.change.artifact == new.artifact and j.level is not Level.OFF)
    return tuple(sorted(found, key=lambda judgement: -judgement.bump))


def _entry(
    tag: ArtifactTag,
    versions: tuple[ArtifactTag, ...],
    made: TagRef,
    registry_at: Callable[[str], Registry] | None,
) -> Entry:
    previous = followed(tag, versions)
    found: tuple[Judgement, ...] = ()
    if registry_at is not None and previous is not None:
        found = _between(previous, tag, registry_at)
    return Entry(tag=tag, previous=previous, tagger=made.tagger, date=made.date, judgements=found)


def _table(entries: tuple[Entry, ...]) -> Table:
    rows = tuple(
        (
            str(entry.tag.version),
            entry.date[:10],
            entry.bump or "-",
            release_of(entry.tag),
            entry.tag.commit[:SHORT],
            " ".join(entry.codes),
        )
        for entry in entries
    )
    return Table(headings=_HEADINGS, rows=rows, spare=("commit",))


def _value(entry: Entry) -> Value:
    tag = entry.tag
    return {
        "version": str(tag.version),
        "artifact": tag.artifact,
        "previous": str(entry.previous.version) if entry.previous is not None else None,
        "bump": entry.bump or None,
        "date": entry.date or None,
        "tagger": entry.tagger or None,
        "release": release_of(tag),
        "commit": tag.commit,
        "digest": tag.digest,
        "codes": [*entry.codes],
        "changes": [_change(judgement) for judgement in entry.judgements],
    }


def _change(judgement: Judgement) -> Value:
    return {
        "code": judgement.code,
        "name": judgement.rule.name,
        "level": judgement.level.value,
        "bump": judgement.bump.label,
        "message": judgement.message,
        "fact": judgement.change.fact.value,
        "pointer": pointer_text(judgement.change.pointer),
        "old": judgement.change.old,
        "new": judgement.change.new,
    }
