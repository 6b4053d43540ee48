"""The one line that ends a report for a reader."""

from collections import Counter
from collections.abc import Mapping

from plmctl.core.finding import Level
from plmctl.core.report import Report, State
from plmctl.core.value import Value
from plmctl.render.line import Line, Style, line, plural


def summary_line(report: Report) -> Line | None:
    """The outcome in one line; None where the report says it all by itself."""
    if report.problems and report.summary is None and not report.findings:
        return None
    if report.checks:
        return _verified(report)
    if report.command == "diff":
        return _compared(report)
    if report.command == "impact" and report.table is not None:
        return _reached(report)
    if report.findings or report.command == "validate":
        return _validated(report)
    return _locked(report) if report.command == "lock" and report.summary and not report.problems else None


def unread_manifests(report: Report) -> int:
    """How many manifests a diff could not read: with one, nobody knows what the next release needs."""
    return _number(report.summary, "unread")


def _validated(report: Report) -> Line:
    levels: Counter[Level] = Counter(f.level for f in report.findings if f.level is not Level.OFF)
    count = _number(report.summary, "manifests")
    manifests = plural(count, "manifest")
    if not levels:
        return line((Style.GOOD, f"{manifests} {'is' if count == 1 else 'are'} valid"))
    counts = ", ".join(_count(levels[level], level) for level in Level if levels[level])
    style = Style.ERROR if levels[Level.ERROR] else Style.WARNING
    return line((style, counts), f" in {manifests}" if count else "")


def _count(count: int, level: Level) -> str:
    return f"{count:,} info" if level is Level.INFO else plural(count, level.value)


def _compared(report: Report) -> Line:
    artifacts = {judgement.change.artifact for judgement in report.judgements}
    artifacts.update(move.artifact for move in report.moved)
    unread = unread_manifests(report)
    left = f"{plural(unread, 'manifest')} {'was' if unread == 1 else 'were'} not compared" if unread else ""
    if not artifacts:
        return line((Style.WARNING, left)) if left else line("nothing changed")
    bumps = [f"{n:,} {name}" for name in ("major", "minor", "patch") if (n := _number(report.summary, name))]
    changed = f"{plural(len(artifacts), 'artifact')} changed"
    known = f": {', '.join(bumps)}" if bumps else ""
    return line((Style.STRONG, changed), known, *(("; ", (Style.WARNING, left)) if left else ()))


def _verified(report: Report) -> Line:
    states = Counter(check.state for check in report.checks)
    counts = ", ".join(f"{states[state]:,} {state.value}" for state in State if states[state])
    return line((Style.ERROR if states[State.FAILED] else Style.GOOD, counts))


def _reached(report: Report) -> Line:
    artifacts, applications, environments = (
        _number(report.summary, name) for name in ("artifacts", "applications", "environments")
    )
    named = f", {plural(applications, 'application')} among them" if applications else ""
    where = f", {plural(environments, 'environment')}" if environments else ""
    return line((Style.STRONG, f"{plural(artifacts, 'artifact')} in reach"), f"{named}{where}")


def _locked(report: Report) -> Line | None:
    count = _number(report.summary, "locks") + _number(report.summary, "unchanged")
    if report.done:
        return line(f"{plural(count, 'lock')} unchanged") if count else None
    return line((Style.GOOD, f"{plural(count, 'lock')} {'is' if count == 1 else 'are'} up to date"))


def _number(summary: Mapping[str, Value] | None, name: str) -> int:
    value = (summary or {}).get(name)
    return value if isinstance(value, int) else 0
