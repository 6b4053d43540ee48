"""What is known of data against what is read of it, after each of many edits of all kinds."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from plmctl.cache.file import CacheFile
from plmctl.core.finding import PlmctlError
from plmctl.store.dvc import DvcStore
from tests.store.dvc import OBJECTS, Project, file, folder
from tests.store.test_recall import looking

STEPS = 150
NAMES = ("a.txt", "b.txt", "sub/none", "sub/é😀.txt", "sub/deep/x")
CONTENTS = (b"hello\n", b"1", b"", b'{"q": 1}\n')


ROTATED = bytes.maketrans(b"12", b"21")


def seen(store: DvcStore, project: Project) -> list[object]:
    """All that a look says of data, in the words that it would be told in."""
    said: list[object] = []
    asked: list[Callable[[], object]] = [
        *(lambda path=path: store.counted(path) for path in ("data/faq", "data/one.jsonl")),
        *(lambda path=path: store.md5(path) for path in ("data/faq", "data/one.jsonl")),
        lambda: store.md5("data/faq", is_legacy=True),
        lambda: store.not_in_cache([folder(project), file(project)]),
    ]
    for ask in asked:
        try:
            said.append(ask())
        except PlmctlError as error:
            said.append((type(error), error.message, error.hint))
    return said


class Edits:
    """Edits of data, by those who take pains to leave no trace too."""

    def __init__(self, project: Project, seed: int):
        self.chance = random.Random(seed)
        self.top = project.path
        self.objects = self.top / ".dvc/cache/files/md5"

    def any(self) -> Path:
        """A file of the data, there or not."""
        names = [f"faq/{name}" for name in NAMES]
        return self.top / "data" / self.chance.choice([*names, "one.jsonl"])

    def content(self) -> bytes:
        return self.chance.choice(CONTENTS)

    def alike(self, place: Path) -> bytes:
        """Others of the same size, as a rule."""
        data = place.read_bytes()
        return self.chance.choice([data.swapcase(), data.translate(ROTATED), data[::-1]])

    def written(self) -> None:
        self.any().write_bytes(self.content())

    def with_its_old_time(self) -> None:
        place = self.any()
        status = place.stat()
        place.write_bytes(self.alike(place))
        os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))

    def moved_over(self) -> None:
        place, new = self.any(), self.top / "new"
        new.write_bytes(self.alike(place))
        shutil.copystat(place, new)
        new.rename(place)

    def cut_off_and_made_whole(self) -> None:
        place = self.any()
        data = self.alike(place)
        os.truncate(place, 0)
        place.write_bytes(data)

    def through_a_hard_link(self) -> None:
        other = self.top / "other"
        os.link(self.any(), other)
        other.write_bytes(self.alike(other))
        other.unlink()

    def two_names_of_one(self) -> None:
        place, other = self.any(), self.any()
        other.unlink()
        os.link(place, other)

    def exchanged(self) -> None:
        place, other, spare = self.any(), self.any(), self.top / "spare"
        place.rename(spare)
        other.rename(place)
        spare.rename(other)

    def mode(self) -> None:
        self.any().chmod(self.chance.choice([0o644, 0o755, 0o444]))

    def copied_with_its_time(self) -> None:
        shutil.copy2(self.any(), self.any())

    def a_link(self) -> None:
        place = self.any()
        # None to an object: who writes through that writes where nobody may (docs/cache.md).
        aside = self.top / self.chance.choice(["aside", "apart"])
        aside.write_bytes(self.content())
        target = self.chance.choice([aside, aside, self.top / "none", self.any()])
        place.unlink()
        place.symlink_to(target)

    def folder_replaced(self) -> None:
        place, spare = self.top / "data/faq" / self.chance.choice(["", "sub"]), self.top / "spare"
        shutil.copytree(place, spare, symlinks=True)
        (spare / "a.txt").write_bytes(self.content())
        shutil.rmtree(place)
        spare.rename(place)

    def gone(self) -> None:
        self.any().unlink()

    def left_out(self) -> None:
        lines = self.chance.choice(["", "b.txt\n", "sub\n", "none\n!none\n"])
        (self.top / ".dvcignore").write_text(lines, encoding="utf-8")

    def object_gone(self) -> None:
        self.chance.choice(list(self.objects.glob("*/*"))).unlink()

    def object_moved_over(self) -> None:
        first, second = (self.chance.choice(list(self.objects.glob("*/*"))) for _ in range(2))
        shutil.copy2(first, self.top / "spare")
        (self.top / "spare").rename(second)

    def objects_of_a_folder_gone(self) -> None:
        shutil.rmtree(self.chance.choice(list(self.objects.iterdir())))

    def again(self) -> None:
        """All as it was at first, so that there is something to be right about."""
        shutil.rmtree(self.top / "data/faq", ignore_errors=True)
        contents = zip(("a.txt", "sub/none", "sub/é😀.txt"), (b"hello\n", b"", b"1"), strict=True)
        for name, content in contents:
            (self.top / "data/faq" / name).parent.mkdir(parents=True, exist_ok=True)
            (self.top / "data/faq" / name).write_bytes(content)
        (self.top / "data/one.jsonl").unlink(missing_ok=True)
        (self.top / "data/one.jsonl").write_bytes(b'{"q": 1}\n')
        for md5, content in OBJECTS.items():
            place = self.objects / md5[:2] / md5[2:]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.unlink(missing_ok=True)
            place.write_bytes(content)

    @property
    def all(self) -> tuple[Callable[[], None], ...]:
        return (
            self.written,
            self.with_its_old_time,
            self.with_its_old_time,
            self.moved_over,
            self.cut_off_and_made_whole,
            self.through_a_hard_link,
            self.two_names_of_one,
            self.exchanged,
            self.mode,
            self.copied_with_its_time,
            self.a_link,
            self.folder_replaced,
            self.gone,
            self.left_out,
            self.object_gone,
            self.object_moved_over,
            self.objects_of_a_folder_gone,
            *3 * (self.again,),
        )


def next_tick(folder: Path) -> None:
    """Wait until the clock of a file system has gone on: what is written before may be the same tick."""
    place = folder / "tick"
    place.touch()
    first = place.stat().st_ctime_ns
    while place.stat().st_ctime_ns == first:
        place.touch()


@pytest.mark.parametrize("seed", range(2))
def test_after_any_edit_what_is_known_is_what_is_read(tmp_path: Path, seed: int) -> None:
    project = Project.filled(tmp_path)
    edits = Edits(project, seed)
    edits.again()
    known = str(tmp_path / "known" / "r.sqlite")
    done: list[str] = []
    said: list[list[object]] = []
    for _ in range(STEPS):
        next_tick(tmp_path)
        edit = edits.chance.choice(edits.all)
        done.append(edit.__name__)
        try:
            edit()
        except OSError as error:
            done.append(f"not so: {error.strerror}")
        said.append(seen(DvcStore(str(project.path), project.environment), project))
        for _ in range(2):
            with CacheFile(known) as cache:
                assert (done[-4:], seen(looking(project, cache), project)) == (done[-4:], said[-1])
    # Enough of it was there to be known, and to be another.
    assert len({repr(each) for each in said}) > STEPS // 8
