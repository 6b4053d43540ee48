"""What changes mean to a release."""

from plmctl.commands.diff import judge
from plmctl.commands.since import closures
from plmctl.core.diff import compare
from plmctl.core.judgement import Judgement
from plmctl.core.plan import Judge
from plmctl.core.registry import Registry


def judging(today: str | None = None) -> Judge:
    """What changes of some artifacts mean on a day: sunsets and overrides end."""

    def judged(before: Registry, after: Registry, only: frozenset[str]) -> tuple[Judgement, ...]:
        changes = compare(before, after, closures(before, after, only))
        return judge(before, after, changes, today, only)

    return judged
