"""Values as YAML in many layouts, most of which read back as the value."""

import json
import re
from random import Random

from plmctl.core.value import Value

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_/.-]*")
_WORDS = frozenset(["true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL", "y", "n"])
_BLOCK = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff\u2028\u2029\r]*")


def written(value: Value, chance: Random) -> str:
    """The value as YAML: as JSON, or in blocks with comments between them."""
    style = chance.random()
    if style < 0.25:
        return json.dumps(value, ensure_ascii=False)
    if style < 0.3:
        return json.dumps(value, indent=1)
    return _Writer(chance).whole(value)


class _Writer:
    """One text in the making; what it does by chance is drawn once, so that it is quick."""

    def __init__(self, chance: Random):
        self._chance = chance
        self._step = " " * chance.choice((2, 2, 2, 1, 4))
        self._comments = chance.random() < 0.15
        self._flow = chance.random() * 0.4
        self._single = chance.random() < 0.3
        self._folds = chance.random() < 0.2

    def whole(self, value: Value) -> str:
        if isinstance(value, (dict, list)) and value:
            return "".join(self._block(value, ""))
        return f"{self._inline(value)}\n"

    def _block(self, value: dict[str, Value] | list[Value], indent: str) -> list[str]:
        lines: list[str] = []
        pairs = value.items() if isinstance(value, dict) else (("", item) for item in value)
        for key, item in pairs:
            head = f"{indent}{self._scalar(key)}:" if isinstance(value, dict) else f"{indent}-"
            if self._comments and self._chance.random() < 0.2:
                lines.append(f"{indent}# {self._scalar(key)}\n")
            lines.extend(self._member(head, item, indent + self._step))
        return lines

    def _member(self, head: str, item: Value, inner: str) -> list[str]:
        if isinstance(item, (dict, list)) and item and self._chance.random() >= self._flow:
            return [f"{head}\n", *self._block(item, inner)]
        if isinstance(item, str) and "\n" in item and not self._single and _BLOCK.fullmatch(item):
            return [f"{head} {self._header(item)}\n", *(f"{inner}{line}\n" for line in item.split("\n")[:-1])]
        tail = " # x" if self._comments and self._chance.random() < 0.2 else ""
        return [f"{head} {self._inline(item)}{tail}\n"]

    def _header(self, text: str) -> str:
        # A text that begins with blanks says how far it is indented; one without a last newline ends there.
        hint = str(len(self._step)) if text[:1] in (" ", "\n") else ""
        keep = "" if text.endswith("\n") and not text.endswith("\n\n") else "+"
        return f"{'>' if self._folds else '|'}{hint}{keep}"

    def _inline(self, value: Value) -> str:
        if isinstance(value, dict):
            return f"{{{', '.join(f'{self._scalar(k)}: {self._inline(v)}' for k, v in value.items())}}}"
        if isinstance(value, list):
            return f"[{', '.join(map(self._inline, value))}]"
        return self._scalar(value)

    def _scalar(self, value: Value) -> str:
        if not isinstance(value, str):
            return json.dumps(value)
        if _PLAIN.fullmatch(value) and value not in _WORDS:
            return value
        if self._single and _BLOCK.fullmatch(value) and "\n" not in value:
            return f"""'{value.replace("'", "''")}'"""
        return json.dumps(value, ensure_ascii=False)
