"""How a route picks a model: rules first, then its strategy; without a network and without chance.

A weighted route hashes the caller's key, so that a user stays with one model as long as the route stands:

    point = the first 8 bytes of SHA-256(ROUTE, a line feed, KEY; in UTF-8) as a big-endian number
    the pick is the first target for which point x all weights < 2^64 x (its weight and those before it)

ROUTE is the full id, `route/chat-default`; the targets stand in the order of the manifest, and one that
states no weight has the weight 1. Weights are counted in millionths, rounded, so that the comparison is one
of whole numbers.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from plmctl.core.call.artifact import Artifact
from plmctl.core.call.match import matches
from plmctl.core.call.refusal import named
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.value import Value, as_items, as_mapping, as_text, as_texts

WEIGHTED = "weighted"
_UNITS, _POINTS = 1_000_000, 2**64


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A model that a route picks from, and its weight in millionths."""

    model: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Other targets for the calls that match."""

    when: Mapping[str, Value]
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """What a route picked; `then` are the models to try when it fails, in this order.

    `too_long` are those for a call that is too long for it; `is_measured` says that the strategy asks for
    measurements (latency, cost, load) that a caller has and plmctl does not: the order is the manifest's.
    """

    model: str
    then: tuple[str, ...]
    too_long: tuple[str, ...]
    is_measured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route, ready to pick."""

    id: str
    label: str
    strategy: str
    arms: tuple[Arm, ...]
    rules: tuple[Rule, ...]
    fallbacks: tuple[str, ...]
    too_long: tuple[str, ...]

    @property
    def models(self) -> tuple[str, ...]:
        """All models that a call can reach, each once."""
        arms = (*self.arms, *(arm for rule in self.rules for arm in rule.arms))
        return tuple(dict.fromkeys((*(arm.model for arm in arms), *self.fallbacks, *self.too_long)))

    def offered(self, context: Mapping[str, Value] | None = None) -> tuple[Arm, ...]:
        """The targets for a call: those of the first rule that matches, else its own."""
        return next((rule.arms for rule in self.rules if matches(rule.when, context or {})), self.arms)

    def pick(self, context: Mapping[str, Value] | None = None, key: str | None = None) -> Pick:
        """The model for a call, and what follows it.

        Raises UsageError where a weighted route has to choose and there is no key.
        """
        arms = self.offered(context)
        first = self._weighted(arms, key) if self.strategy == WEIGHTED else arms[0].model
        rest = () if self.strategy == WEIGHTED else tuple(arm.model for arm in arms)
        then = dict.fromkeys((*rest, *self.fallbacks))
        return Pick(
            model=first,
            then=tuple(model for model in then if model != first),
            too_long=tuple(model for model in self.too_long if model != first),
            is_measured=self.strategy.startswith("least-"),
        )

    def _weighted(self, arms: Sequence[Arm], key: str | None) -> str:
        live = [arm for arm in arms if arm.weight > 0]
        if len(live) < 2:
            return (live or arms)[0].model
        if key is None:
            raise UsageError(
                f"{self.label} is weighted: it needs a key to choose by",
                hint="give the id of the user or of the conversation as key, or name one of its models",
            )
        return arm_at(live, point(self.id, key)).model


def point(route: str, key: str) -> int:
    """Where a key falls below 2^64, the same for ever and in every language."""
    digest = hashlib.sha256(f"{route}\n{key}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big")


def route_of(artifact: Artifact) -> Route:
    """The route that an artifact states."""
    spec = artifact.spec
    return Route(
        id=artifact.id,
        label=named(artifact),
        strategy=as_text(spec.get("strategy")) or "",
        arms=tuple(_arms(spec.get("targets"))),
        rules=tuple(
            Rule(when=as_mapping(rule.get("when")), arms=tuple(_arms(rule.get("targets"))))
            for rule in map(as_mapping, as_items(spec.get("match")))
        ),
        fallbacks=as_texts(spec.get("fallbacks")),
        too_long=as_texts(spec.get("contextWindowFallbacks")),
    )


def _arms(targets: Value) -> Iterator[Arm]:
    for target in map(as_mapping, as_items(targets)):
        weight = target.get("weight", 1)
        units = round(weight * _UNITS) if isinstance(weight, int | float) else 0
        yield Arm(model=as_text(target.get("model")) or "", weight=units)


def arm_at(arms: Sequence[Arm], place: int) -> Arm:
    """The arm whose share of the numbers below 2^64 holds one; some weight must be over 0."""
    limit = place * sum(arm.weight for arm in arms)
    ends = accumulate(arm.weight for arm in arms)
    return next(arm for arm, end in zip(arms, ends, strict=True) if limit < end * _POINTS)
