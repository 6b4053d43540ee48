"""A jinja2 text tag by tag: that its statements are those of the subset, and end what they begin."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import Any

from jinja2 import Environment
from jinja2.lexer import Token, operators

from plmctl.core.dataclass import dataclass
from plmctl.core.template.dialect import (
    BRACE,
    MAX_BRANCHES,
    MAX_ERRORS,
    MAX_LOOPS,
    MAX_NESTING,
    MAX_TAGS,
    MAX_WORDS,
    statement_help,
)
from plmctl.core.template.grammar import shown
from plmctl.core.template.lexeme import Lexeme, Spot, UnlexedError, lexemes, refused, wrong
from plmctl.core.template.phrase import ESCAPE, ESCAPED, loop_spots, phrase_spots

_BEGINS = frozenset({"variable_begin", "block_begin"})
_ENDS = frozenset({"variable_end", "block_end"})
# jinja2 says that the value of each token is text, and has numbers there too.
_NUMBERS: dict[str, Callable[[str], Any]] = {"integer": int, "float": float}
_IGNORED = frozenset({"comment_begin", "comment", "comment_end", "whitespace", "raw_end"})


@dataclass(slots=True, kw_only=True)
class Words:
    """What the parser needs of a text, and what is wrong with it."""

    lexemes: list[Lexeme] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)

    def tokens(self) -> Iterator[Token]:
        """The tokens of sound words, each with its offset in the place of its line."""
        return map(_token, self.lexemes)


def words_of(text: str, environment: Environment) -> Words:
    """The words of a text with LF alone; where something is wrong with them, they are not to be parsed."""
    reader = _Reader(text=text)
    try:
        for lexeme in lexemes(text, environment):
            reader.take(lexeme)
            if reader.is_full:
                return reader.words
        reader.finish()
    except UnlexedError as error:
        reader.words.spots.append(error.spot)
    return reader.words


@dataclass(slots=True, kw_only=True)
class _Open:
    """An `if` or a `for` that waits for its end."""

    word: Lexeme
    branches: int = 0
    has_else: bool = False


@dataclass(slots=True, kw_only=True)
class _Reader:
    text: str
    words: Words = field(default_factory=Words)
    begin: Lexeme | None = None
    inside: list[Lexeme] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    tags: int = 0
    is_stopped: bool = False

    @property
    def is_full(self) -> bool:
        """Whether a limit was passed, or more mistakes help nobody."""
        return self.is_stopped or len(self.words.spots) >= MAX_ERRORS

    def take(self, lexeme: Lexeme) -> None:
        """One piece more of the text."""
        if lexeme.kind in _IGNORED:
            return
        if lexeme.kind in _BEGINS:
            self._begin(lexeme)
        elif self.begin is not None and lexeme.kind in _ENDS:
            self.words.spots.extend(self._tag(self.begin))
            self.begin, self.inside = None, []
        elif self.begin is not None:
            self._inside(self.begin, lexeme)
        elif lexeme.kind == "raw_begin":
            start = lexeme.start + lexeme.text.index("raw")
            self.words.spots.append(_no_statement(Lexeme(kind="name", text="raw", start=start)))
        self.words.lexemes.append(lexeme)

    def finish(self) -> None:
        """The end of the text."""
        if self.begin is not None:
            self._unclosed(self.begin)
        for waiting in self.opened:
            name = waiting.word.text
            cure = f"end it with {{% end{name} %}}"
            self.words.spots.append(wrong(waiting.word, f"this '{name}' is never closed", cure))

    def _begin(self, lexeme: Lexeme) -> None:
        self.begin = lexeme
        self.tags += 1
        if self.tags > MAX_TAGS:
            self._stop(refused(lexeme, f"the text has more than {MAX_TAGS} tags", "split it into messages"))

    def _inside(self, begin: Lexeme, lexeme: Lexeme) -> None:
        self.inside.append(lexeme)
        if self.text.startswith(("{{", "{%"), lexeme.start) and lexeme.kind == "operator":
            self._unclosed(begin)
            self.is_stopped = True
        elif len(self.inside) > MAX_WORDS:
            message = f"a tag has more than {MAX_WORDS} words"
            self._stop(refused(lexeme, message, "write several tags, or compute it before"))

    def _stop(self, spot: Spot) -> None:
        self.words.spots.append(spot)
        self.is_stopped = True

    def _unclosed(self, begin: Lexeme) -> None:
        closing = "'}}'" if begin.kind == "variable_begin" else "'%}'"
        self.words.spots.append(wrong(begin, "this tag is never closed", f"end it with {closing}; {BRACE}"))

    def _tag(self, begin: Lexeme) -> Iterator[Spot]:
        if not self.inside:
            yield wrong(begin, "this tag is empty", f"name an input in it; {BRACE}")
        elif begin.kind == "variable_begin":
            yield from phrase_spots(self.inside)
        else:
            yield from self._statement(*self.inside)

    def _statement(self, word: Lexeme, *rest: Lexeme) -> Iterator[Spot]:
        match word.text:
            case "if" | "for":
                yield from self._opening(word, rest)
            case "elif" | "else":
                yield from self._branch(word, rest)
            case "endif" | "endfor":
                yield from self._closing(word, rest)
            # The end of what was refused already is no second mistake.
            case _ if word.text.removeprefix("end") not in self.refused:
                self.refused.add(word.text)
                yield _no_statement(word)

    def _opening(self, word: Lexeme, rest: Sequence[Lexeme]) -> Iterator[Spot]:
        yield from _header(word, rest)
        self.opened.append(_Open(word=word))
        loops = sum(each.word.text == "for" for each in self.opened)
        if len(self.opened) > MAX_NESTING:
            self._stop(refused(word, f"statements nest deeper than {MAX_NESTING}", "compute a part before"))
        elif word.text == "for" and loops > MAX_LOOPS:
            self._stop(refused(word, f"loops nest deeper than {MAX_LOOPS}", "pass a flatter list"))

    def _branch(self, word: Lexeme, rest: Sequence[Lexeme]) -> Iterator[Spot]:
        innermost = self.opened[-1] if self.opened else None
        wanted = ("if",) if word.text == "elif" else ("if", "for")
        if innermost is None or innermost.word.text not in wanted:
            names = "' or '".join(wanted)
            yield wrong(word, f"no '{names}' is open here", "delete it, or begin one before it")
        elif innermost.has_else:
            yield wrong(word, f"'{word.text}' stands behind an 'else'", "put it before, or delete it")
        else:
            innermost.branches += 1
            innermost.has_else = word.text == "else"
            if innermost.branches > MAX_BRANCHES:
                self._stop(
                    refused(word, f"an 'if' has more than {MAX_BRANCHES} branches", "compute it before")
                )
        yield from _header(word, rest) if word.text == "elif" else _alone(word, rest)

    def _closing(self, word: Lexeme, rest: Sequence[Lexeme]) -> Iterator[Spot]:
        name = word.text.removeprefix("end")
        if self.opened and self.opened[-1].word.text == name:
            self.opened.pop()
        elif self.opened:
            inner = self.opened[-1].word.text
            yield wrong(
                word, f"'{inner}' is open here, and no '{name}'", f"end it with {{% end{inner} %}} first"
            )
        else:
            yield wrong(word, f"no '{name}' is open here", "delete it, or begin one before it")
        yield from _alone(word, rest)


def _header(word: Lexeme, rest: Sequence[Lexeme]) -> Iterator[Spot]:
    if not rest:
        cure = "write {% for item in items %}" if word.text == "for" else f"write {{% {word.text} name %}}"
        yield wrong(word, f"nothing stands behind '{word.text}'", cure)
    elif word.text == "for":
        yield from loop_spots(rest)
    else:
        yield from phrase_spots(rest)


def _alone(word: Lexeme, rest: Sequence[Lexeme]) -> Iterator[Spot]:
    if rest:
        yield wrong(rest[0], f"nothing can stand behind '{word.text}'", "delete it")


def _no_statement(word: Lexeme) -> Spot:
    return refused(word, f"'{shown(word.text)}' is no statement here", statement_help(word.text))


def _token(lexeme: Lexeme) -> Token:
    """A token as jinja2's own lexer makes it, with its offset in the place of its line."""
    kind, value = lexeme.kind, lexeme.text
    match kind:
        case "operator":
            return Token(lexeme.start, operators[value], value)
        case "string":
            return Token(lexeme.start, kind, ESCAPE.sub(lambda found: ESCAPED[found[1]], value[1:-1]))
        case "integer" | "float":
            return Token(lexeme.start, kind, _NUMBERS[kind](value))
    return Token(lexeme.start, kind, value)
