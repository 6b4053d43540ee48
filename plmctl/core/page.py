"""The page of one code, for the renderers."""

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Finding, Rule
from plmctl.core.judgement import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A change of an example as a unified diff, and what is judged of it."""

    diff: tuple[str, ...]
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The rules of a code, what plmctl.yaml says of it, and its example.

    A check has a finding of its example, and the diff that mends it; a rule over changes has a change of
    which it speaks, and one of the same field of which it does not, from the pair of `pair_code`.
    """

    rules: tuple[Rule, ...]
    here: tuple[str, ...] = ()
    example: Finding | None = None
    mending: tuple[str, ...] = ()
    pair_code: str = ""
    firing: Trial | None = None
    harmless: Trial | None = None
