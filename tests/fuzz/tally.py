"""What came of many inputs: counts, finds, and which were the slowest."""

import heapq
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field

SLOWEST = 10
_TOLD_EACH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """An input for which something was raised, died or took too much: what, and where in the code."""

    number: int
    what: str
    where: str = ""
    told: str = ""


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of some inputs of a target; times in seconds of CPU, memory in MiB over what was used before."""

    inputs: int = 0
    decoded: int = 0
    parsed: int = 0
    valid: int = 0
    cpu: float = 0.0
    memory: int = 0
    slowest: list[tuple[float, int]] = field(default_factory=list)
    finds: list[Find] = field(default_factory=list)

    def took(self, seconds: float, number: int) -> None:
        """Count the time of an input."""
        self.cpu += seconds
        if len(self.slowest) < SLOWEST:
            heapq.heappush(self.slowest, (seconds, number))
        elif seconds > self.slowest[0][0]:
            heapq.heapreplace(self.slowest, (seconds, number))

    def add(self, other: "Tally") -> None:
        """Count what another counted too."""
        self.inputs += other.inputs
        self.decoded += other.decoded
        self.parsed += other.parsed
        self.valid += other.valid
        self.cpu += other.cpu
        self.memory = max(self.memory, other.memory)
        self.slowest = heapq.nlargest(SLOWEST, [*self.slowest, *other.slowest])
        heapq.heapify(self.slowest)
        self.finds.extend(other.finds)

    @property
    def worst(self) -> float:
        """The time of the slowest input."""
        return max(self.slowest, default=(0.0, 0))[0]

    def written(self) -> str:
        """It as a line for another process."""
        return json.dumps(asdict(self))


def read_tally(line: str) -> Tally:
    """The tally that another process wrote."""
    value = json.loads(line)
    slowest = [(float(seconds), int(number)) for seconds, number in value.pop("slowest")]
    return Tally(**{**value, "slowest": slowest, "finds": [Find(**find) for find in value.pop("finds")]})


def told(finds: Iterable[Find]) -> Iterator[str]:
    """The finds in lines: those of one kind together, the first of them with all that is known."""
    kinds: defaultdict[tuple[str, str], list[Find]] = defaultdict(list)
    for find in sorted(finds, key=lambda find: find.number):
        kinds[find.what.partition(":")[0], find.where].append(find)
    for (_, where), found in sorted(kinds.items(), key=lambda kind: -len(kind[1])):
        numbers = ", ".join(str(find.number) for find in found[:_TOLD_EACH])
        yield f"FOUND {len(found)} x {found[0].what} in {where or '?'}: input {numbers}"
        yield from (f"    {line}" for line in found[0].told.splitlines()[-12:])


HEADINGS = (
    "target",
    "inputs",
    "decoded",
    "parsed",
    "valid",
    "finds",
    "seed",
    "seconds",
    "us each",
    "worst s",
    "MiB",
)


def heading() -> Sequence[str]:
    """The first line of the table."""
    return [line(HEADINGS)]


def line(cells: Sequence[str]) -> str:
    """Cells as a line of the table."""
    return "".join(f"{cell:>11}" for cell in cells)


def row(name: str, seed: int, tally: Tally, seconds: float) -> Sequence[str]:
    """A tally as a row of a table; `seconds` passed on the clock."""
    count = max(tally.inputs, 1)
    shares = (f"{100 * part / count:.1f} %" for part in (tally.decoded, tally.parsed, tally.valid))
    return (
        name,
        f"{tally.inputs:,}",
        *shares,
        str(len(tally.finds)),
        str(seed),
        f"{seconds:.0f}",
        f"{1e6 * tally.cpu / count:.0f}",
        f"{tally.worst:.3f}",
        str(tally.memory),
    )
