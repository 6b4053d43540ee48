"""The prose diff on real edits of prompts, beside `git diff --word-diff`: python benchmarks/edits.py CORPUS.

The corpus has a JSON object a line, gzip: `old` and `new`. Printed are the figures as JSON.
"""

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from plmctl.core.prose import Run, prose_runs

TAG = re.compile(r"\{\{[^{}]*\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """How much is marked as changed: characters that are no blanks, and separate stretches."""

    characters: int
    stretches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    old: str
    new: str
    runs: tuple[Run, ...]


def of_runs(runs: tuple[Run, ...]) -> Marked:
    texts = ["".join(text.split()) for run in runs if not run.is_same for text in (run.old, run.new)]
    return Marked(characters=sum(map(len, texts)), stretches=sum(map(bool, texts)))


def of_git(edit: Edit, folder: Path) -> Marked:
    for name, text in (("old", edit.old), ("new", edit.new)):
        (folder / name).write_text(text, encoding="utf-8", newline="")
    command = ["git", "diff", "--no-index", "--no-color", "--word-diff=porcelain", "old", "new"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    _, _, hunks = done.stdout.decode().partition("\n@@")
    characters, stretches, last = 0, 0, ""
    for line in hunks.split("\n")[1:]:
        text = "".join(line[1:].split())
        if line[:1] in ("+", "-") and text:
            characters += len(text)
            stretches += line[0] != last
            last = line[0]
        elif line[:1] == " " or line.startswith("@@"):
            last = ""
    return Marked(characters=characters, stretches=stretches)


def starts(runs: tuple[Run, ...], side: str) -> Iterator[int]:
    """Where each marked stretch of one side begins in its text."""
    at = 0
    for run in runs:
        text = run.old if side == "old" else run.new
        if not run.is_same and text.strip():
            yield at + len(text) - len(text.lstrip())
        at += len(text)


def is_exact(edit: Edit) -> bool:
    """Whether what is marked and what is not are both texts."""
    old, new = ("".join(side) for side in zip(*((run.old, run.new) for run in edit.runs), strict=True))
    return (old, new) == (edit.old, edit.new)


def begins_inside(edit: Edit) -> bool:
    """Whether a marked stretch begins inside a word or a tag."""
    for side, text in (("old", edit.old), ("new", edit.new)):
        inside = {at for tag in TAG.finditer(text) for at in range(tag.start() + 1, tag.end())}
        for start in starts(edit.runs, side):
            if start in inside or (start and text[start - 1].isalnum() and text[start].isalnum()):
                return True
    return False


def main() -> None:
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
        pairs = [(edit["old"], edit["new"]) for edit in map(json.loads, lines)]
    edits = [Edit(old=old, new=new, runs=prose_runs(old, new)) for old, new in pairs]
    ours = [of_runs(edit.runs) for edit in edits]
    with TemporaryDirectory() as folder:
        git = [of_git(edit, Path(folder)) for edit in edits]
    figures = {
        "edits": len(edits),
        "exact": sum(map(is_exact, edits)),
        "beginning inside a word or a tag": sum(map(begins_inside, edits)),
        "characters": sum(mark.characters for mark in ours),
        "characters of git": sum(mark.characters for mark in git),
        "at most git's": sum(o.characters <= g.characters for o, g in zip(ours, git, strict=True)),
        "most times git's": max(
            o.characters / g.characters for o, g in zip(ours, git, strict=True) if g.characters
        ),
        "marked where git marks nothing": sum(
            o.characters for o, g in zip(ours, git, strict=True) if not g.characters
        ),
        "stretches, median": median(mark.stretches for mark in ours),
        "stretches of git, median": median(mark.stretches for mark in git),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
