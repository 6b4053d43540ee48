"""From the bytes of a manifest to text that everybody reads alike, and findings with their source line."""

from collections.abc import Sequence
from functools import cached_property
from typing import NoReturn

from plmctl.core.deferred import deferred
from plmctl.core.finding import Finding, Level, Location, Rule, sorted_findings
from plmctl.core.limits import LIMITS, Limits
from plmctl.core.veil import Veil
from plmctl.core.yml import (
    BYTE_ORDER_MARK,
    CONTROL_CHARACTER,
    LINE_ENDINGS,
    LINE_SEPARATOR,
    NOT_UTF8,
    TOO_LARGE,
)

_BOM = "\ufeff"
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff"
# U+2028 and U+2029: libyaml breaks lines there, YAML 1.2 does not.
_REFUSED = deferred(f"[{_CONTROLS}\u2028\u2029{_BOM}]")
# What most files are made of, as bytes.
_USUAL = bytes((*b"\t\n\r", *range(0x20, 0x7F)))
# A CR that survives is an escape: raw ones were folded. It would not survive a checkout either.
ESCAPED = deferred(f"[{_CONTROLS}\r]")


class Refused(Exception):
    """The rest of a file is not read; its findings say why."""


class FileFindings:
    """What is found in one file, each with its source line; so many as its limits say, then Refused."""

    def __init__(self, path: str, limits: Limits = LIMITS):
        self.path = path
        self.limits = limits
        self.text: str | None = None
        """What was read of it; given before the first finding that has a source line."""
        self._found: list[Finding] = []

    @cached_property
    def lines(self) -> Sequence[str]:
        """The lines of the text."""
        return self.text.split("\n") if self.text is not None else ()

    @cached_property
    def _veil(self) -> Veil:
        return Veil(self.lines)

    @property
    def has_error(self) -> bool:
        """Whether one of them is an error."""
        return any(finding.level is Level.ERROR for finding in self._found)

    @property
    def last(self) -> Finding | None:
        """The one that was added last."""
        return self._found[-1] if self._found else None

    def all(self) -> tuple[Finding, ...]:
        """In the order they are shown."""
        return sorted_findings(self._found)

    def add(
        self,
        rule: Rule,
        message: str,
        place: tuple[int, int],
        *,
        width: int | None = None,
        cure: str | None = None,
    ) -> None:
        """Add one at a place (line and column from 1). Raises Refused when it was the last that is told."""
        line, column = place
        end = None if width is None else column + width
        self._found.append(
            Finding(
                rule=rule,
                message=self._veil.text(message, line),
                location=Location(path=self.path, line=line, column=column, end_column=end),
                level=rule.level,
                help=None if cure is None else self._veil.text(cure, line),
                source=self._veil.line(line),
            )
        )
        if len(self._found) >= self.limits.findings:
            raise Refused

    def refuse(
        self, rule: Rule, message: str, place: tuple[int, int], *, cure: str | None = None
    ) -> NoReturn:
        """Add one after which nothing more can be read."""
        self.add(rule, message, place, cure=cure)
        raise Refused


def folded(text: str) -> str:
    """The text with LF for CRLF and lone CR."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def place_of(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of a character of a text with LF."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def refuse_size(size: int, found: FileFindings) -> NoReturn:
    """The finding for a file over the limit, which nobody read."""
    message = f"the file has {size:,} bytes, over the limit of {found.limits.file_bytes:,}"
    found.refuse(TOO_LARGE, message, (1, 1), cure="move long text or data into files of their own")


def source_text(data: bytes, found: FileFindings) -> str:
    """The text of a manifest: strict UTF-8, LF, no byte order mark, no control characters. Raises Refused."""
    if len(data) > found.limits.file_bytes:
        refuse_size(len(data), found)
    decoded = _decoded(data, found)
    text = folded(decoded.removeprefix(_BOM))
    found.text = text
    if decoded.startswith(_BOM):
        found.add(
            BYTE_ORDER_MARK, "the file begins with a byte order mark", (1, 1), cure="save the file without it"
        )
    if "\r" in decoded:
        _note_line_endings(decoded.removeprefix(_BOM), found)
    # Of nothing but these, there is nothing left: that takes a fifth of a search.
    if data.translate(None, _USUAL):
        _refuse_characters(text, found)
    return text


def _decoded(data: bytes, found: FileFindings) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = folded(data[: error.start].decode("utf-8").removeprefix(_BOM))
        found.text = folded(data.decode("utf-8", "replace").removeprefix(_BOM))
        is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        found.refuse(
            NOT_UTF8,
            f"byte 0x{data[error.start]:02x} at offset {error.start} is not UTF-8",
            place_of(before, len(before)),
            cure="the file looks like UTF-16: save it as UTF-8" if is_utf16 else "save the file as UTF-8",
        )


def _note_line_endings(text: str, found: FileFindings) -> None:
    first = text.index("\r")
    kind = "CRLF" if text.startswith("\r\n", first) else "CR"
    found.add(
        LINE_ENDINGS,
        f"lines end with {kind}; they are read as LF",
        place_of(text, first),
        cure="save the file with LF",
    )


def _refuse_characters(text: str, found: FileFindings) -> None:
    for match in _REFUSED.finditer(text):
        place, name = place_of(text, match.start()), f"U+{ord(match[0]):04X}"
        match match[0]:
            case "\0":
                # One is enough: a file with NUL is binary, or UTF-16 without a mark.
                found.refuse(
                    CONTROL_CHARACTER, "NUL: this is no text", place, cure="save the file as UTF-8 text"
                )
            case "\u2028" | "\u2029":
                found.add(
                    LINE_SEPARATOR,
                    f"{name} is a line break to some readers only",
                    place,
                    width=1,
                    cure=f'write "\\u{ord(match[0]):04x}" in double quotes, or use a content file',
                )
            case "\ufeff":
                message = "a byte order mark (U+FEFF) inside the file"
                found.add(CONTROL_CHARACTER, message, place, width=1, cure="delete it: it is invisible")
            case _:
                message = f"control character {name}"
                found.add(CONTROL_CHARACTER, message, place, width=1, cure="delete it: it is invisible")
    if found.has_error:
        raise Refused
