"""Settings of a call: the model's, then the prompt's over them, then the variant's."""

from collections.abc import Mapping

from plmctl.core.value import Value


def overlaid(settings: Mapping[str, Value], changes: Mapping[str, Value]) -> dict[str, Value]:
    """Settings with others over them, as a JSON Merge Patch (RFC 7396): null removes one."""
    merged = dict(settings)
    for name, value in changes.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            below = merged.get(name)
            merged[name] = overlaid(below if isinstance(below, dict) else {}, value)
        else:
            merged[name] = value
    return merged
