"""What `validate` said of a registry, as it is kept for the next run: and of which files it was said.

The files of a tree that were looked at, by their identities, and the names of all: where they are the same
again, so is the answer. What is read back may be anything that somebody wrote; a thing of the wrong type is
no answer.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from itertools import compress

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Finding
from plmctl.core.seen import SeenTree
from plmctl.core.tree import Tree
from plmctl.core.value import Value
from plmctl.core.written_finding import number, read_finding, text, text_or_none, written_finding

# JSON has it nowhere.
_BETWEEN = b"\0"


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


@dataclass(frozen=True, kw_only=True)
class Names:
    """The paths of a tree, sorted, and a sum over them."""

    paths: tuple[str, ...]

    @cached_property
    def sum(self) -> str:
        """Another one for other paths."""
        return _sum(self.paths)


def names_of(tree: Tree) -> Names:
    """All paths of a tree."""
    return Names(paths=tuple(tree.paths()))


def written(answer: Answer, tree: SeenTree, names: Names) -> bytes | None:
    """An answer, and of which files it is; None for one that may be another of the same files.

    Which of the tree's paths were looked at says a byte for each.
    """
    if not tree.is_whole:
        return None
    flags = bytes(map(tree.asked.__contains__, names.paths))
    here = frozenset(names.paths)
    also = [path for path in tree.asked if path not in here]
    said: Value = {
        "paths": names.sum,
        "also": [*also],
        "asked": _identities(tree, names, flags, also),
        "manifests": answer.manifests,
        "records": answer.has_records,
        "told": [[written_finding(told.finding), told.manifest] for told in answer.told],
        "notes": list(answer.notes),
    }
    # Surrogates stand for what is not UTF-8 in a path.
    return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode() + _BETWEEN + flags


def read_answer(data: bytes, tree: Tree, names: Names) -> Answer | None:
    """The answer, if it is of what a tree has now."""
    head, _, flags = data.partition(_BETWEEN)
    try:
        said = json.loads(head)
        if len(flags) != len(names.paths) or said["paths"] != names.sum:
            return None
        if said["asked"] != _identities(tree, names, flags, list(map(text, said["also"]))):
            return None
        return Answer(
            manifests=number(said["manifests"]),
            has_records=said["records"] is not False,
            told=tuple(_told(one, path) for one, path in said["told"]),
            notes=tuple(text(note) for note in said["notes"]),
        )
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None


def _told(said: Mapping[str, Value], path: Value) -> Told:
    return Told(finding=read_finding(said), manifest=text_or_none(path))


def _identities(tree: Tree, names: Names, flags: bytes, also: Sequence[str]) -> str:
    return _sum(tree.identities([*compress(names.paths, flags), *also]).values())


def _sum(words: Iterable[str]) -> str:
    return sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()
