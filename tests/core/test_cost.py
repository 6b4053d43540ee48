from decimal import Decimal

import pytest

from plmctl.core.cost import Costing, Pair, Price, model_of, price_of
from plmctl.core.ports import MemoryTree
from plmctl.core.reach import Cost
from plmctl.core.registry import Registry, load
from plmctl.core.tokenizer import Tokenizer
from tests.core.test_picture import SETTINGS, manifest, prompt

PRICES = "pricing: {currency: USD, inputPerMTok: 2.5, perThousandRequests: 0.1}"


class Characters:
    """Every character is a token; the model that was asked for is its name."""

    def __init__(self, model: str | None):
        self.name = f"characters of {model}"

    def count(self, text: str) -> int:
        return len(text)


def tokenizer(model: str | None) -> Tokenizer:
    return Characters(model)


def model(name: str, more: str = "") -> str:
    return manifest("Model", name, f"{{provider: openai, model: id-{name}{f', {more}' if more else ''}}}")


def registry_of(**files: str) -> Registry:
    named = {f"{path}.yaml": text for path, text in files.items()}
    return load(MemoryTree({"plmctl.yaml": SETTINGS, **named}))


def shop(text: str = "Hello", prices: str = PRICES) -> Registry:
    return registry_of(**{"prompts/p": prompt("p", "m", text), "models/m": model("m", prices)})


def costs(before: Registry, after: Registry, *reworded: str) -> list[Cost]:
    pairs = [Pair(before=before.manifests.get("prompt/p"), after=after.manifests["prompt/p"])]
    return list(Costing(before, after, tokenizer).costs(pairs, reworded))


def cost(
    then: int | None, now: int | None, *, before: float | None = None, after: float | None = None
) -> Cost:
    return Cost(
        artifact="prompt/p",
        counter="characters of id-m",
        tokens_before=then,
        tokens_after=now,
        model="model/m",
        currency="USD",
        cost_before=before,
        cost_after=after,
    )


def test_more_words_cost_more() -> None:
    # 5 tokens at 2.50 a million are 0.0125 in 1,000 calls, which take 0.10 for themselves.
    assert costs(shop(), shop("Hello you"), "prompt/p") == [cost(5, 9, before=0.1125, after=0.1225)]


def test_what_is_new_has_no_before() -> None:
    assert costs(registry_of(), shop(), "prompt/p") == [cost(None, 5, after=0.1125)]


def test_what_is_as_it_was_is_not_told() -> None:
    assert costs(shop(), shop(), "prompt/p") == []
    assert costs(shop(), shop("Hello you")) == []


def test_what_can_no_longer_be_counted_is_not_known() -> None:
    assert costs(shop(), shop("{{> gone}}"), "prompt/p") == [cost(5, None, before=0.1125)]
    assert costs(shop("{{> gone}}"), shop("{{> lost}}"), "prompt/p") == []


def test_prices_of_two_currencies_are_not_compared() -> None:
    assert costs(shop(prices=PRICES.replace("USD", "EUR")), shop()) == [cost(5, 5, after=0.1125)]


def test_a_model_without_prices_costs_nothing_that_is_known() -> None:
    assert costs(shop(), shop(prices="")) == []
    (found,) = costs(shop(), shop("Hello you", prices=""), "prompt/p")
    assert (found.currency, found.cost_before, found.cost_after) == (None, None, None)


def test_each_variant_is_told_by_its_name() -> None:
    variant = "{{name: de, when: {{locale: de}}, messages: [{{role: user, content: {}}}]}}"
    made = "{{model: m, messages: [{{role: user, content: Hi}}], variants: [{}]}}"
    one, two = (
        registry_of(
            **{
                "prompts/p": manifest("Prompt", "p", made.format(variant.format(text))),
                "models/m": model("m"),
            }
        )
        for text in ("Hallo", "Guten Tag")
    )
    assert [(c.variant, c.tokens_before, c.tokens_after) for c in costs(one, two, "prompt/p")] == [
        ("de", 5, 9)
    ]


def test_a_partial_and_a_prompt_without_a_model_have_no_prices() -> None:
    files = {"partials/p": manifest("Partial", "p", "{content: abc}"), "prompts/q": prompt("q", "none", "de")}
    found = registry_of(**files)
    pairs = [Pair(before=None, after=found.manifests[artifact]) for artifact in ("partial/p", "prompt/q")]
    told = Costing(registry_of(), found, tokenizer).costs(pairs, ["partial/p", "prompt/q"])
    assert [(c.artifact, c.counter, c.tokens_after, c.model) for c in told] == [
        ("partial/p", "characters of None", 3, None),
        ("prompt/q", "characters of None", 2, None),
    ]


@pytest.mark.parametrize(
    ("route", "found"),
    [
        (
            "{strategy: weighted, targets: [{model: a}, {model: b, weight: 3}, {model: a, weight: 3}]}",
            "b",
        ),
        ("{strategy: weighted, targets: [{model: a}, {model: b}]}", "a"),
        ("{strategy: failover, targets: [{model: a, weight: 1}, {model: b, weight: 3}]}", "a"),
        ("{strategy: weighted, targets: [{model: a, weight: much}, {model: b, weight: 0.5}]}", "b"),
        ("{strategy: failover, targets: [{model: none}]}", None),
        ("{strategy: failover, targets: []}", None),
    ],
)
def test_of_a_route_the_target_that_takes_the_most_calls_counts(route: str, found: str | None) -> None:
    files = {"prompts/p": prompt("p", "r"), "models/a": model("a"), "models/b": model("b")}
    registry = registry_of(**files, **{"routes/r": manifest("Route", "r", route)})
    taken = model_of(registry.manifests["prompt/p"], registry)
    assert (taken.name if taken is not None else None) == found


@pytest.mark.parametrize(
    ("prices", "price"),
    [
        (
            "{currency: EUR, inputPerMTok: 0.1}",
            Price(currency="EUR", input=Decimal("0.1"), requests=Decimal(0)),
        ),
        (
            "{currency: EUR, inputPerMTok: 1, perThousandRequests: 3}",
            Price(currency="EUR", input=Decimal(1), requests=Decimal(3)),
        ),
        ("{currency: EUR}", None),
        ("{inputPerMTok: 1}", None),
        ("{currency: EUR, inputPerMTok: -1}", None),
        ("{currency: EUR, inputPerMTok: 1.0e+300}", None),
        ("{currency: EUR, inputPerMTok: much}", None),
        ("dear", None),
    ],
)
def test_prices_are_read_with_care(prices: str, price: Price | None) -> None:
    registry = shop(prices=f"pricing: {prices}")
    assert price_of(registry.manifests["prompt/p"], registry) == price


def test_amounts_are_exact_and_rounded_to_millionths() -> None:
    price = Price(currency="USD", input=Decimal("0.15"), requests=Decimal(0))
    assert [price.of(tokens) for tokens in (0, 1, 7, 1_000_000_000)] == [0.0, 0.00015, 0.00105, 150_000.0]
    assert Price(currency="USD", input=Decimal("0.0123456"), requests=Decimal(0)).of(1) == 0.000012
    assert price.of(None) is None
