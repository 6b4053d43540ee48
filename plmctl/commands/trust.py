"""Whether the tags of a clone can be relied on."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from plmctl.core.finding import Level, PlmctlError, Rule
from plmctl.core.form import Identity, identity_of
from plmctl.core.ports import Repo
from plmctl.core.reg import TAG_MISSING
from plmctl.core.registry import Registry
from plmctl.core.report import Problem
from plmctl.core.tag import ArtifactTag, History

if TYPE_CHECKING:
    from plmctl.core.plan import Planned

RELEASED_VERSION_CHANGED = Rule(
    code="REG005",
    name="released-version-changed",
    level=Level.ERROR,
    meaning="A version is not what was released as it: its tag says other digests than the artifact has "
    "at the tag's commit. Whoever locks it gets something that nobody released."
    "\n\n"
    "No setting changes this. Delete the tag where it was made by hand; else it is a bug of plmctl: "
    "report it.",
)

_SHALLOW = "this clone is shallow: earlier releases are not in it"
_DEEPEN = "run 'git fetch --unshallow --tags'"


def tag_problems(repo: Repo, past: History) -> Iterator[Problem]:
    """What is wrong with the tags here, so that versions read from them may be others than were released."""
    if repo.is_shallow:
        # What is cut off looks like tags that somebody took away.
        yield Problem(message=_SHALLOW, hint=_DEEPEN)
        return
    for finding in past.findings:
        if finding.level is Level.ERROR:
            yield Problem(
                message=f"{finding.code} {finding.rule.name}: {finding.message}",
                hint=finding.help,
                exit_code=3 if finding.rule is TAG_MISSING else 4,
            )


def changed_versions(
    planned: "Iterable[Planned]", registry_at: Callable[[str], Registry]
) -> Iterator[Problem]:
    """The versions that a release would follow, and that are not what their tags say."""
    for tag in (planned.previous for planned in planned if planned.previous is not None):
        registry = registry_at(tag.commit)
        manifest = registry.manifests.get(tag.artifact)
        found = identity_of(manifest, registry) if manifest is not None else None
        if found != Identity(digest=tag.digest, metadata_digest=tag.metadata_digest):
            yield Problem(message=changed_version(tag), hint=f"run 'plmctl verify {tag.name}'", exit_code=4)


def changed_version(tag: ArtifactTag) -> str:
    """That a version is not what its tag says."""
    rule = RELEASED_VERSION_CHANGED
    return f"{rule.code} {rule.name}: '{tag.name}' says other digests than there are at {tag.commit}"


def require_history(repo: Repo) -> None:
    """Raises PlmctlError in a clone whose history was cut off."""
    if repo.is_shallow:
        raise PlmctlError(_SHALLOW, hint=_DEEPEN)
