"""The line of first parents of a commit: what each commit on it changed, and who wrote that."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.past import FileChange, LineCommit
from plmctl.core.ports import TooLarge
from plmctl.git.objects import COMMIT_BYTES, ObjectReader
from plmctl.git.process import Git, decoded, encoded
from plmctl.git.refs import PERSON, iso_date

_FILE = ("100644", "100755")

Changes = Mapping[str, tuple[FileChange, ...]]


def line(git: Git, objects: ObjectReader, commit: str, paths: Collection[str]) -> tuple[LineCommit, ...]:
    """The commits on a line of first parents that changed files at or below paths, newest first.

    Four processes at most, however long the line is.
    """
    # rev-list given the paths would leave out a merge that took its files from the side unchanged.
    whole = _rows(git, "--first-parent", "--parents", "--end-of-options", commit)
    changes = _changes(git, whole, paths)
    rows = tuple(row for row in whole if row.commit in changes)
    merged = _merged(git, rows)
    side = tuple(row for brought in merged.values() for row in brought)
    changes = {**changes, **_changes(git, side, paths)}
    objects.prefetch([row.commit for row in (*rows, *side) if row.commit in changes])
    return tuple(
        replace(_told(objects, row, changes), brought=_brought(objects, merged, row, changes)) for row in rows
    )


def line_dates(git: Git, commit: str) -> tuple[tuple[str, int], ...]:
    """Every commit on a line of first parents, newest first, with its committer's time in seconds."""
    rows = git.run("rev-list", "--first-parent", "--timestamp", "--end-of-options", commit).lines
    pairs = (row.partition(" ") for row in rows)
    return tuple((oid, int(seconds)) for seconds, _, oid in pairs)


@dataclass(frozen=True, slots=True)
class _Row:
    """A commit and its parents."""

    commit: str
    parents: tuple[str, ...]


def _rows(git: Git, *arguments: str) -> tuple[_Row, ...]:
    found = (listed.split(" ") for listed in git.run("rev-list", *arguments).lines)
    return tuple(_Row(oid, tuple(parents)) for oid, *parents in found)


def _merged(git: Git, rows: Sequence[_Row]) -> Mapping[str, tuple[_Row, ...]]:
    """For each merge on the line, the commits that it brought: none that the line had before."""
    merges = [row for row in reversed(rows) if len(row.parents) > 1]
    if not merges:
        return {}
    oldest = f"^{merges[0].parents[0]}"
    newest = merges[-1].commit
    known = {row.commit: row for row in _rows(git, "--parents", "--end-of-options", newest, oldest)}
    seen: set[str] = set()
    found = {}
    for merge in merges:
        _walked(known, merge.parents[:1], seen)
        found[merge.commit] = _walked(known, merge.parents[1:], seen)
    return found


def _walked(known: Mapping[str, _Row], starts: Sequence[str], seen: set[str]) -> tuple[_Row, ...]:
    """What descends to these commits and was not seen, each after what it was seen from."""
    found = []
    waiting = list(starts)
    while waiting:
        row = known.get(waiting.pop())
        if row is not None and row.commit not in seen:
            seen.add(row.commit)
            found.append(row)
            waiting.extend(row.parents)
    return tuple(found)


def _changes(git: Git, rows: Sequence[_Row], paths: Collection[str]) -> Changes:
    """What commits changed against their first parents, by one diff-tree; those that changed something."""
    if not rows:
        return {}
    asked = "".join(f"{' '.join((row.commit, *row.parents[:1]))}\n" for row in rows)
    options = ("--stdin", "--raw", "-z", "-r", "--no-abbrev", "--no-renames", "--root", "--")
    done = git.run("diff-tree", *options, *sorted(paths), stdin=encoded(asked))
    found: dict[str, list[FileChange]] = {}
    at = found.setdefault("", [])
    fields = iter(decoded(done.out).split("\0")[:-1])
    for field in fields:
        if field.startswith(":"):
            at.append(_change(field, next(fields)))
        else:
            at = found.setdefault(field, [])
    return {commit: tuple(changed) for commit, changed in found.items() if changed}


def _change(field: str, path: str) -> FileChange:
    old_mode, new_mode, old, new, _ = field.removeprefix(":").split(" ")
    return FileChange(
        path=path, old=old if old_mode in _FILE else None, new=new if new_mode in _FILE else None
    )


def _told(objects: ObjectReader, row: _Row, changes: Changes) -> LineCommit:
    """What a commit object says of itself."""
    try:
        stored = objects.read(row.commit, limit=COMMIT_BYTES)
    except TooLarge as error:
        raise PlmctlError(f"commit {row.commit} cannot be read: {error}") from None
    head, _, message = decoded(stored.data).partition("\n\n")
    author, authored = _person(head, "author")
    committer, committed = _person(head, "committer")
    return LineCommit(
        commit=row.commit,
        parents=row.parents,
        author=author,
        authored=authored,
        committer=committer,
        committed=committed,
        subject=" ".join(message.strip("\n").partition("\n\n")[0].split("\n")),
        files=changes[row.commit],
    )


def _person(head: str, role: str) -> tuple[str, str]:
    """Who, and when in ISO 8601; empty where a commit says it in no form that Git knows."""
    written = next((row for row in head.split("\n") if row.startswith(f"{role} ")), "")
    found = PERSON.fullmatch(written.removeprefix(f"{role} "))
    return (found[1], iso_date(int(found[2]), found[3])) if found is not None else ("", "")


def _brought(
    objects: ObjectReader, merged: Mapping[str, tuple[_Row, ...]], row: _Row, changes: Changes
) -> tuple[LineCommit, ...]:
    return tuple(_told(objects, r, changes) for r in merged.get(row.commit, ()) if r.commit in changes)


def contents(objects: ObjectReader, ids: Sequence[str], limit: int) -> Iterator[bytes | None]:
    """The content of each of these blobs, in their order; None for one over `limit` bytes."""
    objects.prefetch(ids)
    for oid in ids:
        try:
            yield objects.read(oid, limit=limit).data
        except TooLarge:
            yield None
