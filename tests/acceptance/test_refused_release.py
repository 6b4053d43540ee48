"""`release` with any problem changes nothing, in Git or in the work tree (issue 2, Bad input)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from plmctl.core.finding import Bump
from plmctl.core.report import exit_code
from tests.commands.builder import (
    GREET,
    LOCK,
    attempted_release,
    cloned,
    copied,
    failures,
    footprint,
    make_release,
    planned_release,
    plmctl,
    problems,
    shop,
    told,
    verified,
)
from tests.git.builder import Folder

Spoil = Callable[[Folder], Folder | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A released registry with one unreleased change, spoilt; why its release is refused."""

    name: str
    spoil: Spoil
    told: list[str]
    code: int
    raised: dict[str, Bump] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def _dirty(folder: Folder) -> None:
    folder.write("prompts/greet.yaml", GREET + "# mine\n")


def _dirty_text(folder: Folder) -> None:
    folder.write("prompts/greet.md", "Greet nobody.\n")


def _staged(folder: Folder) -> None:
    before = (folder.path / "prompts/bye.yaml").read_bytes()
    folder.write("prompts/bye.yaml", before + b"# mine\n")
    folder.git("add", "prompts/bye.yaml")
    folder.write("prompts/bye.yaml", before)


def _untracked(folder: Folder) -> None:
    folder.write("prompts/new.yaml", GREET.replace("name: greet", "name: new"))


def _edited_lock(folder: Folder) -> None:
    (folder.path / "plm.lock").unlink()


def _other_branch(folder: Folder) -> None:
    folder.git("switch", "-q", "-c", "feature")


def _detached(folder: Folder) -> None:
    folder.git("switch", "-q", "--detach")


def _behind(folder: Folder) -> Folder:
    clone = cloned(folder, folder.path.parent / "behind")
    folder.commit({}, "more")
    clone.git("fetch", "-q")
    return clone


def _shallow(folder: Folder) -> Folder:
    return cloned(folder, folder.path.parent / "shallow", "--depth", "1", "--no-single-branch")


def _without_tags(folder: Folder) -> Folder:
    return cloned(folder, folder.path.parent / "tagless", "--no-tags")


def _taken(folder: Folder) -> None:
    folder.git("tag", "v1.3.0")


def _taken_version(folder: Folder) -> None:
    folder.git("tag", "-a", "-m", "mine", "prompt/greet@v1.3.0")


def _moved(folder: Folder) -> None:
    folder.git(
        "tag", "-f", "-a", "-m", _message(folder, "prompt/greet@v1.1.0"), "prompt/greet@v1.1.0", "HEAD"
    )


def _message(folder: Folder, tag: str) -> str:
    return folder.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")


def _lightweight(folder: Folder) -> None:
    folder.git("tag", "-f", "prompt/greet@v1.1.0", "v1.1.0^{commit}")


def _invalid(folder: Folder) -> None:
    folder.commit({"prompts/greet.yaml": GREET.replace("contentFile", "contentFlie")}, "typo")


def _as_it_is(folder: Folder) -> None:
    """What is asked for is wrong, not the registry."""


KEYLESS = "tags are to be signed here: no key to sign with is configured: user.signingKey is not set"


def _nobody(folder: Folder) -> Folder:
    hidden = {k: v for k, v in folder.environment.items() if not k.startswith(("GIT_AUTHOR", "GIT_COMM"))}
    home = folder.path.parent / "nobody"
    home.mkdir()
    return Folder(path=folder.path, environment={**hidden, "HOME": str(home), "EMAIL": ""})


CASES = (
    Case(
        name="a manifest that is not committed",
        spoil=_dirty,
        told=["1: files of the registry are not committed: prompts/greet.yaml"],
        code=1,
    ),
    Case(
        name="a text that is not committed",
        spoil=_dirty_text,
        told=["1: files of the registry are not committed: prompts/greet.md"],
        code=1,
    ),
    Case(
        name="a manifest that is staged, and as before in the work tree",
        spoil=_staged,
        told=["1: files of the registry are not committed: prompts/bye.yaml"],
        code=1,
    ),
    Case(
        name="a manifest that is not tracked",
        spoil=_untracked,
        told=["1: files of the registry are not committed: prompts/new.yaml"],
        code=1,
    ),
    Case(
        name="plm.lock deleted",
        spoil=_edited_lock,
        told=["1: files of the registry are not committed: plm.lock"],
        code=1,
    ),
    Case(
        name="another branch",
        spoil=_other_branch,
        told=["1: releases are made on main, this is feature"],
        code=1,
    ),
    Case(
        name="a detached HEAD",
        spoil=_detached,
        told=["3: HEAD is detached: no branch is checked out"],
        code=3,
    ),
    Case(
        name="behind upstream",
        spoil=_behind,
        told=["1: main is behind refs/remotes/origin/main"],
        code=1,
    ),
    Case(
        name="a shallow clone",
        spoil=_shallow,
        told=["3: this clone is shallow: earlier releases are not in it"],
        code=3,
    ),
    Case(
        name="the tags of plm.lock are not here",
        spoil=_without_tags,
        told=["3: plm.lock is the lock of v1.2.0, and that tag is not here"],
        code=3,
    ),
    Case(name="the registry tag is taken", spoil=_taken, told=["3: the tag v1.3.0 exists already"], code=3),
    Case(
        name="a version is taken",
        spoil=_taken_version,
        told=[
            "4: REG014 tag-malformed: 'prompt/greet@v1.3.0' lacks the trailers of a release",
            "3: the tag prompt/greet@v1.3.0 exists already",
        ],
        code=4,
    ),
    Case(
        name="a lightweight tag",
        spoil=_lightweight,
        told=["4: REG012 tag-not-annotated: 'prompt/greet@v1.1.0' is not an annotated tag on a commit"],
        code=4,
    ),
    Case(
        name="a bump lowered",
        spoil=_as_it_is,
        told=["1: REG003 bump-too-small: prompt/greet needs minor, --bump says patch"],
        code=1,
        raised={"prompt/greet": Bump.PATCH},
    ),
    Case(
        name="a bump of what is not released",
        spoil=_as_it_is,
        told=["2: --bump prompt/bye: it is not in this release"],
        code=2,
        raised={"prompt/bye": Bump.MAJOR},
    ),
    Case(name="no identity", spoil=_nobody, told=["3: Git does not know who you are"], code=3),
)


def _changed(released: Folder, path: Path) -> Folder:
    folder = copied(released, path / "registry")
    folder.commit({"prompts/greet.md": "Greet {{name}} in a hurry.\n"}, "hurry")
    return folder


@pytest.mark.parametrize("case", CASES, ids=str)
def test_release_with_a_problem_changes_nothing(case: Case, released: Folder, tmp_path: Path) -> None:
    folder = _changed(released, tmp_path)
    folder = case.spoil(folder) or folder
    before = footprint(folder.path)

    report = attempted_release(folder, raised=case.raised)

    assert problems(report) == case.told
    assert exit_code(report) == case.code
    assert report.done == ()
    assert footprint(folder.path) == before


def test_moved_tag_refuses_a_release_and_both_ids_are_told(released: Folder, tmp_path: Path) -> None:
    folder = _changed(released, tmp_path)
    original = folder.git("rev-parse", "prompt/greet@v1.1.0")
    _moved(folder)
    moved = folder.git("rev-parse", "prompt/greet@v1.1.0")
    before = footprint(folder.path)

    report = attempted_release(folder)

    assert problems(report) == [
        f"4: REG009 tag-moved: 'prompt/greet@v1.1.0' is {moved}, v1.1.0 released {original}"
    ]
    assert footprint(folder.path) == before


def test_foreign_tag_refuses_the_first_release(tmp_path: Path) -> None:
    folder = shop(tmp_path / "registry")
    folder.git("tag", "v1.0.0")
    before = footprint(folder.path)

    report = attempted_release(folder)

    assert problems(report) == [
        "1: tags that are not plmctl's have the names of registry releases: v1.0.0",
        "3: the tag v1.0.0 exists already",
    ]
    assert footprint(folder.path) == before


def test_invalid_manifest_refuses_a_release(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    _invalid(folder)
    before = footprint(folder.path)

    report = attempted_release(folder)

    assert [line.partition(": ")[0] for line in told(report)] == ["SCH002 prompts/greet.yaml:7:20"]
    assert exit_code(report) == 1
    assert footprint(folder.path) == before


def test_invalid_manifest_hides_no_problem(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    _invalid(folder)
    _other_branch(folder)

    report = attempted_release(folder)

    assert problems(report) == ["1: releases are made on main, this is feature"]
    assert len(told(report)) == 1


def test_every_problem_is_told_at_once(released: Folder, tmp_path: Path) -> None:
    folder = _changed(released, tmp_path)
    _taken(folder)
    _lightweight(folder)
    folder.git("config", "tag.gpgSign", "true")
    _other_branch(folder)
    _dirty(folder)

    report = attempted_release(_nobody(folder), raised={"prompt/greet": Bump.PATCH})

    assert problems(report) == [
        f"3: {KEYLESS}",
        "1: releases are made on main, this is feature",
        "4: REG012 tag-not-annotated: 'prompt/greet@v1.1.0' is not an annotated tag on a commit",
        "1: files of the registry are not committed: prompts/greet.yaml",
        "3: Git does not know who you are",
        "3: the tag v1.3.0 exists already",
        "1: REG003 bump-too-small: prompt/greet needs minor, --bump says patch",
    ]
    assert exit_code(report) == 4


def test_plan_alone_changes_nothing(released: Folder, tmp_path: Path) -> None:
    folder = _changed(released, tmp_path)
    before = footprint(folder.path)

    ready = planned_release(folder)

    assert ready.report.problems == ()
    assert ready.report.summary == {"release": "v1.3.0", "artifacts": 2, "removed": 0, "unchanged": 2}
    assert footprint(folder.path) == before


def test_dry_run_of_the_console_script_changes_nothing(released: Folder, tmp_path: Path) -> None:
    folder = _changed(released, tmp_path)
    before = footprint(folder.path)

    done = plmctl(folder, "release", "--dry-run")

    assert "v1.3.0" in done.stdout
    assert footprint(folder.path) == before


def test_refusal_of_the_console_script_changes_nothing(released: Folder, tmp_path: Path) -> None:
    folder = _changed(released, tmp_path)
    _dirty(folder)
    before = footprint(folder.path)

    done = plmctl(folder, "release", "--yes", code=1)

    assert "files of the registry are not committed: prompts/greet.yaml" in done.stderr + done.stdout
    assert footprint(folder.path) == before


def test_nothing_to_release_changes_nothing(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    before = footprint(folder.path)

    report = attempted_release(folder)

    assert (report.notes, report.done) == (("nothing changed since the last release",), ())
    assert exit_code(report) == 0
    assert footprint(folder.path) == before


def test_other_files_may_be_dirty(released: Folder, tmp_path: Path) -> None:
    folder = _changed(released, tmp_path)
    folder.write("README.md", "notes\n")
    folder.write(LOCK, "half\n")

    assert make_release(folder) == ("application/desk 1.3.0", "prompt/greet 1.3.0")
    assert failures(verified(folder, "plm.lock")) == []
    assert (folder.path / "README.md").read_text() == "notes\n"
    assert (folder.path / LOCK).read_text() == "half\n"
