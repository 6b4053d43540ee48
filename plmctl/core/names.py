"""The ids in a tree, and all else that its manifests say left unread."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from plmctl.core.brief import NOT_OURS
from plmctl.core.briefs import Briefs
from plmctl.core.cache import one
from plmctl.core.canonical import sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.document import BrokenDocument
from plmctl.core.file import file_data
from plmctl.core.memo import Memo
from plmctl.core.reading import read_file
from plmctl.core.settings import Settings
from plmctl.core.tree import Tree

KIND = "names"
"""What is kept in a cache: the names in the tree that was asked about last, by what its files are."""
_NAME = "artifacts"

Name = tuple[str, tuple[str, ...]]
"""The id of what a file is, with the ids that it had before; as `Briefs.name` has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The artifacts of a tree, sorted by id, each with the ids that it had before.

    `broken` is how many files could not be read.
    """

    former: Mapping[str, tuple[str, ...]]
    broken: int = 0


def names_of(tree: Tree, paths: Sequence[str], settings: Settings, memo: Memo) -> Names:
    """The names in a tree with these paths; what a run before read is not read for them."""
    wanted = [path for path in paths if settings.is_manifest(path)]
    known, value = one(memo.cache, KIND, _NAME)
    names = _read(value) if value and known == _stamp(tree, wanted, settings, memo) else None
    if names is None:
        names = _found(tree, wanted, settings, memo.briefs)
        written = _written(names) if memo.cache.is_lasting else None
        # By now all of them were read. What changed meanwhile is like nothing.
        if written is not None and not any(i.endswith("changed") for i in tree.identities(wanted).values()):
            memo.cache.keep(KIND, {_NAME: (_stamp(tree, wanted, settings, memo), written)})
    return names


def _stamp(tree: Tree, paths: list[str], settings: Settings, memo: Memo) -> bytes:
    """By what the names in files are known again."""
    words = (
        memo.program,
        str(settings.limits),
        *settings.kinds.names,
        "",
        *paths,
        *tree.identities(paths).values(),
    )
    return sha256("\0".join(words).encode("utf-8", "surrogateescape")).digest()


def _found(tree: Tree, paths: list[str], settings: Settings, briefs: Briefs) -> Names:
    briefs.open(settings.kinds, settings.limits)
    maybe = tree.identities([path for path in paths if briefs.has(path)])
    known = {path: briefs.name(path, maybe[path]) if path in maybe else None for path in paths}
    tree.prefetch([path for path, name in known.items() if name is None])
    former: dict[str, tuple[str, ...]] = {}
    broken = 0
    for path, name in known.items():
        artifact, formerly = name or _named(tree, path, settings, briefs)
        if artifact.partition("/")[0] in settings.kinds.by_prefix:
            # Of two files that say one id the first is it.
            former.setdefault(artifact, formerly)
        else:
            broken += artifact != NOT_OURS
    return Names(former=dict(sorted(former.items())), broken=broken)


def _named(tree: Tree, path: str, settings: Settings, briefs: Briefs) -> Name:
    data = file_data(tree, path, "a manifest", settings.limits)
    if isinstance(data, BrokenDocument):
        return "", ()
    found = read_file(tree, path, data, sha256_of(data), settings.kinds, settings.limits)
    briefs.learn(path, found)
    if found.manifest is None:
        return ("" if found.is_ours else NOT_OURS), ()
    return found.manifest.id, found.manifest.formerly


def _written(names: Names) -> bytes | None:
    """The names as they are kept; None where one that was written by hand has a sign that parts them."""
    words = ((artifact, *former) for artifact, former in names.former.items())
    lines = ["\t".join(each) for each in words]
    value = "\n".join((str(names.broken), *lines))
    count = sum(map(len, names.former.values()))
    is_plain = value.count("\n") == len(lines) and value.count("\t") == count
    return value.encode("utf-8", "surrogateescape") if is_plain else None


def _read(value: bytes) -> Names | None:
    broken, *lines = value.decode("utf-8", "surrogateescape").split("\n")
    if not broken.isdecimal():
        return None
    words = (line.split("\t") for line in lines)
    return Names(former={artifact: tuple(former) for artifact, *former in words}, broken=int(broken))
