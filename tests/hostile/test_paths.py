"""`hostile.md` P: paths, links, special files and names, through the real command in real repositories."""

import os
import shutil
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.git.builder import Folder
from tests.hostile.paths_cases import CONTENT, DVC, DVC_OUT, FIELDS, FILES, GIT, MODEL, NAMED, WRITTEN
from tests.hostile.stranger import (
    FOUND_IN_WRONG,
    GOOD,
    Answer,
    Found,
    emptied,
    plmctl,
    state_of,
    strange_registry,
)

SECRET = "the secret of another folder"


@pytest.fixture
def registry(tmp_path: Path) -> Folder:
    """A registry with one good and one plainly wrong manifest, beside files that are not its own."""
    (tmp_path / "outside").mkdir()
    for name in ("outside.md", "outside/good.md", "outside/m.yaml"):
        (tmp_path / name).write_text(SECRET)
    folder = strange_registry(tmp_path / "registry")
    folder.commit({"models/small.yaml": MODEL, "prompts/texts/good.md": "Good.\n", "data/good.jsonl": "{}\n"})
    return folder


def in_work_tree(folder: Folder) -> tuple[str, ...]:
    """What is on disk, as it is."""
    return ()


def staged(folder: Folder) -> tuple[str, ...]:
    """What is staged, after the work tree is gone."""
    folder.git("add", "--all")
    emptied(folder)
    return ("--staged",)


def committed(folder: Folder) -> tuple[str, ...]:
    """What is committed, after work tree and index are empty."""
    folder.git("add", "--all")
    folder.git("commit", "-q", "-m", "hostile")
    emptied(folder)
    folder.git("read-tree", "--empty")
    return ("--rev", "HEAD")


Moment = Callable[[Folder], tuple[str, ...]]
MOMENTS = pytest.mark.parametrize("moment", [in_work_tree, staged, committed], ids=lambda m: m.__name__)


def judged(folder: Folder, *arguments: str) -> Answer:
    """The answer of validate, which changes nothing and shows nothing of another folder."""
    before = state_of(folder.path)
    answer = plmctl(folder.path, "validate", "--format", "json", *arguments)
    assert state_of(folder.path) == before
    assert SECRET not in answer.out + answer.err
    return answer


def assert_found(answer: Answer, *found: Found) -> None:
    """These findings about paths are all that there are beside those of the wrong manifest."""
    assert (answer.code, answer.err) == (1, "")
    # A path that turns the order of a text is, besides, a text that does.
    about_paths = [each for each in answer.found if each[0] != "LNT023"]
    assert frozenset(about_paths) == FOUND_IN_WRONG | set(found)
    assert len(about_paths) == len(FOUND_IN_WRONG) + len(set(found))


@MOMENTS
def test_no_field_names_what_is_outside_or_what_some_system_cannot_have(
    moment: Moment, registry: Folder
) -> None:
    expected = []
    for case, written in WRITTEN.items():
        for kind, field in FIELDS.items():
            name = f"{case}-{kind}"
            registry.write(field.file(name), field.text(name, written))
            expected.append(field.found("REF006", name))
    assert_found(judged(registry, *moment(registry)), *expected)


@MOMENTS
def test_no_field_reads_the_git_directory(moment: Moment, registry: Folder) -> None:
    expected = []
    for kind, field in FIELDS.items():
        for number, written in enumerate(("../.git/config", "../.GIT/config", "../.git")):
            name = f"git-{kind}-{number}"
            registry.write(field.file(name), field.text(name, written))
            expected.append(field.found("REF005", name))
    assert_found(judged(registry, *moment(registry)), *expected)


@MOMENTS
def test_the_whole_repository_and_a_folder_without_files_are_no_content(
    moment: Moment, registry: Folder
) -> None:
    (registry.path / "data" / "empty").mkdir()
    expected = []
    for kind in ("files", "git"):
        field = FIELDS[kind]
        registry.write(field.file(f"all-{kind}"), field.text(f"all-{kind}", ".."))
        registry.write(field.file(f"none-{kind}"), field.text(f"none-{kind}", "../data/empty"))
        expected += [field.found("REF006", f"all-{kind}"), field.found("REF005", f"none-{kind}")]
    assert_found(judged(registry, *moment(registry)), *expected)


@MOMENTS
def test_a_link_is_refused_as_a_manifest(moment: Moment, registry: Folder, tmp_path: Path) -> None:
    targets: dict[str, str | Path] = {
        "outside": tmp_path / "outside" / "m.yaml",
        "inside": "good.yaml",
        "folder": tmp_path / "outside",
        "loop": "loop.yaml",
        "nowhere": "missing.yaml",
        "endless": "/dev/zero",
        "waiting": "/dev/tty",
    }
    for name, target in targets.items():
        (registry.path / "partials" / f"{name}.yaml").symlink_to(target)
    # Without a name that manifests have it is no manifest, and what is behind it is none.
    (registry.path / "partials" / "more").symlink_to(tmp_path / "outside")
    expected = [("REF007", f"partials/{name}.yaml", None, None) for name in targets]
    assert_found(judged(registry, *moment(registry)), *expected)


@MOMENTS
def test_a_link_is_refused_where_a_file_is_named(moment: Moment, registry: Folder, tmp_path: Path) -> None:
    expected = []
    for kind, field in FIELDS.items():
        folder = registry.path / field.folder
        folder.mkdir(exist_ok=True)
        file = "dvc.lock" if kind == "dvc-out" else "good.md"
        for name, link, target, written in (
            ("file", f"{kind}-file/{file}", tmp_path / "outside.md", f"{kind}-file/{file}"),
            ("way", f"{kind}-way", tmp_path / "outside", f"{kind}-way/{file}"),
            ("inside", f"{kind}-inside", "texts", f"{kind}-inside/{file}"),
        ):
            (folder / link).parent.mkdir(exist_ok=True)
            (folder / link).symlink_to(target)
            registry.write(field.file(f"{kind}-{name}-link"), field.text(f"{kind}-{name}-link", written))
            expected.append(field.found("REF007", f"{kind}-{name}-link"))
    assert_found(judged(registry, *moment(registry)), *expected)


@MOMENTS
def test_a_link_is_refused_in_a_folder_that_is_named(
    moment: Moment, registry: Folder, tmp_path: Path
) -> None:
    (registry.path / "data" / "link.jsonl").symlink_to(tmp_path / "outside.md")
    registry.write(GIT.file("folder"), GIT.text("folder", "../data"))
    registry.write(FILES.file("folder"), FILES.text("folder", "../data"))
    assert_found(
        judged(registry, *moment(registry)), GIT.found("REF007", "folder"), FILES.found("REF007", "folder")
    )


def test_a_staged_link_that_is_a_file_on_disk_is_a_link(registry: Folder) -> None:
    # A checkout with core.symlinks=false: the file holds the target.
    blob = registry.git("hash-object", "-w", "--stdin", stdin=b"../../outside.md")
    registry.git("update-index", "--add", "--cacheinfo", f"120000,{blob},prompts/link.md")
    registry.git("update-index", "--add", "--cacheinfo", f"120000,{blob},partials/link.yaml")
    for name in ("prompts/link.md", "partials/link.yaml"):
        registry.write(name, "../../outside.md")
    registry.write(CONTENT.file("p"), CONTENT.text("p", "link.md"))
    registry.git("add", CONTENT.file("p"))
    expected = (("REF007", "partials/link.yaml", None, None), CONTENT.found("REF007", "p"))
    assert_found(judged(registry), *expected)
    assert_found(judged(registry, "--staged"), *expected)


@MOMENTS
def test_settings_behind_a_link_are_wrong_configuration(
    moment: Moment, registry: Folder, tmp_path: Path
) -> None:
    shutil.move(registry.path / "plmctl.yaml", tmp_path / "outside" / "plmctl.yaml")
    (registry.path / "plmctl.yaml").symlink_to(tmp_path / "outside" / "plmctl.yaml")
    answer = judged(registry, *moment(registry))
    assert answer.refusal == (2, ["plmctl.yaml is no file"])
    assert answer.err == "error: plmctl.yaml is no file\nhint: replace the link with the file itself\n"


@pytest.fixture
def superproject(registry: Folder) -> Folder:
    """A registry with submodules: one beside its texts, one that is named as a manifest is."""
    for name in ("prompts/vendored", "partials/sub.yaml"):
        inner = registry.at(registry.path / name)
        inner.path.mkdir()
        inner.git("init", "-q")
        inner.commit({"good.md": SECRET, "m.yaml": SECRET, "dvc.lock": SECRET})
    registry.git("-c", "advice.addEmbeddedRepo=false", "add", "--all")
    return registry


@MOMENTS
def test_a_submodule_is_refused(moment: Moment, superproject: Folder) -> None:
    expected: list[Found] = [("REF008", "partials/sub.yaml", None, None)]
    for kind, field in FIELDS.items():
        name = f"sub-{kind}"
        superproject.write(field.file(name), field.text(name, "../prompts/vendored/good.md"))
        expected.append(field.found("REF008", name))
    superproject.write(FILES.file("whole"), FILES.text("whole", "../prompts/vendored"))
    expected.append(FILES.found("REF008", "whole"))
    assert_found(judged(superproject, *moment(superproject)), *expected)


@pytest.fixture(params=["fifo", "device", "socket"])
def special(request: pytest.FixtureRequest) -> Iterator[Callable[[Path], None]]:
    """Makes a file that is none; opening it may wait for ever, and reading it may never end."""
    opened: list[socket.socket] = []

    def make(path: Path) -> None:
        path.unlink(missing_ok=True)
        if request.param == "fifo":
            os.mkfifo(path)
        elif request.param == "device":
            try:
                os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))
            except PermissionError:
                pytest.skip("only root makes device nodes")
        else:
            opened.append(socket.socket(socket.AF_UNIX))
            with pytest.MonkeyPatch.context() as here:
                # The path of a socket has room for about a hundred characters.
                here.chdir(path.parent)
                opened[-1].bind(path.name)

    yield make
    for each in opened:
        each.close()


def test_a_special_file_is_refused_and_never_waited_for(
    special: Callable[[Path], None], registry: Folder
) -> None:
    expected: list[Found] = [("REF008", "partials/tracked.yaml", None, None)]
    registry.write("partials/tracked.yaml", GOOD)
    for kind, field in FIELDS.items():
        file = "dvc.lock" if kind == "dvc-out" else "content.md"
        for state in ("tracked", "untracked"):
            name = f"{kind}-{state}"
            registry.write(f"{field.folder}/{name}/{file}", "text\n")
            registry.write(field.file(name), field.text(name, f"{name}/{file}"))
            expected.append(field.found("REF008", name))
    registry.git("add", "--all", ":(exclude)*-untracked/*")
    for path in [*registry.path.glob("*/*tracked/*"), registry.path / "partials" / "tracked.yaml"]:
        special(path)
    # Git does not list what it could not add: this one is nobody's manifest.
    special(registry.path / "partials" / "untracked.yaml")
    assert_found(judged(registry), *expected)


@MOMENTS
def test_a_manifest_with_a_name_that_some_system_cannot_have_is_refused(
    moment: Moment, registry: Folder
) -> None:
    expected: list[Found] = []
    for name in NAMED:
        registry.write("partials/" + os.fsdecode(name), GOOD)
        expected.append(("REF006", "partials/" + os.fsdecode(name), None, None))
    assert_found(judged(registry, *moment(registry)), *expected)


@pytest.mark.parametrize("form", ["concise", "text"])
def test_a_hostile_name_is_escaped_in_output(form: str, registry: Folder) -> None:
    for name in NAMED:
        registry.write("partials/" + os.fsdecode(name), GOOD)
    answer = plmctl(registry.path, "validate", "--format", form)
    assert (answer.code, answer.err) == (1, "")
    assert all(character.isprintable() for line in answer.out.split("\n") for character in line)
    begin = "" if form == "concise" else "--> "
    end = ": REF006 error the " if form == "concise" else "\n"
    lost = [shown for shown in NAMED.values() if f"{begin}partials/{shown}{end}" not in answer.out]
    assert lost == []


def test_a_hostile_name_in_a_folder_that_is_named_is_refused(registry: Folder) -> None:
    expected = []
    for number, name in enumerate(NAMED):
        registry.write(f"data/{number}/" + os.fsdecode(name), "{}\n")
        registry.write(GIT.file(f"d{number}"), GIT.text(f"d{number}", f"../data/{number}"))
        expected.append(GIT.found("REF006", f"d{number}"))
    assert_found(judged(registry), *expected)


def test_arguments_that_begin_with_a_dash_are_no_options_of_git(registry: Folder) -> None:
    for revision in ("-x", "--output=x", "--upload-pack=touch x"):
        answer = judged(registry, f"--rev={revision}")
        assert (answer.code, answer.out.count('"exitCode": 3')) == (3, 1)
    assert plmctl(registry.path, "validate", "--", "-rf.yaml").code == 2


@MOMENTS
def test_names_that_fold_to_one_are_told(moment: Moment, registry: Folder) -> None:
    registry.write("partials/Foo.yaml", GOOD.replace("name: good", "name: a"))
    registry.write("partials/foo.yaml", GOOD.replace("name: good", "name: b"))
    registry.write("prompts/Texts/x.md", "text\n")
    registry.write(CONTENT.file("p"), CONTENT.text("p", "texts/good.md"))
    registry.write(CONTENT.file("q"), CONTENT.text("q", "Texts/x.md"))
    assert_found(
        judged(registry, *moment(registry)),
        ("LNT002", "partials/foo.yaml", None, None),
        CONTENT.found("LNT002", "p"),
    )


@pytest.mark.parametrize("name", [b"..", b".", b".git", b".GIT", b"a/b"], ids=bytes.decode)
def test_a_crafted_tree_is_not_read(name: bytes, registry: Folder) -> None:
    blob = registry.git("hash-object", "-w", "--stdin", stdin=GOOD.encode())
    entries = registry.git("cat-file", "tree", "HEAD^{tree}", code=0).encode("utf-8", "surrogateescape")
    crafted = b"100644 %s\0" % name + bytes.fromhex(blob) + entries
    tree = registry.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=crafted)
    commit = registry.git("commit-tree", "-p", "HEAD", "-m", "crafted", tree)
    message = f"tree {tree} has a forbidden name: {name.decode()!r}"
    expected = f"error: {message}\nhint: run 'git fsck'\n"
    answer = judged(registry, "--rev", commit)
    assert (*answer.refusal, answer.err) == (4, [message], expected)
    answer = plmctl(registry.path, "diff", "HEAD", commit)
    assert (answer.code, answer.out, answer.err) == (4, "", expected)


def test_a_crafted_index_is_not_read(registry: Folder) -> None:
    index = registry.path / ".git" / "index"
    crafted = index.read_bytes()[:-20].replace(b"partials/good.yaml", b"../../../outside.m")
    # Zeros stand for a checksum that is not checked (index.skipHash).
    index.write_bytes(crafted + bytes(20))
    for arguments in ((), ("--staged",)):
        answer = judged(registry, *arguments)
        assert answer.refusal == (4, ["the index has a forbidden name: '../../../outside.m'"])
        assert answer.err.startswith("error: the index has a forbidden name: '../../../outside.m'\n")


def test_a_file_that_changes_meanwhile_is_read_once(registry: Folder, tmp_path: Path) -> None:
    # Each content names itself at its own place: a mixture of both would be found elsewhere.
    first = GOOD.replace("name: good", "name: swapped") + "  first: 1\n"
    second = "# Another line.\n" * 3 + GOOD.replace("name: good", "name: swapped") + "  second: 2\n"
    path = registry.write("partials/swapped.yaml", first)
    done = threading.Event()

    def swap() -> None:
        contents = [first, second]
        while not done.is_set():
            new = tmp_path / "new.yaml"
            new.write_text(contents[0])
            new.replace(path)
            contents.reverse()

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        answers = [plmctl(registry.path, "validate", "--format", "json") for _ in range(12)]
    finally:
        done.set()
        swapping.join()
    possible = [FOUND_IN_WRONG | {("SCH002", "partials/swapped.yaml", line, 3)} for line in (6, 9)]
    assert [answer.code for answer in answers] == [1] * len(answers)
    assert all(frozenset(answer.found) in possible for answer in answers)


def test_what_is_there_is_read(registry: Folder) -> None:
    # The control: nothing is wrong with the manifests themselves that the tests above write.
    hashed = "md5: d41d8cd98f00b204e9800998ecf8427e\n{0}size: 0\n{0}hash: md5\n{0}path: {1}\n"
    registry.write("datasets/x.dvc", "outs:\n- " + hashed.format("  ", "x"))
    registry.write("datasets/dvc.yaml", "stages: {}\n")
    stage = "schema: '2.0'\nstages:\n  s:\n    cmd: none\n    outs:\n    - "
    registry.write("datasets/dvc.lock", stage + hashed.format(" " * 6, "raw"))
    for name, field, written in (
        ("c", CONTENT, "texts/good.md"),
        ("f", FILES, "../prompts/texts"),
        ("g", GIT, "../data/good.jsonl"),
        ("d", DVC, "x.dvc"),
        ("o", DVC_OUT, "dvc.yaml"),
    ):
        registry.write(field.file(name), field.text(name, written))
    assert_found(judged(registry))
    (registry.path / "datasets" / "dvc.lock").rename(registry.path / "datasets" / "real.lock")
    (registry.path / "datasets" / "dvc.lock").symlink_to("real.lock")
    assert_found(judged(registry), DVC_OUT.found("REF007", "o"))
