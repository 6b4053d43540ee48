"""YAML to paste into a manifest."""

import json
from collections.abc import Iterator

from plmctl.core.deferred import deferred
from plmctl.core.scalar import resolved
from plmctl.core.value import Value

_PLAIN = deferred(r"[A-Za-z_][A-Za-z0-9_-]*")


def snippet(key: str, value: Value, indent: str = "") -> Iterator[str]:
    """The lines of a field: mappings as blocks, all else on one line."""
    if isinstance(value, dict) and value:
        yield f"{indent}{_scalar(key)}:"
        for inner, child in value.items():
            yield from snippet(inner, child, indent + "  ")
    else:
        yield f"{indent}{_scalar(key)}: {_flow(value)}"


def _flow(value: Value) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_flow(item) for item in value)}]"
    return _scalar(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _scalar(text: str) -> str:
    is_plain = _PLAIN.fullmatch(text) is not None and resolved(text) == text
    return text if is_plain else json.dumps(text, ensure_ascii=False)
