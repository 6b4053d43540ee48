"""Characters that show nothing, or show a text in another order; and where a language or an emoji needs one.

From the Unicode Character Database: Default_Ignorable_Code_Point, the directional formatting characters of
UAX 9, and three blanks that are none (Braille, a musical rest of nothing, annotations).
"""

import unicodedata
from enum import Enum
from functools import lru_cache

from plmctl.core.deferred import deferred

_TAGS = "\U000e0000-\U000e007f"
_MARKS = "\u061c\u200e\u200f"
_BIDI = "\u202a-\u202e\u2066-\u2069"
_BELOW = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
)
UNSEEN_BELOW = f"{_MARKS}{_BIDI}{_BELOW}"
UNSEEN_BEYOND = f"\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a{_TAGS}\U000e0080-\U000e0fff"
UNSEEN = UNSEEN_BELOW + UNSEEN_BEYOND
"""All of them, as they stand in the brackets of a pattern: up to U+FFFF, and beyond."""

# Scripts whose letters join, and need a sign where they do otherwise (Unicode 9, 12 to 17; RFC 5892, A).
_JOINING = deferred(
    "[\u0600-\u07ff\u0840-\u08ff\u0900-\u0dff\u0f00-\u109f\u1700-\u18af\u1900-\u1cff\ua840-\ua8ff\ua900-\uaaff"
    "\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00010fff\U00011000-\U00011fff\U00016100-\U0001613f"
    "\U0001e900-\U0001e95f]"
)
# Scripts that are written without spaces, and mark where a line may end.
_UNSPACED = deferred(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1bff\ua980-\ua9ff\uaa60-\uaadf]"
)
_PICTURE = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_EMOJI = deferred(f"[{_PICTURE}]")
_IDEOGRAPH = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Bases and their selectors: emoji-variation-sequences.txt, StandardizedVariants.txt, IVD_Sequences.txt.
_VARIANT = deferred(
    f"[{_PICTURE}0-9#*][\ufe0e\ufe0f]"
    f"|[{_IDEOGRAPH}][\ufe00-\ufe02\U000e0100-\U000e012f]"
    "|[0\u2200-\u22ff\u2a00-\u2aff\u1000-\u109f\uaa60-\uaa7f\ua840-\ua87f\U00010ac0-\U00010aff]\ufe00"
    "|[\u2018\u2019\u201c\u201d\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f][\ufe00\ufe01]"
    "|[\U00013000-\U0001345f][\ufe00-\ufe06]"
    "|[\u1800-\u18af][\u180b-\u180d\u180f]"
)
_SELECTOR = deferred("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# What belongs to a few letters only, beside which it shows.
_BESIDE = {
    "\u115f": deferred("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]"),
    "\u1160": deferred("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]"),
    "\u17b4": deferred("[\u1780-\u17ff]"),
    "\u17b5": deferred("[\u1780-\u17ff]"),
    "\u180e": deferred("[\u1800-\u18af]"),
    "\u200b": _UNSPACED,
    "\u200c": _JOINING,
    "\u200d": _JOINING,
    "\u2060": _UNSPACED,
    "\u2800": deferred("[\u2801-\u28ff]"),
    **dict.fromkeys(map(chr, range(0x1BCA0, 0x1BCA4)), deferred("[\U0001bc00-\U0001bc9f]")),
    **dict.fromkeys(map(chr, range(0x1D173, 0x1D17B)), deferred("[\U0001d100-\U0001d1ff]")),
}
_RIGHT_TO_LEFT = deferred(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# England, Scotland, Wales: the flags that are recommended for interchange (UTS 51, RGI).
_FLAGS = frozenset({"gbeng", "gbsct", "gbwls"})
_FLAG, _CANCEL = "\U0001f3f4", "\U000e007f"
# What is longer spells something.
_LONGEST_ROW = 64
_JOINER, _NO_JOINER, _GRAPHEME_JOINER = "\u200d", "\u200c", "\u034f"


class Sort(Enum):
    """What a character that is not seen does: writes unseen words, turns the order, or hides in others."""

    TAG = "tag"
    BIDI = "bidi"
    OTHER = "other"


def sort_of(character: str) -> Sort:
    """The sort of a character of UNSEEN."""
    if "\U000e0000" <= character <= "\U000e007f":
        return Sort.TAG
    is_bidi = "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"
    return Sort.BIDI if is_bidi else Sort.OTHER


def is_selector(character: str) -> bool:
    """Whether it chooses between forms of the character before it (Unicode, 23.4)."""
    return _SELECTOR.match(character) is not None


def is_byte(character: str) -> bool:
    """Whether it is one of the 256 selectors that can stand for bytes."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def flag_end(text: str, start: int) -> int:
    """Where the tags end that make a flag of what is before them; the start where they make none."""
    end = start + 6
    is_flag = text[start - 1 : start] == _FLAG and text[end - 1 : end] == _CANCEL
    return end if is_flag and tagged(text[start : end - 1]) in _FLAGS else start


def tagged(text: str) -> str:
    """What tag characters say."""
    return "".join(chr(ord(c) - 0xE0000) if 0xE0020 <= ord(c) <= 0xE007E else "" for c in text)


def selected(text: str) -> str:
    """What selectors say that stand for bytes, one each."""
    codes = (ord(c) for c in text)
    data = bytes(code - 0xFE00 if code < 0xFE10 else code - 0xE00F0 for code in codes)
    return data.decode("utf-8", "replace")


def is_right_to_left(text: str) -> bool:
    """Whether a letter of a text is written from right to left."""
    return _RIGHT_TO_LEFT.search(text) is not None


def is_needed(line: str, index: int, row: tuple[int, int], is_mixed: bool) -> bool:
    """Whether what is around a character needs it; `row` is where it and the unseen ones beside it stand.

    `is_mixed`: some of the text is written from right to left.
    """
    start, end = row
    if end - start > _LONGEST_ROW:
        return False
    before, after = line[max(start - 1, 0) : start], line[end : end + 1]
    return _is_needed(line[max(index - 1, 0) : index + 1], before, after, end - start <= 2, is_mixed)


# A text has few letters, and many of each.
@lru_cache(maxsize=4096)
def _is_needed(pair: str, before: str, after: str, is_short: bool, is_mixed: bool) -> bool:
    character = pair[-1]
    if is_selector(character):
        return _VARIANT.fullmatch(pair) is not None
    if character in _BESIDE:
        # More of them than letters need may be the digits of a message.
        return is_short and _is_beside(character, before, after)
    if character == _GRAPHEME_JOINER:
        return any(unicodedata.category(c) == "Mn" for c in before + after)
    if character in _MARKS:
        is_inside = all(unicodedata.bidirectional(c) == "L" for c in (before or " ", after or " "))
        return is_mixed and not is_inside
    return False


def _is_beside(character: str, before: str, after: str) -> bool:
    if character in (_JOINER, _NO_JOINER) and _EMOJI.match(before) and _EMOJI.match(after):
        return character == _JOINER
    beside = _BESIDE[character]
    return beside.match(before) is not None or beside.match(after) is not None
