"""Another repository: what refs it has, pushing all or nothing, fetching."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.ports import RefPush, Watch
from plmctl.core.ref import BRANCHES
from plmctl.core.remote import BranchCommit, locked
from plmctl.git.address import Addresses, checked, shown
from plmctl.git.connection import Connection, quarters
from plmctl.git.glimpse import SEEN, commits_beyond, glimpse
from plmctl.git.mishap import failed, silent
from plmctl.git.process import Completed, Silent, decoded
from plmctl.git.refs import head, refs_below
from plmctl.git.transfer import Listener
from plmctl.git.update import RefUpdate, update_refs

_PORCELAIN = deferred(r"([ +*=!-])\t[^\t]*:(refs/[^\t]+)\t(.*)")
_MEANING = {" ": "fast-forward", "+": "forced", "*": "created", "-": "deleted", "=": "up to date"}
# What the remote's Git says by the same way: how far it is, and that a hook declined.
_NO_REMARK = deferred(r"\r|\d+% \(|^error: ")
# What a hook says may be a whole page: its beginning tells what it is about.
_SAID_LINES = 3
_SAID_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A repository elsewhere, by its addresses; `variables` tell Git who moves refs here."""

    connection: Connection
    addresses: Addresses
    variables: Mapping[str, str]
    watch: Watch | None

    @property
    def name(self) -> str:
        """Its name here, or its address without user information."""
        return self.addresses.name

    @property
    def address(self) -> str:
        """Where it is pushed to, without user information."""
        return shown(self.addresses.push[0])

    def refs(self, *patterns: str) -> Mapping[str, str]:
        """Full names of its refs and their object ids, asked now where it is pushed to."""
        with quarters(self.connection.place) as git_dir:
            done = self._run(git_dir, "ls-remote", "--", self._written, *patterns)
        if done.code:
            raise failed(self.name, "ls-remote", done)
        rows = (line.partition("\t") for line in done.lines)
        return {ref: object_id for object_id, _, ref in rows if ref.startswith("refs/")}

    def push(self, updates: Sequence[RefPush]) -> Mapping[str, str]:
        """What it said of each ref. Raises PlmctlError where it said nothing of them."""
        leases = [f"--force-with-lease={update.ref}:{update.old or ''}" for update in updates]
        refspecs = [f"{update.new or ''}:{update.ref}" for update in updates]
        with quarters(self.connection.place) as git_dir:
            done = self._run(git_dir, "push", *leases, "--", self._written, *refspecs)
        answers = dict(_answers(done))
        if done.code and not answers:
            raise failed(self.name, "push", done)
        return answers

    def fetch(self, *refspecs: str) -> None:
        """Bring its objects here, and set the refs that the refspecs name here."""
        place = self.connection.place
        # With the refs of here Git tells the remote what need not be sent.
        before = refs_below(place.git)
        with quarters(place, before) as git_dir:
            address = checked(place, self.addresses.fetch)
            done = self._run(git_dir, "fetch", "--", address, *refspecs)
            if done.code:
                raise failed(self.name, "fetch", done)
            after = refs_below(place.git, variables=self.connection.paths(git_dir))
        moved = [
            RefUpdate(ref=ref, old=before.get(ref), new=object_id)
            for ref, object_id in sorted(after.items())
            if before.get(ref) != object_id
        ]
        self._refuse_checked_out(moved)
        if moved:
            update_refs(place.git, moved, why=f"fetch {self.name}", variables=self.variables)

    def beyond(self, ref: str, commit: str) -> tuple[BranchCommit, ...]:
        """The commits of a ref there that a commit here lacks, newest first; nothing of them stays here."""
        place = self.connection.place
        with glimpse(place, refs_below(place.git)) as lone:
            # Objects that come go where the refs go, and nowhere else.
            apart = replace(place, common_dir=lone.common_dir)
            asked = replace(self, connection=replace(self.connection, place=apart))
            address = checked(place, self.addresses.push[0])
            done = asked._run(lone.git_dir, "fetch", "--", address, f"+{ref}:{SEEN}")
            if done.code:
                raise failed(self.name, "fetch", done)
            return commits_beyond(lone, commit)

    def fetch_part(self, *words: str) -> Completed:
        """Fetch as `git fetch` reads these words, into a Git directory that is plmctl's own."""
        return self._run(self.connection.place.git_dir, "fetch", *words)

    def failure(self, name: str, done: Completed) -> PlmctlError:
        """The error of a command that failed."""
        return failed(self.name, name, done)

    @property
    def _written(self) -> str:
        """The one address that it is pushed to."""
        if len(self.addresses.push) > 1:
            raise UsageError(
                f"{self.name} has {len(self.addresses.push)} addresses to push to",
                hint=f"leave one: 'git config --unset-all remote.{self.name}.pushurl'",
            )
        return checked(self.connection.place, self.addresses.push[0])

    def _run(self, git_dir: str, name: str, *arguments: str) -> Completed:
        self._clear()
        try:
            return self.connection.run(git_dir, name, *arguments, listener=self._listener())
        except Silent:
            raise silent(self.name, name, self.connection.patience) from None
        finally:
            self._clear()

    def _clear(self) -> None:
        if self.watch is not None:
            self.watch.clear()

    def _listener(self) -> Callable[[bytes], None]:
        if self.watch is None:
            return _deaf
        return Listener(self.watch, self.name, self.connection.place.git.executable).hear

    def _refuse_checked_out(self, moved: Sequence[RefUpdate]) -> None:
        branch = head(self.connection.place.git).branch
        if branch is not None and any(update.ref == BRANCHES + branch for update in moved):
            raise PlmctlError(
                f"{branch} is checked out: it is not fetched into",
                hint=f"run 'git pull --rebase --autostash --tags {self.name} {branch}'",
            )


def _deaf(_: bytes) -> None:
    """Nobody waits for it."""


def _answers(done: Completed) -> Iterator[tuple[str, str]]:
    """What was said of each ref of a push; of a refusal what the remote's hooks said too."""
    remarks = _remarks(done.err)
    for line in decoded(done.out).split("\n"):
        if found := _PORCELAIN.fullmatch(line):
            flag, ref, summary = found.groups()
            yield ref, _MEANING.get(flag) or f"rejected: {_reason(summary, remarks)}"


def _reason(summary: str, remarks: str) -> str:
    words = re.fullmatch(r"\[(.*?)\](?: \((.*)\))?", summary)
    kind, why = words.groups() if words is not None else (summary, None)
    is_remote = kind.startswith("remote")
    return f"{why or kind}{f': {remarks}' if is_remote and remarks else ''}"


def _remarks(err: str) -> str:
    if found := re.search(r"Unable to create '(.+?\.lock)': File exists", err):
        return locked(found[1].replace("/./", "/"))
    lines = (line.removeprefix("remote:").strip() for line in err.split("\n") if line.startswith("remote:"))
    told = [line for line in lines if line and not _NO_REMARK.search(line)]
    return "; ".join(told[:_SAID_LINES])[:_SAID_LENGTH]
