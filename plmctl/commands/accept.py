"""accept: say of a breaking change that it is meant, and why."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from plmctl.commands.diff import DiffOptions, judged_changes
from plmctl.commands.moment import earlier
from plmctl.commands.writing import put_all
from plmctl.core.accepted import Accepted, Accepteds, accepted_text, path_of
from plmctl.core.accepting import acceptance_of
from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import Level, PlmctlError, UsageError
from plmctl.core.fingerprint import DIGITS
from plmctl.core.judgement import Judgement
from plmctl.core.phrase import one_line
from plmctl.core.ports import Repo
from plmctl.core.registry import load
from plmctl.core.report import Report
from plmctl.core.settings import ACCEPTED_FOLDER

SHORTEST = 6
"""The digits of a fingerprint that may stand for all of them."""

_WRITTEN = deferred(rf"[0-9a-f]{{{SHORTEST},{DIGITS}}}")
_LONGEST_REASON, _LONGEST_NAME = 1000, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOptions:
    """Which changes, why, and who says so (None: who Git knows); `revision` is another diff that has them."""

    fingerprints: tuple[str, ...]
    reason: str
    by: str | None = None
    revision: str | None = None
    today: str | None = None


def accept(repo: Repo, options: AcceptOptions) -> Report:
    """Writes a file for each breaking change that is named; one that is accepted already stays as it is."""
    reason, by = (
        _line(options.reason, "reason", _LONGEST_REASON),
        _line(_by(repo, options), "by", _LONGEST_NAME),
    )
    found = _unreleased(repo, options)
    named = dict.fromkeys(meant(written, found) for written in options.fingerprints)
    files = _Files(repo)
    known = tuple(note for name in named for note in files.known(name, found[name]))
    wanted = [acceptance_of(found[name][0], reason, by) for name in named if name not in files.kept]
    texts = {files.path(new): accepted_text(new).encode() for new in map(files.refused, wanted)}
    put_all(repo, texts)
    return Report(
        command="accept",
        data={"accepted": list(named), "files": list(texts)},
        notes=known,
        done=tuple(f"wrote {files.path(new)}: {_told(found[new.fingerprint][0])}" for new in wanted),
        next=(f"git add :/{files.folder}",) if texts else (),
    )


class _Files:
    """The files of the work tree that accept something; `kept` are the fingerprints of those that do."""

    def __init__(self, repo: Repo):
        self.kept: set[str] = set()
        self._repo = repo
        self._registry = load(repo.work_tree())

    @property
    def folder(self) -> str:
        """Where they lie, in the repository."""
        return self._registry.settings.at(ACCEPTED_FOLDER)

    def path(self, accepted: Accepted) -> str:
        """Where one lies."""
        return path_of(self._registry.settings, accepted.fingerprint)

    def known(self, fingerprint: str, shown: Iterable[Judgement]) -> Iterator[str]:
        """That a change is accepted already: where it is shown, or by a file that waits for its commit."""
        here = self._registry.accepted.get(fingerprint)
        is_new = here is not None and here != self._at_head.get(fingerprint)
        if is_new or not any(judgement.is_unaccepted for judgement in shown):
            self.kept.add(fingerprint)
            yield f"{fingerprint} is accepted already: {path_of(self._registry.settings, fingerprint)}"

    def refused(self, wanted: Accepted) -> Accepted:
        """What is to be written. Raises UsageError where a file says the same, and its time is over."""
        if self._registry.accepted.get(wanted.fingerprint) == wanted:
            raise UsageError(
                f"{self.path(wanted)} says just that, and is used up: the same change was made before",
                hint="say in --reason why it is meant this time",
            )
        return wanted

    @cached_property
    def _at_head(self) -> Accepteds:
        commit = self._repo.head().commit
        return earlier(self._repo.commit_tree(commit), self._registry).accepted if commit is not None else {}


def _unreleased(repo: Repo, options: AcceptOptions) -> Mapping[str, tuple[Judgement, ...]]:
    """What can be accepted, by fingerprint, as each diff shows it that somebody may have looked at."""
    found: dict[str, tuple[Judgement, ...]] = {}
    for wanted in _diffs(options):
        for judgement in judged_changes(repo, wanted):
            if judgement.level is Level.ERROR:
                name = judgement.fingerprint
                found[name] = (*found.get(name, ()), judgement)
    return found


def _diffs(options: AcceptOptions) -> Iterator[DiffOptions]:
    today = options.today
    if options.revision is not None:
        yield DiffOptions(revisions=(options.revision,), today=today)
        return
    yield DiffOptions(today=today)
    yield DiffOptions(is_staged=True, today=today)
    yield DiffOptions(is_since_release=True, today=today)
    yield DiffOptions(is_since_release=True, revisions=("HEAD",), today=today)


def meant(written: str, found: Mapping[str, tuple[Judgement, ...]]) -> str:
    """The fingerprint that some of its first digits mean."""
    digits = written.lower()
    if not _WRITTEN.fullmatch(digits):
        raise UsageError(
            f"'{written}' is no fingerprint: {SHORTEST} to {DIGITS} hexadecimal digits",
            hint="'plmctl diff' shows the fingerprint of each breaking change",
        )
    fitting = [name for name in sorted(found) if name.startswith(digits)]
    if len(fitting) > 1:
        hint = f"write {' or '.join(fitting)}"
        raise UsageError(f"'{written}' begins {len(fitting)} fingerprints", hint=hint)
    if not fitting:
        raise PlmctlError(f"there is no change '{written}' to accept", hint=_acceptable(found))
    return fitting[0]


def _acceptable(found: Mapping[str, tuple[Judgement, ...]]) -> str:
    waiting = sorted(name for name, shown in found.items() if any(j.is_unaccepted for j in shown))
    if not waiting:
        return "nothing here waits for it; name the diff that shows it, for example '--diff main...HEAD'"
    return "\n".join(f"{name} is {_told(found[name][0])}" for name in waiting)


def _told(judgement: Judgement) -> str:
    said = f"{judgement.code} {judgement.rule.name}: {one_line(judgement.message)}"
    return f"{judgement.change.artifact} {said}"


def _by(repo: Repo, options: AcceptOptions) -> str:
    by = repo.author() if options.by is None else options.by
    if by is None:
        raise UsageError("Git does not know who you are", hint="say who accepts it with --by")
    return by


def _line(text: str, name: str, longest: int) -> str:
    """A text on one line, as it is written down."""
    line = one_line(" ".join(text.split()))
    if not line or len(line) > longest:
        raise UsageError(
            f"--{name} is {'empty' if not line else f'over {longest:,} characters long'}",
            hint="say it in a sentence",
        )
    return line
