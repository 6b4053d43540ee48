"""The same value in other YAML: key order, flow or block, quoting, numbers, comments."""

import json
import re
from random import Random

from plmctl.core.scalar import resolved
from plmctl.core.value import Value

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_/.-]*")
_LITERAL = re.compile(r"[^\s\x00-\x1f][^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]*[^\s]\n?")


def laid_out(value: Value, chance: Random) -> str:
    """A YAML document that means the value, laid out by chance."""
    return f"# {chance.random()}\n{_block(value, 0, chance).lstrip()}\n"


def _block(value: Value, indent: int, chance: Random) -> str:
    margin = "\n" + " " * indent
    if isinstance(value, dict) and value and chance.random() < 0.8:
        rows = (
            f"{margin}{_key(k, chance)}:{_below(v, indent + 2, chance)}" for k, v in _shuffled(value, chance)
        )
        return "".join(rows)
    if isinstance(value, list) and value and chance.random() < 0.8:
        return "".join(f"{margin}-{_below(item, indent + 2, chance)}" for item in value)
    if isinstance(value, str) and _LITERAL.fullmatch(value) and "\n" in value[:-1] and chance.random() < 0.8:
        lines = "".join(f"{margin}{line}" if line else "\n" for line in value.removesuffix("\n").split("\n"))
        return f" |{'' if value.endswith(chr(10)) else '-'}{lines}"
    return f" {_flow(value, chance)}{chance.choice(['', '  # a comment'])}"


def _below(value: Value, indent: int, chance: Random) -> str:
    comment = (
        f"\n{' ' * indent}# more"
        if isinstance(value, dict | list) and value and chance.random() < 0.2
        else ""
    )
    found = _block(value, indent, chance)
    return comment + found if found.startswith("\n") else found


def _shuffled(value: dict[str, Value], chance: Random) -> list[tuple[str, Value]]:
    return chance.sample(list(value.items()), len(value))


def _flow(value: Value, chance: Random) -> str:
    space = chance.choice(["", " ", "  "])
    if isinstance(value, dict):
        rows = (f"{_key(key, chance)}: {_flow(child, chance)}" for key, child in _shuffled(value, chance))
        return "{" + f",{space} ".join(rows) + space + "}"
    if isinstance(value, list):
        return "[" + space + f",{space} ".join(_flow(item, chance) for item in value) + "]"
    return _scalar(value, chance)


def _key(key: str, chance: Random) -> str:
    return _scalar(key, chance)


def _scalar(value: Value, chance: Random) -> str:
    if isinstance(value, str):
        return chance.choice(_strings(value))
    if isinstance(value, bool) or value is None:
        word = json.dumps(value)
        return chance.choice([word, word.capitalize(), word.upper()])
    assert isinstance(value, int | float)
    return chance.choice(_numbers(value))


def _strings(text: str) -> list[str]:
    ways = [json.dumps(text), json.dumps(text, ensure_ascii=False)]
    if re.fullmatch(r"[ -~\xa1-\uffef]*", text):
        ways.append("'" + text.replace("'", "''") + "'")
    if _PLAIN.fullmatch(text) and resolved(text) == text:
        ways.append(text)
    return ways


def _numbers(number: float) -> list[str]:
    text = repr(number)
    if isinstance(number, int):
        return [text, f"{text}.0", f"0{text}" if number >= 0 else text]
    if "e" in text:
        return [text]
    return [text, f"{text}0", text.replace("0.", ".", 1) if text.startswith("0.") else text]
