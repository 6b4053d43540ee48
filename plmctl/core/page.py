"""The page of one code, for the renderers."""

from dataclasses import dataclass

from plmctl.core.finding import Finding, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The rules of a code, what plmctl.yaml says of it, a finding of its example, the diff that mends it."""

    rules: tuple[Rule, ...]
    here: tuple[str, ...] = ()
    example: Finding | None = None
    mending: tuple[str, ...] = ()
