"""What the releases changed, as their tags tell it: by release, artifact and weight."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import Rule
from plmctl.core.judgement import WEIGHTS, Judgement, weight_of
from plmctl.core.mention import code_span, marked
from plmctl.core.phrase import one_line
from plmctl.core.plan import Plan, Planned
from plmctl.core.tag import ArtifactTag, History, RegistryTag
from plmctl.core.trailer import trailers
from plmctl.core.version import Version

_HEADING = deferred(r"### (Breaking|Behavioural|Safe)")
_NOTE = deferred(r"- ([A-Z]{3}[0-9]{3}) ([a-z0-9-]+): (.*)")
_WORD = deferred(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_RELEASE = deferred(r"## +(?!\[?unreleased\b)", re.IGNORECASE)
_FENCE = deferred(r" {0,3}(`{3,}|~{3,})")

Known = Mapping[str, tuple[Rule, ...]]
"""The rules of each code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A change that a release said: its code, its weight (breaking, behavioural, safe), and what to do."""

    code: str
    name: str
    message: str
    weight: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionNotes:
    """A version that a release made of an artifact; `previous` is None for its first."""

    artifact: str
    version: Version
    previous: Version | None
    bump: str
    is_hotfix: bool
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseNotes:
    """A release: its day (YYYY-MM-DD, empty where unknown), what it made, and what it removed."""

    name: str
    version: Version
    day: str
    made: tuple[VersionNotes, ...]
    removed: tuple[str, ...]


def advice_of(rule: Rule) -> str:
    """What to do about what a rule says: its meaning after the first paragraph."""
    return " ".join(rule.meaning.partition("\n\n")[2].split())


def told(past: History, days: Mapping[str, str], known: Known) -> tuple[ReleaseNotes, ...]:
    """What the tags of all releases say, the newest first; `days` are those of the registry tags."""
    by_name = {(tag.artifact, tag.version): tag for tag in past.confirmed}
    return tuple(
        ReleaseNotes(
            name=release.name,
            version=release.version,
            day=days.get(release.name, ""),
            made=tuple(_told(tags, past, known) for tags in _tags(release, by_name)),
            removed=release.removed,
        )
        for release in reversed(past.releases)
    )


def _tags(release: RegistryTag, by_name: Mapping[tuple[str, Version], ArtifactTag]) -> Iterator[ArtifactTag]:
    for line in release.released:
        if (line.artifact, line.version) in by_name:
            yield by_name[line.artifact, line.version]


def _told(tag: ArtifactTag, past: History, known: Known) -> VersionNotes:
    said = trailers(tag.message)
    named = said.get("Previous")
    previous = next((t.version for t in past.confirmed if t.name == named), None) if named else None
    return VersionNotes(
        artifact=tag.artifact,
        version=tag.version,
        previous=previous,
        bump=said.get("Bump", ""),
        is_hotfix=said.get("Hotfix") == "true",
        notes=tuple(_notes(tag.message, known)),
    )


def _notes(message: str, known: Known) -> Iterator[Note]:
    weight = ""
    for line in message.split("\n"):
        if heading := _HEADING.fullmatch(line):
            weight = heading[1].lower()
        elif found := _NOTE.fullmatch(line):
            yield _note(found[1], found[2], found[3], weight, known)


def _note(code: str, name: str, message: str, weight: str, known: Known) -> Note:
    """A note as its tag says it; what it does not say is what the rules say today."""
    rules = known.get(code, ())
    fitting = [rule for rule in rules if weight in ("", *_weights(rule))] or rules
    return Note(
        code=code,
        name=name,
        message=message,
        weight=weight or (weight_of(fitting[0], fitting[0].bump) if fitting else "safe"),
        # Several rules may share a code: the one of a whole kind stands last.
        advice=advice_of(fitting[-1]) if fitting else "",
    )


def _weights(rule: Rule) -> tuple[str, ...]:
    return WEIGHTS if rule.worst is not None else (weight_of(rule, rule.bump),)


def planned_notes(made: Plan, day: str) -> ReleaseNotes:
    """The notes of a release that is planned."""
    return ReleaseNotes(
        name=made.tag,
        version=made.version,
        day=day,
        made=tuple(_planned(planned) for planned in made.planned),
        removed=made.removed,
    )


def _planned(planned: Planned) -> VersionNotes:
    return VersionNotes(
        artifact=planned.artifact,
        version=planned.version,
        previous=planned.previous.version if planned.previous is not None else None,
        bump=planned.bump.label,
        is_hotfix=planned.elsewhere is not None,
        notes=tuple(map(_judged, planned.judgements)),
    )


def _judged(judgement: Judgement) -> Note:
    return Note(
        code=judgement.code,
        name=judgement.rule.name,
        message=judgement.message,
        weight=judgement.weight,
        advice=advice_of(judgement.rule),
    )


def since(releases: Iterable[ReleaseNotes], version: Version | None) -> tuple[ReleaseNotes, ...]:
    """The releases after a version; all without one."""
    return tuple(release for release in releases if version is None or release.version > version)


def of_artifacts(releases: Iterable[ReleaseNotes], ids: Collection[str]) -> tuple[ReleaseNotes, ...]:
    """What the releases say of an artifact, under its names; releases that say nothing of it are left out."""
    found = (
        replace(
            release,
            made=tuple(made for made in release.made if made.artifact in ids),
            removed=tuple(artifact for artifact in release.removed if artifact in ids),
        )
        for release in releases
    )
    return tuple(release for release in found if release.made or release.removed)


def by_weight(notes: Sequence[Note]) -> Iterator[tuple[str, tuple[tuple[Note, ...], ...]]]:
    """The notes of each weight, the heaviest first, those of one code together."""
    for weight in WEIGHTS:
        codes = dict.fromkeys(note.code for note in notes if note.weight == weight)
        if codes:
            groups = (tuple(n for n in notes if (n.weight, n.code) == (weight, code)) for code in codes)
            yield weight, tuple(groups)


def in_markdown(release: ReleaseNotes) -> str:
    """The notes of a release in Markdown, from its heading on; what tags and manifests say is data there."""
    day = f" - {release.day}" if release.day else ""
    parts = [f"## {heading_of(release.name)}{day}"]
    for made in release.made:
        parts.extend(_version_parts(made))
    if release.removed:
        parts.append("### Removed")
        parts.append("\n".join(f"- {_said(artifact, code_span)}" for artifact in release.removed))
    return "\n\n".join(parts) + "\n"


def heading_of(name: str) -> str:
    """The name of a release as it stands in a heading."""
    return name if _WORD.fullmatch(name) else _said(name, code_span)


def _version_parts(made: VersionNotes) -> Iterator[str]:
    hotfix = ", a hotfix" if made.is_hotfix else ""
    yield f"### {_said(made.artifact, code_span)} {made.version}{hotfix}"
    if made.previous is None:
        yield "First release."
    for weight, groups in by_weight(made.notes):
        yield f"#### {weight.capitalize()}"
        yield "\n".join(line for group in groups for line in _note_lines(group))


def _note_lines(group: Sequence[Note]) -> Iterator[str]:
    for note in group:
        yield f"- {note.code} {note.name}: {_said(note.message, marked)}"
    if group[0].advice:
        yield f"  - To do: {group[0].advice}"


def _said(text: str, written: Callable[[str], str]) -> str:
    # A tag that somebody made by hand may hold anything; `##[` is a command to the CI services.
    return written(one_line(text).replace("##", "#\\#"))


def with_notes(text: str, notes: str) -> str:
    """A changelog with the notes of a release above those of older ones; nothing else of it changes.

    What is not released yet stands first, as Keep a Changelog has it.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    added = notes.replace("\n", end)
    if not text.strip():
        return f"# Changelog{end}{end}{added}"
    place = _first_release(text)
    if place is not None:
        return f"{text[:place]}{added}{end}{text[place:]}"
    gap = end if text.endswith(end) else f"{end}{end}"
    return f"{text}{gap}{added}"


def _first_release(text: str) -> int | None:
    """Where the heading of the newest release begins, None where there is none; code has no headings."""
    at, fence = 0, ""
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence):
            fence = ""
        elif not fence and _RELEASE.match(line):
            return at
        at += len(line)
    return None
