"""What the changes of a diff reach, and what they cost."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from plmctl.commands.running import Run, runs_of
from plmctl.commands.since import Part
from plmctl.core.cost import Costing, Pair
from plmctl.core.dataclass import dataclass
from plmctl.core.diff import Pairs
from plmctl.core.finding import Bump
from plmctl.core.impact import Tie, Web, affected, renamed, web_of
from plmctl.core.judgement import Judgement
from plmctl.core.numbering import next_version
from plmctl.core.ports import Tree
from plmctl.core.reach import Cost, Reach, Running
from plmctl.core.reaching import Judged, Runs, judged_of, reach_of
from plmctl.core.registry import Registry
from plmctl.core.tag import History
from plmctl.core.tokenizer import Tokenizers

_TEXTS = ("prompt/", "partial/")
_PARTIAL = "partial/"


@dataclass(frozen=True, kw_only=True)
class Reaching:
    """A comparison: its parts, what all of it is judged, the artifacts that are shown, and both trees."""

    parts: Sequence[Part]
    after: Registry
    judgements: Sequence[Judgement]
    shown: frozenset[str]
    older_tree: Tree
    newer_tree: Tree

    @cached_property
    def reach(self) -> tuple[Reach, ...]:
        """What the changes that are shown reach."""
        return reach_of(self._web, self._judged, self._runs()) if self.shown else ()

    def versions(self, past: History, ancestors: frozenset[str]) -> tuple[Reach, ...]:
        """The same with versions, where each artifact is compared with its newest one."""
        return tuple(_with_version(reach, self.after, past, ancestors) for reach in self.reach)

    def costs(self, tokenizers: Tokenizers) -> tuple[Cost, ...]:
        """What they do to the tokens of prompts and partials, and to what calls cost."""
        texts = [reach.artifact for reach in self.reach if reach.artifact.startswith(_TEXTS)]
        texts = sorted(artifact for artifact in texts if artifact in self.after.manifests)
        reworded = self._reworded(texts)
        return tuple(cost for part in self.parts for cost in self._costs(part, texts, reworded, tokenizers))

    def _costs(
        self, part: Part, texts: Iterable[str], reworded: frozenset[str], tokenizers: Tokenizers
    ) -> Iterator[Cost]:
        own = [artifact for artifact in texts if part.has(artifact)]
        if own:
            ids, before = Pairs(part.before, self.after), part.before.manifests
            olds = map(ids.old, own)
            pairs = (
                Pair(before=before[old] if old is not None else None, after=self.after.manifests[artifact])
                for artifact, old in zip(own, olds, strict=True)
            )
            yield from Costing(part.before, self.after, tokenizers).costs(pairs, reworded)

    def _reworded(self, texts: Iterable[str]) -> frozenset[str]:
        """Those of which the text may be another: they changed, or a partial did that they include."""
        changed = {artifact for artifact in texts if self._judged.is_changed(artifact)}
        partials = {artifact for artifact in changed if artifact.startswith(_PARTIAL)}
        return frozenset(changed | {found.artifact for found in affected(self._web, partials)})

    @cached_property
    def _judged(self) -> Judged:
        return judged_of(self.judgements, self.shown)

    @cached_property
    def _web(self) -> Web:
        """What refers to what now, and what did: who is left without what is gone stands only there."""
        return web_of(self.after, self._ties())

    def _ties(self) -> Iterator[Tie]:
        for part in self.parts:
            # What is the same on both sides refers to the same.
            ties = (tie for m in part.before.apart_from(self.after) for tie in part.before.ties(m))
            yield from renamed(ties, Pairs(part.before, self.after).renames)

    def _runs(self) -> Runs:
        origins = self._judged.origins(self.shown)
        found = [*runs_of(self.after, self.newer_tree, origins)]
        for part in self.parts:
            gone = {a for a in self.shown if self._judged.is_removed(a) and part.has(a)}
            found.extend(runs_of(part.before, self.older_tree, gone) if gone else ())
        return _by_application(found)


def _by_application(runs: Iterable[Run]) -> Runs:
    found: dict[str, tuple[Running, ...]] = {}
    for run in runs:
        application = run.pin.application
        here = Running(
            environment=run.environment,
            application=application,
            pin=str(run.pin.range),
            locked=run.locked,
        )
        known = found.get(application, ())
        found[application] = known if here in known else (*known, here)
    return found


def _with_version(reach: Reach, after: Registry, past: History, ancestors: frozenset[str]) -> Reach:
    manifest = after.manifests.get(reach.artifact)
    if manifest is None:
        return reach
    newest = past.baseline((manifest.id, *manifest.formerly), ancestors)
    following = next_version(manifest, newest, reach.bump) if reach.bump is not Bump.NONE else None
    return replace(
        reach,
        version=str(newest.version) if newest is not None else None,
        next_version=str(following) if following is not None else None,
    )
