"""verify: recompute from Git objects everything that locks and tags claim."""

from dataclasses import dataclass

from plmctl.commands.age import Age, Seen
from plmctl.commands.archive import Archive
from plmctl.commands.claims import Claims, Question
from plmctl.commands.moment import current
from plmctl.commands.published import Published
from plmctl.commands.signatures import Allowed, NotAsked, Signatures
from plmctl.commands.trust import require_history
from plmctl.core.finding import PlmctlError
from plmctl.core.lock import FILE_NAME
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.report import Check, Problem, Report, State, problem_of


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """Locks (paths in the repository) and tags to verify; none: every lock here.

    What else is asked of each: who signed it (and who may, if the caller says), whether the remote has the
    same tags, and whether it is as new as what was seen.
    """

    names: tuple[str, ...] = ()
    asks_signatures: bool = False
    allowed: Allowed | None = None
    asks_remote: bool = False
    seen: Seen | None = None


def verify(repo: Repo, options: VerifyOptions) -> Report:
    """What each lock or tag claims, recomputed: ok, FAILED or not checked, and why."""
    tree = repo.work_tree()
    registry = current(tree)
    require_history(repo)
    archive = Archive(repo, registry, tree)
    published = Published(archive, repo.remote()) if options.asks_remote else None
    claims = Claims(archive, _questions(archive, options), published)
    checks: list[Check] = []
    problems: list[Problem] = []
    names = options.names or _locks(registry, tree)
    if not names:
        raise PlmctlError("there is no lock here", hint="run 'plmctl release', or 'plmctl lock ENV APP'")
    for name in names:
        try:
            checks.extend(claims.checks(name))
        except PlmctlError as error:
            problems.append(problem_of(error))
    states = [check.state for check in checks]
    return Report(
        command="verify",
        checks=tuple(checks),
        problems=tuple(problems),
        summary={
            "locks": len(names),
            "ok": states.count(State.OK),
            "failed": states.count(State.FAILED),
            "notChecked": states.count(State.NOT_CHECKED),
        },
    )


def _questions(archive: Archive, options: VerifyOptions) -> tuple[Question, ...]:
    """What is asked of each lock of an archive."""
    signatures = Signatures(archive, options.allowed) if options.asks_signatures else NotAsked()
    age = (Age(archive, options.seen),) if options.seen is not None else ()
    return signatures, *age


def _locks(registry: Registry, tree: Tree) -> tuple[str, ...]:
    whole, folder = registry.settings.at(FILE_NAME), registry.settings.at("environments/")
    return tuple(
        path for path in tree.paths() if path == whole or (path.startswith(folder) and path.endswith(".lock"))
    )
