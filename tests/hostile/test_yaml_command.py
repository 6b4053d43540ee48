"""`hostile.md` Y through the real command, each file in a repository beside a good and a wrong manifest."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.git.builder import Folder
from tests.hostile.paths_cases import DVC
from tests.hostile.stranger import FOUND_IN_WRONG, GOOD, Found, plmctl, state_of, strange_registry, told
from tests.hostile.yaml_cases import CATALOGUE, Case

# Said of files that are read. Those of the catalogue are then no manifests of ours, and are skipped.
REMARKS = {"YML003", "YML006"}
HOSTILE = "partials/hostile.yaml"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry for all files of the catalogue, one after the other."""
    return strange_registry(tmp_path_factory.mktemp("yaml") / "registry")


@pytest.fixture
def hostile(registry: Folder) -> Iterator[Path]:
    """The place of a hostile file, empty again afterwards."""
    path = registry.path / HOSTILE
    yield path
    path.unlink()


def found_in(case: Case, path: str) -> frozenset[Found]:
    """The findings of a file of the catalogue."""
    return frozenset(
        (code, path, line, column) for code, line, column in case.expected if code not in REMARKS
    )


@pytest.mark.parametrize("case", CATALOGUE, ids=lambda case: case.name)
def test_a_hostile_file_is_told_and_hides_nothing(case: Case, registry: Folder, hostile: Path) -> None:
    hostile.write_bytes(case.data())
    before = state_of(registry.path)
    answer = plmctl(registry.path, "validate", "--format", "json")
    assert (answer.code, answer.err) == (1, "")
    assert frozenset(answer.found) == FOUND_IN_WRONG | found_in(case, HOSTILE)
    assert state_of(registry.path) == before


def test_all_hostile_files_together_are_told_in_a_line_each(tmp_path: Path) -> None:
    registry = strange_registry(tmp_path / "registry")
    expected = set(FOUND_IN_WRONG)
    for case in CATALOGUE:
        path = f"partials/{case.name}.yaml"
        registry.write(path, case.data())
        expected |= found_in(case, path)
    before = state_of(registry.path)
    answer = plmctl(registry.path, "validate", "--format", "concise")
    assert (answer.code, answer.err) == (1, "")
    assert frozenset(told(answer)) == expected
    assert state_of(registry.path) == before


def test_a_pointer_is_read_as_a_manifest_is(tmp_path: Path) -> None:
    registry = strange_registry(tmp_path / "registry")
    expected = set(FOUND_IN_WRONG)
    for case in CATALOGUE:
        registry.write(DVC.file(case.name), DVC.text(case.name, f"{case.name}.dvc"))
        registry.write(f"datasets/{case.name}.dvc", case.data())
        found = found_in(case, f"datasets/{case.name}.dvc")
        # What is too large is not opened, and told where it is named.
        is_large = any(code == "YML001" for code, *_ in found)
        expected |= {DVC.found("REF009", case.name)} if is_large else found
    before = state_of(registry.path)
    answer = plmctl(registry.path, "validate", "--format", "json")
    assert (answer.code, answer.err) == (1, "")
    assert sorted(expected - frozenset(answer.found)) == []
    # Of what can be read, each says that it points to nothing.
    assert {path.partition("/")[0] for _, path, *_ in frozenset(answer.found) - expected} == {"datasets"}
    assert state_of(registry.path) == before


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\ufeff" + GOOD, ("YML003", HOSTILE, 1, 1)),
        (GOOD.replace("\n", "\r\n"), ("YML006", HOSTILE, 1, 22)),
        (GOOD.replace("\n", "\r"), ("YML006", HOSTILE, 1, 22)),
    ],
    ids=["y20-mark-first", "y21-crlf", "y21-lone-cr"],
)
def test_a_remark_on_a_manifest_is_no_error(text: str, found: Found, registry: Folder, hostile: Path) -> None:
    hostile.write_bytes(text.replace("name: good", "name: hostile").encode())
    answer = plmctl(registry.path, "validate", "--format", "json", HOSTILE)
    assert (answer.code, answer.found, answer.err) == (0, [found], "")
