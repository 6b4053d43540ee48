from pathlib import Path

import pytest

from plmctl.commands.show import ShowOptions, show
from plmctl.core.finding import PlmctlError
from plmctl.core.form import closure, identities
from plmctl.core.registry import load
from plmctl.core.report import Report
from tests.commands.ground import ENVIRONMENT, FILES, MODEL, PROMPT, opened, released, small_registry
from tests.git.builder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return small_registry(tmp_path / "registry")


def shown(folder: Folder, artifact: str) -> Report:
    with opened(folder) as repo:
        return show(repo, ShowOptions(artifact=artifact))


def refused(folder: Folder, artifact: str) -> tuple[str, str | None, int]:
    with opened(folder) as repo, pytest.raises(PlmctlError) as error:
        show(repo, ShowOptions(artifact=artifact))
    return error.value.message, error.value.hint, error.value.exit_code


def computed(folder: Folder, artifact: str) -> tuple[str, str, str]:
    with opened(folder) as repo:
        registry = load(repo.work_tree())
    known = identities(registry)
    digests = {name: identity.digest for name, identity in known.items()}
    identity = known[artifact]
    return identity.digest, identity.metadata_digest, closure(artifact, registry.dependencies, digests)


def test_an_artifact_is_shown_whole(folder: Folder) -> None:
    released(folder)
    commit = folder.git("rev-parse", "HEAD")
    digest, metadata_digest, whole = computed(folder, "prompt/greet")
    report = shown(folder, "prompt/greet")
    assert report.text == (
        "id              prompt/greet\n"
        "version         0.1.0\n"
        "stability       experimental\n"
        "owners          support-team, platform\n"
        "path            prompts/greet.yaml\n"
        f"digest          {digest}\n"
        f"metadataDigest  {metadata_digest}\n"
        f"closure         {whole}\n"
        "refers to       model/small\n"
        "referred to by  evalsuite/greet (about)\n"
        "files           prompts/greet.md\n"
        f"versions        0.1.0  v1.0.0  {commit[:10]}\n"
        "\n"
        f"{PROMPT}"
    )
    assert report.data == {
        "id": "prompt/greet",
        "kind": "Prompt",
        "name": "greet",
        "title": "",
        "version": "0.1.0",
        "changed": False,
        "stability": "experimental",
        "owners": ["support-team", "platform"],
        "path": "prompts/greet.yaml",
        "digest": digest,
        "metadataDigest": metadata_digest,
        "closure": whole,
        "references": [{"artifact": "model/small", "about": False}],
        "referrers": [{"artifact": "evalsuite/greet", "about": True}],
        "files": ["prompts/greet.md"],
        "data": [],
        "versions": [{"version": "0.1.0", "release": "v1.0.0", "commit": commit}],
        "text": PROMPT,
    }


def test_an_environment_has_no_version_and_no_digest(folder: Folder) -> None:
    assert shown(folder, "staging").text == (
        "id              environment/staging\n"
        "version         -\n"
        "stability       stable\n"
        "path            environments/staging.yaml\n"
        f"\n{ENVIRONMENT}"
    )


def test_several_values_stand_below_each_other(folder: Folder) -> None:
    more = PROMPT.replace("name: greet", "name: bye")
    folder.write("prompts/bye.yaml", more)
    text = shown(folder, "small").text
    assert text is not None
    assert "\nreferred to by  prompt/bye\n                prompt/greet\n" in text


def test_what_is_both_a_dependency_and_about_is_a_dependency(folder: Folder) -> None:
    suite = FILES["evals/greet.yaml"].replace(
        "[{name: accuracy}]", "[{name: accuracy, judge: {prompt: prompt/greet}}]"
    )
    folder.write("evals/greet.yaml", suite)
    data = shown(folder, "evalsuite/greet").data
    assert data is not None
    assert data["references"] == [{"artifact": "prompt/greet", "about": False}]


def test_a_version_is_shown_as_it_was_released(folder: Folder) -> None:
    released(folder)
    before = computed(folder, "model/small")
    folder.commit({"models/small.yaml": MODEL.replace("2024-07-18", "2025-01-01")})
    released(folder)
    for written in ("model/small@1.0.0", "small@v1.0.0"):
        report = shown(folder, written)
        assert report.text is not None
        assert report.text.endswith(MODEL)
        assert report.data is not None
        assert (report.data["version"], report.data["changed"]) == ("1.0.0", False)
        assert (report.data["digest"], report.data["metadataDigest"], report.data["closure"]) == before


def test_a_version_under_an_earlier_name_is_shown(folder: Folder) -> None:
    released(folder)
    renamed = MODEL.replace("  name: small\n", "  name: tiny\n  formerly: [small]\n")
    folder.commit(
        {"models/small.yaml": renamed, "prompts/greet.yaml": PROMPT.replace("model: small", "model: tiny")}
    )
    report = shown(folder, "model/tiny@1.0.0")
    assert report.data is not None
    assert (report.data["id"], report.data["text"]) == ("model/small", MODEL)


def test_what_was_removed_is_shown_by_its_version(folder: Folder) -> None:
    released(folder)
    folder.git("rm", "-q", "evals/greet.yaml")
    folder.git("commit", "-q", "-m", "no suite")
    assert refused(folder, "evalsuite/greet") == (
        "evalsuite/greet is not in the registry any more",
        "write 'evalsuite/greet@1.0.0'",
        3,
    )
    assert shown(folder, "evalsuite/greet@1.0.0").data is not None


def test_a_name_of_two_artifacts_is_refused(folder: Folder) -> None:
    assert refused(folder, "greet") == (
        "'greet' is the name of 2 artifacts",
        "write one of evalsuite/greet, prompt/greet",
        2,
    )


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("model/smal", "model/small, environment/staging, evalsuite/greet"),
        ("Greeting", "evalsuite/greet, prompt/greet, environment/staging"),
    ],
)
def test_an_id_that_names_nothing_has_the_nearest_three(folder: Folder, word: str, near: str) -> None:
    assert refused(folder, word) == (f"there is no artifact '{word}'", f"the nearest are {near}", 3)


def test_in_a_registry_where_nothing_can_be_read_nothing_is_near(folder: Folder) -> None:
    for name in FILES:
        if name.endswith(".yaml") and name != "plmctl.yaml":
            folder.write(name, "apiVersion: plmctl/v1\nkind: [\n")
    assert refused(folder, "greet") == ("there is no artifact 'greet'", "run 'plmctl list' to see all", 3)


def test_a_version_that_does_not_exist_has_those_that_do(folder: Folder) -> None:
    assert refused(folder, "model/small@1.0.0") == (
        "model/small has no version 1.0.0",
        "it was never released: run 'plmctl release'",
        3,
    )
    released(folder)
    folder.commit({"models/small.yaml": MODEL.replace("2024-07-18", "2025-01-01")})
    released(folder)
    for version in ("2.0.0", "newest"):
        assert refused(folder, f"model/small@{version}") == (
            f"model/small has no version {version}",
            "its versions are 1.0.0, 1.1.0",
            3,
        )


def test_a_former_id_names_the_one_it_has_now(folder: Folder) -> None:
    released(folder)
    renamed = MODEL.replace("  name: small\n", "  name: tiny\n  formerly: [small, never-released]\n")
    folder.commit(
        {"models/small.yaml": renamed, "prompts/greet.yaml": PROMPT.replace("model: small", "model: tiny")}
    )
    for former in ("model/small", "model/never-released"):
        assert refused(folder, former) == (f"{former} is model/tiny now", "write 'model/tiny'", 3)
    assert shown(folder, "model/small@1.0.0").data is not None


def test_a_version_whose_tag_was_never_fetched_is_told(folder: Folder, tmp_path: Path) -> None:
    released(folder)
    folder.git("clone", "-q", "--no-tags", folder.path.as_uri(), str(tmp_path / "clone"))
    clone = folder.at(tmp_path / "clone")
    report = shown(clone, "model/small")
    assert report.data is not None
    assert report.data["version"] == "1.0.0, no tag"
    assert report.notes == ("plm.lock names 3 versions whose tags are not here: run 'git fetch --tags'",)
    assert refused(clone, "model/small@1.0.0") == (
        "the tag of model/small 1.0.0 is not here",
        "run 'git fetch --tags'",
        3,
    )
