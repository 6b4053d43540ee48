"""What is said beside the plan of a release."""

from plmctl.core.few import few
from plmctl.core.plan import Plan
from plmctl.core.registry import Registry
from plmctl.core.secrecy import masked

_NOTHING_OF_THESE = "nothing of these changed since the last release"
_NOTHING = "nothing changed since the last release"
_SHOWN = 5


def plan_notes(made: Plan, registry: Registry, roots: tuple[str, ...]) -> tuple[str, ...]:
    """What comes along, what stays behind, and whether it is a hotfix."""
    if made.is_empty:
        return (_NOTHING_OF_THESE if roots else _NOTHING, *_left(made, registry))
    along = [_owned(planned.artifact, registry) for planned in made.planned if planned.artifact not in roots]
    told = (f"changed dependencies come along: {', '.join(along)}",) if roots and along else ()
    return (*told, *_left(made, registry), *_hotfix(made))


def _left(made: Plan, registry: Registry) -> tuple[str, ...]:
    # Where a few teams have begun to release, that is most of a registry: --format json has all.
    named = [_owned(artifact, registry) for artifact in made.left[:_SHOWN]]
    left = few([*named, *made.left[_SHOWN:]], _SHOWN)
    return (f"these changes stay unreleased: {left}",) if left else ()


def _hotfix(made: Plan) -> tuple[str, ...]:
    elsewhere = [f"{p.artifact} {p.elsewhere}" for p in made.planned if p.elsewhere is not None]
    elsewhere += [f"registry {made.elsewhere}"] if made.elsewhere is not None else []
    if not elsewhere:
        return ()
    return (f"a hotfix: another branch has released {', '.join(elsewhere)}, so patches are made here",)


def _owned(artifact: str, registry: Registry) -> str:
    owners = registry.manifests[artifact].owners
    return f"{artifact} (of {masked(', '.join(owners))})" if owners else artifact


def plan_summary(made: Plan) -> dict[str, int | str | None]:
    """The plan in numbers."""
    return {
        "release": made.tag,
        "artifacts": len(made.planned),
        "removed": len(made.removed),
        "unchanged": made.kept,
    }
