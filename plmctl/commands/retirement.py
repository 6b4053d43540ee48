"""Artifacts that are retired while an environment still runs them."""

from collections.abc import Iterator

from plmctl.commands.pins import pins_of
from plmctl.commands.unfetched import locked_versions
from plmctl.core.finding import Finding, Level, Rule
from plmctl.core.registry import Registry
from plmctl.core.report import Problem
from plmctl.core.tree import Tree
from plmctl.core.whole import retired

RETIRED_AND_LOCKED = Rule(
    code="REG023",
    name="retired-and-locked",
    level=Level.ERROR,
    meaning="An artifact is retired, and the lock of an environment still holds it: what nobody looks after "
    "any more is what people use."
    "\n\n"
    "Promote what replaces it there first; until then it can be `deprecated`. A version that is wrong is "
    "yanked: `metadata.yanked`.",
)


def retired_and_locked(registry: Registry, tree: Tree) -> Iterator[Finding]:
    """The artifacts that are retired too early, with the first lock that holds each."""
    waiting = {manifest.id: manifest for manifest in retired(registry)}
    environments = registry.of_kind("Environment") if waiting else ()
    for pin in (pin for environment in environments for pin in pins_of(registry, environment)):
        for locked, version in locked_versions(tree, pin.path).items():
            artifact = registry.former.get(locked, locked)
            manifest = waiting.pop(artifact, None)
            if manifest is not None:
                yield manifest.document.finding(
                    RETIRED_AND_LOCKED,
                    f"{artifact} is retired, and {pin.environment.name} runs {version} of it",
                    manifest.document.location(("metadata", "stability")),
                    f"promote {pin.name} to a version without it first, or mark it as deprecated",
                    artifact,
                )


def retirement_problems(registry: Registry, tree: Tree) -> Iterator[Problem]:
    """The same as what stops a release."""
    for finding in retired_and_locked(registry, tree):
        yield Problem(
            message=f"{finding.code} {finding.rule.name}: {finding.message}", hint=finding.help, exit_code=1
        )
