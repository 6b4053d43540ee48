"""What was measured, as `results.json` has it and as a table; and what got worse since."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measure import Measured, Taken

SCHEMA_VERSION = 1
_MEBIBYTE = 1 << 20
TOLERANCE = 1.25
"""How many times its committed ratio a row may have before it counts as worse."""
GROWTH = 12.0
"""How many times a command may take longer in a registry ten times as large, where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What is asked of a row: the largest ratio to its peer, or the seconds over it; memory; growth."""

    ratio: float | None = None
    seconds: float | None = None
    mebibytes: int | None = None
    growth: float = GROWTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A row at one size, with the command lines, and what is asked of it."""

    name: str
    size: int
    command: str
    peer: str | None
    allowed: Allowed
    measured: Measured

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met, by CPU time; None where there is none."""
        found, allowed = self.measured, self.allowed
        if allowed.mebibytes is not None and found.ours.memory > allowed.mebibytes * _MEBIBYTE:
            return False
        if allowed.ratio is not None and found.ratio_cpu is not None:
            return found.ratio_cpu <= allowed.ratio
        if allowed.seconds is not None and found.peer is not None:
            return found.ours.cpu - found.peer.cpu <= allowed.seconds
        return None


def written(results: Sequence[Result], path: Path) -> None:
    """Writes the results; nothing in them names this machine."""
    value = {
        "schemaVersion": SCHEMA_VERSION,
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.system(),
            "python": platform.python_version(),
            "git": subprocess.run(
                ["git", "version"], check=True, capture_output=True, encoding="utf-8"
            ).stdout.split()[2],
        },
        "date": datetime.now(tz=UTC).date().isoformat(),
        "rows": [asdict(result) for result in results],
    }
    path.write_text(f"{json.dumps(_rounded(value), indent=2)}\n", encoding="utf-8")


def read(path: Path) -> tuple[Result, ...]:
    """The results that were written."""
    return tuple(_result(row) for row in json.loads(path.read_text(encoding="utf-8"))["rows"])


def _result(row: Mapping[str, Any]) -> Result:
    measured = row["measured"]
    taken = {side: Taken(**measured[side]) if measured[side] else None for side in ("ours", "peer")}
    read = {"allowed": Allowed(**row["allowed"]), "measured": Measured(**{**measured, **taken})}
    return Result(**{**row, **read})


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value


def table(results: Iterable[Result]) -> Iterator[str]:
    """A line for each row and size, as soon as it is known; the smaller size of a row comes first."""
    by_place: dict[tuple[str, int], Result] = {}
    yield (
        f"{'what':44} {'manifests':>9} {'CPU s':>8} {'wall s':>8} {'MiB':>5} {'peer CPU':>8} "
        f"{'x CPU':>7} {'x wall':>7}  target"
    )
    for result in results:
        by_place[result.name, result.size] = result
        yield _line(result, by_place.get((result.name, result.size // 10)))


def markdown(path: Path) -> Iterator[str]:
    """The rows of which something is asked, as a page shows them, with the machine and the date."""
    told = json.loads(path.read_text(encoding="utf-8"))
    machine = told["machine"]
    yield "| job | manifests | plmctl | peer | peer's time | times | allowed |"
    yield "|---|--:|--:|---|--:|--:|--:|"
    for result in read(path):
        found = result.measured
        if found.peer is not None and found.ratio_cpu is not None and _allowed(result):
            # In a table a pipe parts columns, in code too.
            peer = (result.peer or "").replace("|", "\\|")
            yield (
                f"| {result.name} | {result.size:,} | {found.ours.cpu:.3f} s | `{peer}` "
                f"| {found.peer.cpu:.3f} s | {_times(found.ratio_cpu)} | {_allowed(result)} |"
            )
    yield ""
    yield (
        f"CPU time, {machine['cores']} cores, {machine['system']}, Python {machine['python']}, "
        f"git {machine['git']}, {told['date']}."
    )


def _allowed(result: Result) -> str:
    allowed = result.allowed
    memory = (f"{allowed.mebibytes} MiB",) if allowed.mebibytes is not None else ()
    more = (f"{allowed.seconds * 1000:g} ms more",) if allowed.seconds is not None else ()
    times = (_times(allowed.ratio),) if allowed.ratio is not None else ()
    return ", ".join((*times, *more, *memory))


def _line(result: Result, smaller: Result | None) -> str:
    found = result.measured
    peer = f"{found.peer.cpu:8.3f}" if found.peer is not None else f"{'-':>8}"
    ratios = [
        f"{_times(r):>7}" if r is not None else f"{'-':>7}" for r in (found.ratio_cpu, found.ratio_wall)
    ]
    memory = found.ours.memory / _MEBIBYTE
    said = "; ".join(filter(None, (_target(result), _growth(result, smaller))))
    return (
        f"{result.name:44} {result.size:9,} {found.ours.cpu:8.3f} {found.ours.wall:8.3f} {memory:5.0f} "
        f"{peer} {' '.join(ratios)}  {said}"
    )


def _times(ratio: float) -> str:
    return f"1/{1 / ratio:.1f}" if ratio < 0.5 else f"{ratio:.2f}"


def _target(result: Result) -> str:
    if result.is_met is None:
        return ""
    return f"at most {_allowed(result)}: {'met' if result.is_met else 'NOT MET'}"


def _growth(result: Result, smaller: Result | None) -> str:
    if smaller is None:
        return ""
    times = growth(result, smaller)
    return f"grows {times:.1f}x{' TOO MUCH' if times > result.allowed.growth else ''}"


def growth(result: Result, smaller: Result) -> float:
    """How many times the CPU time of a tenth of the manifests it takes."""
    return result.measured.ours.cpu / smaller.measured.ours.cpu


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A row beside the committed one: how many times its ratio it has now."""

    name: str
    size: int
    before: float
    now: float

    @property
    def is_worse(self) -> bool:
        """Whether it is beyond the tolerance."""
        return self.now > self.before * TOLERANCE

    def __str__(self) -> str:
        said = "worse" if self.is_worse else "as it was" if self.now * TOLERANCE > self.before else "better"
        return f"{said:9}  {self.name} at {self.size:,}: {_times(self.before)} -> {_times(self.now)}"


def verdicts(committed: Sequence[Result], found: Sequence[Result]) -> Iterator[Verdict]:
    """The rows that both have, by their CPU ratios: these depend least on what else a machine does."""
    known = {(result.name, result.size): result.measured.ratio_cpu for result in committed}
    for result in found:
        before, now = known.get((result.name, result.size)), result.measured.ratio_cpu
        if before is not None and now is not None:
            yield Verdict(name=result.name, size=result.size, before=before, now=now)
