"""What a report says of places in files: findings, and judgements where they stand, in one shape."""

from plmctl.core.change import Change, Fact
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Edit, Finding, Level, Location, Rule
from plmctl.core.judgement import Acceptance, Judgement
from plmctl.core.report import Report
from plmctl.core.value import pointer_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A message at a place; `lasting` is what stays the same when lines above it come or go."""

    rule: Rule
    level: Level
    message: str
    location: Location | None
    lasting: tuple[str, ...]
    help: str | None = None
    artifact: str | None = None
    bump: str | None = None
    fix: tuple[Edit, ...] = ()
    fingerprint: str | None = None
    acceptance: Acceptance | None = None

    @property
    def urgency(self) -> Level:
        """Its level; what is accepted is only for information."""
        return self.level if self.acceptance is None else Level.INFO

    @property
    def title(self) -> str:
        """The code and the name of its rule."""
        return f"{self.rule.code} {self.rule.name}"


def marks(report: Report) -> tuple[Mark, ...]:
    """Findings, then judgements, each in their order; none that is off."""
    found = (*map(_of_finding, report.findings), *map(_of_judgement, report.judgements))
    return tuple(mark for mark in found if mark.level is not Level.OFF)


def worst_first(report: Report) -> tuple[Mark, ...]:
    """The same, errors before warnings before the rest."""
    return tuple(sorted(marks(report), key=lambda mark: -mark.urgency.rank))


def _of_finding(finding: Finding) -> Mark:
    place = finding.location
    # A message may name a line; what stands there is the same wherever it stands.
    lasting = finding.message
    if finding.source is not None and place.column is not None:
        under = finding.source[place.column - 1 : place.end_column and place.end_column - 1]
        lasting = f"{finding.source.strip()}\n{under}"
    return Mark(
        rule=finding.rule,
        level=finding.level,
        message=finding.message,
        location=place,
        lasting=(finding.code, finding.artifact or place.path, lasting),
        help=finding.help,
        artifact=finding.artifact,
        fix=finding.fix,
    )


def _of_judgement(judgement: Judgement) -> Mark:
    change = judgement.change
    return Mark(
        rule=judgement.rule,
        level=judgement.level,
        message=f"{change.artifact}: {judgement.message}",
        location=_place(change),
        lasting=(judgement.code, change.artifact, change.fact.value, pointer_text(change.pointer)),
        help=_standing(judgement),
        artifact=change.artifact,
        bump=judgement.bump.label,
        fingerprint=judgement.fingerprint,
        acceptance=judgement.acceptance,
    )


def _standing(judgement: Judgement) -> str | None:
    """Who accepts a breaking change and why, or the command that does."""
    if judgement.is_unaccepted:
        return f"if it is meant, run: {judgement.accepting()}"
    accepted = judgement.acceptance
    return f"accepted by {accepted.by}: {accepted.reason}" if accepted is not None else None


def _place(change: Change) -> Location | None:
    """Where a change stands in the newer manifest; of what is gone, where it stood."""
    if change.after is not None:
        # Places of what was removed are those of the older manifest: in the newer one they mean others.
        pointer = change.place[:-1] if change.fact is Fact.REMOVED else change.place
        return change.after.manifest.document.location(pointer)
    return Location(path=change.before.manifest.path) if change.before is not None else None
