"""What a change does to the tokens of prompts, and to what a thousand calls cost for them."""

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal

from plmctl.core.dataclass import dataclass
from plmctl.core.manifest import Manifest
from plmctl.core.reach import Cost
from plmctl.core.registry import Registry
from plmctl.core.tokenizer import Tokenizers
from plmctl.core.value import Pointer, Value, as_items, as_mapping, as_text
from plmctl.core.wording import Counting, variants

_CALLS = 1_000
_TOKENS_PRICED = 1_000_000
# Of a currency's unit: finer than any invoice.
_DIGITS = 6
# No price is higher, and all that is computed with it stays exact.
_HIGHEST = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A prompt or a partial at two moments; before is None for what is new."""

    before: Manifest | None
    after: Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a model takes: for a million tokens of input, and for a thousand requests."""

    currency: str
    input: Decimal
    requests: Decimal

    def of(self, tokens: int | None) -> float | None:
        """What a thousand calls cost that send so many tokens."""
        if tokens is None:
            return None
        exact = self.input * tokens * _CALLS / _TOKENS_PRICED + self.requests
        return float(round(exact, _DIGITS))


class Costing:
    """The costs of prompts and partials between two registries."""

    def __init__(self, before: Registry, after: Registry, tokenizers: Tokenizers):
        self._before = before
        self._after = after
        self._tokenizers = tokenizers
        self._counting: dict[str, tuple[Counting, Counting]] = {}

    def costs(self, pairs: Iterable[Pair], reworded: Collection[str]) -> Iterator[Cost]:
        """What differs in tokens or cost; the texts are those of `reworded`, the others are as they were."""
        for pair in pairs:
            old = price_of(pair.before, self._before) if pair.before is not None else None
            new = price_of(pair.after, self._after)
            if pair.after.id in reworded or old != new:
                yield from self._differing(pair, old, new)

    def _differing(self, pair: Pair, old: Price | None, new: Price | None) -> Iterator[Cost]:
        model = model_of(pair.after, self._after)
        tokenizer = self._tokenizers(as_text(model.spec.get("model")) if model is not None else None)
        if tokenizer.name not in self._counting:
            pairs = Counting(self._before, tokenizer), Counting(self._after, tokenizer)
            self._counting[tokenizer.name] = pairs
        before, after = self._counting[tokenizer.name]
        for variant in (None, *variants(pair.after)):
            then = before.whole(pair.before, variant) if pair.before is not None else None
            now = after.whole(pair.after, variant)
            earlier = old if old is not None and new is not None and old.currency == new.currency else None
            found = Cost(
                artifact=pair.after.id,
                counter=tokenizer.name,
                tokens_before=then,
                tokens_after=now,
                model=model.id if model is not None else None,
                currency=new.currency if new is not None else None,
                cost_before=earlier.of(then) if earlier is not None else None,
                cost_after=new.of(now) if new is not None else None,
                variant=variant,
            )
            if (then, found.cost_before) != (now, found.cost_after):
                yield found


def model_of(manifest: Manifest, registry: Registry) -> Manifest | None:
    """The model that a prompt runs on: of a Route, the target that takes the most calls."""
    found = _referred(manifest, ("spec", "model"), registry)
    if found is None or found.kind != "Route":
        return found
    targets = as_items(found.spec.get("targets"))
    if not targets:
        return None
    weights = [_weight(target) if found.spec.get("strategy") == "weighted" else 0 for target in targets]
    return _referred(found, ("spec", "targets", weights.index(max(weights)), "model"), registry)


def _weight(target: Value) -> float:
    weight = as_mapping(target).get("weight")
    return weight if isinstance(weight, (int, float)) else 0


def _referred(manifest: Manifest, pointer: Pointer, registry: Registry) -> Manifest | None:
    for reference in manifest.references:
        if reference.pointer == pointer:
            target = registry.target(reference)
            return registry.manifests[target] if target is not None else None
    return None


def price_of(manifest: Manifest, registry: Registry) -> Price | None:
    """The prices of a prompt's model, None where it has none."""
    model = model_of(manifest, registry)
    return stated_price(model.spec.get("pricing") if model is not None else None)


def stated_price(pricing: Value) -> Price | None:
    """The prices that a Model states, None where they do not tell what input costs."""
    stated = as_mapping(pricing)
    currency, price = as_text(stated.get("currency")), _decimal(stated.get("inputPerMTok"))
    if currency is None or price is None:
        return None
    requests = _decimal(stated.get("perThousandRequests")) or Decimal(0)
    return Price(currency=currency, input=price, requests=requests)


def _decimal(value: Value) -> Decimal | None:
    if not isinstance(value, (int, float)) or not 0 <= value <= _HIGHEST:
        return None
    # By its shortest text: 0.1 is a tenth, and not what a binary fraction makes of it.
    return Decimal(str(value))
