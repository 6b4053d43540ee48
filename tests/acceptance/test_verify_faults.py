"""What `verify` finds in Git itself: tags, chains, branches, objects (hostile.md L03, L04, G04, G05)."""

import re
from pathlib import Path

import pytest

from plmctl.core.report import State, exit_code
from tests.commands.builder import (
    LOCK,
    cloned,
    copied,
    failures,
    problems,
    verified,
)
from tests.git.builder import Folder

GREET_1 = "prompt/greet@v1.1.0"


@pytest.fixture
def folder(released: Folder, tmp_path: Path) -> Folder:
    """A copy of the registry with three releases, to be tampered with."""
    return copied(released, tmp_path / "registry")


def message(folder: Folder, tag: str) -> str:
    """The message of an annotated tag."""
    return folder.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")


def object_of(folder: Folder, tag: str) -> str:
    """The tag object that a tag is."""
    return folder.git("rev-parse", f"refs/tags/{tag}")


def remade(folder: Folder, tag: str, commit: str, *, extra: str = "") -> str:
    """A tag made again on a commit, with its own message and perhaps a trailer more; its new id."""
    text = f"{message(folder, tag).rstrip()}\n{extra}"
    folder.git("tag", "-f", "-a", "-m", text, tag, commit)
    return object_of(folder, tag)


def test_untouched_registry_verifies(folder: Folder) -> None:
    report = verified(folder)

    assert (failures(report), problems(report), exit_code(report)) == ([], [], 0)
    assert report.summary == {"locks": 2, "ok": 16, "failed": 0, "notChecked": 2}
    assert [f"{c.subject} {c.name}: {c.detail}" for c in report.checks if c.subject == LOCK] == [
        f"{LOCK} form: as plmctl writes it",
        f"{LOCK} versions: 3 confirmed by their tags",
        f"{LOCK} content: 3 artifacts: files, digests, closures",
        f"{LOCK} want: 1.1.0 is in '^1.0'",
        f"{LOCK} source: made by v1.1.0",
        f"{LOCK} schema: every manifest is valid",
        f"{LOCK} chain: 2 registry releases",
        f"{LOCK} branch: on main",
        f"{LOCK} signature: not asked for",
    ]


@pytest.mark.parametrize("tag", ["v1.0.0", "v1.2.0", "prompt/greet@v1.1.0", "application/desk@v1.2.0"])
def test_tag_verifies(tag: str, folder: Folder) -> None:
    report = verified(folder, tag)

    assert (failures(report), exit_code(report)) == ([], 0)
    assert {check.subject for check in report.checks} == {tag}


def test_a_version_is_what_its_commit_has_by_its_tag(folder: Folder) -> None:
    first, *_ = verified(folder, GREET_1).checks

    assert (first.name, first.state, first.detail) == ("tag", State.OK, "digests at its commit")


def test_moved_artifact_tag_is_found_with_both_ids(folder: Folder) -> None:
    before = object_of(folder, GREET_1)
    after = remade(folder, GREET_1, "HEAD")

    report = verified(folder, LOCK)

    told = f"REG009 tag-moved: '{GREET_1}' is {after}, v1.1.0 released {before}"
    assert failures(report) == [f"{LOCK} version prompt/greet version: {told}"]
    assert failures(verified(folder, GREET_1)) == [f"{GREET_1} tag: {told}"]
    assert exit_code(report) == 4


def test_tag_made_again_on_its_own_commit_is_found(folder: Folder) -> None:
    before = object_of(folder, GREET_1)
    after = remade(folder, GREET_1, "v1.1.0^{commit}", extra="Changes: none\n")

    assert failures(verified(folder, LOCK)) == [
        (
            f"{LOCK} version prompt/greet version: "
            f"REG009 tag-moved: '{GREET_1}' is {after}, v1.1.0 released {before}"
        )
    ]


def test_lightweight_artifact_tag_is_found(folder: Folder) -> None:
    folder.git("tag", "-f", GREET_1, f"{GREET_1}^{{commit}}")

    assert failures(verified(folder, LOCK)) == [
        (
            f"{LOCK} version prompt/greet version: "
            f"REG012 tag-not-annotated: '{GREET_1}' is not an annotated tag on a commit"
        )
    ]


def test_deleted_artifact_tag_is_found(folder: Folder) -> None:
    folder.git("tag", "-d", GREET_1)

    assert failures(verified(folder, LOCK)) == [
        (
            f"{LOCK} version prompt/greet version: "
            f"REG017 tag-missing: v1.1.0 released '{GREET_1}', and that tag is not here"
        )
    ]


def test_tag_object_under_another_name_is_found(folder: Folder) -> None:
    folder.git("update-ref", f"refs/tags/{GREET_1}", object_of(folder, "prompt/greet@v1.0.0"))

    assert failures(verified(folder, LOCK)) == [
        (
            f"{LOCK} version prompt/greet version: "
            f"REG013 tag-misnamed: the tag object at '{GREET_1}' says it is 'prompt/greet@v1.0.0'"
        )
    ]


@pytest.mark.parametrize("annotated", [True, False])
def test_registry_tag_that_is_no_release_any_more_is_found(annotated: bool, folder: Folder) -> None:
    more = ("-a", "-m", "mine") if annotated else ()
    folder.git("tag", "-f", *more, "v1.1.0", "v1.1.0^{commit}")

    report = verified(folder, LOCK)

    told = "the tag v1.1.0 is not the annotated tag of a release of plmctl"
    assert failures(report) == [f"{LOCK} source source.release: {told}"]
    assert exit_code(report) == 4
    assert failures(verified(folder, "v1.1.0")) == [f"v1.1.0 tag: {told}"]


def test_middle_registry_tag_made_again_breaks_the_chain(folder: Folder) -> None:
    before = object_of(folder, "v1.1.0")
    after = remade(folder, "v1.1.0", "v1.1.0^{commit}", extra="Run: another\n")

    assert failures(verified(folder, "plm.lock")) == [
        f"plm.lock chain: v1.2.0 follows the tag object {before}, and no registry tag is that"
    ]
    assert failures(verified(folder, LOCK)) == [
        f"{LOCK} content source.tagObject: the lock says {before!r}, Git has {after!r}",
        f"{LOCK} chain: v1.2.0 follows the tag object {before}, and no registry tag is that",
    ]
    source, _ = (check for check in verified(folder, LOCK).checks if check.state is State.FAILED)
    assert (source.artifact, source.field) == (None, "source.tagObject")
    assert failures(verified(folder, "v1.0.0")) == []


def test_registry_tag_moved_to_another_commit_is_found(folder: Folder) -> None:
    commit = folder.git("rev-parse", "v1.1.0^{commit}")
    other = folder.git("rev-parse", "v1.0.0^{commit}")
    remade(folder, "v1.1.0", other)

    found = failures(verified(folder, LOCK))

    assert any(line.startswith(f"{LOCK} content source.commit: the lock says {commit!r}") for line in found)
    told = f"REG009 tag-moved: '{GREET_1}' is on {commit}, v1.1.0 on {other}"
    assert f"{LOCK} version prompt/greet version: {told}" in found


def test_release_at_a_commit_without_a_lock_is_found(folder: Folder) -> None:
    folder.git("rm", "-q", "plm.lock")
    commit = folder.commit({}, "no lock")
    remade(folder, "v1.2.0", commit)

    assert failures(verified(folder, "v1.2.0")) == [
        f"v1.2.0 form: v1.2.0 has no plm.lock at its commit {commit}"
    ]


def test_lock_is_told_from_the_committed_one_or_from_what_is_true_whichever_is_nearer(folder: Folder) -> None:
    text = (folder.path / "plm.lock").read_text(encoding="utf-8")
    first, second, third, _ = re.findall('"closure": "sha256:([0-9a-f]{64})"', text)
    commit = folder.commit({"plm.lock": text.replace(first, "1" * 64).replace(second, "2" * 64)}, "forged")
    remade(folder, "v1.2.0", commit)
    for lock, right in (
        (text, ["1" * 64, "2" * 64]),
        (text.replace(third, "3" * 64), [third]),
        (text.replace(first, "4" * 64).replace(second, "5" * 64), [first, second]),
    ):
        folder.write("plm.lock", lock)
        told = [line for line in failures(verified(folder, "plm.lock")) if " content " in line]
        assert [line.partition("Git has 'sha256:")[2].rstrip("'") for line in told] == right


def test_manifest_that_is_another_at_the_commit_is_found(folder: Folder) -> None:
    """The whole release is forged at a commit with another text: the lock's digests are not those there."""
    folder.git("switch", "-q", "-c", "forged", "v1.1.0^{commit}")
    forged = folder.commit({"prompts/greet.md": "Insult {{name}}.\n"}, "forged")
    folder.git("switch", "-q", "main")
    remade(folder, "v1.1.0", forged)

    found = failures(verified(folder, LOCK))

    fields = [line.split(": ")[0] for line in found]
    assert f"{LOCK} content prompt/greet digest" in fields
    assert f"{LOCK} content prompt/greet files.prompts/greet.md" in fields
    assert f"{LOCK} content application/desk closure" in fields
    assert f"{LOCK} branch" in fields
    whole = [line.split(": ")[0] for line in failures(verified(folder, "v1.1.0"))]
    assert "v1.1.0 content prompt/greet digest" in whole


def test_release_on_no_branch_of_releases_is_found(folder: Folder) -> None:
    commit = folder.git("rev-parse", "v1.2.0^{commit}")
    folder.git("switch", "-q", "-c", "elsewhere")
    folder.git("branch", "-f", "main", "v1.1.0^{commit}")

    assert failures(verified(folder, "v1.2.0")) == [
        f"v1.2.0 branch: {commit} is on no branch of releases (main)"
    ]
    assert failures(verified(folder, "v1.1.0")) == []


def test_a_release_is_on_one_of_several_branches_of_releases(folder: Folder) -> None:
    settings = (folder.path / "plmctl.yaml").read_text(encoding="utf-8")
    assert "\nspec:" not in settings
    folder.commit({"plmctl.yaml": settings + 'spec: {release: {branches: [main, "v*.x"]}}\n'})

    (branch,) = [check for check in verified(folder, "v1.2.0").checks if check.name == "branch"]

    assert (branch.state, branch.detail) == (State.OK, "on one of main, v*.x")


def test_of_several_branches_of_releases_each_is_named(folder: Folder) -> None:
    settings = (folder.path / "plmctl.yaml").read_text(encoding="utf-8")
    folder.commit({"plmctl.yaml": settings + 'spec: {release: {branches: [stable, "v*.x"]}}\n'})
    commit = folder.git("rev-parse", "v1.2.0^{commit}")

    (branch,) = [check for check in verified(folder, "v1.2.0").checks if check.name == "branch"]
    assert (branch.state, branch.detail) == (State.NOT_CHECKED, "no branch stable, v*.x is here")
    folder.git("branch", "stable", "v1.1.0^{commit}")
    assert failures(verified(folder, "v1.2.0")) == [
        f"v1.2.0 branch: {commit} is on no branch of releases (stable, v*.x)"
    ]


def test_branch_whose_name_only_ends_like_one_of_releases_is_none(folder: Folder) -> None:
    folder.git("update-ref", "refs/remotes/origin/mine/main", "HEAD")
    folder.git("switch", "-q", "--detach")
    folder.git("branch", "-D", "main")

    (branch,) = [check for check in verified(folder, "v1.2.0").checks if check.name == "branch"]

    assert (branch.state, branch.detail) == (State.NOT_CHECKED, "no branch main is here")


def test_remote_tracking_branch_of_releases_counts(folder: Folder) -> None:
    folder.git("update-ref", "refs/remotes/origin/main", "HEAD")
    folder.git("switch", "-q", "--detach")
    folder.git("branch", "-D", "main")

    (branch,) = [check for check in verified(folder, "v1.2.0").checks if check.name == "branch"]

    assert (branch.state, branch.detail) == (State.OK, "on main")


@pytest.mark.parametrize("path", ["prompts/greet.md", "prompts/greet.yaml", "plm.lock"])
def test_corrupt_object_is_told_with_its_id(path: str, folder: Folder) -> None:
    blob = folder.git("rev-parse", f"v1.0.0:{path}")
    loose = folder.loose(blob)
    loose.write_bytes(loose.read_bytes()[:-3])

    report = verified(folder, "v1.0.0")

    assert exit_code(report) == 4
    assert any(blob in line for line in (*failures(report), *problems(report)))


def test_lock_of_a_release_that_was_not_fetched_is_not_failed(folder: Folder, tmp_path: Path) -> None:
    clone = cloned(folder, tmp_path / "clone", "--no-tags")

    report = verified(clone)

    assert failures(report) == []
    assert problems(report) == [
        f"3: {LOCK}: the release v1.1.0 is not here",
        "3: plm.lock: the release v1.2.0 is not here",
    ]
    assert {problem.hint for problem in report.problems} == {"run 'git fetch --tags'"}
    assert exit_code(report) == 3


def test_lock_that_nobody_committed_is_not_failed_for_a_release_that_is_not_here(
    folder: Folder, tmp_path: Path
) -> None:
    clone = cloned(folder, tmp_path / "clone", "--no-tags")
    clone.git("rm", "-q", "--cached", LOCK)
    clone.git("commit", "-q", "-m", "a lock that is kept elsewhere")

    report = verified(clone, LOCK)

    assert (failures(report), problems(report)) == ([], [f"3: {LOCK}: the release v1.1.0 is not here"])


def test_unknown_name_hides_nothing_of_the_others(folder: Folder) -> None:
    folder.write("plm.lock", "{}\n")

    report = verified(folder, "v9.9.9", "plm.lock")

    assert problems(report) == ["2: no lock and no release tag v9.9.9"]
    assert report.problems[0].hint == "name a lock's path or a tag; see 'git tag'"
    assert failures(report) == [
        'plm.lock form: plm.lock: the whole file: "lockVersion" is a required property'
    ]
    assert exit_code(report) == 4


def test_lock_that_no_environment_pins_is_checked_all_the_same(folder: Folder) -> None:
    folder.git("rm", "-q", "environments/production.yaml")

    report = verified(folder, LOCK)

    assert failures(report) == []
    (pin,) = [check for check in report.checks if check.name == "pin"]
    assert (pin.state, pin.detail) == (State.NOT_CHECKED, "no environment here pins what this lock is of")


def test_a_bare_repository_verifies_what_is_checked_in(folder: Folder, tmp_path: Path) -> None:
    bare = cloned(folder, tmp_path / "bare.git", "--bare")

    report = verified(bare)

    assert (failures(report), problems(report)) == ([], [])
    assert [check.subject for check in report.checks if check.name == "form"] == [LOCK, "plm.lock"]
    assert exit_code(verified(bare, "v1.1.0")) == 0


def test_the_trailer_closure_is_no_truth(folder: Folder) -> None:
    """A release whose tags say another closure, and all else of which is as it should be."""
    tag = "application/desk@v1.2.0"
    before, text = object_of(folder, tag), message(folder, tag)
    forged = re.sub("^Closure: .*$", f"Closure: sha256:{'0' * 64}", text, flags=re.MULTILINE)
    assert forged != text
    folder.git("tag", "-f", "-a", "-m", forged, tag, f"{tag}^{{commit}}")
    release = message(folder, "v1.2.0").replace(before, object_of(folder, tag))
    folder.git("tag", "-f", "-a", "-m", release, "v1.2.0", "v1.2.0^{commit}")

    assert [failures(verified(folder, name)) for name in ("plm.lock", "v1.2.0", tag)] == [[], [], []]


@pytest.mark.parametrize(
    ("revision", "other"),
    [
        ("refs/tags/v1.0.0", "refs/tags/v1.1.0"),
        ("refs/tags/prompt/greet@v1.0.0", "refs/tags/prompt/greet@v1.1.0"),
        ("v1.0.0^{commit}", "v1.1.0^{commit}"),
        ("v1.0.0^{tree}", "v1.1.0^{tree}"),
        ("v1.0.0:prompts", "v1.1.0:prompts"),
        ("v1.0.0:plm.lock", "v1.1.0:plm.lock"),
        ("v1.0.0:prompts/greet.md", "v1.1.0:prompts/greet.md"),
    ],
)
def test_an_object_in_the_place_of_another_is_told_with_its_id(
    revision: str, other: str, folder: Folder
) -> None:
    """Git prints it and exits 0 (hostile.md G05)."""
    first, second = (folder.git("rev-parse", name) for name in (revision, other))
    folder.loose(first).write_bytes(folder.loose(second).read_bytes())

    report = verified(folder, "v1.0.0")

    said = [*failures(report), *problems(report)]
    assert any(first in line and "is corrupt" in line for line in said), said
    assert exit_code(report) == 4


def test_a_clone_whose_history_was_cut_off_can_tell_nothing(folder: Folder, tmp_path: Path) -> None:
    clone = cloned(folder, tmp_path / "clone", "--depth=1")

    report = verified(clone, "plm.lock")

    assert problems(report) == ["3: this clone is shallow: earlier releases are not in it"]
    assert [problem.hint for problem in report.problems] == ["run 'git fetch --unshallow --tags'"]
