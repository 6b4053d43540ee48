"""What `validate` said of a registry, as it is kept for the next run: and of which files it was said.

The files of a tree that were looked at, by their identities, and the names of all: where they are the same
again, so is the answer. What is read back may be anything that somebody wrote; a thing of the wrong type is
no answer.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Bump, Edit, Finding, Level, Location, Rule
from plmctl.core.seen import SeenTree
from plmctl.core.tree import Snapshot
from plmctl.core.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finding, and the path of the manifest of its artifact; None where it is of none."""

    finding: Finding
    manifest: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """All that is wrong in a registry of so many manifests, and what else there is to say.

    `has_records`: some of its data lies where no tree has it, and was perhaps looked into.
    """

    manifests: int
    has_records: bool
    told: tuple[Told, ...] = ()
    notes: tuple[str, ...] = ()


def is_shown(told: Told, paths: tuple[str, ...]) -> bool:
    """Whether a finding is in one of these paths, or of a manifest there; every one, where there are none."""
    places = (told.finding.location.path, *((told.manifest,) if told.manifest is not None else ()))
    return any(is_below(place, paths) for place in places)


def is_below(place: str, paths: tuple[str, ...]) -> bool:
    """Whether a place is one of the paths or below one; every place, where there are none."""
    return not paths or any(path in ("", place) or place.startswith(f"{path}/") for path in paths)


def written(answer: Answer, tree: SeenTree) -> bytes | None:
    """An answer, and of which files it is; None for one that may be another of the same files."""
    if not tree.is_whole:
        return None
    said: Value = {
        "paths": _names(tree),
        "asked": {path: tree.identity(path) for path in tree.asked},
        "manifests": answer.manifests,
        "records": answer.has_records,
        "told": [[_finding(told.finding), told.manifest] for told in answer.told],
        "notes": list(answer.notes),
    }
    # Surrogates stand for what is not UTF-8 in a path.
    return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()


def read_answer(data: bytes, tree: Snapshot) -> Answer | None:
    """The answer, if it is of what a tree has now."""
    try:
        said = json.loads(data)
        if said["paths"] != _names(tree):
            return None
        asked: Mapping[str, str] = said["asked"]
        if not all(tree.identity(path) == identity for path, identity in asked.items()):
            return None
        return Answer(
            manifests=_number(said["manifests"]),
            has_records=said["records"] is not False,
            told=tuple(Told(finding=_read(one), manifest=_maybe(path)) for one, path in said["told"]),
            notes=tuple(_text(note) for note in said["notes"]),
        )
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None


def _names(tree: Snapshot) -> str:
    listing = "\0".join(tree.paths())
    return sha256(listing.encode("utf-8", "surrogateescape")).hexdigest()


def _finding(finding: Finding) -> Value:
    rule = finding.rule
    worst: Value = [rule.worst[0].value, int(rule.worst[1])] if rule.worst is not None else None
    bump: Value = int(rule.bump) if rule.bump is not None else None
    return {
        "rule": [rule.code, rule.name, rule.level.value, rule.meaning, bump, worst],
        "message": finding.message,
        "at": _place(finding.location),
        "level": finding.level.value,
        "help": finding.help,
        "source": finding.source,
        "artifact": finding.artifact,
        "fix": [[_place(edit.location), edit.old, edit.new] for edit in finding.fix],
    }


def _read(said: Mapping[str, Value]) -> Finding:
    return Finding(
        rule=_rule(_items(said["rule"])),
        message=_text(said["message"]),
        location=_location(said["at"]),
        level=Level(said["level"]),
        help=_maybe(said["help"]),
        source=_maybe(said["source"]),
        artifact=_maybe(said["artifact"]),
        fix=tuple(_edit(*_items(edit)) for edit in _items(said["fix"])),
    )


def _rule(said: list[Value]) -> Rule:
    code, name, level, meaning, bump, worst = said
    found = Rule(code=_text(code), name=_text(name), level=Level(level), meaning=_text(meaning))
    if bump is not None:
        found = replace(found, bump=Bump(_number(bump)))
    if worst is not None:
        most, largest = _items(worst)
        found = replace(found, worst=(Level(most), Bump(_number(largest))))
    return found


def _edit(place: Value, old: Value, new: Value) -> Edit:
    return Edit(location=_location(place), old=_text(old), new=_text(new))


def _place(location: Location) -> Value:
    return [location.path, location.line, location.column, location.end_column]


def _location(said: Value) -> Location:
    path, *numbers = _items(said)
    line, column, end_column = (None if number is None else _number(number) for number in numbers)
    return Location(path=_text(path), line=line, column=column, end_column=end_column)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _maybe(value: object) -> str | None:
    return None if value is None else _text(value)


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value


def _items(value: Value) -> list[Value]:
    if not isinstance(value, list):
        raise TypeError
    return value
