"""validate: what is wrong with the manifests."""

from collections import Counter
from functools import cache, partial
from typing import TYPE_CHECKING

from plmctl.commands.tree import require_existing, tree_of
from plmctl.core.answer import Answer, Names, is_shown, names_of, read_answer, written
from plmctl.core.cache import one
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.memo import Memo
from plmctl.core.ports import Repo, Tree, Watch
from plmctl.core.report import Report
from plmctl.core.seen import SeenTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from plmctl.core.ports import Kept

KIND = "answer"
"""What `validate` keeps in a cache: the last answer, by the program and the day that it is of."""
_NAME = "validate"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateOptions:
    """Which tree, and which of its files to speak of (none: all); paths are the repository's.

    The records of datasets are looked into where the whole work tree is validated, or all of them are asked
    for; `store` makes what knows where those lie that no tree has, and whoever waits for them has a `watch`.
    """

    paths: tuple[str, ...] = ()
    revision: str | None = None
    is_staged: bool = False
    today: str | None = None
    has_all_records: bool = False
    store: "Callable[[], Kept] | None" = None
    watch: Watch | None = None
    memo: Memo | None = None

    @property
    def looks_into_data(self) -> bool:
        """Whether the records of datasets are asked for."""
        is_whole_work_tree = not self.paths and self.revision is None and not self.is_staged
        return self.has_all_records or is_whole_work_tree


def validate(repo: Repo, options: ValidateOptions) -> Report:
    """What is wrong with the manifests of a tree; references are checked against the whole registry."""
    if options.has_all_records and options.is_staged:
        raise UsageError(
            "--staged is for hooks and leaves data alone, and --all-records reads all of it",
            hint="leave one of them out",
        )
    tree = tree_of(repo, options.revision, options.is_staged, options.memo)
    names = cache(partial(names_of, tree))
    answer = _known(tree, options, names) or _found_out(repo, tree, options, names)
    require_existing(options.paths, tree)
    return _reported(answer, options)


def _known(tree: Tree, options: ValidateOptions, names: "Callable[[], Names]") -> Answer | None:
    """What was said of the same files before, by the same program, on the same day."""
    if options.memo is None:
        return None
    stamp, data = one(options.memo.cache, KIND, _NAME)
    is_of_today = stamp == _stamp(options.memo, options)
    answer = read_answer(data, tree, names()) if is_of_today else None
    is_other = answer is not None and answer.has_records and options.looks_into_data
    return None if is_other else answer


def _found_out(repo: Repo, tree: Tree, options: ValidateOptions, names: "Callable[[], Names]") -> Answer:
    from plmctl.commands.faults import answered

    if options.memo is None or not options.memo.cache.is_lasting:
        return answered(repo, tree, options)
    seen = SeenTree(tree)
    answer = answered(repo, seen, options)
    is_of_data = answer.has_records and options.looks_into_data
    data = None if is_of_data else written(answer, seen, names())
    if data is not None:
        options.memo.cache.keep(KIND, {_NAME: (_stamp(options.memo, options), data)})
    return answer


def _stamp(memo: Memo, options: ValidateOptions) -> bytes:
    return f"{memo.program} {options.today}".encode()


def _reported(answer: Answer, options: ValidateOptions) -> Report:
    shown = tuple(told.finding for told in answer.told if is_shown(told, options.paths))
    levels = Counter(finding.level.value for finding in shown)
    count = sum(bool(finding.fix) for finding in shown)
    is_fixable = count and options.revision is None and not options.is_staged
    mend = f"{count} can be fixed with 'plmctl validate --fix'"
    return Report(
        command="validate",
        findings=shown,
        summary={"manifests": answer.manifests, **dict(sorted(levels.items()))},
        notes=(*answer.notes, *((mend,) if is_fixable else ())),
    )
