"""Releases that somebody left unfinished: plm.lock is committed, and its registry tag was never made."""

from collections.abc import Mapping
from shlex import quote

from plmctl.commands.destination import Destination
from plmctl.commands.locked import locked_release
from plmctl.commands.moment import current, registry_at
from plmctl.commands.outset import Outset
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError
from plmctl.core.lock import FILE_NAME, LOCK_LIMIT, read_lock
from plmctl.core.locking import now_of
from plmctl.core.plan import Judge, Plan, artifact_tag, plan
from plmctl.core.ports import DraftTag, Repo, TagRef
from plmctl.core.registry import Registry
from plmctl.core.report import Problem
from plmctl.core.stated import asked_by
from plmctl.core.sums import TRAILER, locked_sums
from plmctl.core.trailer import trailers

_SAID = ("Registry", "Digest", "Metadata-Digest", "Closure", TRAILER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A release whose lock is committed and whose registry tag is missing: what its tags are to say."""

    commit: str
    registry: Registry
    made: Plan


def unfinished(repo: Repo, start: Outset, judge: Judge) -> Unfinished | Problem | None:
    """The release that plm.lock is of and nobody has, as far as is known; a Problem where it is untrue."""
    name = None if repo.is_shallow or start.is_half_known else _stated(repo, start)
    if name is None or name in start.past.taken or (start.to is not None and start.to.tag(name) is not None):
        return None
    path = start.registry.settings.at(FILE_NAME)
    data = repo.commit_tree(start.commit).read(path, limit=LOCK_LIMIT)
    lock = read_lock(path, data)
    first = repo.commits_of(start.commit, path)[0]
    registry = current(repo.commit_tree(first))
    ancestors = repo.ancestors(first)
    now, loaded = now_of(registry), registry_at(repo, registry)
    sums = {md5: sha for entry in lock.artifacts.values() for md5, sha in locked_sums(entry).items()}
    for asked in asked_by(lock, registry, start.past, ancestors):
        # What was recorded when it was prepared: whoever completes it need not have the bytes.
        made = plan(now, start.past, ancestors, loaded, judge, asked, lambda data: sums.get(data.md5))
        if made.lock_bytes == data:
            return Unfinished(commit=first, registry=registry, made=made)
    last = start.past.newest_release(ancestors)
    undone = f"git checkout {last.name} -- {quote(path)}" if last else f"git rm {quote(path)}"
    return Problem(
        message=f"{path} at {first} is not what a release of {name} locks there",
        hint=f"prepare it again: run '{undone}' and 'git commit', then release anew",
        exit_code=1,
    )


def _stated(repo: Repo, start: Outset) -> str | None:
    """The release of the plm.lock that is checked in; None for none that can be read."""
    path = start.registry.settings.at(FILE_NAME)
    try:
        return locked_release(repo.commit_tree(start.commit), path, start.memo)
    except IntegrityError:
        return None


def kept_tags(repo: Repo, left: Unfinished, to: Destination | None) -> Mapping[str, DraftTag]:
    """The artifact tags that were made of it already, here or at the remote, whose objects are fetched.

    Raises IntegrityError for one that says something else than the release would.
    """
    known = {tag.name: tag.object_id for tag in repo.tags()}
    found = {}
    for planned in left.made.planned:
        name = planned.tag
        there = to.tag(name) if to is not None else None
        object_id = there or known.get(name)
        if object_id is None:
            continue
        if to is not None and there is not None and there != known.get(name):
            to.remote.fetch(f"refs/tags/{name}")
        draft = repo.tag_object(name, object_id)
        if not _is_of(repo.tag_of(draft), left, artifact_tag(planned, left.made.registry).message):
            raise IntegrityError(
                f"the tag {name} is not of the release {left.made.tag}: it is {object_id}",
                hint=f"look at it with 'git show {object_id}', and delete it where it was made by hand",
            )
        found[name] = draft
    return found


def _is_of(tag: TagRef, left: Unfinished, message: str) -> bool:
    said, wanted = trailers(tag.message), trailers(message)
    return tag.commit == left.commit and all(said.get(key) == wanted.get(key) for key in _SAID)
