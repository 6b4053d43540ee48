"""The changelog of a real repository."""

from pathlib import Path

import pytest

from plmctl.commands.changelog import ChangelogOptions, changelog
from plmctl.core.finding import UsageError
from plmctl.core.report import Report
from plmctl.render.line import Paper
from plmctl.render.text import text
from tests.commands.builder import BYE, make_release, opened, shop
from tests.git.builder import Folder

HAIL = BYE.replace("{name: bye}", "{name: hail, formerly: [bye]}")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with three releases: the last one renames a prompt."""
    folder = shop(tmp_path_factory.mktemp("changelog") / "shop")
    make_release(folder)
    folder.commit({"prompts/greet.md": "Greet {{name}} warmly.\n"}, "warmer")
    make_release(folder)
    folder.git("rm", "-q", "prompts/bye.yaml")
    folder.commit({"prompts/hail.yaml": HAIL}, "hail")
    make_release(folder)
    return folder


def told(folder: Folder, artifact: str | None = None, since: str | None = None) -> Report:
    """What `plmctl changelog` reports."""
    with opened(folder) as repo:
        return changelog(repo, ChangelogOptions(artifact=artifact, since=since))


def releases(report: Report) -> dict[str, list[str]]:
    """The releases, and the artifacts of each."""
    return {r.name: [f"{m.artifact} {m.version}" for m in r.made] for r in report.changelog}


def test_changelog_is_read_from_the_tags(released: Folder) -> None:
    report = told(released, since="v1.0.0")

    assert text(report, Paper()) == (
        "v1.2.0  2026-01-02\n"
        "  prompt/hail 1.1.0  minor after 1.0.0\n"
        "    safe\n"
        "      PRM905 artifact-renamed: prompt/bye was renamed to prompt/hail\n"
        "        to do: Move them on to the new name: the old one stays reserved and is answered with a "
        "warning. The numbers go on.\n"
        "      PRM901 metadata-changed: 'metadata.formerly' was added\n"
        "        to do: Nothing to do: only the metadataDigest is another one, and it is released as "
        "a patch.\n"
        "\n"
        "v1.1.0  2026-01-02\n"
        "  application/desk 1.1.0  minor after 1.0.0\n"
        "    behavioural\n"
        "      REG006 dependency-changed: prompt/greet PRM040 text-changed\n"
        "        to do: The change itself is told, and accepted, where it happened. Run the evaluations of "
        "the Application.\n"
        "  prompt/greet 1.1.0  minor after 1.0.0\n"
        "    behavioural\n"
        "      PRM040 text-changed: the text of message 1 changed\n"
        "        to do: The contract with callers and consumers holds. Run the evaluations before it is "
        "released.\n"
        "\n"
    )
    assert report.summary == {"releases": 2}


@pytest.mark.parametrize("name", ["prompt/hail", "hail", "prompt/bye"])
def test_artifact_is_told_under_all_names_that_it_had(released: Folder, name: str) -> None:
    assert releases(told(released, name)) == {"v1.2.0": ["prompt/hail 1.1.0"], "v1.0.0": ["prompt/bye 1.0.0"]}


@pytest.mark.parametrize("since", ["v1.1.0", "1.1.0"])
def test_release_may_be_named_by_its_version(released: Folder, since: str) -> None:
    assert list(releases(told(released, since=since))) == ["v1.2.0"]


def test_nothing_to_tell_is_said(released: Folder) -> None:
    assert told(released, "prompt/greet", "v1.1.0").notes == ("no release since v1.1.0 has prompt/greet",)


def test_unknown_release_is_refused_with_the_nearest(released: Folder) -> None:
    with pytest.raises(UsageError) as refused:
        told(released, since="v1.1.00")

    assert refused.value.message == "--since v1.1.00: there is no such release"
    assert refused.value.hint == "did you mean 'v1.1.0'?"


def test_one_version_is_no_artifact(released: Folder) -> None:
    with pytest.raises(UsageError) as refused:
        told(released, "prompt/greet@1.0.0")

    assert refused.value.hint == "run 'plmctl changelog prompt/greet'"


def test_registry_without_releases_says_what_to_run(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")

    assert told(folder).notes == (
        "nothing was released yet: run 'plmctl release --dry-run' to see the first release",
    )
    assert told(folder, "prompt/greet").notes == told(folder).notes


def test_a_bare_repository_tells_it_too(released: Folder, tmp_path: Path) -> None:
    released.git("clone", "-q", "--bare", str(released.path), str(tmp_path / "bare"))
    assert told(released.at(tmp_path / "bare")) == told(released)
