"""What a change does to the values that a JSON Schema accepts."""

from plmctl.core.dataclass import dataclass
from plmctl.core.value import Value


@dataclass(frozen=True, slots=True)
class Instance:
    """A value; None is one too."""

    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether less is accepted, and whether more.

    `refused` was accepted and is refused now, `accepted` the other way round; the engine confirmed them. What
    is not decided counts as both, and has no such value: where either is lacking, it is unknown.
    """

    refused: Instance | None = None
    accepted: Instance | None = None
    is_narrowed: bool = False
    is_widened: bool = False

    @property
    def is_decided(self) -> bool:
        """Whether every answer is certain: a value shows it, or a proof."""
        return self.is_narrowed is (self.refused is not None) and self.is_widened is (
            self.accepted is not None
        )

    @property
    def is_same(self) -> bool:
        """Whether exactly the same is accepted."""
        return not self.is_narrowed and not self.is_widened


SAME = Verdict()
UNKNOWN = Verdict(is_narrowed=True, is_widened=True)
