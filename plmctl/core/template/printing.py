"""What a value prints as: the same text in every language."""

from plmctl.core.canonical import LARGEST_INTEGER, canonical_json
from plmctl.core.template.context import ABSENT, Found
from plmctl.core.value import Value

MAX_DEPTH = 64
"""So deep an object or array may nest that is printed."""


def printed(value: Found) -> str:
    """The text of a value: a text as it is, null nothing, the rest canonical JSON; raises ValueError."""
    if type(value) is int and -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        return str(value)
    if value is None:
        return ""
    if value is ABSENT:
        raise ValueError("nothing")
    if isinstance(value, str):
        return value
    if not _is_within(value, MAX_DEPTH):
        raise ValueError(f"objects and arrays that nest deeper than {MAX_DEPTH}")
    return canonical_json(value).decode()


def _is_within(value: Value, levels: int) -> bool:
    """Whether objects and arrays nest at most so deep."""
    if isinstance(value, dict):
        return levels > 0 and all(_is_within(child, levels - 1) for child in value.values())
    if isinstance(value, list):
        return levels > 0 and all(_is_within(child, levels - 1) for child in value)
    return True
