"""A hostile file takes a second and 200 MB at most: the heaviest of them, in processes of their own."""

import shutil
from pathlib import Path

import pytest

from tests.git.builder import Folder
from tests.hostile.large_cases import LARGE
from tests.hostile.many_cases import MANY
from tests.hostile.single import hostile_files
from tests.hostile.stranger import FOUND_IN_WRONG, Answer, strange_registry
from tests.hostile.weight import weighed

# Those on which `make hostile` finds that most is spent.
HEAVIEST = ("y06-50-mb", "y07-keys", "s10-errors", "t07-more", "t08-unclosed", "kind-enum-of-30000", *MANY)
# Twice what is allowed: other tests run beside this one.
SECONDS, MEBIBYTES = 2, 200
# Words are compared for a whole registry, which may take more than for one file.
LARGE_SECONDS = 5


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A stranger's registry. Copy it."""
    return strange_registry(tmp_path_factory.mktemp("weight") / "registry")


@pytest.mark.parametrize("name", HEAVIEST)
def test_the_heaviest_files_are_light_enough(name: str, base: Folder, tmp_path: Path) -> None:
    folder = base.at(Path(shutil.copytree(base.path, tmp_path / "registry")))
    for path, content in dict(hostile_files())[name].items():
        folder.write(path, content)
    weight = weighed(folder.path, ["validate", "--format", "json"])
    assert weight.code == (2 if name.startswith("kind-") else 1)
    assert (weight.seconds < SECONDS, weight.mebibytes < MEBIBYTES) == (True, True), weight
    if weight.code == 1:
        assert set(Answer(code=1, out=weight.said, err="").found) >= FOUND_IN_WRONG


@pytest.mark.parametrize(("name", "form"), [*((name, "json") for name in LARGE), ("uses", "text")])
def test_a_megabyte_of_mistakes_on_one_line_is_told_soon(
    name: str, form: str, base: Folder, tmp_path: Path
) -> None:
    folder = base.at(Path(shutil.copytree(base.path, tmp_path / "registry")))
    for path, content in dict(hostile_files())[f"large-{name}"].items():
        folder.write(path, content)
    weight = weighed(folder.path, ["validate", "--format", form])
    assert (weight.code, weight.said.count(LARGE[name][1]) > 0) == (1, True)
    assert (weight.seconds < LARGE_SECONDS, weight.mebibytes < MEBIBYTES) == (True, True), weight


def test_each_file_of_the_catalogue_is_weighed() -> None:
    names = [name for name, _ in hostile_files()]
    assert len(names) == len(set(names)) > 300
    rows = {name.partition("-")[0] for name in names}
    assert rows >= {f"y{n:02}" for n in range(1, 23)} | {f"s{n:02}" for n in range(1, 12)}
    assert rows >= {f"t{n:02}" for n in range(1, 9)} | {
        "hidden",
        "name",
        "kind",
        "many",
        "pointer",
        "acceptance",
    }
