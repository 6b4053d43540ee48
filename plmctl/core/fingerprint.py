"""The name of a judgement by which it is accepted: what was judged, not where it stands or in which words."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from plmctl.core.canonical import canonical_json
from plmctl.core.change import Change, Fact, Side
from plmctl.core.judgement import Judgement
from plmctl.core.secrecy import discreet
from plmctl.core.value import Value, pointer_text

DIGITS = 12
"""The hex digits of a fingerprint: 48 bits, far more than the changes between two releases need."""

_ITEM = "#"
_UNKNOWN = "-"


def fingerprinted(judgements: Iterable[Judgement]) -> Iterator[Judgement]:
    """The judgements, each with its fingerprint; the credentials in them are masked already.

    What a rule says twice of equal facts is told apart by counting, in the order of the facts alone.
    """
    counted: Counter[bytes] = Counter()
    for judgement in judgements:
        known = _known(judgement)
        counted[known] += 1
        yield replace(judgement, fingerprint=_digits(known, counted[known]))


def _known(judgement: Judgement) -> bytes:
    change = judgement.change
    subject: list[Value] = [judgement.code, change.artifact, lasting_pointer(change), change.old, change.new]
    return canonical_json(subject)


def _digits(known: bytes, number: int) -> str:
    counted = known if number == 1 else b"%d:%s" % (number, known)
    return hashlib.sha256(counted).hexdigest()[:DIGITS]


def lasting_pointer(change: Change) -> str:
    """The pointer of a change without positions: an item of a list that has no key goes by its content."""
    steps = [
        _item(change, index) if isinstance(step, int) else step for index, step in enumerate(change.pointer)
    ]
    return pointer_text(tuple(steps))


def _item(change: Change, index: int) -> str:
    """An item of a list by a hash of its content, credentials masked."""
    if index == len(change.pointer) - 1 and change.fact in (Fact.ADDED, Fact.REMOVED):
        content = change.new if change.fact is Fact.ADDED else change.old
    else:
        # Items that were compared inside are known by what they are now.
        place, sides = change.place[: index + 1], (change.after, change.before)
        found = (value for side in sides for value in _at(side, place))
        content = discreet(next(found, _UNKNOWN), place)
    return _ITEM + hashlib.sha256(canonical_json(content)).hexdigest()[:DIGITS]


def _at(side: Side | None, place: tuple[str | int, ...]) -> Iterator[Value]:
    """What a side has at a place, if it has anything there."""
    value: Value = side.forms.resolved if side is not None else None
    for step in place:
        match step, value:
            case str(), dict() if step in value:
                value = value[step]
            case int(), list() if 0 <= step < len(value):
                value = value[step]
            case _:
                return
    yield value
