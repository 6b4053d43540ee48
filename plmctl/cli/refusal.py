"""A command that is refused says so in the format and the files that were asked for, too."""

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, get_args, get_type_hints

import typer

from plmctl.cli.outlet import outlets
from plmctl.cli.stream import Unwritable, write
from plmctl.core.finding import PlmctlError

if TYPE_CHECKING:
    from plmctl.render.form import Form

Command = Callable[..., None]


def told(group: typer.Typer) -> typer.Typer:
    """A group whose commands tell their reports why they were refused; the error itself goes on."""
    _tell_all(group, "")
    return group


def _tell_all(group: typer.Typer, before: str) -> None:
    for info in group.registered_commands:
        if info.callback is not None:
            info.callback = _telling(info.callback, f"{before}{info.name or info.callback.__name__}")
    for below in group.registered_groups:
        if below.typer_instance is not None:
            _tell_all(below.typer_instance, f"{before}{below.typer_instance.info.name} ")


def _telling(command: Command, name: str) -> Command:
    @wraps(command)
    def run(**given: object) -> None:
        try:
            command(**given)
        except PlmctlError as error:
            _tell(command, name, error, given)
            raise

    return run


def _tell(command: Command, name: str, error: PlmctlError, given: Mapping[str, object]) -> None:
    from plmctl.core.report import refused
    from plmctl.render.form import written
    from plmctl.render.line import Paper

    report, literal = refused(name, error), get_type_hints(command).get("form")
    # A file that got its report keeps it where another cannot be written; the first error is the one to tell.
    if not isinstance(error, Unwritable):
        with suppress(PlmctlError):
            for outlet in outlets(_texts(given.get("reports")), literal):
                outlet.write(written(report, outlet.form, Paper()))
    # To people stderr says it.
    form = _machine_form(given.get("form"))
    if form is not None:
        write(written(report, form, Paper()), sys.stdout)


def _machine_form(asked: object) -> "Form | None":
    """The format that was asked for, None where it is for people or draws: a drawing can tell no error."""
    from plmctl.render.form import Form

    return next((form for form in get_args(Form) if form == asked and form != "text"), None)


def _texts(value: object) -> Iterable[str]:
    return (str(text) for text in value) if isinstance(value, list) else ()
