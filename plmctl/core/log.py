"""The history of an artifact: its versions, and what each changed."""

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import Bump
from plmctl.core.judgement import Judgement
from plmctl.core.tag import ArtifactTag
from plmctl.core.trailer import trailers

_BUMPS = frozenset(bump.label for bump in Bump)
_CODE = deferred(r"\b[A-Z]{3}[0-9]{3}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A version of an artifact, the one it followed, and what changed between them as it is judged now.

    `tagger` is who made its tag, `date` when, in ISO 8601 with the tagger's time zone; empty where unknown.
    """

    tag: ArtifactTag
    previous: ArtifactTag | None
    tagger: str = ""
    date: str = ""
    judgements: tuple[Judgement, ...] = ()

    @property
    def bump(self) -> str:
        """What the release raised: major, minor or patch; empty for the first version."""
        said = trailers(self.tag.message).get("Bump", "")
        return said if self.previous is not None and said in _BUMPS else ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the changes, as the release said."""
        return tuple(_CODE.findall(trailers(self.tag.message).get("Changes", "")))


def followed(tag: ArtifactTag, versions: tuple[ArtifactTag, ...]) -> ArtifactTag | None:
    """The version that a version followed: as its tag says, else the one before it by precedence."""
    named = trailers(tag.message).get("Previous")
    earlier = [other for other in versions if other.version < tag.version]
    said = [other for other in earlier if other.name == named]
    return next(reversed(said or earlier), None)
