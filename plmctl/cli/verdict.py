"""Exit codes that depend on what the user asked to fail on."""

from plmctl.cli.judge import Change
from plmctl.core.finding import Level
from plmctl.core.report import Report, exit_code

# The level that a change of each meaning has, unless plmctl.yaml says otherwise.
LEVELS: dict[Change, Level] = {"breaking": Level.ERROR, "behavioural": Level.WARNING, "safe": Level.INFO}


def changed_code(report: Report, *, fail_on: Change | None, has_exit_code: bool) -> int:
    """The exit code of a diff: 0 whatever changed, unless asked; what is accepted fails nothing."""
    is_changed = bool(report.judgements or report.moved)
    is_over = fail_on is not None and any(
        judgement.acceptance is None and judgement.level.rank >= LEVELS[fail_on].rank
        for judgement in report.judgements
    )
    asked = 1 if is_over or (has_exit_code and is_changed) else 0
    return max(exit_code(report), asked)
