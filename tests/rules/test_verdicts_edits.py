"""What is said of a registry with what is known of it, and what without, after each of many edits."""

import os
import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from plmctl.commands.diff import judge
from plmctl.commands.faults import told_of
from plmctl.commands.running import runs_of
from plmctl.core.answer import Told
from plmctl.core.diff import compare
from plmctl.core.finding import PlmctlError
from plmctl.core.memo import Memo
from plmctl.core.registry import Registry, load
from plmctl.core.tree import MemoryTree
from tests.commands.remembering import LastingCache, memo
from tests.programs import REPOSITORY

STEPS = int(os.environ.get("PLMCTL_EDITS", "25"))
EXAMPLE = REPOSITORY / "example-registry"
DAYS = ("2026-03-04", "2026-11-30", "2031-01-01")
WORDS = (
    "  stability: retired\n",
    "  stability: experimental\n",
    "  stability: deprecated\n",
    "  formerly: [gone]\n",
    "  deprecation: {replacedBy: nobody}\n",
    "{{ nobody }}",
    "{{> nobody}}",
    "spec:\n",
    "  retires: '2026-12-24'\n",
    "    maxTokens: 99999999\n",
    "    contextTokens: 12\n",
    "# a comment\n",
    "\t",
)


DESCRIPTIONS = ("short", "long " * 30, "'{{> nobody}}'", ">\n    two\n    lines", "{x: 1}")


class Edits:
    """Files of a registry, which is edited."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.whole = dict(_files(EXAMPLE))
        self.files = dict(self.whole)

    @property
    def all(self) -> tuple[Callable[[], str], ...]:
        """Every edit, those that are likely more often."""
        return (
            *3 * (self.word_in,),
            *3 * (self.line_out,),
            *3 * (self.words_exchanged,),
            *3 * (self.name_replaced,),
            *3 * (self.description_replaced,),
            self.file_out,
            self.file_copied,
            self.file_moved,
            *4 * (self.file_back,),
            self.all_back,
        )

    def word_in(self) -> str:
        path, lines = self._lines()
        lines.insert(self.chance.randrange(len(lines) + 1), self.chance.choice(WORDS))
        self.files[path] = "".join(lines)
        return path

    def description_replaced(self) -> str:
        """What has a say in no other manifest, but for the lines and columns that it moves."""
        path, lines = self._lines()
        found = [number for number, line in enumerate(lines) if line.startswith("  description: ")]
        if found:
            text = self.chance.choice(
                ("short", "long " * 30, "'{{> nobody}}'", ">\n    two\n    lines", "{x: 1}")
            )
            lines[found[0]] = f"  description: {text}\n"
            self.files[path] = "".join(lines)
        return path

    def line_out(self) -> str:
        path, lines = self._lines()
        lines.pop(self.chance.randrange(len(lines) or 1)) if lines else None
        self.files[path] = "".join(lines)
        return path

    def words_exchanged(self) -> str:
        path, lines = self._lines()
        if len(lines) > 1:
            one, other = self.chance.sample(range(len(lines)), 2)
            lines[one], lines[other] = lines[other], lines[one]
        self.files[path] = "".join(lines)
        return path

    def name_replaced(self) -> str:
        """A name that one file states is written where another one writes one."""
        path, (_, other) = self.chance.choice(sorted(self.files)), self._named()
        names = sorted(set(re.findall(r"[a-z][a-z0-9-]*/[a-z0-9/-]+", self.files[path])))
        if names:
            self.files[path] = self.files[path].replace(self.chance.choice(names), other)
        return path

    def file_out(self) -> str:
        path = self.chance.choice(sorted(set(self.files) - {"plmctl.yaml"}))
        del self.files[path]
        return path

    def file_copied(self) -> str:
        path, text = self._named()
        copy = path.replace(".yaml", f"-{self.chance.randrange(3)}.yaml")
        self.files[copy] = self.files[path].replace(
            text.rpartition("/")[2], f"copy-{self.chance.randrange(3)}"
        )
        return copy

    def file_moved(self) -> str:
        path = self.chance.choice(sorted(set(self.files) - {"plmctl.yaml"}))
        folder, _, name = path.rpartition("/")
        self.files[f"{folder}/moved/{name}".lstrip("/")] = self.files.pop(path)
        return path

    def file_back(self) -> str:
        changed = sorted(path for path in self.whole if self.files.get(path) != self.whole[path])
        if not changed:
            return "nothing"
        path = self.chance.choice(changed)
        self.files[path] = self.whole[path]
        return path

    def all_back(self) -> str:
        self.files = dict(self.whole)
        return "all"

    def _named(self) -> tuple[str, str]:
        """A manifest, and the id that its path says."""
        path = self.chance.choice(sorted(path for path in self.files if path.endswith(".yaml")))
        return path, path.removesuffix(".yaml").replace("s/", "/", 1)

    def _lines(self) -> tuple[str, list[str]]:
        path = self.chance.choice(sorted(self.files))
        return path, self.files[path].splitlines(keepends=True)


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith((".git", ".dvc/")):
            yield name, path.read_text(encoding="utf-8")


def said(tree: MemoryTree, today: str, known: Memo | None) -> tuple[Registry, tuple[Told, ...]] | str:
    """The registry, and what is wrong with it."""
    try:
        registry = load(tree, briefs=known.briefs if known is not None else None)
        return registry, told_of(registry, today, None, known.verdicts if known is not None else None)
    except PlmctlError as error:
        return f"{error.message} {error.hint}"


def judged(older: MemoryTree, newer: MemoryTree, known: Memo | None) -> list[object] | str:
    """What the changes between two trees mean, and whom they may reach."""
    briefs = known.briefs if known is not None else None
    try:
        after = load(newer, briefs=briefs)
        before = load(older, after, briefs)
    except PlmctlError as error:
        return error.message
    found = judge(before, after, compare(before, after), DAYS[0])
    runs = runs_of(after, newer, sorted(after.manifests)[::7])
    return [
        *((j.change.artifact, j.change.pointer, j.rule.code, j.level, j.bump, j.message) for j in found),
        *((run.environment, run.pin.application, run.distance) for run in runs),
        *(after.former.items()),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edit_the_same_is_judged_of_the_changes(seed: int) -> None:
    edits, cache = Edits(seed), LastingCache()
    trees = [MemoryTree(edits.whole)]
    told: list[object] = []
    for _ in range(STEPS):
        for _ in range(edits.chance.randrange(1, 4)):
            edits.chance.choice(edits.all)()
        trees.append(MemoryTree(edits.files))
        older = edits.chance.choice(trees)
        told.append(judged(older, trees[-1], None))
        for _ in range(2):
            known = memo(cache)
            assert judged(older, trees[-1], known) == told[-1]
            known.keep()
    assert sum(isinstance(each, list) and len(each) > 10 for each in told) > STEPS // 5


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edit_the_same_is_said_with_what_is_known(seed: int) -> None:
    edits, cache = Edits(seed), LastingCache()
    done: list[str] = []
    told: list[object] = []
    for _ in range(STEPS):
        edit = edits.chance.choice(edits.all)
        done.append(f"{edit.__name__} {edit()}")
        today = edits.chance.choice((DAYS[0], *DAYS))
        tree = MemoryTree(edits.files)
        plain = said(tree, today, None)
        told.append(plain if isinstance(plain, str) else plain[1])
        for _ in range(2):
            known = memo(cache)
            assert (done[-5:], said(tree, today, known)) == (done[-5:], plain)
            known.keep()
    # It said much, and seldom the same.
    assert sum(one != other for one, other in pairwise(told)) > STEPS // 5
