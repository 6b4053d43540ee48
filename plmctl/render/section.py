"""What a report says of changes, artifact by artifact."""

from collections.abc import Iterable

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Bump, Level
from plmctl.core.judgement import Judgement
from plmctl.core.report import Moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """An artifact that changed: its judgements that are not off, in their order, and where its file went."""

    artifact: str
    judgements: tuple[Judgement, ...] = ()
    moves: tuple[Moved, ...] = ()

    @property
    def changes(self) -> int:
        """How many there are."""
        return len(self.judgements) + len(self.moves)

    @property
    def bump(self) -> Bump:
        """The bump that its next version needs."""
        return max((judgement.bump for judgement in self.judgements), default=Bump.NONE)

    @property
    def worst(self) -> Judgement | None:
        """The judgement that says the most; None for a mere move."""
        return max(self.judgements, key=lambda j: (j.bump, j.level.rank), default=None)

    @property
    def meaning(self) -> str:
        """The word for it: breaking, behavioural, safe; changed or moved where no version is needed."""
        return _meaning(self.judgements) if self.judgements else "moved"

    @property
    def is_severe(self) -> bool:
        """Whether a reviewer has to see it: it breaks somebody, or is an error."""
        return any(map(is_severe, self.judgements))

    @property
    def unaccepted(self) -> int:
        """How many errors nobody has accepted."""
        return sum(judgement.is_unaccepted for judgement in self.judgements)


def sections(judgements: Iterable[Judgement], moved: Iterable[Moved]) -> tuple[Section, ...]:
    """The artifacts in the order of the judgements, then those that only moved."""
    judged: dict[str, list[Judgement]] = {}
    moves: dict[str, list[Moved]] = {}
    for judgement in judgements:
        if judgement.level is not Level.OFF:
            judged.setdefault(judgement.change.artifact, []).append(judgement)
    for move in moved:
        moves.setdefault(move.artifact, []).append(move)
    return tuple(
        Section(artifact=a, judgements=tuple(judged.get(a, ())), moves=tuple(moves.get(a, ())))
        for a in dict.fromkeys((*judged, *moves))
    )


def _meaning(judgements: Iterable[Judgement]) -> str:
    """The word for the worst of some changes."""
    judgements = tuple(judgements)
    bump = max((judgement.bump for judgement in judgements), default=Bump.NONE)
    if bump is Bump.MAJOR:
        return "breaking"
    # A new artifact is a minor step too, and changes nothing for anyone.
    if bump is Bump.MINOR and any(judgement.level.rank >= Level.WARNING.rank for judgement in judgements):
        return "behavioural"
    return "changed" if bump is Bump.NONE else "safe"


def is_severe(judgement: Judgement) -> bool:
    """Whether it breaks somebody, or is an error though nothing needs a version for it."""
    return judgement.bump is Bump.MAJOR or judgement.level is Level.ERROR
