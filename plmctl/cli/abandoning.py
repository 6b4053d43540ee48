"""The conversation of giving a release up: what goes, the question, the outcome."""

import sys
from dataclasses import replace

from plmctl.cli.question import agreed, require_terminal
from plmctl.cli.screen import INTERRUPTED, Screen, WholeFormat
from plmctl.cli.stream import write
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
    if not is_agreed:
        require_terminal("--abandon")
        plan = replace(ready.report, next=())
        screen.show(plan, "text", sys.stderr if form == "json" else sys.stdout)
        if not agreed(f"Abandon the release {visible(options.name)}?"):
            write("nothing was abandoned\n", sys.stderr)
            return INTERRUPTED
    screen.show(abandon(repo, ready), form)
    return 0
