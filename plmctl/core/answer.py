"""What `validate` said of a registry, as it is kept for the next run: and of which files it was said.

The files of a tree that were looked at, by their identities, and the names of all: where they are the same
again, so is the answer. What is read back may be anything that somebody wrote; a thing of the wrong type is
no answer.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Finding
from plmctl.core.seen import SeenTree
from plmctl.core.tree import Tree
from plmctl.core.value import Value
from plmctl.core.written_finding import number, read_finding, text, text_or_none, written_finding

# No path has it.
_BETWEEN = "\0"


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


def written(answer: Answer, tree: SeenTree, names: str) -> bytes | None:
    """An answer, and of which files it is; None for one that may be another of the same files.

    `names` is the sum of a tree's paths, as `names_of` has it.
    """
    if not tree.is_whole:
        return None
    paths = _BETWEEN.join(tree.asked)
    said: Value = {
        "paths": names,
        "asked": _identities(tree, paths),
        "manifests": answer.manifests,
        "records": answer.has_records,
        "told": [[written_finding(told.finding), told.manifest] for told in answer.told],
        "notes": list(answer.notes),
    }
    # Surrogates stand for what is not UTF-8 in a path.
    head = json.dumps(said, ensure_ascii=True, separators=(",", ":"))
    return f"{head}{_BETWEEN}{paths}".encode("utf-8", "surrogateescape")


def read_answer(data: bytes, tree: Tree, names: str) -> Answer | None:
    """The answer, if it is of what a tree has now; `names` is the sum of its paths."""
    head, _, paths = data.decode("utf-8", "surrogateescape").partition(_BETWEEN)
    try:
        said = json.loads(head)
        if said["paths"] != names or said["asked"] != _identities(tree, paths):
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


def names_of(tree: Tree) -> str:
    """A sum over all paths of a tree."""
    return _sum(tree.paths())


def _identities(tree: Tree, paths: str) -> str:
    return _sum(tree.identities(paths.split(_BETWEEN)).values())


def _sum(words: Iterable[str]) -> str:
    return blake2b(_BETWEEN.join(words).encode("utf-8", "surrogateescape"), digest_size=32).hexdigest()
