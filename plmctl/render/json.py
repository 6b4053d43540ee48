"""A report for programs: a versioned shape that only grows."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from plmctl import __version__
from plmctl.core.canonical import sha256_of
from plmctl.core.finding import Edit, Finding
from plmctl.core.report import Check, Problem, Report
from plmctl.core.value import Value, pointer_text

# What a report is made of is there already where it has any, and is not looked for where it has none.
if TYPE_CHECKING:
    from plmctl.core.change import Change
    from plmctl.core.judgement import Acceptance, Judgement
    from plmctl.core.plan import Plan, Planned
    from plmctl.core.reach import Cost, Reach
    from plmctl.core.verdict import Verdict

SCHEMA_VERSION = 1

Object = dict[str, Value]


def json_text(report: Report) -> str:
    """The whole report, never cut; a part that the command does not have is empty or null."""
    return written(json_value(report))


def written(value: Value) -> str:
    """A value as JSON; no CI service reads a command in a line of it."""
    # ASCII alone: no control, no bidirectional character, and the same bytes in every locale.
    return json.dumps(value, indent=2).replace("##[", "\\u0023#[") + "\n"


def json_value(report: Report) -> Object:
    """The same as a value."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "tool": {"name": "plmctl", "version": __version__},
        "command": report.command,
        "summary": dict(sorted(report.summary.items())) if report.summary is not None else None,
        "findings": [_finding(finding) for finding in report.findings],
        "changes": _changes(report.judgements),
        "moved": [{"artifact": m.artifact, "old": m.old, "new": m.new} for m in report.moved],
        "contents": _contents(report),
        "reach": [_reach(reach) for reach in report.reach],
        "costs": [_cost(cost) for cost in report.costs],
        "plan": _plan(report.plan) if report.plan is not None else None,
        "checks": [_check(check) for check in report.checks],
        "table": _table(report),
        "data": dict(report.data) if report.data is not None else None,
        "text": report.text,
        "problems": [_problem(problem) for problem in report.problems],
        "notes": list(report.notes),
        "done": list(report.done),
        "next": list(report.next),
    }


def _finding(finding: Finding) -> Object:
    place = finding.location
    return {
        "code": finding.code,
        "name": finding.rule.name,
        "level": finding.level.value,
        "message": finding.message,
        "help": finding.help,
        "artifact": finding.artifact,
        "location": {
            "path": place.path,
            "line": place.line,
            "column": place.column,
            "endColumn": place.end_column,
        },
        "fix": [_edit(edit) for edit in finding.fix] or None,
    }


def _edit(edit: Edit) -> Object:
    place = edit.location
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "endColumn": place.end_column,
        "old": edit.old,
        "new": edit.new,
    }


def _contents(report: Report) -> list[Value]:
    if not report.contents:
        return []
    # Few reports are of data, and what prints them brings along what compares texts.
    from plmctl.render.content import content_value

    return [content_value(change) for change in report.contents]


def _changes(judgements: "Iterable[Judgement]") -> list[Value]:
    return [_judgement(judgement) for judgement in judgements]


def _judgement(judgement: "Judgement") -> Object:
    change = judgement.change
    return {
        "artifact": change.artifact,
        "kind": change.kind,
        "path": _path(change),
        "code": judgement.code,
        "name": judgement.rule.name,
        "level": judgement.level.value,
        "bump": judgement.bump.label,
        "message": judgement.message,
        "fact": change.fact.value,
        "pointer": pointer_text(change.pointer),
        "old": change.old,
        "new": change.new,
        "verdict": _verdict(change.verdict) if change.verdict is not None else None,
        "witness": _witness(change.verdict) if change.verdict is not None else None,
        "fingerprint": judgement.fingerprint,
        "accepted": _acceptance(judgement.acceptance),
    }


def _acceptance(acceptance: "Acceptance | None") -> Value:
    if acceptance is None:
        return None
    return {"reason": acceptance.reason, "by": acceptance.by, "path": acceptance.path}


def _verdict(verdict: "Verdict") -> Object:
    return {
        "narrowed": verdict.is_narrowed,
        "widened": verdict.is_widened,
        "decided": verdict.is_decided,
    }


def _witness(verdict: "Verdict") -> Value:
    """The values that show it, each in a list: null is a value too."""
    shown = {"refused": verdict.refused, "accepted": verdict.accepted}
    values: Object = {name: [side.value] for name, side in shown.items() if side is not None}
    return {"refused": [], "accepted": [], **values} if values else None


def _path(change: "Change") -> str | None:
    side = change.after or change.before
    return side.manifest.path if side is not None else None


def _reach(reach: "Reach") -> Object:
    return {
        "artifact": reach.artifact,
        "bump": reach.bump.label,
        "changed": reach.is_changed,
        "about": reach.is_about,
        "toRun": reach.is_to_run,
        "why": list(reach.why),
        "chain": list(reach.chain),
        "environments": [{"id": r.environment, "pin": r.pin, "locked": r.locked} for r in reach.running],
        "version": reach.version,
        "nextVersion": reach.next_version,
    }


def _cost(cost: "Cost") -> Object:
    return {
        "artifact": cost.artifact,
        "variant": cost.variant,
        "counter": cost.counter,
        "estimate": cost.is_estimate,
        "tokensBefore": cost.tokens_before,
        "tokensAfter": cost.tokens_after,
        "model": cost.model,
        "currency": cost.currency,
        "costBefore": cost.cost_before,
        "costAfter": cost.cost_after,
    }


def _plan(plan: "Plan") -> Object:
    return {
        "registry": plan.registry,
        "tag": plan.tag,
        "version": str(plan.version),
        "previous": plan.previous,
        "artifacts": [_planned(planned) for planned in plan.planned],
        "removed": list(plan.removed),
        "removals": _changes(plan.removals),
        "unchanged": plan.kept,
        "left": list(plan.left),
        "lock": sha256_of(plan.lock_bytes),
    }


def _planned(planned: "Planned") -> Object:
    return {
        "artifact": planned.artifact,
        "version": str(planned.version),
        "previous": str(planned.previous.version) if planned.previous is not None else None,
        "bump": planned.bump.label,
        "hotfix": planned.elsewhere is not None,
        "tag": planned.tag,
        "digest": planned.identity.digest,
        "metadataDigest": planned.identity.metadata_digest,
        "closure": planned.closure,
        "changes": _changes(planned.judgements),
    }


def _problem(problem: Problem) -> Object:
    return {"message": problem.message, "hint": problem.hint, "exitCode": problem.exit_code}


def _check(check: Check) -> Object:
    return {
        "subject": check.subject,
        "name": check.name,
        "state": check.state.name.lower().replace("_", "-"),
        "detail": check.detail,
        "artifact": check.artifact,
        "field": check.field,
        "asked": check.is_asked,
    }


def _table(report: Report) -> Value:
    if report.table is None:
        return None
    headings = report.table.headings
    return [dict(zip(headings, row, strict=True)) for row in report.table.rows]
