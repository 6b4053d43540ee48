"""A branch of a remote with what an earlier run of the same command put there, which a new run replaces.

The commit says the hash of its own files: what somebody changed in it, or added to it, is never lost.
"""

from collections.abc import Mapping

from plmctl.commands.standing import SHORT
from plmctl.core.canonical import digest_of, sha256_of
from plmctl.core.ports import Remote
from plmctl.core.ref import BRANCHES
from plmctl.core.remote import BranchCommit
from plmctl.core.report import Problem
from plmctl.core.trailer import trailers

_TRAILER = "Prepared"
_ABOUT = ("Environment", "Application")


def marked(message: str, files: Mapping[str, bytes | None]) -> str:
    """The message of a commit for another branch, with the hash of its files as one more trailer."""
    gap = "" if trailers(message) else "\n"
    return f"{message}{gap}{_TRAILER}: {_digest(files)}\n"


def earlier(remote: Remote, ref: str, base: str, message: str) -> BranchCommit | Problem:
    """The one commit of a branch there upon the history of `base`, if the same command made it.

    Else why the branch cannot be replaced.
    """
    found = remote.beyond(ref, base)
    reason = _reason(found, message)
    if not reason:
        return found[0]
    branch = ref.removeprefix(BRANCHES)
    return Problem(
        message=f"{remote.name} has a branch {branch} already, and {reason}",
        hint=f"give another name, or delete it with 'git push {remote.name} --delete {branch}'",
        exit_code=1,
    )


def is_same(found: BranchCommit, parent: str, files: Mapping[str, bytes | None]) -> bool:
    """Whether a commit there is the one that would be made now."""
    return found.parents == (parent,) and found.files == files


def _reason(found: tuple[BranchCommit, ...], message: str) -> str:
    """Why commits beyond ours are not what an earlier run made; empty if they are."""
    if len(found) != 1:
        return f"{len(found)} commits of it are not here: only one that this command made is replaced"
    (commit,) = found
    subject = commit.message.partition("\n")[0]
    told = f"its commit {commit.commit[:SHORT]} ({subject})"
    said = trailers(commit.message)
    if _TRAILER not in said or _about(commit.message) != _about(message):
        return f"{told} was not made by this command"
    if len(commit.parents) != 1 or said[_TRAILER] != _digest(commit.files):
        return f"{told} was changed after it was made"
    return ""


def _about(message: str) -> tuple[str | None, ...]:
    """What a commit did, and of what: a word, an environment, an application."""
    said = trailers(message)
    return (message.partition(" ")[0], *(said.get(key) for key in _ABOUT))


def _digest(files: Mapping[str, bytes | None]) -> str:
    rows = sorted(files.items())
    return digest_of([[path, sha256_of(data) if data is not None else None] for path, data in rows])
