"""verify: recompute from Git objects everything that locks and tags claim."""

from collections.abc import Iterator
from dataclasses import dataclass

from plmctl.commands.archive import Archive
from plmctl.commands.claims import Claims
from plmctl.commands.moment import current
from plmctl.commands.provenance import Claim
from plmctl.commands.trust import require_history
from plmctl.core.finding import PlmctlError
from plmctl.core.lock import FILE_NAME
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry
from plmctl.core.report import Check, Problem, Report, State, problem_of, unchecked


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """Locks (paths in the repository) and tags to verify; none: every lock here."""

    names: tuple[str, ...] = ()


def verify(repo: Repo, options: VerifyOptions) -> Report:
    """What each lock or tag claims, recomputed: ok, FAILED or not checked, and why."""
    tree = repo.work_tree()
    registry = current(tree)
    require_history(repo)
    claims = Claims(Archive(repo, registry, tree), (_Unasked(),))
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


class _Unasked:
    """What nobody asked for, and is said not to have been checked."""

    def checks(self, claim: Claim) -> Iterator[Check]:
        """That no signature was checked."""
        yield unchecked(claim.subject, "signature", "not asked for")


def _locks(registry: Registry, tree: Tree) -> tuple[str, ...]:
    whole, folder = registry.settings.at(FILE_NAME), registry.settings.at("environments/")
    return tuple(
        path for path in tree.paths() if path == whole or (path.startswith(folder) and path.endswith(".lock"))
    )
