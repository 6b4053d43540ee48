"""Manifests as inputs: most are sound, or nearly; some are bytes that were once a manifest."""

from random import Random

from plmctl.core.value import Value
from tests.fuzz import pieces, values
from tests.fuzz.corpus import donors, manifests, texts, words
from tests.fuzz.layouts import written

_GROWN = 0.0005


def manifest(chance: Random) -> bytes:
    """A manifest as a value that was changed, or as a text that was; a few are as large as files may be."""
    what = chance.random()
    if what < 0.7:
        data = encoded(values.changed(chance.choice(manifests()), chance, donors()), chance)
        return data if what < 0.55 else pieces.changed(data, chance, words())
    if what < 0.7 + _GROWN:
        return encoded(values.grown(chance.choice(manifests()), chance, large(chance)), chance)
    if what < 0.75:
        return encoded(values.deepened(chance.choice(manifests()), chance), chance)
    data = pieces.changed(chance.choice(texts()), chance, words())
    return pieces.grown(data, chance) if what > 1 - _GROWN else data


def large(chance: Random) -> int:
    """A size between 1 KiB and the largest that a file may have."""
    return 1 << (10 + int(chance.random() * 11))


def encoded(value: Value, chance: Random) -> bytes:
    """The value as YAML."""
    return written(value, chance).encode(errors="surrogatepass")
