"""A report for code scanning: SARIF 2.1.0 (OASIS)."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from urllib.parse import quote

from plmctl import __version__
from plmctl.core.deferred import deferred
from plmctl.core.finding import Edit, Level, Location, Rule
from plmctl.core.judgement import Acceptance
from plmctl.core.report import Report
from plmctl.core.value import Value
from plmctl.render.json import written
from plmctl.render.mark import Mark, marks
from plmctl.render.visible import visible_lines

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note", Level.OFF: "none"}
# SARIF 2.1.0, 3.11.6: a text with brackets and parentheses is a link.
_LINK = deferred(r"\[(?P<words>[^\[\]]*)\](?=\()")

Object = dict[str, Value]


def sarif(report: Report) -> str:
    """Findings or judgements as results of one run; what stopped the command as its notifications."""
    found = marks(report)
    rules = sorted({mark.rule.code: mark.rule for mark in found}.items())
    index = {code: number for number, (code, _) in enumerate(rules)}
    run: Object = {
        "tool": {
            "driver": {
                "name": "plmctl",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule) for _, rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [_result(mark, index[mark.rule.code], name) for mark, name in _named(found)],
    }
    return written({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> Object:
    first, _, _ = rule.meaning.partition("\n")
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _text(first)},
        "fullDescription": {"text": _text(rule.meaning)},
        "help": {"text": f"Run 'plmctl explain {rule.code}' for its page, with examples."},
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
    }


def _invocation(report: Report) -> Object:
    told: list[Value] = [
        {
            "level": "error" if problem.exit_code else "warning",
            "message": {"text": _text("\n".join(filter(None, (problem.message, problem.hint))))},
        }
        for problem in report.problems
    ]
    is_whole = not any(problem.exit_code for problem in report.problems)
    return {"executionSuccessful": is_whole, "toolExecutionNotifications": told}


def _named(found: Iterable[Mark]) -> Iterator[tuple[Mark, str]]:
    """Each mark with its fingerprint; the second of two that are alike is told apart by its number."""
    count: dict[str, int] = {}
    for mark in found:
        name = sha256("\0".join(mark.lasting).encode("utf-8", "backslashreplace")).hexdigest()[:32]
        count[name] = count.get(name, 0) + 1
        yield mark, f"{name}:{count[name]}"


def _result(mark: Mark, index: int, fingerprint: str) -> Object:
    said = f"{mark.message}\nhelp: {mark.help}" if mark.help else mark.message
    result: Object = {
        "ruleId": mark.rule.code,
        "ruleIndex": index,
        "level": _LEVELS[mark.level],
        "message": {"text": _text(said)},
        "locations": [{"physicalLocation": _place(mark.location)}] if mark.location else [],
        "partialFingerprints": {"plmctl/v1": fingerprint},
        "properties": _properties(mark),
    }
    if mark.acceptance is not None:
        result["suppressions"] = [_suppression(mark.acceptance)]
    return {**result, "fixes": [_fix(mark)]} if mark.fix else result


def _properties(mark: Mark) -> Object:
    known: Object = {"artifact": mark.artifact, "bump": mark.bump}
    return known if mark.fingerprint is None else {**known, "fingerprint": mark.fingerprint}


def _suppression(acceptance: Acceptance) -> Object:
    """That somebody means it (SARIF 2.1.0, 3.35): in a file of its own, not where it stands."""
    return {
        "kind": "external",
        "status": "accepted",
        "justification": _text(f"{acceptance.reason} ({acceptance.by})"),
        "location": {"physicalLocation": {"artifactLocation": {"uri": uri(acceptance.path)}}},
    }


def _place(location: Location) -> Object:
    place: Object = {"artifactLocation": {"uri": uri(location.path)}}
    region = _region(location)
    return {**place, "region": region} if region else place


def _region(location: Location) -> Object:
    numbers = {
        "startLine": location.line,
        "startColumn": location.column,
        "endLine": location.line if location.end_column is not None else None,
        "endColumn": location.end_column,
    }
    return {name: number for name, number in numbers.items() if number is not None}


def _fix(mark: Mark) -> Object:
    by_path: dict[str, list[Value]] = {}
    for edit in mark.fix:
        by_path.setdefault(edit.location.path, []).append(_replacement(edit))
    changes: list[Value] = [
        {"artifactLocation": {"uri": uri(path)}, "replacements": replacements}
        for path, replacements in sorted(by_path.items())
    ]
    said = mark.help or "; ".join(f"write '{edit.new}' for '{edit.old}'" for edit in mark.fix)
    return {"description": {"text": _text(said)}, "artifactChanges": changes}


def _replacement(edit: Edit) -> Object:
    return {"deletedRegion": _region(edit.location), "insertedContent": {"text": edit.new}}


def uri(path: str) -> str:
    """A path of the repository as a relative reference (RFC 3986); a byte that is not UTF-8 is itself."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/")


def _text(text: str) -> str:
    """A message in which nothing of a manifest hides or is a link."""
    return _LINK.sub(r"\\[\g<words>\\]", "\n".join(visible_lines(text)))
