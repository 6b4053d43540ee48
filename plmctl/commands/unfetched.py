"""What a lock says to be released, and of which versions the tags are not here."""

from collections.abc import Container, Mapping

from plmctl.core.cache import one
from plmctl.core.lock import FILE_NAME, LOCK_LIMIT, stated_versions
from plmctl.core.memo import Memo
from plmctl.core.ports import EntryKind, Tree, Unreadable
from plmctl.core.settings import Settings

# What is kept in a cache: the versions that a lock says, by its path.
_KIND = "locked"


def unfetched(tree: Tree, settings: Settings, tags: Container[str], memo: Memo | None) -> Mapping[str, str]:
    """The versions in the plm.lock of a tree whose tags are not among these, by artifact."""
    path = settings.at(FILE_NAME)
    said = _known_versions(tree, path, memo) if memo is not None else _versions_in(tree, path)
    return {a: version for a, version in said if f"{a}@v{version}" not in tags}


def unfetched_note(count: int) -> tuple[str, ...]:
    """That so many tags are not here."""
    versions = "1 version whose tag is" if count == 1 else f"{count:,} versions whose tags are"
    return (f"plm.lock names {versions} not here: run 'git fetch --tags'",) if count else ()


def _versions_in(tree: Tree, path: str) -> tuple[tuple[str, str], ...]:
    """What a lock says to be released: artifacts and their versions."""
    return tuple((a, version) for a, version in locked_versions(tree, path).items() if version)


def _known_versions(tree: Tree, path: str, memo: Memo) -> tuple[tuple[str, str], ...]:
    """The same, of a lock that a run before read unread: that of a large registry is large."""
    stamp, known = one(memo.cache, _KIND, path)
    if known and stamp == _identity(tree, path):
        words = (line.split("\t") for line in known.decode("ascii", "replace").split("\n"))
        return tuple((each[0], each[1]) for each in words if len(each) == 2)
    found = _versions_in(tree, path)
    # What nobody released may be any text.
    if memo.cache.is_lasting and all(w.isascii() and w.isprintable() for pair in found for w in pair):
        value = "\n".join(map("\t".join, found)).encode()
        memo.cache.keep(_KIND, {path: (_identity(tree, path), value)})
    return found


def _identity(tree: Tree, path: str) -> bytes:
    return tree.identity(path).encode("utf-8", "surrogateescape")


def locked_versions(tree: Tree, path: str) -> Mapping[str, str | None]:
    """The versions that a lock says; what is wrong with it is for other commands to say."""
    try:
        is_file = tree.kind(path) is EntryKind.FILE
        return stated_versions(tree.read(path, limit=LOCK_LIMIT)) if is_file else {}
    except Unreadable:
        return {}
