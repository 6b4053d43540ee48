"""The examples of the rules over changes: for a code, one registry changed so that it fires, and harmlessly.

    CODE/before/   a registry, one artifact for each thing that the rule says
    CODE/after/    the same, changed as the rule says
    CODE/silent/   the same, the same fields changed so that the rule has nothing to say
    CODE/expected  what is judged of before -> after, a line each, `after ARTIFACT CODE`, and likewise of
                   before -> silent; the first of CODE is shown
    CODE/faults    what `validate` has against one of the three, where it must: `after path:line:column CODE`

A folder without a file is left out, since Git keeps none: then its registry is empty. The rest is as in
examples.py.
"""

from functools import cache

from plmctl.core.dataclass import dataclass
from plmctl.core.diff import compare
from plmctl.core.judgement import Judgement
from plmctl.core.page import Trial
from plmctl.rules.anykind import closing_rules, leading_rules
from plmctl.rules.connection import connection_judgements
from plmctl.rules.examples import DAY, Side, codes_with, differing_paths, lines_of, side_of, unified
from plmctl.rules.judge import judgements
from plmctl.rules.registry import application_judgements


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A registry, a change of it that a rule speaks of, and one of the same fields that it does not."""

    code: str
    before: Side
    after: Side
    silent: Side
    expected: tuple[str, ...]
    faults: tuple[str, ...]

    def judged(self, newer: Side) -> tuple[Judgement, ...]:
        """What a change to this registry means."""
        old, new = self.before.registry, newer.registry
        found = judgements(compare(old, new), new.settings, DAY)
        cut = connection_judgements(old, new, DAY)
        return (*found, *application_judgements(old, new, found, DAY), *cut)

    def firing(self) -> Trial:
        """The first change that the rule speaks of."""
        return self._trial(self.after)

    def harmless(self) -> Trial:
        """The change of the same artifact of which it does not speak."""
        return self._trial(self.silent)

    def _trial(self, newer: Side) -> Trial:
        artifact, sides = self._shown(), (self.before, newer)
        old, new = (side.registry.manifests.get(artifact) for side in sides)
        differing, judged = differing_paths(*sides), self.judged(newer)
        # Of what came, went, or is judged for the sake of another, its own file does not tell it.
        if old is not None and new is not None and old.path == new.path and old.path in differing:
            differing = (old.path,)
            judged = tuple(judgement for judgement in judged if judgement.change.artifact == artifact)
        return Trial(
            diff=tuple(line for path in differing for line in unified(sides, path)), judgements=judged
        )

    def _shown(self) -> str:
        """The artifact that the rule's page shows: the first of its code that is expected."""
        return next(line.split()[1] for line in self.expected if line.split()[::2] == ["after", self.code])


def pair_codes() -> tuple[str, ...]:
    """The codes that have a pair, sorted."""
    return tuple(sorted({*codes_with("before"), *codes_with("after")}))


@cache
def pair_of(code: str) -> Pair | None:
    """The pair of a code, None where there is none."""
    if code not in pair_codes():
        return None
    before, after, silent = (side_of(code, name) for name in ("before", "after", "silent"))
    expected, faults = lines_of(code, "expected"), lines_of(code, "faults")
    return Pair(code=code, before=before, after=after, silent=silent, expected=expected, faults=faults)


def pair_like(code: str) -> Pair | None:
    """The pair of a code, or of the same rule of a Prompt: 900 to 906 are one for every kind."""
    shared = {change.rule.code for change in (*leading_rules(code[:3]), *closing_rules(code[:3]))}
    return pair_of(code) or (pair_of(f"PRM{code[3:]}") if code in shared else None)
