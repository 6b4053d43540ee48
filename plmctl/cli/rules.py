"""Commands about the rules: rules, explain."""

import sys
from typing import Annotated, Literal

import typer

from plmctl.cli.place import repository_or_none, today
from plmctl.cli.screen import WholeFormat, screen_of

group = typer.Typer(rich_markup_mode=None)

LevelHere = Literal["error", "warning", "info", "off"]

_RULES = """\b
Examples:
  plmctl rules
  plmctl rules TPL
  plmctl rules --level off
"""
_EXPLAIN = """\b
Examples:
  plmctl explain REF001
  plmctl explain undeclared-variable
  plmctl explain tpl002 --format json
"""


@group.command(epilog=_RULES)
def rules(
    context: typer.Context,
    prefix: Annotated[str, typer.Argument(metavar="[PREFIX]", help="Codes that begin so.")] = "",
    level: Annotated[LevelHere | None, typer.Option("--level", help="Of this level here.")] = None,
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """List the rules and their levels here."""
    from plmctl.commands.rules import RulesOptions
    from plmctl.commands.rules import rules as command
    from plmctl.core.finding import Level
    from plmctl.core.report import exit_code

    wanted = Level(level) if level is not None else None
    with repository_or_none() as repo:
        report = command(repo, RulesOptions(prefix=prefix, level=wanted, today=today()))
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))


@group.command(epilog=_EXPLAIN)
def explain(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code or the name of a rule.")],
    form: Annotated[WholeFormat, typer.Option("--format", help="How to print.")] = "text",
) -> None:
    """Explain a rule: what it means, an example, what mends it."""
    from plmctl.commands.explain import ExplainOptions
    from plmctl.commands.explain import explain as command
    from plmctl.core.report import exit_code

    with repository_or_none() as repo:
        report = command(repo, ExplainOptions(code=code, today=today()))
    screen_of(context).show(report, form)
    sys.exit(exit_code(report))
