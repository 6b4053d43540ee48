"""What is fuzzed: a function of bytes, the inputs that are made for it, and how far one came."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random

Input = Mapping[str, bytes]
"""The files of an input, by their names."""

FILE = "file"
"""The name of the only file of most inputs."""

PART = "part"
"""The name of the file that says which part of what is done with the others is this input's."""


class Broken(Exception):
    """Something that holds for all bytes did not hold for these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """How far an input came: decoded, parsed, valid; and what it was read as."""

    is_decoded: bool = False
    is_parsed: bool = False
    is_valid: bool = False
    value: object = None


REFUSED = Came()
"""What came of bytes that are no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is fuzzed: how inputs are made, what is done with one, and the modules that it is to reach.

    `run` raises for a find alone: what plmctl may raise for any bytes it takes as an answer, and what must
    hold for all bytes it checks. `expected` says which. Where there are `parts`, what is made is an input for
    each of them.
    """

    name: str
    expected: str
    modules: tuple[str, ...]
    make: Callable[[Random], Input]
    run: Callable[[Input], Came]
    parts: tuple[str, ...] = ()

    def input(self, seed: int, number: int) -> Input:
        """The input of that number: the same in every run with the same seed."""
        if not self.parts:
            return self.make(Random(f"{seed} {self.name} {number}"))
        whole, part = divmod(number, len(self.parts))
        return {**_whole(self, seed, whole), PART: self.parts[part].encode()}


# The inputs that have the same files come one after another.
@lru_cache(maxsize=1)
def _whole(target: Target, seed: int, whole: int) -> Input:
    return target.make(Random(f"{seed} {target.name} {whole}"))


def demand(holds: bool, what: str) -> None:
    """Raise Broken unless something holds."""
    if not holds:
        raise Broken(what)


def is_text(data: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
