"""Conditions of manifests on a call: `when`, of the variants of a prompt and the rules of a route."""

from collections.abc import Mapping

from plmctl.core.value import Value

Facts = Mapping[str, Value | tuple[Value, ...]]
"""What is known of a call, by key; several values where each is another name of the same."""


def matches(when: Mapping[str, Value], facts: Facts) -> bool:
    """Whether a call has each key of a condition with its value, or with one of its values."""
    return all(key in facts and _is_among(wanted, facts[key]) for key, wanted in when.items())


def _is_among(wanted: Value, known: Value | tuple[Value, ...]) -> bool:
    names = known if isinstance(known, tuple) else (known,)
    choices = wanted if isinstance(wanted, list) else [wanted]
    return any(_is_same(choice, name) for choice in choices for name in names)


def _is_same(one: Value, other: Value) -> bool:
    # JSON's true is not its 1; its 1 and its 1.0 are the same number.
    return one == other and isinstance(one, bool) == isinstance(other, bool)
