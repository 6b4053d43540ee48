"""What changes reach, for the renderers: dependents, the environments that run them, tokens and costs."""

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Bump

ESTIMATE = "estimate"
"""The name of what counts tokens where no tokenizer does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An environment that pins an application: by which range, and the version that its lock holds."""

    environment: str
    application: str
    pin: str
    locked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """An artifact that changed, or that depends on one that did.

    `bump` is the smallest that its next version may have (NONE: it keeps its version); `why` are the reasons,
    worst first, as 'prompt/support/triage PRM040 text-changed'; `chain` leads from an artifact that changed
    to this one, both included; `running` are the environments that pin it. `is_about`: it does not depend on
    what changed, and is about it, or about something in reach. `is_to_run`: an evaluation of something that
    may behave differently now. `version` is its newest, and `next_version` the smallest that may follow it,
    where the tags were read.
    """

    artifact: str
    bump: Bump
    why: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    running: tuple[Running, ...] = ()
    is_about: bool = False
    is_to_run: bool = False
    version: str | None = None
    next_version: str | None = None

    @property
    def is_changed(self) -> bool:
        """Whether it changed itself, and not only what it depends on."""
        return self.chain == (self.artifact,)

    @property
    def is_application(self) -> bool:
        """Whether it is an Application."""
        return self.artifact.startswith("application/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The tokens of a prompt's own text before and after, and what a thousand calls cost for them.

    `counter` is what counted: a tokenizer's name, or 'estimate'. Costs are in `currency`, None where the
    model has no prices. `variant` is the variant whose text it is, None for the base. Before is None for what
    is new. `model` is the one whose prices count: of a Route, the target that takes the most calls.
    """

    artifact: str
    counter: str
    tokens_before: int | None
    tokens_after: int | None
    model: str | None = None
    currency: str | None = None
    cost_before: float | None = None
    cost_after: float | None = None
    variant: str | None = None

    @property
    def is_estimate(self) -> bool:
        """Whether no tokenizer counted."""
        return self.counter == ESTIMATE
