"""How a text is written: plain, in quotes or as a block, so that readers of YAML 1.2 and 1.1 agree on it."""

import re
import unicodedata
from collections.abc import Sequence

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred

# No reader takes these raw: two break lines, the third is a byte order mark.
_UNWRITABLE = "\u2028\u2029\ufeff"
_NOT_PLAIN = deferred(
    rf"""
    [\t\n{_UNWRITABLE}]
    | \A(?: \Z | [\s,\[\]{{}}#&*!|>'"%@`?:] | -(?:\s|\Z|--) | \.\.\.)
    | :(?:\s|\Z)
    | \s(?:\#|\Z)
    """,
    re.VERBOSE,
)
# PyYAML's own parser ends a plain text inside a flow collection at a question mark.
_NOT_PLAIN_IN_FLOW = deferred(r"[,\[\]{}?]")
# Other values to YAML 1.2, or to YAML 1.1 (yaml.org/type): octal and sexagesimal numbers, dates, words.
_NUMBER = deferred(
    r"(?i)[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-f_]+|\.(?:inf|nan)"
    r"|(?:[0-9][0-9_]*+(?::[0-5]?[0-9])*+(?:\.[0-9_]*)?|\.[0-9_]+)(?:e[-+]?[0-9]+)?)"
)
_DATE = deferred(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\s]\s*[0-9].*)?")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<"})
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_ESCAPED = deferred(rf'[\\"\n\t{_UNWRITABLE}]')
# Format characters, spaces that are none, separators, private and unassigned ones.
_HIDDEN = frozenset({"Cf", "Cn", "Co", "Zl", "Zp", "Zs"})
_EXPLICIT_INDENT = deferred(r">[-+]?[1-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block scalar: what follows its key, and its lines, to be indented by two spaces."""

    header: str
    lines: Sequence[str]


def inline_text(text: str, *, is_in_flow: bool = False) -> str:
    """A text on one line, in quotes only where they are needed."""
    if _is_plain(text) and not (is_in_flow and _NOT_PLAIN_IN_FLOW.search(text)):
        return text
    is_free_of_escapes = not re.search(rf"['\n\t{_UNWRITABLE}]", text)
    if is_free_of_escapes and re.search(r'["\\]', text):
        return f"'{text}'"
    return f'"{_ESCAPED.sub(_escape, text)}"'


def escaped_text(text: str) -> str:
    """A text in double quotes, with an escape for every character that is not seen."""
    return '"' + "".join(_escape(c) if is_hidden(c) or _ESCAPED.match(c) else c for c in text) + '"'


def is_hidden(character: str) -> bool:
    """Whether a character shows nothing on a screen, or nothing that a reader could name."""
    return character != " " and unicodedata.category(character) in _HIDDEN


def literal(text: str) -> Block | None:
    """A text as a literal block; None where it cannot be one, or shows nothing there."""
    return _block("|", text.rstrip("\n").split("\n"), text)


def refolded(source: str, text: str) -> Block | None:
    """A folded block, from its source, with its lines broken where they are."""
    if _EXPLICIT_INDENT.match(source):
        return None
    lines = source.split("\n")[1:]
    indent = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")), 0)
    kept = [line[indent:] for line in lines]
    while kept and not kept[-1]:
        kept.pop()
    return _block(">", kept, text)


def folded_as_wrapped(source: str, text: str) -> Block | None:
    """A folded block for a plain or quoted text over several lines, if each break stands for a space."""
    quote = source[:1] if source[:1] in ("'", '"') else ""
    lines = [line.strip(" \t") for line in source.removeprefix(quote).removesuffix(quote).split("\n")]
    return _block(">", lines, text) if " ".join(lines) == text and all(lines) else None


def _block(sign: str, lines: list[str], text: str) -> Block | None:
    if not text.strip() or any(character in text for character in _UNWRITABLE):
        return None
    newlines = len(text) - len(text.rstrip("\n"))
    chomping = ("-", "")[newlines] if newlines < 2 else "+"
    # Where the text begins with a space or a tab its indentation cannot be guessed.
    indent = "2" if text.lstrip("\n")[0] in " \t" else ""
    return Block(header=f"{sign}{indent}{chomping}", lines=(*lines, *[""] * (newlines - 1)))


def _is_plain(text: str) -> bool:
    is_other = _NUMBER.fullmatch(text) or _DATE.fullmatch(text) or text.lower() in _WORDS
    return not is_other and not _NOT_PLAIN.search(text)


def _escape(found: "re.Match[str] | str") -> str:
    character = found if isinstance(found, str) else found[0]
    code = ord(character)
    return _ESCAPES.get(character) or (f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}")
