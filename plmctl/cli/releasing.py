"""The conversation of a release: the plan, the question, the outcome."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace

from plmctl.cli.screen import INTERRUPTED, Screen, WholeFormat
from plmctl.cli.stream import write
from plmctl.commands.release import Prepared, ReleaseOptions, prepared, release
from plmctl.core.finding import Bump, UsageError
from plmctl.core.numbering import is_pre_release_word
from plmctl.core.ports import Repo
from plmctl.core.report import Report, exit_code
from plmctl.render.line import plural
from plmctl.render.visible import visible

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


def run(
    repo: Repo, options: ReleaseOptions, screen: Screen, form: WholeFormat, *, is_dry: bool, is_agreed: bool
) -> int:
    """Plan a release, show it, ask, make it; the exit code."""
    ready = prepared(repo, options)
    code = exit_code(ready.report)
    if is_dry or code or ready.is_nothing:
        screen.show(ready.report, form)
        return code
    if is_agreed:
        screen.show(release(repo, ready), form)
        return 0
    _require_terminal()
    # The plan is for the one who is asked; in JSON the result alone goes to stdout.
    screen.show(ready.report, "text", sys.stderr if form == "json" else sys.stdout)
    if not _agreed(_question(ready)):
        write("nothing was released\n", sys.stderr)
        return INTERRUPTED
    done = release(repo, ready)
    screen.show(done if form == "json" else _news(done), form)
    return 0


def _news(done: Report) -> Report:
    """What was not shown before the question."""
    return replace(done, findings=(), plan=None, notes=())


def _require_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "a release asks before it begins, and nobody can answer here", hint="say --yes, or --dry-run"
        )


def _question(ready: Prepared) -> str:
    plan, where = ready.report.plan, visible(ready.to.name) if ready.to is not None else ""
    pushed = f" and push it to {where}" if where else ""
    if ready.unfinished is not None:
        return f"Finish the release {visible(ready.unfinished.registry_tag.name)}{pushed}?"
    if plan is None or plan.is_empty:
        return f"Push {plural(len(ready.waiting), 'release')} to {where}?"
    return f"Release {plan.tag} with {plural(len(plan.planned), 'artifact')}{pushed}?"


def _agreed(question: str) -> bool:
    write(f"{question} [y/N] ", sys.stderr)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
