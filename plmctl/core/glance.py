"""A lock and an environment's manifest at a glance: what they say, for whoever only looks."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import field

from plmctl.core.dataclass import dataclass
from plmctl.core.document import BrokenDocument, read_document
from plmctl.core.lock import is_conflicted
from plmctl.core.value import Value, as_items, as_mapping, as_text

TOO_LARGE = "it is too large to be a lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What a lock says: the version of its root, the range that was wanted, the release it was read at.

    `data` has for each artifact with data its md5, and how much it is in words.
    """

    root: str
    version: str
    want: str | None
    release: str
    bind: Mapping[str, str]
    data: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def glance(data: bytes | None) -> Glance | str:
    """What a lock says, or why it says nothing, in a few words; None for one that is too large."""
    if data is None:
        return TOO_LARGE
    if is_conflicted(data):
        return "it has conflict markers"
    whole = as_mapping(parsed(data))
    root = as_text(whole.get("root"))
    release = as_text(as_mapping(whole.get("source")).get("release"))
    entries = as_mapping(whole.get("artifacts"))
    version = as_text(as_mapping(entries.get(root or "")).get("version"))
    if root is None or version is None or release is None:
        return "it is no lock that plmctl wrote"
    return Glance(
        root=root,
        version=version,
        want=as_text(whole.get("want")),
        release=release,
        bind=_texts(whole.get("bind")),
        data=dict(_data(entries)),
    )


def _data(entries: Mapping[str, Value]) -> Iterator[tuple[str, tuple[str, str]]]:
    for artifact, entry in sorted(entries.items()):
        said = [as_mapping(item) for item in as_items(as_mapping(entry).get("data"))]
        if said:
            files = sum(item if isinstance(item := each.get("nfiles"), int) else 1 for each in said)
            yield (
                artifact,
                (
                    " ".join(str(each.get("md5")) for each in said),
                    "1 file" if files == 1 else f"{files} files",
                ),
            )


def parsed(data: bytes) -> Value:
    """The JSON value that bytes are; None for what is none."""
    try:
        value: Value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value


def _texts(value: Value) -> Mapping[str, str]:
    return {key: text for key, text in as_mapping(value).items() if isinstance(text, str)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What an environment's manifest says, by what is written there: ranges, holds, replacements, arms."""

    pins: Mapping[str, str] = field(default_factory=dict)
    arms: Mapping[tuple[str, str], str] = field(default_factory=dict)
    holds: Mapping[str, str] = field(default_factory=dict)
    bind: Mapping[str, str] = field(default_factory=dict)
    after: str | None = None


def stated(path: str, data: bytes | None, environment: str) -> Stated | str | None:
    """What a file says of an environment, None if it is no manifest of it, or why it cannot be read."""
    document = read_document(path, data) if data is not None else None
    if document is None or isinstance(document, BrokenDocument):
        return "it cannot be read"
    value = as_mapping(document.value)
    if value.get("kind") != "Environment" or as_mapping(value.get("metadata")).get("name") != environment:
        return None
    spec = as_mapping(value.get("spec"))
    holds = {key: as_mapping(hold) for key, hold in as_mapping(spec.get("hold")).items()}
    return Stated(
        pins=_texts(spec.get("pins")),
        arms={
            (application, as_text(arm.get("name")) or ""): as_text(arm.get("version")) or ""
            for application, arms in as_mapping(spec.get("arms")).items()
            for arm in map(as_mapping, as_items(arms))
        },
        holds={key: as_text(hold.get("reason")) or "no reason" for key, hold in holds.items()},
        bind=_texts(spec.get("bind")),
        after=as_text(spec.get("after")),
    )
