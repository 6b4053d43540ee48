"""The conversation of giving a release up: what goes, the question, the outcome."""

from dataclasses import replace

from plmctl.cli.question import is_wanted
from plmctl.cli.screen import INTERRUPTED, Screen, WholeFormat
from plmctl.commands.abandon import AbandonOptions, abandon, prepared_abandon
from plmctl.core.ports import Repo
from plmctl.core.report import exit_code
from plmctl.render.visible import visible


def run_abandon(
    repo: Repo, options: AbandonOptions, screen: Screen, form: WholeFormat, *, is_dry: bool, is_agreed: bool
) -> int:
    """Show what undoing a release means, ask, undo it; the exit code."""
    ready = prepared_abandon(repo, options)
    code = exit_code(ready.report)
    if is_dry or code:
        screen.show(ready.report, form)
        return code
    plan, question = replace(ready.report, next=()), f"Abandon the release {visible(options.name)}?"
    if not is_agreed and not is_wanted(
        screen, form, plan, what="--abandon", question=question, if_not="nothing was abandoned"
    ):
        return INTERRUPTED
    screen.show(abandon(repo, ready), form)
    return 0
