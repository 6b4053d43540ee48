"""What DVC itself writes into pointers is what plmctl measures, over folders drawn by chance."""

import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from plmctl.core.pointer import Pointer, read_pointer
from plmctl.store.dvc import DvcStore
from tests.programs import IS_FULL
from tests.store.dvc import Project
from tests.store.trees import HARD, draw

DRAWN = 2000 if IS_FULL else 100
# A process of DVC takes two seconds before it does anything.
AT_ONCE = 200
AT_LEAST = 200 if IS_FULL else 5

Content = tuple[str, int, int | None]


def said_by_dvc(project: Project, path: str) -> Content:
    pointer = read_pointer("data.dvc", (project.path / f"{path}.dvc").read_bytes())
    assert isinstance(pointer, Pointer)
    return pointer.md5, pointer.size, pointer.nfiles


def said_by_plmctl(store: DvcStore, path: str) -> Content:
    measured = store.measured(path)
    assert measured is not None
    return measured.md5, measured.size, measured.nfiles


@pytest.mark.slow
def test_every_folder_has_the_hash_that_dvc_writes(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    sizes: Counter[bool] = Counter()
    for first in range(0, DRAWN, AT_ONCE):
        project = Project.made(tmp_path / str(first))
        project.write(".dvcignore", "*.parquet\n!keep.parquet\n# of all\n")
        numbers = range(first, min(first + AT_ONCE, DRAWN))
        for number in numbers:
            draw(project.path / f"t{number}", Random(number), seen)
        paths = [f"t{number}/data" for number in numbers]
        project.dvc("add", "--quiet", *paths)
        store = DvcStore(str(project.path), project.environment)
        expected = {path: said_by_dvc(project, path) for path in paths}
        assert {path: said_by_plmctl(store, path) for path in paths} == expected
        counts = {path: store.counted(path) for path in paths}
        assert {p: (c.size, c.nfiles) for p, c in counts.items() if c} == {
            path: (size, nfiles) for path, (_, size, nfiles) in expected.items()
        }
        sizes.update(bool(nfiles) for _, _, nfiles in expected.values())
    # None of it would tell anything about folders of which nothing is left.
    assert sizes[True] > 0.9 * DRAWN
    assert {name: count for name, count in seen.items() if count < AT_LEAST} == {}
    assert set(seen) == set(HARD)


def test_a_pointer_of_dvc_2_agrees_with_dvc(tmp_path: Path) -> None:
    project = Project.made(tmp_path)
    contents = {"a.txt": b"x\r\ny\r\n", "b.bin": b"\0\r\n", "c.txt": b"a" * ((1 << 20) - 1) + b"\r\nb\r\n"}
    for name, content in contents.items():
        project.write(f"data/{name}", content)
    found = DvcStore(str(project.path), project.environment).measured("data", is_legacy=True)
    assert found is not None
    text = f"outs:\n- md5: {found.md5}\n  size: {found.size}\n  nfiles: 3\n  path: data\n"
    project.write("data.dvc", text)
    # `dvc status` does not hash what is not in its cache; this does, and says what is modified.
    status = json.loads(project.dvc("data", "status", "--json"))
    assert status == {"not_in_cache": ["data/"], "committed": {"added": ["data/"]}}
