"""License expressions (SPDX 2.3, annex D): what they say, and whether a list of licenses allows it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.slip import nearest
from plmctl.core.spdx_ids import EXCEPTIONS, LICENSES

LONGEST = 1_000
"""Characters of an expression."""
_DEEPEST = 20
# Shorter words are near to too many ids.
_SHORTEST = 4
_TOKEN = deferred(r"\s*(?:([()])|([A-Za-z0-9.:+-]+))")
_OWN_NAME = "write LicenseRef- and a name of your own for a license that is not in the list"
_OWN = deferred(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """One license, as the list spells it; `or_later` of a `+`, with the exception after WITH."""

    id: str
    or_later: bool = False
    exception: str | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """What an allow-list may say to allow it: an exception only adds to what is allowed."""
        name = f"{self.id}+" if self.or_later else self.id
        names = dict.fromkeys((name, self.id))
        with_exception = [f"{n} WITH {self.exception}" for n in names] if self.exception else []
        return (*with_exception, *names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """Licenses joined by one word: OR, of which one may be chosen, or AND, all of which must be kept."""

    word: str
    parts: tuple["License | Expression", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSpdx:
    """Why a text is no license expression, and what to write."""

    message: str
    help: str


def expression(text: str) -> License | Expression | NotSpdx:
    """What a license expression says; ids are read in any case, as SPDX has it."""
    try:
        return _Parser(text).whole()
    except _WrongError as error:
        return error.why


def is_allowed(said: License | Expression, allowed: Iterable[str]) -> bool:
    """Whether a list allows it: of OR one part, of AND each."""
    known = {name.lower() for name in allowed}
    return _is_allowed(said, known)


def _is_allowed(said: License | Expression, known: set[str]) -> bool:
    if isinstance(said, License):
        return any(name.lower() in known for name in said.spellings)
    judged = (_is_allowed(part, known) for part in said.parts)
    return any(judged) if said.word == "OR" else all(judged)


class _WrongError(Exception):
    def __init__(self, message: str, mend: str):
        super().__init__(message)
        self.why = NotSpdx(message=message, help=mend)


class _Parser:
    """Reads an expression by descent: OR holds ANDs, these hold licenses and parentheses."""

    def __init__(self, text: str):
        if len(text) > LONGEST:
            raise _WrongError(f"a license expression of over {LONGEST} characters", "name the license")
        self._words = list(_words(text))
        self._at = 0
        self._depth = 0

    def whole(self) -> License | Expression:
        """All of it."""
        said = self._joined("OR")
        if self._at < len(self._words):
            word = self._words[self._at]
            raise _WrongError(f"'{word}' cannot stand there", _joining(word))
        return said

    def _joined(self, word: str) -> License | Expression:
        parts = [self._joined("AND") if word == "OR" else self._one()]
        while self._next() == word:
            self._at += 1
            parts.append(self._joined("AND") if word == "OR" else self._one())
        return parts[0] if len(parts) == 1 else Expression(word=word, parts=tuple(parts))

    def _one(self) -> License | Expression:
        word = self._next()
        if word in (None, ")", "OR", "AND", "WITH"):
            raise _WrongError("a license is missing from the expression", "name one: MIT OR CC-BY-4.0")
        assert word is not None  # for the type checker: the line above refuses it
        self._at += 1
        return self._group() if word == "(" else self._license(word)

    def _group(self) -> License | Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _WrongError(f"parentheses are nested over {_DEEPEST} levels deep", "write it flatter")
        said = self._joined("OR")
        if self._next() != ")":
            raise _WrongError("a parenthesis is not closed", "write ')' after the licenses in it")
        self._at += 1
        self._depth -= 1
        return said

    def _license(self, word: str) -> License:
        or_later = word.endswith("+")
        name = word.removesuffix("+")
        known = name if _OWN.fullmatch(name) else _by_lower_case(LICENSES).get(name.lower())
        if known is None:
            raise _WrongError(f"'{word}' is no license of the SPDX list", _advice(name, LICENSES, _OWN_NAME))
        if self._next() != "WITH":
            return License(id=known, or_later=or_later)
        self._at += 1
        written = self._next() or ""
        self._at += 1
        exception = _by_lower_case(EXCEPTIONS).get(written.lower())
        if exception is None:
            help_ = _advice(written, EXCEPTIONS, "name one of the list after WITH")
            raise _WrongError(f"'{written}' is no exception of the SPDX list", help_)
        return License(id=known, or_later=or_later, exception=exception)

    def _next(self) -> str | None:
        return self._words[self._at] if self._at < len(self._words) else None


def _words(text: str) -> Iterator[str]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            message = f"'{text[at:].strip()[:1]}' cannot stand in a license expression"
            raise _WrongError(message, "write an id of the SPDX list, such as CC-BY-4.0")
        yield found[1] or found[2]
        at = found.end()


@cache
def _by_lower_case(ids: frozenset[str]) -> Mapping[str, str]:
    return {name.lower(): name for name in ids}


def _joining(word: str) -> str:
    if word.upper() in ("OR", "AND", "WITH"):
        return f"write {word.upper()}: the words of an expression are upper case"
    return "join licenses with OR or AND: MIT OR CC-BY-4.0"


def _advice(word: str, ids: frozenset[str], otherwise: str) -> str:
    meant = nearest(word, sorted(ids)) if len(word) >= _SHORTEST else None
    return f"did you mean '{meant}'? Else {otherwise}" if meant else otherwise
