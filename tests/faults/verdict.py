"""What must be true after a fault: whole or not there, and the next run ends as an undisturbed one does."""

import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.faults.commands import Case
from tests.faults.ground import CLONE, INTERRUPTED, REMOTE, Outcome, outcome_of, restored
from tests.faults.state import PENDING, State, faults_of, git_dir, releases_of, state_of

# A lock file holds the next run up for a second at most (core.packedRefsTimeout); the rest is a busy machine.
PATIENCE = 20.0
_LOCKED = re.compile(r"(/[^' ]+\.git/[^' ]+\.lock)\b")
_PULL = re.compile(r"'git (pull [^']*)'")

# What follows the remote is no release: it may lag behind.
FOLLOWING = "refs/remotes/"

Whole = Mapping[str, State]
Visible = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The repositories before a command, and after each of its attempts when nothing disturbs it."""

    template: Path
    before: Whole
    after: tuple[Whole, ...]
    releases: tuple[Visible, ...]


def whole(case: Case, run: Path) -> Whole:
    """The state of each repository of a run."""
    return {name: state_of(run / name) for name in case.repositories}


def seen(case: Case, run: Path) -> Visible:
    """The releases that each repository of a run shows."""
    return {name: releases_of(run / name) for name in case.repositories}


def reference(case: Case, template: Path, run: Path) -> Reference:
    """What an undisturbed run leaves, for the first and the second attempt."""
    restored(template, run)
    before, releases, after = whole(case, run), [seen(case, run)], []
    for attempt in (1, 2):
        restored(template, run)
        outcome = outcome_of(case.command, run, attempt)
        assert outcome.code == 0, outcome
        after.append(whole(case, run))
        releases.append(seen(case, run))
    return Reference(template=template, before=before, after=tuple(after), releases=tuple(releases))


def broken(case: Case, run: Path, known: Reference) -> Iterator[str]:
    """What is wrong after a fault, and after the next run."""
    for name in case.repositories:
        yield from (f"{name}: fsck: {line}" for line in faults_of(run / name))
    now = whole(case, run)
    visible = seen(case, run)
    yield from _halves(case, now, visible, known)
    yield from _not_finished(case, run, now, visible, known)


def is_done(case: Case, run: Path, known: Reference) -> bool:
    """Whether all of it is where it counts: at the remote if there is one, in files where no ref moves."""
    name = REMOTE if REMOTE in case.repositories else CLONE
    now, before, after = state_of(run / name), known.before[name], known.after[0][name]
    if _public(before) == _public(after):
        return (_public(now), now.files) == (_public(after), after.files)
    return _public(now) == _public(after)


def untrue(case: Case, run: Path, known: Reference, outcome: Outcome) -> Iterator[str]:
    """What is wrong with what a run said that ended by itself."""
    if outcome.code not in (0, 3, INTERRUPTED):
        yield f"it exited {outcome.code}: {outcome.message}"
    if outcome.code == 0 and not is_done(case, run, known):
        yield f"it said that it was done: {outcome.done}"
    if outcome.code == 3 and is_done(case, run, known):
        yield f"it was done, and it said: {outcome.message}"


def _public(state: State) -> Mapping[str, str]:
    """The refs that others read."""
    return {ref: oid for ref, oid in state.refs.items() if not ref.startswith((PENDING, FOLLOWING))}


def _halves(case: Case, now: Whole, visible: Visible, known: Reference) -> Iterator[str]:
    before, after = known.releases[0], known.releases[1]
    for name in case.repositories:
        if visible[name] not in (before[name], after[name]):
            yield f"{name}: half a release is seen: {visible[name]}"
        if visible[name] == after[name] != before[name]:
            refs = known.after[0][name].refs
            missing = [
                ref for ref in refs if now[name].refs.get(ref) != refs[ref] and not ref.startswith(FOLLOWING)
            ]
            if missing:
                yield f"{name}: the release is there, and not {missing}"
        old, new = known.before[name], known.after[0][name]
        for path, digest in now[name].files.items():
            if digest not in (old.files.get(path), new.files.get(path)):
                yield f"{name}: {path} is neither old nor new"
        if strange := set(now[name].index) - {*old.index, *new.index}:
            yield f"{name}: the index is neither old nor new: {sorted(strange)}"


def _not_finished(case: Case, run: Path, now: Whole, visible: Visible, known: Reference) -> Iterator[str]:
    outcome, held, seconds = again(case, run)
    if seconds > PATIENCE:
        yield f"the next run took {seconds:.1f} s"
    if outcome.code:
        yield f"the next run is refused: {outcome.message} ({outcome.hint}), after {held}"
        return
    if REMOTE in case.repositories:
        # That the remote cannot be followed is a warning, and says this.
        said = plain(run / CLONE, "fetch", "-q", "origin")
        yield from (f"git fetch: {line}" for line in said.splitlines()[:1])
    ends = whole(case, run)
    # A lock of Git's that is in nobody's way stays: it may be a running Git's, and is named when it is. What
    # plmctl was writing stays in the Git directory where the next run has no file to write.
    has_pulled = any(word.startswith("pull ") for word in held)
    stale = {
        name: [
            path
            for path in now[name].unfinished
            if path.endswith(".lock") or has_pulled or now[name].files == ends[name].files
        ]
        for name in now
    }
    # What was recorded or published is finished with the same objects; otherwise it is planned anew.
    wanted = _wanted(known, now, visible)
    for name in case.repositories:
        yield from (f"{name}: {path} is left" for path in ends[name].unfinished if path not in stale[name])
        if not any(_same(ends[name], end[name]) for end in wanted):
            yield f"{name}: the next run ends elsewhere: {_difference(ends[name], wanted[0][name])}"
        yield from (f"{name}: fsck at the end: {line}" for line in faults_of(run / name))


def _same(one: State, other: State) -> bool:
    return (one.refs, one.files, one.index) == (other.refs, other.files, other.index)


def _wanted(known: Reference, now: Whole, visible: Visible) -> tuple[Whole, ...]:
    """How the next run may end: with what was begun, if that was recorded or can be seen."""
    if known.releases[0] == known.releases[1]:
        return known.after
    is_begun = any(state.is_pending for state in now.values())
    return known.after[:1] if is_begun or visible != known.releases[0] else known.after[1:]


def _difference(one: State, other: State) -> list[str]:
    pairs = ((one.refs, other.refs), (one.files, other.files))
    return [
        f"{key}: {ours.get(key)} is not {theirs.get(key)}"
        for ours, theirs in pairs
        for key in sorted({*ours, *theirs})
        if ours.get(key) != theirs.get(key)
    ]


def plain(folder: Path, *words: str) -> str:
    """What a plain git that failed says; a lock file that it names is deleted, as it asks for.

    A pull that stopped there, with its commits moved already, is continued and not begun again.
    """
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)
    found = _LOCKED.search(done.stderr)
    if done.returncode and found:
        Path(found[1]).unlink()
        is_rebasing = (git_dir(folder) / "rebase-merge").exists()
        return plain(folder, *(("rebase", "--continue") if is_rebasing else words))
    return done.stderr if done.returncode else ""


def again(case: Case, run: Path) -> tuple[Outcome, tuple[str, ...], float]:
    """The next run, after what the hints of earlier ones said was done; how long the slowest took.

    A lock file that is named is deleted; what somebody pushed meanwhile, a dead client too, is pulled.
    """
    held: list[str] = []
    slowest = 0.0
    while True:
        begun = time.monotonic()
        outcome = outcome_of(case.command, run, 2)
        slowest = max(slowest, time.monotonic() - begun)
        found = _LOCKED.search(outcome.message)
        pull = _PULL.search(outcome.hint)
        told = found[1] if found else pull[1] if pull else None
        if told is None or told in held:
            return outcome, tuple(held), slowest
        held.append(told)
        if found:
            Path(told).unlink()
        elif said := plain(run / CLONE, *told.split()):
            return Outcome(code=3, message=f"git pull: {said}"), tuple(held), slowest
