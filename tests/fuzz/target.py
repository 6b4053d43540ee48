"""What is fuzzed: a function of bytes, the inputs that are made for it, and how far one came."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

Input = Mapping[str, bytes]
"""The files of an input, by their names."""

FILE = "file"
"""The name of the only file of most inputs."""


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
    hold for all bytes it checks. `expected` says which.
    """

    name: str
    expected: str
    modules: tuple[str, ...]
    make: Callable[[Random], Input]
    run: Callable[[Input], Came]

    def input(self, seed: int, number: int) -> Input:
        """The input of that number: the same in every run with the same seed."""
        return self.make(Random(f"{seed} {self.name} {number}"))


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
