"""What fills the variables of a registry's texts, found once for all rules that ask."""

from plmctl.core.template.mustache import parse
from plmctl.core.template.uses import includes_any
from plmctl.rules.filling import fillings
from tests.rules.registries import example_registry


def test_every_rule_asks_the_same_fillings() -> None:
    registry, other = example_registry(), example_registry()
    found = fillings(registry)
    assert found is fillings(registry)
    assert [filling.manifest for filling in found] == list(registry.manifests.values())
    # An equal registry is another one: what is known of one says nothing of the other.
    assert registry == other
    assert all(filling.registry is other for filling in fillings(other))


def test_a_text_includes_a_partial_or_none() -> None:
    texts = ("", "{{a}}", "{{#a}}{{> b}}{{/a}}", "{{> b}}")
    assert [includes_any(parse(text)) for text in texts] == [False, False, True, True]
