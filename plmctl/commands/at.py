"""The moment that is asked about: now, a revision, or a date on the line of first parents."""

from plmctl.commands.past import tree_here
from plmctl.commands.trust import require_history
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.instant import Then, day_of, instant, then, time_of
from plmctl.core.memo import Memo
from plmctl.core.ports import Repo, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """The files of a moment; `commit` is None for now. `today` is its day, None where nobody knows it."""

    tree: Tree
    commit: str | None = None
    seconds: int | None = None
    today: str | None = None
    notes: tuple[str, ...] = ()


def at(repo: Repo, written: str | None, today: str | None, memo: Memo | None = None) -> At:
    """The moment that a date or a revision names; now where nothing is written."""
    if written is None:
        return At(tree=tree_here(repo, memo), today=today)
    until = instant(written)
    if until is None:
        commit = _resolved(repo, written)
        seconds = repo.line_dates(commit)[0][1]
        return At(tree=repo.commit_tree(commit), commit=commit, seconds=seconds, today=day_of(seconds))
    _refuse_both(repo, written)
    require_history(repo)
    found = then(repo.line_dates(repo.resolve("HEAD")), until)
    if found is None:
        raise PlmctlError(f"nothing was committed here by {time_of(until)}", hint="name a later date")
    return At(
        tree=repo.commit_tree(found.commit),
        commit=found.commit,
        seconds=found.seconds,
        today=day_of(until),
        notes=_notes(found),
    )


def _resolved(repo: Repo, written: str) -> str:
    """The commit of a revision. Raises PlmctlError, for it may have been meant as a date."""
    try:
        return repo.resolve(written)
    except PlmctlError as error:
        if written == "HEAD":
            raise
        raise PlmctlError(
            f"'{written}' is no date, and no revision here",
            hint=f"write a date as 2026-03-04 or 2026-03-04T12:00Z; for a revision, {error.hint}",
        ) from error


def _refuse_both(repo: Repo, written: str) -> None:
    """Raises UsageError for a date that is the name of a revision too."""
    try:
        repo.resolve(written)
    except PlmctlError:
        return
    hint = f"write '{written}^0' for the revision, or a time, such as '2026-03-04T12:00Z'"
    raise UsageError(f"'{written}' is a date, and a revision", hint=hint)


def _notes(found: Then) -> tuple[str, ...]:
    said = f"as of commit {found.commit[:10]} of {time_of(found.seconds)}"
    if not found.behind:
        return (said,)
    commits = "1 commit" if found.behind == 1 else f"{found.behind} commits"
    return (said, f"clocks went backwards: {commits} before it say a later time")
