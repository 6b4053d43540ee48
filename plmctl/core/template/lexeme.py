"""The pieces of a jinja2 text at their exact places: jinja2's own tokens know only lines."""

from collections.abc import Iterator

from jinja2 import Environment, TemplateSyntaxError

from plmctl.core.dataclass import dataclass

# What may have lost the white space before it, to a '-' in it.
_BEGINS = frozenset({"variable_begin", "block_begin", "comment_begin", "raw_begin", "raw_end"})
_UNCLOSED = {"comment_begin": ("comment", "'#}'"), "raw_begin": ("text", "{% endraw %}")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexeme:
    """A piece of a text: its kind as jinja2's lexer names it, and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the next one can start."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """What is wrong at some characters of a text, and what to do; `is_refusal` as SyntaxProblem says it."""

    start: int
    length: int
    message: str
    help: str
    is_refusal: bool = False


class UnlexedError(Exception):
    """From a spot on nothing can be told apart."""

    def __init__(self, spot: Spot):
        super().__init__(spot.message)
        self.spot = spot


def refused(lexeme: Lexeme, message: str, cure: str) -> Spot:
    """A piece that jinja2 knows, and that is not taken here."""
    return Spot(start=lexeme.start, length=len(lexeme.text), message=message, help=cure, is_refusal=True)


def wrong(lexeme: Lexeme, message: str, cure: str) -> Spot:
    """A piece with which jinja2 can do nothing either."""
    return Spot(start=lexeme.start, length=len(lexeme.text), message=message, help=cure)


def lexemes(text: str, environment: Environment) -> Iterator[Lexeme]:
    """The pieces of a text with LF alone, in order and in linear time. Raises UnlexedError."""
    last = Lexeme(kind="data", text="", start=0)
    try:
        for _, kind, piece in environment.lexer.tokeniter(text, None):
            start = text.index(piece, last.end) if kind in _BEGINS else last.end
            last = Lexeme(kind=kind, text=piece, start=start)
            yield last
    except TemplateSyntaxError:
        raise UnlexedError(_unlexed(text, last)) from None


def _unlexed(text: str, last: Lexeme) -> Spot:
    if last.kind in _UNCLOSED:
        what, end = _UNCLOSED[last.kind]
        return wrong(last, f"this {what} is never closed", f"end it with {end}")
    character = Lexeme(kind="operator", text=text[last.end], start=last.end)
    if character.text in "\"'":
        return wrong(character, "this string is never closed", f"end it with {character.text}")
    if character.text in ")]}":
        return wrong(character, f"'{character.text}' closes nothing that is open", "delete it")
    return wrong(
        character, f"'{character.text}' means nothing in a tag", "delete it, or close the tag before it"
    )
