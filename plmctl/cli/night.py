"""lock --data: the newest floating data in the lock of an application."""

from typing import cast

from plmctl.cli.place import data_of, now, repository, today
from plmctl.cli.screen import Screen, WholeFormat
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What is asked beside the application: which commit has the data, and what becomes of the lock."""

    revision: str | None
    is_pushed: bool
    is_uncommitted: bool


def refreshed(
    screen: Screen, environment: str | None, application: str | None, asked: Night, form: str
) -> int:
    """Record floating data and show what came of it; the exit code."""
    from plmctl.commands.delivery import Delivery, delivered
    from plmctl.commands.night import NightOptions, prepared
    from plmctl.core.report import exit_code

    if environment is None or application is None:
        raise UsageError("--data is of one application", hint="write 'plmctl lock ENV APP --data'")
    if asked.is_uncommitted and asked.is_pushed:
        raise UsageError("--no-commit makes nothing to push", hint="leave out --push")
    with repository() as repo:
        options = NightOptions(
            environment=environment,
            application=application,
            today=today(),
            delivery=Delivery(when=now(), is_pushed=asked.is_pushed, is_staged=asked.is_uncommitted),
            revision=asked.revision,
        )
        ready = prepared(repo, data_of(repo), options)
        code = exit_code(ready.report)
        report = ready.report if code or ready.is_nothing else delivered(repo, ready)
    screen.show(report, cast(WholeFormat, form))
    return exit_code(report)
