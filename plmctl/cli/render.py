"""render: a prompt as a model gets it."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from plmctl.cli.place import file_bytes, repository
from plmctl.cli.screen import Screen, screen_of

if TYPE_CHECKING:
    from plmctl.core.call.request import Request
    from plmctl.core.report import Report
    from plmctl.core.value import Value

group = typer.Typer(rich_markup_mode=None)

RenderFormat = Literal["text", "json", "openai", "anthropic", "litellm"]
# One byte more than the reader takes.
_STDIN_LIMIT = (1 << 20) + 1

_RENDER = """\b
Examples:
  plmctl render prompt/support/summarize --sample short-chat
  plmctl render prompt/support/classify --input ticket="My tent leaks."
  plmctl render prompt/support/summarize@1.0.0 --sample short-chat --as openai

--input NAME=TEXT gives a text, whatever it holds; NAME:=JSON another value, as days:=3; NAME@FILE the text
of a file. --inputs FILE gives many by name, in JSON or YAML: history, memory, session and retrieved
passages too; '-' is stdin. --input goes over --inputs, and that over --sample.
"""


@group.command(epilog=_RENDER)
def render(
    context: typer.Context,
    prompt: Annotated[
        str, typer.Argument(metavar="PROMPT[@VERSION]", help="As it is, or as it was released.")
    ],
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", metavar="NAME=TEXT", help="An input; repeat it.", show_default=False),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--inputs", metavar="FILE", help="Inputs in JSON or YAML.", show_default=False),
    ] = None,
    sample: Annotated[
        str | None,
        typer.Option("--sample", metavar="SAMPLE", help="Inputs of the prompt's own.", show_default=False),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="KEY=TEXT", help="Choose a variant: locale=de.", show_default=False),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="ID", help="One model of the route.", show_default=False),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="TEXT", help="Whom a weighted route serves.", show_default=False),
    ] = None,
    revision: Annotated[
        str | None, typer.Option("--rev", metavar="REV", help="At a commit.", show_default=False)
    ] = None,
    is_staged: Annotated[bool, typer.Option("--staged", help="As it is staged.")] = False,
    form: Annotated[RenderFormat, typer.Option("--as", "--format", help="How to print.")] = "text",
) -> None:
    """Render a prompt: its messages, tokens and cost. Sends nothing."""
    from plmctl.commands import render as command
    from plmctl.core.report import exit_code
    from plmctl.store.tokenizer import Installed

    given = {**(_named_in(file) if file is not None else {}), **_assigned("--input", inputs)}
    options = command.RenderOptions(
        prompt=prompt,
        revision=revision,
        is_staged=is_staged,
        sample=sample,
        inputs=given,
        select=_assigned("--select", select),
        model=model,
        key=key,
        tokenizers=Installed().of,
    )
    with repository() as repo:
        report = command.render(repo, options)
    report = report if form in ("text", "json") else _called(report, form)
    _show(screen_of(context), report, form)
    sys.exit(exit_code(report))


def _show(screen: Screen, report: "Report", form: RenderFormat) -> None:
    if form == "text" or form == "json":
        screen.show(report, form)
    else:
        # What is no call is not for the program that reads one.
        screen.show(report, "text", sys.stdout if report.text is not None else sys.stderr)


def _called(report: "Report", client: str) -> "Report":
    """A render as the arguments of a client, or all that its API cannot express."""
    from plmctl.core.call.adapter import AdapterError
    from plmctl.core.phrase import listed
    from plmctl.core.report import Problem
    from plmctl.render.json import written

    if report.rendering is None:
        return report
    try:
        return replace(report, text=written(_arguments(report.rendering.request, client)))
    except AdapterError as error:
        hint = f"give {listed([f'--as {way}' for way in error.ways])}" if error.ways else None
        told = ((error.subject, None), *((problem, hint) for problem in error.problems))
        problems = tuple(Problem(message=why, hint=mend, exit_code=error.exit_code) for why, mend in told)
        return replace(report, rendering=None, data=None, problems=problems)


def _arguments(request: "Request", client: str) -> "dict[str, Value]":
    # No environment is handed over: a variable may hold what no terminal should show.
    if client == "openai":
        from plmctl.core.call.openai import openai as adapter
    elif client == "anthropic":
        from plmctl.core.call.anthropic import anthropic as adapter
    else:
        from plmctl.core.call.litellm import litellm as adapter
    return adapter(request)


def _assigned(option: str, written: list[str] | None) -> "dict[str, Value]":
    from plmctl.core.assignment import assignments, values

    given = assignments(option, written or ())
    return values(given, {one.rest: file_bytes(one.rest) for one in given if one.sign == "@"})


def _named_in(file: str) -> "Mapping[str, Value]":
    from plmctl.core.assignment import named_values

    if file != "-":
        return named_values(file, file_bytes(file))
    return named_values("stdin", sys.stdin.buffer.read(_STDIN_LIMIT))
