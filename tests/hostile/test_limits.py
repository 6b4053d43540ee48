"""Limits are raised by the user, or by a branch that a stranger does not write: never by the tree itself."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.git.builder import Folder
from tests.hostile.stranger import (
    FOUND_IN_WRONG,
    GOOD,
    KIBIBYTES,
    REGISTRY,
    SECONDS,
    Answer,
    plmctl,
    strange_registry,
)
from tests.hostile.weight import weighed
from tests.warm import run

PATH = "partials/large.yaml"
PARTIAL = GOOD.replace("name: good", "name: large")
UTMOST = "fileBytes=4194304,depth=128,nodes=200000,textBytes=1048576,findings=1000"
ASKING = f"{REGISTRY}spec: {{limits: {{{UTMOST.replace('=', ': ').replace(',', ', ')}}}}}\n"
NOTE = (
    "note: plmctl.yaml raises no limit by itself: fileBytes is 1,048,576 and not 4,194,304, "
    "depth is 64 and not 128, nodes is 50,000 and not 200,000, textBytes is 262,144 and not 1,048,576, "
    "findings is 100 and not 1,000; it holds once the default branch of origin says the same, "
    "or with PLMCTL_LIMITS in the environment\n"
)
COMMENT = "# comment\n"

# A file that is a little over one limit, what it is told as, and what raises that limit.
OVER: Mapping[str, tuple[str, str, str]] = {
    "fileBytes": (f"{PARTIAL}{COMMENT * 120_000}", "YML001", "fileBytes=2097152"),
    "depth": (f"{PARTIAL}  x-deep: {'[' * 63}{']' * 63}\n", "YML012", "depth=65"),
    "nodes": (f"{PARTIAL}  x-many: [{'1,' * 50_000}]\n", "YML013", "nodes=50100"),
    "textBytes": (f"{PARTIAL}  x-long: '{'a b ' * 70_000}'\n", "YML014", "textBytes=290000"),
}
# As much as the user can allow.
MOST: Mapping[str, str] = {
    "fileBytes": f"{PARTIAL}{COMMENT * 400_000}",
    "depth": f"{PARTIAL}  x-deep: {'[' * 126}{']' * 126}\n",
    "nodes": f"{PARTIAL}  x-many: [{'1,' * 199_980}]\n",
    "textBytes": f"{PARTIAL}  x-long: '{'a b ' * 262_000}'\n",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A stranger's registry. Copy it."""
    return strange_registry(tmp_path_factory.mktemp("limits") / "registry")


@pytest.fixture
def folder(base: Folder, tmp_path: Path) -> Folder:
    """A copy of it."""
    return base.at(Path(shutil.copytree(base.path, tmp_path / "registry")))


def within(limits: str, folder: Folder, *arguments: str) -> Answer:
    """The answer to a user who allows so much."""
    environment = {**os.environ, "PLMCTL_LIMITS": limits}
    done = run(arguments, folder.path, environment, seconds=SECONDS, kibibytes=KIBIBYTES)
    return Answer(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def codes(answer: Answer) -> set[str]:
    """What is found in the large file alone."""
    assert (answer.code, set(answer.found) >= FOUND_IN_WRONG) == (1, True), answer
    return {code for code, path, _, _ in answer.found if path == PATH}


@pytest.mark.parametrize("name", OVER)
def test_a_user_raises_one_limit_and_no_other(name: str, folder: Folder) -> None:
    text, code, enough = OVER[name]
    folder.write(PATH, text)
    assert codes(plmctl(folder.path, "validate", "--format", "json")) == {code}
    others = ",".join(limit for limit in UTMOST.split(",") if not limit.startswith(name))
    assert codes(within(others, folder, "validate", "--format", "json")) == {code}
    # What was said before of the same files is not said again.
    assert codes(within(enough, folder, "validate", "--format", "json")) == set()
    assert codes(plmctl(folder.path, "validate", "--format", "json")) == {code}


def test_a_user_has_more_findings_told(folder: Folder) -> None:
    lines = "".join(f"  y{number}: 1\n" for number in range(1200))
    folder.write(PATH, f"{PARTIAL}{lines}")
    counts = [
        sum(path == PATH for _, path, _, _ in within(limits, folder, "validate", "--format", "json").found)
        for limits in ("", "findings=101", "findings=1000")
    ]
    assert counts == [100, 101, 1000]


@pytest.mark.parametrize("where", [(), ("--staged",), ("--rev", "HEAD")])
def test_a_tree_never_raises_its_own_limits(where: tuple[str, ...], folder: Folder) -> None:
    folder.git("checkout", "-q", "-b", "theirs")
    # The branch that it names as the one of releases is its own.
    settings = ASKING.replace("spec: {", "spec: {release: {branches: [theirs]}, ")
    folder.commit({"plmctl.yaml": settings, PATH: OVER["nodes"][0]})
    found = plmctl(folder.path, "validate", *where, "--format", "json")
    assert codes(found) == {"YML013"}
    assert NOTE in plmctl(folder.path, "validate", *where).err


def test_what_is_asked_for_in_the_work_tree_of_the_base_branch_holds_when_it_is_committed(
    folder: Folder,
) -> None:
    folder.write("plmctl.yaml", ASKING)
    folder.write(PATH, OVER["depth"][0])
    assert codes(plmctl(folder.path, "validate", "--format", "json")) == {"YML012"}
    folder.git("commit", "-q", "-am", "limits")
    assert codes(plmctl(folder.path, "validate", "--format", "json")) == set()
    assert plmctl(folder.path, "validate").err == ""


def test_the_default_branch_of_origin_decides_and_no_branch_of_the_clone(
    folder: Folder, tmp_path: Path
) -> None:
    folder.git("checkout", "-q", "-b", "trunk")
    folder.commit({"plmctl.yaml": ASKING.replace("nodes=200000", "nodes=60000")})
    clone = folder.at(tmp_path / "clone")
    folder.git("clone", "-q", str(folder.path), str(clone.path))
    clone.commit({PATH: OVER["nodes"][0]})
    assert codes(plmctl(clone.path, "validate", "--format", "json")) == set()
    folder.commit({"plmctl.yaml": REGISTRY})
    clone.git("fetch", "-q")
    clone.git("checkout", "-q", "-b", "main")
    assert codes(plmctl(clone.path, "validate", "--format", "json")) == {"YML013"}
    assert NOTE in plmctl(clone.path, "validate").err


def test_diff_and_release_read_what_the_base_branch_allows(folder: Folder) -> None:
    (folder.path / "partials/wrong.yaml").unlink()
    folder.commit({"plmctl.yaml": ASKING, PATH: OVER["depth"][0]})
    folder.git("checkout", "-q", "-b", "change")
    folder.commit({PATH: OVER["depth"][0].replace("Be kind", "Be brief")})
    assert plmctl(folder.path, "diff", "main...change", "--fail-on", "behavioural").code == 1
    folder.git("checkout", "-q", "main")
    folder.git("merge", "-q", "--ff-only", "change")
    assert plmctl(folder.path, "release", "--yes").code == 0
    assert plmctl(folder.path, "verify").code == 0
    assert plmctl(folder.path, "fmt", "--diff").code == 0


def test_more_than_the_utmost_is_refused_of_whoever_asks(folder: Folder) -> None:
    folder.commit({"plmctl.yaml": ASKING.replace("200000", "200001")})
    answer = plmctl(folder.path, "validate", "--format", "concise")
    assert (answer.code, "plmctl.yaml:4:56: SCH007 error" in answer.err + answer.out) == (2, True), answer
    answer = within("nodes=200001", folder, "validate")
    told = "error: PLMCTL_LIMITS: nodes is from 50000 to 200000"
    hint = f"hint: some of these, with commas between: {UTMOST}"
    assert (answer.code, answer.err) == (2, f"{told}\n{hint}\n")


@pytest.mark.parametrize("name", MOST)
def test_what_nobody_can_raise_further_is_still_bounded(name: str, folder: Folder) -> None:
    (folder.path / "partials/wrong.yaml").unlink()
    folder.commit({"plmctl.yaml": ASKING, PATH: MOST[name]})
    weight = weighed(folder.path, ["validate", "--format", "json"])
    assert (weight.code, weight.seconds < 8, weight.mebibytes < 800) == (0, True, True), weight
