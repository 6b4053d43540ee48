"""Weigh each file of the catalogue: `make hostile`; `python -m tests.hostile WORD...` for those with a word.

Exit code 1 where one takes more than hostile.md allows a file: a second of CPU time, 200 MB.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.single import Files, hostile_files
from tests.hostile.stranger import strange_registry
from tests.hostile.weight import Weight, weighed

SECONDS, MEBIBYTES = 1.0, 200.0
COMMANDS = ("validate", "diff")
WORST = 5

Found = tuple[str, Weight]


def runs(wanted: list[str]) -> Iterator[Found]:
    """What each run costs, and what was run."""
    with tempfile.TemporaryDirectory() as place:
        base = strange_registry(Path(place) / "base")
        for name, files in hostile_files():
            if any(word in name for word in wanted or [name]):
                yield from _runs(name, files, base.path, Path(place) / "registry")


def _runs(name: str, files: Files, base: Path, path: Path) -> Iterator[Found]:
    shutil.copytree(base, path)
    for file, content in files.items():
        target = path / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode(errors="surrogateescape") if isinstance(content, str) else content)
    for command in COMMANDS:
        yield f"{command} {name}", weighed(path, [command])
    shutil.rmtree(path)


def told(title: str, found: list[Found], key: Callable[[Found], float]) -> None:
    """Print the worst of some runs."""
    sys.stdout.write(f"{title}\n")
    for name, weight in sorted(found, key=key, reverse=True)[:WORST]:
        sys.stdout.write(f"  {weight.seconds:5.2f} s {weight.mebibytes:5.0f} MiB  {name}\n")


def main() -> int:
    """Print the worst; whether a run was too slow, too large, or no answer."""
    found = list(runs(sys.argv[1:]))
    bad = [
        each
        for each in found
        if each[1].seconds > SECONDS or each[1].mebibytes > MEBIBYTES or each[1].code not in (0, 1, 2)
    ]
    sys.stdout.write(f"{len(found)} runs, {len(bad)} of them over the limits, or without an answer\n")
    told("CPU time, with that of Git:", found, lambda each: each[1].seconds)
    told("memory:", found, lambda each: each[1].mebibytes)
    told("over the limits:", bad, lambda each: each[1].seconds)
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
