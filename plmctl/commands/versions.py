"""list --versions: every version of every artifact, of whose manifests the names alone are read."""

from collections.abc import Iterator, Mapping, Sequence

from plmctl.commands.kind import kind_named
from plmctl.commands.moment import no_manifests, unread_note
from plmctl.commands.tree import tree_of
from plmctl.commands.unfetched import unfetched, unfetched_note
from plmctl.core.cache import one
from plmctl.core.configuration import read_settings_of
from plmctl.core.known_tags import known_history, tags_stamp
from plmctl.core.memo import Memo
from plmctl.core.names import names_of
from plmctl.core.ports import Repo, TagId
from plmctl.core.report import Report, Table
from plmctl.core.schema import kind_prefix
from plmctl.core.settings import Settings, require_this_version
from plmctl.core.version import FIRST, Version, parsed_version

Row = tuple[str, str, str]
"""A version, the release that made it, and the beginning of its commit's id."""

HEADINGS = ("id", "version", "release", "commit")
# What is kept in a cache: the versions that the tags of a repository confirm, while these are the same.
_KIND = "versions"
_NAME = "tags"
_WORDS = 4


def versions(repo: Repo, revision: str | None, kind: str | None, memo: Memo) -> Report:
    """Every version of the artifacts of a tree, of a kind or all; `memo` is what runs before found out."""
    tree = tree_of(repo, revision, memo=memo)
    paths = tuple(tree.paths())
    settings = read_settings_of(tree, paths)
    require_this_version(settings)
    names = names_of(tree, paths, settings, memo)
    if not names.former and not names.broken:
        raise no_manifests(settings)
    tags = repo.tag_ids()
    known = _confirmed(repo, tags, settings, memo)
    start = f"{kind_prefix(kind_named(kind, settings.kinds.names))}/" if kind is not None else ""
    shown = [(artifact, former) for artifact, former in names.former.items() if artifact.startswith(start)]
    lacking = unfetched(tree, settings, {name for name, _, _ in tags}, memo)
    return Report(
        command="list",
        table=Table(headings=HEADINGS, rows=tuple(_rows(shown, known))),
        summary={"artifacts": len(shown)},
        notes=(*lack(shown), *unfetched_note(len(lacking)), *unread_note(names.broken)),
    )


def lack(shown: Sequence[object]) -> tuple[str, ...]:
    """That nothing is shown."""
    return () if shown else ("no artifact fits",)


def _rows(
    shown: list[tuple[str, tuple[str, ...]]], known: Mapping[str, list[Row]]
) -> Iterator[tuple[str, ...]]:
    for artifact, former in shown:
        rows = known.get(artifact, [])
        if former:
            every = (row for name in (artifact, *former) for row in known.get(name, ()))
            rows = sorted(every, key=_version)
        yield from ((artifact, *row) for row in rows)


def _version(row: Row) -> Version:
    return parsed_version(row[0]) or FIRST


def _confirmed(repo: Repo, tags: Sequence[TagId], settings: Settings, memo: Memo) -> Mapping[str, list[Row]]:
    """The versions of each artifact that releases confirm, oldest first."""
    stamp = tags_stamp(tags, settings, memo.program)
    known, value = one(memo.cache, _KIND, _NAME)
    if known == stamp:
        return _read(value)
    from plmctl.commands.standing import SHORT, release_of

    past = known_history(repo, settings, memo, tags)
    found = {
        artifact: [(str(tag.version), release_of(tag), tag.commit[:SHORT]) for tag in each]
        for artifact, each in past.versions.items()
    }
    memo.cache.keep(_KIND, {_NAME: (stamp, _written(found))})
    return found


def _written(found: Mapping[str, list[Row]]) -> bytes:
    # Neither the name of a tag nor that of an artifact in one has a blank (git-check-ref-format).
    lines = (" ".join((artifact, *row)) for artifact, rows in found.items() for row in rows)
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _read(value: bytes) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for line in value.decode("utf-8", "surrogateescape").split("\n"):
        words = line.split(" ")
        if len(words) == _WORDS:
            found.setdefault(words[0], []).append((words[1], words[2], words[3]))
    return found
