"""Where the tags of a mustache text stand, before anyone asks what they mean."""

from collections.abc import Iterator

from plmctl.core.dataclass import dataclass

SIGILS = frozenset("#^/>&!{=$<")
_CLOSERS = {"{": "}}}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Escape:
    r"""A `\{{`, which prints `{{`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTag:
    """A tag's sigil (empty for `{{x}}`) and its body without the white space around it."""

    start: int
    end: int
    sigil: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclosed:
    """A `{{` without its `}}` before the next `{{`; only these two characters are spent."""

    start: int
    end: int


Piece = Escape | RawTag | Unclosed


def pieces(text: str) -> Iterator[Piece]:
    """Every tag, escape and unclosed tag in order, in linear time; what lies between is literal."""
    last_close = text.rfind("}}")
    position = 0
    while (start := text.find("{{", position)) >= 0:
        if start and text[start - 1] == "\\":
            piece: Piece = Escape(start=start - 1, end=start + 2)
        else:
            piece = _tag(text, start, last_close)
        yield piece
        position = piece.end


def may_include(text: str) -> bool:
    """Whether a text can have the tag of a partial, for whoever need not know what else is in it."""
    return "{{>" in text


def _tag(text: str, start: int, last_close: int) -> RawTag | Unclosed:
    following = text[start + 2 : start + 3]
    sigil = following if following in SIGILS else ""
    body = start + 2 + len(sigil)
    closer = _CLOSERS.get(sigil, "}}")
    # Bounded by the next tag (a comment by the last close), or bad input costs quadratic time.
    if sigil == "!":
        close = text.find(closer, body) if body <= last_close else -1
    else:
        following_tag = text.find("{{", body)
        close = text.find(closer, body, following_tag if following_tag >= 0 else len(text))
    if close < 0:
        return Unclosed(start=start, end=start + 2)
    return RawTag(start=start, end=close + len(closer), sigil=sigil, body=text[body:close].strip())
