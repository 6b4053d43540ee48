"""The numbers that a release gives: what the changes require, past what another line has, or before it."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import Bump
from plmctl.core.manifest import Manifest
from plmctl.core.settings import Settings
from plmctl.core.tag import ArtifactTag, History, tag_name
from plmctl.core.version import FIRST, FIRST_EXPERIMENTAL, Version, parsed_version

Name = Callable[[Version], str]
"""The name of the tag of a version."""
_WORD = deferred(r"[0-9a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A version that a release gives; `elsewhere` is the one required, where another line has it."""

    version: Version
    elsewhere: Version | None = None


@dataclass(frozen=True, kw_only=True)
class Numbering:
    """The versions that there are, those of this line, and the word of a pre-release (None: final)."""

    past: History
    ancestors: frozenset[str]
    settings: Settings
    pre: str | None = None

    def of_artifact(self, artifact: str, before: Version | None, required: Version, bump: Bump) -> Given:
        """The version of an artifact that needs this one, or a patch where that is another line's."""
        known = self.past.version(artifact, required)
        taken_at = known.commit if known is not None else None
        return self._given(lambda version: tag_name(artifact, version), before, required, bump, taken_at)

    def of_registry(self, before: Version | None, required: Version, bump: Bump) -> Given:
        """The same of the registry."""
        known = self.past.by_name.get(self.settings.registry_tag(required))
        taken_at = known.commit if known is not None else None
        return self._given(self.settings.registry_tag, before, required, bump, taken_at)

    def _given(
        self, name: Name, before: Version | None, required: Version, bump: Bump, taken_at: str | None
    ) -> Given:
        if taken_at is None or taken_at in self.ancestors or not self._is_line:
            return Given(version=self._early(name, required))
        if bump is Bump.MAJOR:
            return Given(version=required, elsewhere=required)
        # A hotfix line: its numbers go on below those that were made elsewhere (release.md, Bumps).
        version = (before or required).bumped(Bump.PATCH)
        while name(version) in self.past.taken:
            version = version.bumped(Bump.PATCH)
        return Given(version=self._early(name, version), elsewhere=required)

    @cached_property
    def _is_line(self) -> bool:
        # Where nothing was released yet, what exists elsewhere is in the way, and no line to go on with.
        return self.past.newest_release(self.ancestors) is not None

    def _early(self, name: Name, version: Version) -> Version:
        """The version itself, or its next pre-release that is free."""
        if self.pre is None:
            return version
        number = 1
        while name(replace(version, pre=(self.pre, str(number)))) in self.past.taken:
            number += 1
        return replace(version, pre=(self.pre, str(number)))

    def pre_release(self, ids: tuple[str, ...], after: Version | None) -> ArtifactTag | None:
        """The newest pre-release of an artifact on this line that its final versions have not overtaken."""
        if self.pre is None:
            return None
        found = self.past.newest(ids, self.ancestors)
        if found is None or found.version.is_final or (after is not None and found.version < after):
            return None
        return found

    def removed_early(self, version: Version) -> frozenset[str]:
        """What the pre-releases of a version of the registry have removed already."""
        return frozenset(
            artifact
            for release in self.past.releases
            if release.commit in self.ancestors
            and self.pre is not None
            and is_early(release.version, version)
            for artifact in release.removed
        )


def is_early(version: Version, final: Version) -> bool:
    """Whether a version is a pre-release under the same word as another, of the same final one."""
    return version.final == final.final and version.pre[:1] == final.pre[:1]


def next_version(
    manifest: Manifest, baseline: ArtifactTag | None, bump: Bump, raised: Bump = Bump.NONE
) -> Version:
    """The version that follows the newest one of an artifact (release.md, Bumps)."""
    is_experimental = manifest.stability == "experimental"
    if baseline is None:
        return FIRST_EXPERIMENTAL if is_experimental and raised is not Bump.MAJOR else FIRST
    if baseline.version.major > 0:
        return baseline.version.bumped(bump)
    if not is_experimental or raised is Bump.MAJOR:
        return FIRST
    return baseline.version.bumped(min(bump, Bump.MINOR))


def is_pre_release_word(text: str) -> bool:
    """Whether a word may name pre-releases: letters and digits, and no number that begins with a zero."""
    return _WORD.fullmatch(text) is not None and parsed_version(f"1.0.0-{text}.1") is not None
