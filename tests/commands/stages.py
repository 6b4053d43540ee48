"""A registry with two environments, one after the other, and promotions and rollbacks in them."""

from pathlib import Path

from plmctl.commands import promote, rollback
from plmctl.commands.delivery import Delivery, Ready, delivered
from plmctl.core.lock import stated_versions
from plmctl.core.ports import Repo
from plmctl.core.report import Report
from tests.commands.builder import FILES, made_locks, make_release, opened
from tests.commands.ground import WHEN, folder_at
from tests.git.builder import Folder
from tests.once import once

TODAY = "2026-03-04"
# A comment at each place that an edit touches.
STAGING = """\
apiVersion: plmctl/v1
kind: Environment
metadata:
  name: staging
spec:
  pins:
    # What testers see.
    desk: ^1.0
"""
PRODUCTION = """\
apiVersion: plmctl/v1
kind: Environment
metadata:
  name: production
  owners: [operations]
spec:
  pins:
    # What people see.
    desk: 1.0.0 # exact
  after: staging
"""
TEXTS = ("warmly", "very warmly", "coolly")


@once
def stages(path: Path) -> Folder:
    """Four versions of an application, 1.0.0 to 1.3.0; both environments are locked at the first."""
    path.mkdir(parents=True)
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    files = {**FILES, "environments/staging.yaml": STAGING, "environments/production.yaml": PRODUCTION}
    folder.commit(files, "begin")
    make_release(folder)
    made_locks(folder)
    folder.commit({}, "lock")
    for text in TEXTS:
        folder.commit({"prompts/greet.md": f"Greet {{{{name}}}} {text}.\n"}, text)
        make_release(folder)
    return folder


def delivery(*, branch: str | None = None, is_pushed: bool = False, is_staged: bool = False) -> Delivery:
    """A commit on the branch that is checked out, or another delivery."""
    return Delivery(when=WHEN, branch=branch, is_pushed=is_pushed, is_staged=is_staged)


def promotion(
    written: str,
    to: str,
    how: Delivery | None = None,
    *,
    arm: str | None = None,
    reason: str | None = None,
    is_hold_lifted: bool = False,
) -> promote.PromoteOptions:
    """A promotion of `APP@VERSION`; with a reason by force."""
    name, _, version = written.partition("@")
    return promote.PromoteOptions(
        application=name,
        version=version or None,
        environment=to,
        today=TODAY,
        delivery=how or delivery(),
        arm=arm,
        is_forced=reason is not None,
        reason=reason,
        is_hold_lifted=is_hold_lifted,
    )


def way_back(
    environment: str,
    written: str = "desk",
    how: Delivery | None = None,
    *,
    arm: str | None = None,
    reason: str | None = None,
    until: str | None = None,
) -> rollback.RollbackOptions:
    """A rollback, to `APP@VERSION` or to what ran before."""
    name, _, version = written.partition("@")
    return rollback.RollbackOptions(
        environment=environment,
        application=name,
        today=TODAY,
        delivery=how or delivery(),
        version=version or None,
        arm=arm,
        reason=reason,
        until=until,
    )


def prepared(folder: Folder, options: promote.PromoteOptions | rollback.RollbackOptions) -> Ready:
    """What `--dry-run` shows."""
    with opened(folder) as repo:
        return _prepared(repo, options)


def made(folder: Folder, options: promote.PromoteOptions | rollback.RollbackOptions) -> Report:
    """What came of a promotion or a rollback, with `--yes`."""
    with opened(folder) as repo:
        ready = _prepared(repo, options)
        is_stopped = ready.report.problems or ready.report.findings or ready.is_nothing
        return ready.report if is_stopped else delivered(repo, ready)


def promoted(folder: Folder, written: str, to: str) -> Report:
    """What came of a promotion that nothing stops."""
    report = made(folder, promotion(written, to))
    assert (report.problems, report.findings) == ((), ())
    return report


def version_in(folder: Folder, environment: str, name: str = "desk") -> str | None:
    """The version of an application that a committed lock has."""
    data = folder.git("show", f"HEAD:environments/{environment}/{name}.lock")
    return stated_versions(data.encode())[f"application/{name.partition('.')[0]}"]


def _prepared(repo: Repo, options: promote.PromoteOptions | rollback.RollbackOptions) -> Ready:
    if isinstance(options, promote.PromoteOptions):
        return promote.prepared(repo, options)
    return rollback.prepared(repo, options)
