"""The comments of a document, each with the pointer that it belongs to.

Above: the lines before a key or an item. Beside: behind a value on its line, or behind its key or its dash.
Below: the last lines of a collection, told by their indentation. What begins the file, with a blank line
behind it, is above the whole.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import field, replace

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.spot import Document
from plmctl.core.tokens import Scope, Sort, Token, tokens_of
from plmctl.core.value import Pointer

_COMMENT = deferred(r"#[^\n]*")
_BLANK_LINE = deferred(r"\n[ \t]*\n")
_HEADER = deferred(r"[|>][-+0-9]*[ \t]+(#[^\n]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment from its `#` to the end of its line, and whether a blank line stands before it."""

    text: str
    is_spaced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """All comments of a document by pointer; `spaced` are the keys and items below a blank line."""

    above: dict[Pointer, list[Comment]] = field(default_factory=dict)
    beside: dict[Pointer, list[Comment]] = field(default_factory=dict)
    below: dict[Pointer, list[Comment]] = field(default_factory=dict)
    spaced: set[Pointer] = field(default_factory=set)

    def pairs(self) -> Counter[tuple[Pointer, str]]:
        """Each comment with its pointer, and how often it is there."""
        return Counter(
            (pointer, comment.text)
            for place in (self.above, self.beside, self.below)
            for pointer, comments in place.items()
            for comment in comments
        )


def comments_of(document: Document) -> Comments:
    """The comments of a document."""
    reading = _Reading(document)
    if "#" not in document.text and not _BLANK_LINE.search(document.text):
        return reading.comments
    before: Token | None = None
    for token in (*tokens_of(document), None):
        reading.gap(before, token)
        before = token
    return reading.comments


class _Reading:
    """What was found in the gaps between the tokens so far."""

    def __init__(self, document: Document):
        self.comments = Comments()
        self._text = document.text
        self._begun: set[Pointer] = set()
        # Comments before the first key or item of a block collection, until its pointer is known.
        self._waiting: list[Comment] = []
        self._is_spaced = False

    def gap(self, before: Token | None, token: Token | None) -> None:
        """Attach what stands between two neighbours; None is the start or the end of the text."""
        at = before.end if before else 0
        end = token.start if token else len(self._text)
        comments = [*_COMMENT.finditer(self._text, at, end)]
        closing = _closing(before, token) if comments else ()
        for found in comments:
            comment = Comment(text=found[0].rstrip(" \t"), is_spaced=self._has_blank_line(at, found.start()))
            at = found.end()
            if self._is_alone(found.start()):
                closing = _fitting(closing, found.start() - self._line_start(found.start()) + 1)
                self._attach_line(comment, token, closing)
            else:
                self._attach_beside(comment, found.start(), before, token)
        if token is not None:
            self._begin(token, is_spaced=self._has_blank_line(at, end))

    def _begin(self, token: Token, *, is_spaced: bool) -> None:
        if token.pointer not in self._begun:
            self._begun.add(token.pointer)
            if not token.pointer:
                self._split_head(is_spaced=is_spaced)
            elif self._waiting:
                self.comments.above.setdefault(token.pointer, [])[:0] = self._waiting
                self._waiting = []
                is_spaced |= self._is_spaced
            if is_spaced:
                self.comments.spaced.add(token.pointer)
        self._is_spaced = is_spaced
        header = _HEADER.match(self._text, token.start) if token.sort is Sort.SCALAR else None
        if header:
            _add(self.comments.beside, token.pointer, Comment(text=header[1].rstrip(" \t")))

    def _split_head(self, *, is_spaced: bool) -> None:
        """Leave what a blank line parts from the first key above the whole; the rest is the key's."""
        found = self.comments.above.pop((), [])
        ends = [index for index, comment in enumerate(found) if comment.is_spaced]
        end = len(found) if is_spaced else max(ends, default=0)
        self._waiting = found[end:]
        if end:
            self.comments.above[()] = found[:end]
            self._waiting[:1] = [replace(comment, is_spaced=False) for comment in self._waiting[:1]]

    def _attach_line(self, comment: Comment, token: Token | None, closing: Sequence[Scope]) -> None:
        """Attach one that has a line of its own."""
        if closing:
            _add(self.comments.below, closing[-1].pointer, comment)
        elif token is None:
            _add(self.comments.below, (), comment)
        elif token.sort is Sort.CLOSE:
            _add(self.comments.below, token.pointer, comment)
        elif token.sort is Sort.BEGIN and token.pointer:
            self._waiting.append(comment)
        else:
            _add(self.comments.above, token.pointer, comment)

    def _attach_beside(self, comment: Comment, start: int, before: Token | None, token: Token | None) -> None:
        """Attach one that shares its line with a value, a key, or a sign."""
        is_behind = before is not None and "\n" not in self._text[before.end : start]
        neighbour = before if is_behind else token
        if neighbour is not None and neighbour.pointer:
            _add(self.comments.beside, neighbour.pointer, comment)
        else:
            _add(self.comments.below if token is None else self.comments.above, (), comment)

    def _has_blank_line(self, start: int, end: int) -> bool:
        return _BLANK_LINE.search(self._text, start, end) is not None

    def _line_start(self, index: int) -> int:
        return self._text.rfind("\n", 0, index) + 1

    def _is_alone(self, index: int) -> bool:
        return not self._text[self._line_start(index) : index].strip(" \t")


def _closing(before: Token | None, token: Token | None) -> tuple[Scope, ...]:
    """The block collections that end between two neighbours, those that a comment could still be in."""
    scopes = before.scopes if before else ()
    # A list may stand in the column of its key: a comment there is none of the list's.
    own = (0, *(scope.column for scope in scopes))
    ending = zip(scopes, own, strict=False)
    kept = len(token.scopes) if token else 0
    return tuple(scope for scope, around in list(ending)[kept:] if scope.column > around)


def _fitting(closing: Iterable[Scope], column: int) -> tuple[Scope, ...]:
    """Those whose keys or dashes stand no further right."""
    return tuple(scope for scope in closing if scope.column <= column)


def _add(place: dict[Pointer, list[Comment]], pointer: Pointer, comment: Comment) -> None:
    place.setdefault(pointer, []).append(comment)
