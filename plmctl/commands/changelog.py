"""changelog: what the releases changed, as their tags tell it."""

from collections.abc import Iterable

from plmctl.commands.artifact import named
from plmctl.commands.catalogue import catalogue
from plmctl.commands.moment import current
from plmctl.commands.past import tree_here
from plmctl.core.changelog import Note, ReleaseNotes, VersionNotes, of_artifacts, since, told
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry
from plmctl.core.report import Report
from plmctl.core.settings import Settings
from plmctl.core.slip import nearest
from plmctl.core.tag import History, history
from plmctl.core.value import Value
from plmctl.core.version import Version, parsed_version


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangelogOptions:
    """Of which artifact (None: all), and after which release."""

    artifact: str | None = None
    since: str | None = None


def changelog(repo: Repo, options: ChangelogOptions) -> Report:
    """What each release changed, the newest first."""
    registry = current(tree_here(repo))
    tags = repo.tags()
    past = history(tags, registry.settings)
    after = _after(options.since, past, registry.settings)
    found = since(told(past, {tag.name: tag.date[:10] for tag in tags}, catalogue()), after)
    if options.artifact is not None:
        found = of_artifacts(found, _ids(options.artifact, registry, past))
    return Report(
        command="changelog",
        changelog=found,
        data={"releases": [_release_value(release) for release in found]},
        summary={"releases": len(found)},
        notes=() if found else (_nothing(options, past),),
    )


def _after(written: str | None, past: History, settings: Settings) -> Version | None:
    """The version of the release that `--since` names, by its tag or its version."""
    if written is None:
        return None
    version = settings.registry_version(written) or parsed_version(written)
    names = [release.name for release in past.releases]
    if version is None or settings.registry_tag(version) not in names:
        near = nearest(written, names)
        hint = f"did you mean '{near}'?" if near else "run 'git fetch --tags', or see 'git tag --list'"
        raise UsageError(f"--since {written}: there is no such release", hint=hint)
    return version


def _ids(written: str, registry: Registry, past: History) -> frozenset[str]:
    """An artifact under all names that it had."""
    known = named(written, {*registry.manifests, *registry.former, *past.versions})
    if known.version is not None:
        raise UsageError(f"'{written}' is one version", hint=f"run 'plmctl changelog {known.artifact}'")
    artifact = registry.former.get(known.artifact, known.artifact)
    manifest = registry.manifests.get(artifact)
    return frozenset((artifact, *(manifest.formerly if manifest is not None else ())))


def _nothing(options: ChangelogOptions, past: History) -> str:
    if not past.releases:
        return "nothing was released yet: run 'plmctl release --dry-run' to see the first release"
    what = options.artifact or "anything"
    return f"no release since {options.since} has {what}" if options.since else f"no release has {what}"


def _release_value(release: ReleaseNotes) -> Value:
    return {
        "release": release.name,
        "version": str(release.version),
        "date": release.day or None,
        "artifacts": [_version_value(made) for made in release.made],
        "removed": [*release.removed],
    }


def _version_value(made: VersionNotes) -> Value:
    return {
        "artifact": made.artifact,
        "version": str(made.version),
        "previous": str(made.previous) if made.previous is not None else None,
        "bump": made.bump or None,
        "hotfix": made.is_hotfix,
        "changes": _note_values(made.notes),
    }


def _note_values(notes: Iterable[Note]) -> list[Value]:
    return [
        {
            "code": note.code,
            "name": note.name,
            "weight": note.weight,
            "message": note.message,
            "advice": note.advice or None,
        }
        for note in notes
    ]
