"""How values are written in YAML, so that this reader and those of YAML 1.1 read them back."""

import json

from plmctl.core.deferred import deferred
from plmctl.core.scalar import NotRepresentable, resolved
from plmctl.core.value import Value

# Without a letter it may be a date or a number to some reader; but three numbers are a text to all of them.
_PLAIN = deferred(
    r"(?=.*[A-Za-z])(?:\.{1,2}/)*[A-Za-z0-9_][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*"
    r"|[0-9]+\.[0-9]+\.[0-9]+|\^[0-9]+(?:\.[0-9]+){0,2}"
)
_YAML_1_1 = frozenset({"y", "n", "yes", "no", "on", "off"})
# What a line of text in single quotes can hold: no line break and nothing that is not shown.
_SINGLE = deferred("[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]*")
_ESCAPED = deferred("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def text_in_style(text: str, style: str | None) -> str:
    """A text in the style of the scalar that it replaces: plain (None), ' or "; quoted where it must be."""
    if style is None and _is_plain(text):
        return text
    if style == "'" and _SINGLE.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    return _double_quoted(text)


def in_flow(value: Value) -> str:
    """A value on one line."""
    if isinstance(value, list):
        return f"[{', '.join(in_flow(item) for item in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text_in_style(key, None)}: {in_flow(v)}" for key, v in value.items()) + "}"
    return text_in_style(value, None) if isinstance(value, str) else json.dumps(value)


def _is_plain(text: str) -> bool:
    if not _PLAIN.fullmatch(text) or text.lower() in _YAML_1_1:
        return False
    try:
        return isinstance(resolved(text), str)
    except NotRepresentable:
        return False


def _double_quoted(text: str) -> str:
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))
