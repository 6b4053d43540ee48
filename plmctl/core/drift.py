"""Drift: how what an environment runs differs from what it was told, and from what there is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from enum import Enum

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Level
from plmctl.core.lock import Lock
from plmctl.core.move import bringing
from plmctl.core.secrecy import masked
from plmctl.core.slot import Slot
from plmctl.core.tag import RegistryTag
from plmctl.core.value import as_text
from plmctl.core.version import Version


class DriftKind(Enum):
    """In which way something drifted."""

    BROKEN = "broken"
    CONFLICT = "conflict"
    MISSING = "missing"
    UNRELEASED = "unreleased"
    STALE = "stale"
    NO_RELEASE = "no release"
    MOVED = "tag moved"
    YANKED = "yanked"
    RETIRED = "retired"
    UNPINNED = "unpinned"
    UNCOMMITTED = "uncommitted"
    HELD = "on hold"
    HOLD_OVER = "hold expired"
    ENDED = "arm ended"
    BEHIND = "behind"
    AHEAD = "ahead"
    NEWER = "newer"
    UNFINISHED = "unfinished"
    UNCONFIRMED = "unconfirmed"


_ERRORS = (
    DriftKind.BROKEN,
    DriftKind.CONFLICT,
    DriftKind.MISSING,
    DriftKind.STALE,
    DriftKind.NO_RELEASE,
    DriftKind.MOVED,
    DriftKind.YANKED,
)
_INFOS = (DriftKind.NEWER, DriftKind.BEHIND, DriftKind.HELD, DriftKind.UNRELEASED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Of what, in which way, and in words; of an application in an environment, or of a release."""

    kind: DriftKind
    message: str
    environment: str | None = None
    name: str | None = None
    release: str | None = None

    @property
    def level(self) -> Level:
        """How serious it is."""
        if self.kind in _ERRORS:
            return Level.ERROR
        return Level.INFO if self.kind in _INFOS else Level.WARNING

    @property
    def subject(self) -> str:
        """What it is of: the environment and the application, or the release."""
        return " ".join(word for word in (self.environment, self.name, self.release) if word)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What there is to run: releases by name, versions by artifact, and what was withdrawn of them.

    `former` has the ids that artifacts have now. `today` is a date, None where nobody knows it.
    """

    releases: Mapping[str, RegistryTag]
    versions: Mapping[str, tuple[Version, ...]]
    yanked: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()
    former: Mapping[str, str] = field(default_factory=dict)
    today: str | None = None

    def available(self, application: str) -> tuple[Version, ...]:
        """The versions of an artifact that were not withdrawn."""
        gone = self.yanked.get(application, {})
        return tuple(v for v in self.versions.get(application, ()) if str(v) not in gone)


def drifts(slot: Slot, offer: Offer, before: tuple[str, Slot | None] | None) -> tuple[Drift, ...]:
    """How a slot drifted; `before` is the environment that promotions come from, and what it has of it."""
    said = (*_of_lock(slot, offer), *_of_hold(slot, offer), *_of_versions(slot, offer, before))
    return tuple(
        Drift(kind=kind, message=message, environment=slot.environment, name=slot.name)
        for kind, message in said
    )


_Said = Iterator[tuple[DriftKind, str]]


def _of_lock(slot: Slot, offer: Offer) -> _Said:
    if slot.trouble is not None:
        kind = DriftKind.CONFLICT if slot.is_conflicted else DriftKind.BROKEN
        yield kind, f"{slot.path}: {slot.trouble}"
    elif slot.lock is None:
        yield from _missing(slot, offer)
    else:
        reasons = tuple(_stale(slot, slot.lock, offer))
        if slot.range is None:
            yield DriftKind.UNPINNED, f"{slot.path} is of what the environment does not pin"
        elif reasons:
            yield DriftKind.STALE, f"{'; '.join(reasons)}: run '{_locking(slot)}'"
        if not slot.is_elsewhere:
            yield from _of_release(slot, slot.lock, offer)
            yield from _withdrawn(slot.lock, offer)
    if not slot.is_committed and slot.trouble is None:
        yield DriftKind.UNCOMMITTED, f"{slot.path} is not as it is committed"


def _locking(slot: Slot) -> str:
    return f"plmctl lock {slot.environment} {slot.name}"


def _promotion(slot: Slot, version: Version) -> str:
    # Not `lock --update`: that asks nobody, and passes over the order of environments.
    return bringing(slot.application, version, slot.environment, slot.arm)


def _missing(slot: Slot, offer: Offer) -> _Said:
    if slot.is_elsewhere or any(
        slot.range is not None and slot.range.allows(v) for v in offer.available(slot.application)
    ):
        yield DriftKind.MISSING, f"there is no lock: run '{_locking(slot)}'"
    else:
        yield DriftKind.UNRELEASED, f"no released version fits the pin '{slot.range}'"


def _stale(slot: Slot, lock: Lock, offer: Offer) -> Iterator[str]:
    """In what a lock is not what the pin demands, as far as the two tell; `lock --check` proves the rest."""
    root = lock.root or ""
    if offer.former.get(root, root) != slot.application:
        yield f"it locks {root}"
    if slot.is_former:
        yield f"{slot.path} has the former name"
    if (lock.environment, lock.arm) != (slot.environment, slot.arm):
        yield f"it is the lock of {lock.environment}{f'.{lock.arm}' if lock.arm else ''}"
    if slot.range is not None and slot.version is not None and not slot.range.allows(slot.version):
        yield f"{slot.version} is not in the pin '{slot.range}'"
    elif slot.range is not None and lock.want != slot.range.text:
        yield f"it was made for '{lock.want}', the pin is '{slot.range}'"
    kept = set(slot.bind.values())
    for old, new in sorted(slot.bind.items()):
        if old in lock.artifacts and old not in kept:
            yield f"{old} is not replaced by {new}"
    for old, new in sorted(lock.bind.items()):
        if slot.bind.get(old) != new:
            yield f"{old} is replaced by {new}, which the environment does not say"


def _of_release(slot: Slot, lock: Lock, offer: Offer) -> _Said:
    release = offer.releases.get(lock.source.release)
    if release is None:
        yield DriftKind.NO_RELEASE, f"the tag {lock.source.release} is not here: run 'git fetch --tags'"
    elif release.object_id != lock.source.tag_object:
        said = f"{lock.source.release} is another tag object than was locked"
        yield DriftKind.MOVED, f"{said}: run 'plmctl verify {slot.path}'"


def _withdrawn(lock: Lock, offer: Offer) -> _Said:
    for artifact, entry in sorted(lock.artifacts.items()):
        known = offer.former.get(artifact, artifact)
        reason = offer.yanked.get(known, {}).get(entry.version or "")
        if reason is not None:
            yield DriftKind.YANKED, f"{artifact} {entry.version}: {masked(reason)}"
        if known in offer.retired:
            yield DriftKind.RETIRED, f"{artifact} {entry.version} runs here, and the artifact is retired"


def _of_hold(slot: Slot, offer: Offer) -> _Said:
    if slot.hold is not None and slot.arm is None:
        until = as_text(slot.hold.get("until"))
        said = masked(as_text(slot.hold.get("reason")) or "no reason is given")
        if until is not None and offer.today is not None and until < offer.today:
            yield DriftKind.HOLD_OVER, f"since {until}: {said}"
        else:
            yield DriftKind.HELD, f"{f'until {until}: ' if until else ''}{said}"
    if slot.until is not None and offer.today is not None and slot.until < offer.today:
        yield DriftKind.ENDED, f"since {slot.until}: take the arm out of the manifest"


def _of_versions(slot: Slot, offer: Offer, before: tuple[str, Slot | None] | None) -> _Said:
    current = slot.version
    if current is None or slot.range is None:
        return
    if before is not None and slot.arm is None:
        yield from _against(current, *before)
    known = offer.available(slot.application)
    inside = max((v for v in known if slot.range.allows(v) and v > current), default=None)
    if inside is not None:
        yield DriftKind.NEWER, f"{inside} is released: '{_promotion(slot, inside)}' takes it"
    newest = max((v for v in known if v.is_final), default=current)
    if newest > (inside or current):
        yield DriftKind.NEWER, f"{newest} is released, outside the pin '{slot.range}'"


def _against(current: Version, environment: str, there: Slot | None) -> _Said:
    other = there.version if there is not None else None
    if other is None:
        yield DriftKind.AHEAD, f"{environment} does not run it"
    elif other > current:
        yield DriftKind.BEHIND, f"{environment} has {other}"
    elif other < current:
        yield DriftKind.AHEAD, f"{environment} has {other}"


def most_serious(found: Iterable[Drift]) -> Drift | None:
    """The drift that matters most: the most serious, and of these the first kind."""
    kinds = list(DriftKind)
    return min(found, key=lambda d: (-d.level.rank, kinds.index(d.kind)), default=None)
