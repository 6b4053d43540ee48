"""The conversation of a release: the plan, the question, the outcome."""

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace

from plmctl.cli.outlet import require_writable
from plmctl.cli.place import named_file
from plmctl.cli.question import is_wanted
from plmctl.cli.screen import INTERRUPTED, Screen, WholeFormat
from plmctl.commands.release import Prepared, ReleaseOptions, prepared, release
from plmctl.commands.unwritten import refuse_output, unwritten_lock
from plmctl.core.finding import Bump, UsageError
from plmctl.core.numbering import is_pre_release_word
from plmctl.core.ports import Repo, Store
from plmctl.core.report import Report, exit_code
from plmctl.git.files import put_file
from plmctl.render.line import plural
from plmctl.render.visible import visible

# A lock says within its first line what it is.
_BEGINNING = 64
_BUMPS = {bump.label: bump for bump in Bump if bump is not Bump.NONE}


def raised(written: Iterable[str]) -> Mapping[str, Bump]:
    """The bumps that `--bump ID=major` asks for."""
    found = {}
    for text in written:
        artifact, _, word = text.partition("=")
        if not artifact or word not in _BUMPS:
            raise UsageError(f"--bump {text}: not ID=BUMP", hint="write '--bump prompt/support/triage=major'")
        found[artifact] = _BUMPS[word]
    return found


def pre_release(word: str | None) -> str | None:
    """The word that `--pre` gives. Raises UsageError for one that no version may have."""
    if word is not None and not is_pre_release_word(word):
        raise UsageError(
            f"--pre {word}: not letters a to z and digits alone", hint="write '--pre rc', or beta, or alpha"
        )
    return word


def refuse_halves(*, is_preparing: bool, is_pushed: bool, branch: str | None) -> None:
    """Raises UsageError where one of the options that go together is missing."""
    if branch is not None and not (is_preparing and is_pushed):
        raise UsageError(
            "--branch is where --prepare --push puts a release",
            hint=f"write 'plmctl release --prepare --branch {branch} --push'",
        )
    if is_preparing and is_pushed and branch is None:
        raise UsageError(
            "--prepare --push: onto which branch?",
            hint="write 'plmctl release --prepare --branch NAME --push'",
        )


def run(
    repo: Repo,
    options: ReleaseOptions,
    screen: Screen,
    form: WholeFormat,
    *,
    store: Store | None = None,
    is_dry: bool,
    is_agreed: bool,
    output: str | None = None,
) -> int:
    """Plan a release, show it, ask, make it; the exit code."""
    ready = prepared(repo, options, store)
    if output is not None:
        refuse_output(repo, ready)
        require_writable(output, named_file(output), f"-o {output}")
        _refuse_other(output)
    code = exit_code(ready.report)
    if is_dry or code or ready.is_nothing:
        screen.show(ready.report, form)
        return code
    # What is put into the work tree alone can be taken back: it is as good as asked.
    if is_agreed or (options.is_preparing and options.branch is None):
        _show(screen, release(repo, ready), form, unwritten_lock(repo, ready), output)
        return 0
    question = _question(ready)
    if not is_wanted(
        screen, form, ready.report, what="a release", question=question, if_not="nothing was released"
    ):
        return INTERRUPTED
    done = release(repo, ready)
    shown = done if form == "json" else _news(done)
    _show(screen, shown, form, unwritten_lock(repo, ready), output)
    return 0


def _show(screen: Screen, done: Report, form: WholeFormat, lock: bytes | None, output: str | None) -> None:
    """The outcome; a lock that no commit has goes to its file, else to stdout, and the rest beside it."""
    if lock is None:
        screen.show(done, form)
    elif output is not None:
        path = named_file(output)
        put_file(os.path.dirname(path), os.path.basename(path), lock)
        screen.show(replace(done, done=(*done.done, f"wrote {output}")), form)
    elif form == "json":
        screen.show(replace(done, text=lock.decode()), form)
    else:
        screen.show(done, form, sys.stderr)
        sys.stdout.flush()
        sys.stdout.buffer.write(lock)
        sys.stdout.buffer.flush()


def _refuse_other(output: str) -> None:
    """Raises UsageError where a file is there that is no lock: it would be lost."""
    path = named_file(output)
    if os.path.isfile(path) and os.path.getsize(path):
        with open(path, "rb") as file:
            if b'"lockVersion"' not in file.read(_BEGINNING):
                raise UsageError(f"-o {output}: that file is no lock", hint="name another, or delete it")


def _news(done: Report) -> Report:
    """What was not shown before the question."""
    return replace(done, findings=(), plan=None, notes=())


def _question(ready: Prepared) -> str:
    plan, where = ready.report.plan, visible(ready.to.name) if ready.to is not None else ""
    pushed = f" and push it to {where}" if where else ""
    if ready.unfinished is not None:
        return f"Finish the release {visible(ready.unfinished.registry_tag.name)}{pushed}?"
    if ready.options.branch is not None and plan is not None:
        return f"Prepare {plan.tag} on {visible(ready.options.branch)} of {where}?"
    if plan is None or plan.is_empty:
        return f"Push {plural(len(ready.waiting), 'release')} to {where}?"
    return f"Release {plan.tag} with {plural(len(plan.planned), 'artifact')}{pushed}?"
