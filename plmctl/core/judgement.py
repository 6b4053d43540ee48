"""What a rule says of a change: its code, its level, the bump it demands."""

from plmctl.core.change import Change
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Bump, Level, Rule

WEIGHTS = ("breaking", "behavioural", "safe")
"""What changes may mean, in words, the heaviest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """That somebody means a breaking change: why, by whom, and the file that says so."""

    reason: str
    by: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """An artifact, and what happened to it in the words of a rule: 'PRM040 text-changed'."""

    artifact: str
    said: str

    def __str__(self) -> str:
        return f"{self.artifact} {self.said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a change means, and the bump that it demands of its artifact.

    `fingerprint` names it when it is accepted: 12 hex digits (changes.md, Accepting). `because` is what
    decided where an artifact is judged for others (REG006).
    """

    rule: Rule
    change: Change
    level: Level
    bump: Bump
    message: str
    fingerprint: str = ""
    acceptance: Acceptance | None = None
    because: tuple[Reason, ...] = ()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it is judged so: what others did, else its own rule."""
        return self.because or (Reason(artifact=self.change.artifact, said=f"{self.code} {self.rule.name}"),)

    @property
    def code(self) -> str:
        """The code of the rule."""
        return self.rule.code

    @property
    def is_unaccepted(self) -> bool:
        """Whether it is an error here that nobody has accepted: it holds up a release, and a pull request."""
        return self.level is Level.ERROR and self.acceptance is None

    def accepting(self, reason: str = "WHY") -> str:
        """The command that accepts it."""
        return f"plmctl accept {self.fingerprint} --reason {reason}"

    @property
    def is_breaking(self) -> bool:
        """Whether a caller or consumer that keeps the old contract can stop working."""
        return self.rule.bump is Bump.MAJOR

    @property
    def is_behavioural(self) -> bool:
        """Whether the contract holds and what comes out may differ."""
        return self.rule.bump is Bump.MINOR and self.rule.level is Level.WARNING

    @property
    def weight(self) -> str:
        """What it means, in one of WEIGHTS."""
        return weight_of(self.rule, self.bump)


def weight_of(rule: Rule, bump: Bump | None) -> str:
    """What a rule means by a change, in one of WEIGHTS; of one whose meaning varies the bump tells."""
    if rule.worst is not None:
        return WEIGHTS[Bump.MAJOR - max(bump or Bump.PATCH, Bump.PATCH)]
    if rule.bump is Bump.MAJOR:
        return "breaking"
    return "behavioural" if rule.bump is Bump.MINOR and rule.level is Level.WARNING else "safe"
