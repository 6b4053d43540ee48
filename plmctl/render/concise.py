"""A report for editors and grep: a line each."""

from collections.abc import Iterator

from plmctl.core.finding import Level
from plmctl.core.judgement import Judgement
from plmctl.core.report import Report
from plmctl.render.check import told
from plmctl.render.visible import visible, without_commands


def concise(report: Report) -> str:
    """`path:line:col: CODE level message` for each finding, and the like for changes and checks."""
    return "".join(f"{without_commands(visible(line))}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    for finding in report.findings:
        if finding.level is not Level.OFF:
            yield f"{finding.location}: {finding.code} {finding.level.value} {finding.message}"
    for judgement in report.judgements:
        if judgement.level is not Level.OFF:
            artifact, bump = judgement.change.artifact, judgement.bump.label
            said = f"{artifact}: {judgement.code} {judgement.level.value} {bump} {judgement.message}"
            yield f"{said}{_standing(judgement)}"
    for move in report.moved:
        yield f"{move.artifact}: moved {move.old} -> {move.new}"
    for check in report.checks:
        yield f"{check.state.value}: {told(check)}"


def _standing(judgement: Judgement) -> str:
    """By which name a breaking change is accepted, or that it is."""
    if judgement.is_unaccepted:
        return f" [accept {judgement.fingerprint}]"
    return f" [accepted {judgement.fingerprint}]" if judgement.acceptance is not None else ""
