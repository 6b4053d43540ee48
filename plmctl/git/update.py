"""Moving refs: all of them or none, each only from the value that was expected."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.git.fetching import clone_of
from plmctl.git.pipe import Ended, Pipe
from plmctl.git.process import Git, decoded, encoded
from plmctl.git.refs import refs_below


@dataclass(frozen=True, slots=True, kw_only=True)
class RefUpdate:
    """A ref, what it must be now and what it becomes; None stands for no such ref."""

    ref: str
    old: str | None
    new: str | None

    @property
    def command(self) -> bytes:
        """The line for `update-ref --stdin -z`."""
        if self.old is None:
            return encoded(f"create {self.ref}\0{self.new}\0")
        if self.new is None:
            return encoded(f"delete {self.ref}\0{self.old}\0")
        return encoded(f"update {self.ref}\0{self.new}\0{self.old}\0")


def update_refs(git: Git, updates: Sequence[RefUpdate], *, why: str, variables: Mapping[str, str]) -> None:
    """Move refs in one transaction; `why` and the author in `variables` go to the reflog."""
    with prepared_updates(git, updates, why=why, variables=variables):
        pass


def track(git: Git, remote: str, branch: str, commit: str, variables: Mapping[str, str]) -> None:
    """Let the ref that follows a remote's branch follow, as `git push` does."""
    ref = clone_of(git).tracking(remote, branch)
    if ref is None:
        return
    old = next((oid for name, oid in refs_below(git, ref).items() if name == ref), None)
    if old != commit:
        update_refs(git, [RefUpdate(ref=ref, old=old, new=commit)], why="update by push", variables=variables)


@contextmanager
def prepared_updates(
    git: Git, updates: Sequence[RefUpdate], *, why: str, variables: Mapping[str, str]
) -> Iterator[None]:
    """Hold the refs locked at their expected values while the body runs, then move them all."""
    pipe = git.durable.start("update-ref", "-m", why, "--stdin", "-z", is_heard=True, extra=variables)
    try:
        commands = b"".join(update.command for update in updates)
        _say(pipe, git, b"start\0" + commands + b"prepare\0", answers=2)
        yield
        _say(pipe, git, b"commit\0", answers=1)
    finally:
        # Whatever is prepared and not committed is rolled back by Git when its input ends.
        pipe.finish()


def _say(pipe: Pipe, git: Git, words: bytes, *, answers: int) -> None:
    try:
        pipe.write(words)
        for _ in range(answers):
            pipe.line()
    except Ended:
        raise _refused(git, decoded(pipe.finish())) from None


def _refused(git: Git, err: str) -> PlmctlError:
    if found := re.search(r"cannot lock ref '(.+?)': reference already exists", err):
        if found[1].startswith("refs/plmctl/"):
            hint = "another run of plmctl is at work here: wait for it, then run the command again"
            return PlmctlError(f"{found[1]} exists already", hint=hint)
        return PlmctlError(f"{found[1]} exists already", hint="run 'git fetch --tags' and plan anew")
    if found := re.search(r"cannot lock ref '(.+?)': (?:is at|unable to resolve|reference is missing)", err):
        return PlmctlError(f"{found[1]} was moved meanwhile", hint="run the command again")
    return git.failure("update-ref", err)
