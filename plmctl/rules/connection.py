"""REG001 and REG002: what changes cut off from the artifacts that refer to them."""

from collections.abc import Collection, Iterator, Mapping

from plmctl.core.change import Change, Fact, Side
from plmctl.core.dataclass import dataclass
from plmctl.core.diff import Pairs
from plmctl.core.finding import Bump, Level, Rule
from plmctl.core.fingerprint import fingerprinted
from plmctl.core.form import forms_of
from plmctl.core.judgement import Judgement
from plmctl.core.keyed import keyed
from plmctl.core.manifest import Manifest, Reference
from plmctl.core.registry import Registry
from plmctl.core.settings import Settings
from plmctl.core.value import Pointer
from plmctl.rules.judge import guarded
from plmctl.rules.references import own_references
from plmctl.rules.words import field_name

DANGLING_REFERENCE = Rule(
    code="REG001",
    name="dangling-reference",
    level=Level.ERROR,
    bump=Bump.NONE,
    meaning="An artifact refers to another that was here before the change and is not any more, or not by "
    "that name: whoever loads the one that refers gets it without the other, and no release is made of it."
    "\n\n"
    "Take the reference away in the same change, point it to what is here, or keep what it names.",
)
REMOVED_AND_PINNED = Rule(
    code="REG002",
    name="removed-and-pinned",
    level=Level.ERROR,
    bump=Bump.NONE,
    meaning="An environment pins an application that the change removes: what runs there has no manifest any "
    "more, and cannot be locked, promoted or rolled back."
    "\n\n"
    "Take it down there first, and its pin out of the environment; then remove it.",
)

CONNECTION_RULES = (DANGLING_REFERENCE, REMOVED_AND_PINNED)

_PINS = ("spec", "pins")


def connection_judgements(
    before: Registry,
    after: Registry,
    today: str | None = None,
    only: Collection[str] | None = None,
    guard: Settings | None = None,
) -> tuple[Judgement, ...]:
    """REG001 and REG002 for every artifact (or some) of both registries; sorted by id."""
    cut = _Cut(before, after)
    pairs = Pairs(before, after)
    found = (
        judgement
        # Of what is the same, and means the same, nothing was cut off.
        for artifact in after.perhaps_apart_from(before)
        if (old := pairs.old(artifact)) is not None and (only is None or artifact in only)
        if before.manifests[old] is not after.manifests[artifact] or not after.resolves_as(before)
        for judgement in cut.judgements(before.manifests[old], after.manifests[artifact])
    )
    return tuple(fingerprinted(guarded(judgement, after.settings, today, guard) for judgement in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loose:
    """A reference that names nothing now, and what it named before, if it did."""

    reference: Reference
    place: Pointer
    target: str | None
    is_rewritten: bool = False


@dataclass(frozen=True, slots=True)
class _Cut:
    """Two registries, and what the newer one no longer has."""

    before: Registry
    after: Registry

    def judgements(self, old: Manifest, new: Manifest) -> Iterator[Judgement]:
        """What is judged of the references of one artifact."""
        for loose in self._loose(old, new):
            if loose.target is not None:
                rule, message = self._told(loose, loose.target)
                change = self._change(old, new, loose.place, loose.target)
                yield Judgement(rule=rule, change=change, level=rule.level, bump=Bump.NONE, message=message)

    def _loose(self, old: Manifest, new: Manifest) -> Iterator[_Loose]:
        if None not in self.after.targets(new):
            return
        unresolved = {
            (keyed(new, r.pointer), r.written): r for r in own_references(new) if self.after.target(r) is None
        }
        named = self._named_before(old) if unresolved else {}
        # A field that names another artifact now, or the partials of one text, which share its place.
        placed = {keyed(old, r.pointer): target for r, target in named.items() if not r.is_partial}
        written = {(r.written, r.kinds): target for r, target in named.items()}
        for (place, _), reference in unresolved.items():
            target = written.get((reference.written, reference.kinds))
            if target is not None:
                yield _Loose(reference=reference, place=place, target=target)
            else:
                yield _Loose(reference=reference, place=place, target=placed.get(place), is_rewritten=True)

    def _named_before(self, old: Manifest) -> Mapping[Reference, str]:
        pairs = ((reference, self.before.target(reference)) for reference in own_references(old))
        return {reference: target for reference, target in pairs if target is not None}

    def _told(self, loose: _Loose, target: str) -> tuple[Rule, str]:
        """The rule, and what it says."""
        fits, now = self.after.candidates(loose.reference), self.after.former.get(target)
        if fits:
            fate = f"'{loose.reference.written}', which can be {' or '.join(fits)} now"
        elif loose.is_rewritten:
            fate = f"'{loose.reference.written}', which is not here"
        elif now is not None:
            fate = f"{target}, which is {now} now"
        elif loose.place[:2] == _PINS:
            return REMOVED_AND_PINNED, f"{target} was removed, and is pinned here"
        else:
            fate = f"{target}, which was removed"
        return DANGLING_REFERENCE, f"{field_name(loose.place)} refers to {fate}"

    def _change(self, old: Manifest, new: Manifest, place: Pointer, target: str) -> Change:
        """The fact: what stood behind the reference is gone from there."""
        return Change(
            artifact=new.id,
            kind=new.kind,
            fact=Fact.REMOVED,
            pointer=place,
            place=place,
            old=target,
            in_digest=False,
            before=Side(manifest=old, forms=forms_of(old, self.before), registry=self.before),
            after=Side(manifest=new, forms=forms_of(new, self.after), registry=self.after),
        )
