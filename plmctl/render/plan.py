"""The plan of a release, for a reader."""

from collections.abc import Iterator

from plmctl.core.plan import Plan, Planned
from plmctl.render.line import Line, Paper, Style, line, plural
from plmctl.render.table import rows_in_columns

_HEADINGS = ("artifact", "version", "from", "bump", "why")


def plan_lines(plan: Plan, paper: Paper) -> Iterator[Line]:
    """A row for each new version, then what is removed, then the registry's tag."""
    if plan.is_empty:
        return
    if plan.planned:
        yield from rows_in_columns(_HEADINGS, (_row(planned) for planned in plan.planned), paper)
        yield line()
    for artifact in plan.removed:
        yield line((Style.OLD, "removed: "), artifact)
    versions = plural(len(plan.planned), "new version")
    kept = f", {plural(plan.kept, 'artifact')} unchanged" if plan.kept else ""
    yield line((Style.STRONG, plan.tag), f"  {versions}{kept}")


def _row(planned: Planned) -> tuple[str, ...]:
    version = str(planned.version)
    if planned.previous is None:
        return planned.artifact, version, "-", "-", "first release"
    why = dict.fromkeys(f"{j.code} {j.rule.name}" for j in planned.judgements)
    return (
        planned.artifact,
        version,
        str(planned.previous.version),
        planned.bump.label,
        ", ".join(why) or "raised",
    )
