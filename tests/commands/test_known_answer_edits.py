"""What validate and diff say with what is known, against what it says without, after each of many edits."""

import os
import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from plmctl.commands.diff import DiffOptions
from plmctl.commands.validate import KIND, ValidateOptions
from plmctl.core.finding import PlmctlError
from plmctl.core.limits import LIMITS
from plmctl.render.json import json_text
from tests.commands.builder import FILES, changes_of, validated
from tests.commands.ground import folder_at
from tests.commands.remembering import LastingCache, later, memo
from tests.commands.test_records import GOOD, dataset
from tests.git.builder import Folder
from tests.store.test_recall_edits import next_tick

STEPS = 24
ASKED = tuple(
    ValidateOptions(
        revision=revision,
        is_staged=is_staged,
        paths=paths,
        today=today,
        has_all_records=is_all,
    )
    for (revision, is_staged, is_all), paths, today in product(
        ((None, False, False), (None, True, False), ("HEAD", False, False), (None, False, True)),
        ((), ("prompts",), ("models/small.yaml",)),
        ("2026-03-04", "2027-03-04"),
    )
    if today == "2026-03-04" or is_staged
)
DIFFS = (DiffOptions(), DiffOptions(is_staged=True), DiffOptions(revisions=("HEAD~1", "HEAD")))
PIECES = (
    b"small",
    b"{{x}}",
    b"\xff",
    b"&a ",
    b'  retires: "2026-12-01"\n',
    b"kind: Dataset\n",
    b"\r\n",
    b"- ",
)
IGNORED = ("", "*.md\n", "models/*\n!models/small.yaml\n", "/datasets\n")
GIT = (
    "add --all",
    "add --intent-to-add .",
    "reset -q",
    "commit -q --allow-empty -a -m changed",
    "checkout -q -f main",
    "checkout -q -f -B other",
    "stash -q",
    "stash pop -q",
    "reset -q --hard",
    "update-index --skip-worktree models/small.yaml",
    "update-index --no-skip-worktree models/small.yaml",
    "update-index --assume-unchanged prompts/greet.md",
)


class Edits:
    """Edits of a registry, and what Git does to one."""

    def __init__(self, folder: Folder, seed: int):
        self.chance = random.Random(seed)
        self.folder = folder

    def any(self) -> Path:
        """A file that was there at first, there or not."""
        names = ["plmctl.yaml", *12 * [name for name in FILES if name != "plmctl.yaml"], "datasets/d.jsonl"]
        place = self.folder.path / self.chance.choice(names)
        # Whoever reads a pipe waits for ever: plmctl does not, but an edit would.
        if place.is_fifo():
            place.unlink()
        return place

    def a_piece(self) -> None:
        place = self.any()
        data = place.read_bytes()
        at = self.chance.randrange(len(data) + 1)
        place.write_bytes(data[:at] + self.chance.choice(PIECES) + data[at:])

    def a_line_less(self) -> None:
        place = self.any()
        lines = place.read_bytes().split(b"\n")
        del lines[self.chance.randrange(len(lines))]
        place.write_bytes(b"\n".join(lines))

    def with_its_old_time(self) -> None:
        place = self.any()
        status = place.stat()
        place.write_bytes(place.read_bytes().translate(bytes.maketrans(b"elt:", b"tle-")))
        os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))

    def copied(self) -> None:
        place = self.any()
        shutil.copy2(place, place.with_name(self.chance.choice(["Copy", "copy", "\udcff"]) + place.suffix))

    def exchanged(self) -> None:
        place, other = self.any(), self.any()
        data = place.read_bytes()
        place.write_bytes(other.read_bytes())
        other.write_bytes(data)

    def renamed(self) -> None:
        place = self.any()
        place.rename(place.with_name(f"renamed{place.suffix}"))

    def gone(self) -> None:
        self.any().unlink()

    def a_link(self) -> None:
        place = self.any()
        place.unlink()
        place.symlink_to(self.any())

    def a_pipe(self) -> None:
        place = self.any()
        place.unlink()
        os.mkfifo(place)

    def a_folder(self) -> None:
        place = self.any()
        place.unlink()
        place.mkdir()

    def line_ends(self) -> None:
        place = self.any()
        place.write_bytes(place.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))

    def almost_too_large(self) -> None:
        """By so many bytes more or less, or by the line ends of a checkout alone."""
        place = self.folder.path / "models/small.yaml"
        size = LIMITS.file_bytes + self.chance.choice([-1, 0, 1]) - place.stat().st_size
        place.write_bytes(place.read_bytes() + b"#" * (size - 1) + b"\n")
        if self.chance.random() < 0.7:
            self.git("add --all")
            self.line_ends_of(place)

    def line_ends_of(self, place: Path) -> None:
        place.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))

    def mode(self) -> None:
        self.any().chmod(self.chance.choice([0o755, 0o644]))

    def ignored(self) -> None:
        place = self.folder.path / self.chance.choice(
            [".gitignore", ".git/info/exclude", "models/.gitignore"]
        )
        place.write_text(self.chance.choice(IGNORED), encoding="utf-8")

    def a_repository_inside(self) -> None:
        inside = self.folder.at(self.folder.path / "models")
        inside.git("init", "-q")

    def by_git(self) -> None:
        self.git(self.chance.choice(GIT))

    def git(self, words: str) -> None:
        """What Git does, or refuses to."""
        command = ["git", *words.split()]
        subprocess.run(command, cwd=self.folder.path, check=False, capture_output=True)

    def again(self) -> None:
        """Another repository at the same place."""
        shutil.rmtree(self.folder.path, ignore_errors=True)
        self.folder.path.mkdir()
        self.folder.git("init", "-q", "-b", "main")
        files = {**FILES, **dataset("d", "git: d.jsonl"), "datasets/d.jsonl": GOOD + GOOD}
        self.folder.commit(
            {name: files[name] for name in list(files)[: self.chance.choice([-2, None, None])]}
        )

    @property
    def all(self) -> tuple[Callable[[], None], ...]:
        return (
            *5 * (self.a_piece,),
            *5 * (self.a_line_less,),
            *3 * (self.with_its_old_time,),
            self.copied,
            self.exchanged,
            self.renamed,
            self.gone,
            self.a_link,
            self.a_pipe,
            self.a_folder,
            self.line_ends,
            self.almost_too_large,
            self.mode,
            self.ignored,
            self.a_repository_inside,
            *4 * (self.by_git,),
            *4 * (self.again,),
        )


def said(folder: Folder, options: ValidateOptions | DiffOptions) -> str | tuple[object, ...]:
    """What is reported, or why nothing is."""
    try:
        if isinstance(options, DiffOptions):
            return json_text(changes_of(folder, options))
        return json_text(validated(folder, options))
    except PlmctlError as error:
        return (type(error), error.message, error.hint, error.location)


@pytest.mark.parametrize("seed", range(2))
def test_after_any_edit_the_answer_is_that_of_a_run_that_knows_nothing(tmp_path: Path, seed: int) -> None:
    folder = folder_at(tmp_path / "registry")
    edits = Edits(folder, seed)
    edits.again()
    cache = LastingCache()
    done: list[str] = []
    told: set[str] = set()
    for _ in range(STEPS):
        next_tick(tmp_path)
        edit = edits.chance.choice(edits.all)
        done.append(edit.__name__)
        try:
            edit()
        except OSError as error:
            done.append(f"not so: {error.strerror}")
        asked: list[ValidateOptions | DiffOptions] = [*edits.chance.sample(ASKED, 3)]
        for options in (*asked, edits.chance.choice(DIFFS)):
            plain, known = said(folder, options), replace(options, memo=memo(cache, clock=later))
            told.add(str(plain))
            for _ in range(2):
                assert (done[-4:], options, said(folder, known)) == (
                    done[-4:],
                    options,
                    plain,
                )
    # It said much, and some of it may be said again.
    assert len(told) > STEPS // 3
    assert cache.every(KIND)
