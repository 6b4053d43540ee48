from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from plmctl.core.finding import Bump
from plmctl.core.ports import TagRef
from plmctl.core.settings import Settings
from plmctl.core.tag import History, history, tag_name
from plmctl.core.trailer import trailers
from plmctl.core.version import Version
from tests.commands.builder import BYE, MODEL
from tests.commands.timeline import Timeline

SETTINGS = Settings(folder="", name="shop")
ONE = Version(major=1, minor=0, patch=0)
BEGIN = {"models/small.yaml": MODEL, "prompts/bye.yaml": BYE}
LATER = {**BEGIN, "prompts/bye.yaml": BYE.replace("goodbye", "farewell")}


@pytest.fixture
def timeline() -> Timeline:
    """Two releases: everything, then one prompt."""
    made = Timeline()
    made.release(BEGIN)
    made.release(LATER)
    return made


def told(past: History) -> list[str]:
    """Findings as `code name place level: message | help`."""
    return [
        f"{f.code} {f.rule.name} {f.location} {f.level.value}: {f.message} | {f.help}" for f in past.findings
    ]


def confirmed(past: History) -> dict[str, list[str]]:
    """The versions of each artifact."""
    return {artifact: [str(tag.version) for tag in tags] for artifact, tags in past.versions.items()}


def foreign(name: str, kind: str = "commit", message: str = "") -> TagRef:
    """A tag that somebody made with plain Git."""
    return TagRef(
        name=name,
        object_id="c" * 40,
        object_type=kind,
        commit="d" * 40,
        tag_name=name if kind == "tag" else None,
        message=message,
    )


def with_trailer(message: str, key: str, value: str | None) -> str:
    """A message with one trailer changed, or left out."""
    lines = [line for line in message.split("\n") if not line.startswith(f"{key}: ")]
    return "\n".join(lines if value is None else [*lines[:-1], f"{key}: {value}", ""])


def test_versions_are_those_that_registry_tags_name(timeline: Timeline) -> None:
    past = timeline.past

    assert told(past) == []
    assert confirmed(past) == {"model/small": ["1.0.0"], "prompt/bye": ["1.0.0", "1.1.0"]}
    assert [release.name for release in past.releases] == ["v1.0.0", "v1.1.0"]
    assert past.taken == {
        "model/small@v1.0.0",
        "prompt/bye@v1.0.0",
        "prompt/bye@v1.1.0",
        "v1.0.0",
        "v1.1.0",
    }


def test_tag_is_read_back_whole(timeline: Timeline) -> None:
    past = timeline.past
    first, second = past.releases
    tag = past.version("prompt/bye", Version(major=1, minor=1, patch=0))
    ref = timeline.tags["prompt/bye@v1.1.0"]

    assert tag is not None
    assert (tag.name, tag.object_id, tag.commit, tag.release) == (ref.name, ref.object_id, ref.commit, second)
    said = trailers(ref.message)
    assert (tag.digest, tag.metadata_digest, tag.closure) == (
        said["Digest"],
        said["Metadata-Digest"],
        said["Closure"],
    )
    assert (first.previous, second.previous) == (None, first.object_id)
    assert [(line.artifact, str(line.version), line.tag_object) for line in second.released] == [
        ("prompt/bye", "1.1.0", ref.object_id)
    ]
    assert past.by_name == {"v1.0.0": first, "v1.1.0": second}


def test_version_that_was_never_made_is_none(timeline: Timeline) -> None:
    assert timeline.past.version("prompt/bye", Version(major=9, minor=0, patch=0)) is None
    assert timeline.past.version("prompt/none", ONE) is None


def test_order_of_tags_does_not_matter(timeline: Timeline) -> None:
    backwards = history(reversed([*timeline.tags.values()]), SETTINGS)

    assert backwards.versions == timeline.past.versions
    assert backwards.releases == timeline.past.releases


@pytest.mark.parametrize(
    ("name", "change", "finding"),
    [
        (
            "prompt/bye@v1.0.0",
            lambda tag: replace(tag, object_type="commit", tag_name=None),
            (
                "REG012 tag-not-annotated refs/tags/prompt/bye@v1.0.0 error: "
                "'prompt/bye@v1.0.0' is not an annotated tag on a commit | "
                "compare with 'git ls-remote --tags'; 'git fetch --tags --force' takes the remote's"
            ),
        ),
        (
            "prompt/bye@v1.0.0",
            lambda tag: replace(tag, commit=None),
            (
                "REG012 tag-not-annotated refs/tags/prompt/bye@v1.0.0 error: "
                "'prompt/bye@v1.0.0' is not an annotated tag on a commit | "
                "compare with 'git ls-remote --tags'; 'git fetch --tags --force' takes the remote's"
            ),
        ),
        (
            "prompt/bye@v1.0.0",
            lambda tag: replace(tag, tag_name="prompt/bye@v1.1.0"),
            (
                "REG013 tag-misnamed refs/tags/prompt/bye@v1.0.0 error: "
                "the tag object at 'prompt/bye@v1.0.0' says it is 'prompt/bye@v1.1.0' | None"
            ),
        ),
        (
            "v1.0.0",
            lambda tag: replace(tag, tag_name="v1.1.0"),
            (
                "REG013 tag-misnamed refs/tags/v1.0.0 error: "
                "the tag object at 'v1.0.0' says it is 'v1.1.0' | None"
            ),
        ),
    ],
)
def test_tampered_tag_is_a_finding_and_no_version(
    name: str, change: Callable[[TagRef], TagRef], finding: str, timeline: Timeline
) -> None:
    timeline.move(change(timeline.tags[name]))

    assert finding in told(timeline.past)
    assert ONE not in [tag.version for tag in timeline.past.versions["prompt/bye"]]


@pytest.mark.parametrize("trailer", ["Digest", "Metadata-Digest", "Closure", "Registry"])
def test_artifact_tag_without_a_trailer_is_malformed(trailer: str, timeline: Timeline) -> None:
    tag = timeline.tags["prompt/bye@v1.0.0"]
    timeline.move(replace(tag, message=with_trailer(tag.message, trailer, None)))

    assert told(timeline.past) == [
        (
            "REG014 tag-malformed refs/tags/prompt/bye@v1.0.0 error: "
            "'prompt/bye@v1.0.0' lacks the trailers of a release | None"
        )
    ]


def test_registry_tag_without_its_lock_is_malformed(timeline: Timeline) -> None:
    tag = timeline.tags["v1.1.0"]
    timeline.move(replace(tag, message=with_trailer(tag.message, "Lock", None)))

    assert told(timeline.past) == [
        (
            "REG015 tag-unconfirmed refs/tags/prompt/bye@v1.1.0 warning: "
            "no registry release names 'prompt/bye@v1.1.0' | None"
        ),
        "REG014 tag-malformed refs/tags/v1.1.0 error: 'v1.1.0' lacks the trailers of a release | None",
    ]


@pytest.mark.parametrize("name", ["prompt/bye@v1.0.0", "v1.0.0"])
def test_tag_of_another_registry_is_misnamed(name: str, timeline: Timeline) -> None:
    timeline.move(
        replace(timeline.tags[name], message=with_trailer(timeline.tags[name].message, "Registry", "other"))
    )

    assert (
        f"REG013 tag-misnamed refs/tags/{name} error: '{name}' belongs to the registry 'other' | None"
        in told(timeline.past)
    )


@pytest.mark.parametrize("version", ["1", "1.0", "01.0.0", "1.0.0+build", "1.0.0-RC", "1.0.0-", "x"])
def test_artifact_tag_without_a_semver_is_malformed(version: str) -> None:
    past = history([foreign(f"prompt/bye@v{version}", "tag")], SETTINGS)

    assert told(past) == [
        (
            f"REG014 tag-malformed refs/tags/prompt/bye@v{version} error: "
            f"'prompt/bye@v{version}' has no version that Semver knows | None"
        )
    ]


def test_unconfirmed_tag_is_told_and_is_no_version(timeline: Timeline) -> None:
    extra = replace(
        timeline.tags["prompt/bye@v1.1.0"], name="prompt/bye@v1.2.0", tag_name="prompt/bye@v1.2.0"
    )
    timeline.tags[extra.name] = extra

    assert told(timeline.past) == [
        (
            "REG015 tag-unconfirmed refs/tags/prompt/bye@v1.2.0 warning: "
            "no registry release names 'prompt/bye@v1.2.0' | None"
        )
    ]
    assert confirmed(timeline.past)["prompt/bye"] == ["1.0.0", "1.1.0"]


def test_tag_made_again_is_told_with_both_ids(timeline: Timeline) -> None:
    original = timeline.tags["prompt/bye@v1.0.0"].object_id
    timeline.move(replace(timeline.tags["prompt/bye@v1.0.0"], object_id="e" * 40))

    assert told(timeline.past) == [
        (
            "REG009 tag-moved refs/tags/prompt/bye@v1.0.0 error: "
            f"'prompt/bye@v1.0.0' is {'e' * 40}, v1.0.0 released {original} | None"
        )
    ]


def test_registry_tag_on_another_commit_confirms_nothing(timeline: Timeline) -> None:
    commit = timeline.tags["v1.1.0"].commit
    timeline.move(replace(timeline.tags["v1.1.0"], commit="e" * 40))

    assert told(timeline.past) == [
        (
            "REG009 tag-moved refs/tags/prompt/bye@v1.1.0 error: "
            f"'prompt/bye@v1.1.0' is on {commit}, v1.1.0 on {'e' * 40} | None"
        )
    ]


@pytest.mark.parametrize(
    "name", ["v1.0", "1.0.0", "release-1.0.0", "prompts/bye@v1.0.0", "environment/production@v1.0.0", "model"]
)
def test_foreign_tags_are_ignored(name: str) -> None:
    past = history([foreign(name)], SETTINGS)

    assert (past.findings, past.foreign, past.releases, past.confirmed) == ((), (), (), ())
    assert past.taken == {name}


@pytest.mark.parametrize("tag", [foreign("v1.0.0"), foreign("v1.0.0", "tag", "First release\n")])
def test_tag_that_only_looks_like_a_release_is_foreign(tag: TagRef) -> None:
    past = history([tag], SETTINGS)

    assert (past.foreign, past.findings, past.releases) == (("v1.0.0",), (), ())


def test_form_of_registry_tags_is_a_setting() -> None:
    settings = replace(SETTINGS, tag="registry-v{version}")
    tags = [foreign("v1.0.0"), foreign("registry-v1.0.0"), foreign("registry-vnext")]

    assert history(tags, settings).foreign == ("registry-v1.0.0",)


def test_lines_that_are_no_released_artifact_are_passed_over(timeline: Timeline) -> None:
    tag = timeline.tags["v1.0.0"]
    wrong = f"prompt/x 1.x {'a' * 40} sha256:{'b' * 64}"
    timeline.move(replace(timeline.tags["v1.0.0"], message=tag.message.replace("\n\n", f"\n\n{wrong}\n", 1)))

    assert [line.artifact for line in timeline.past.releases[0].released] == ["model/small", "prompt/bye"]


def test_baseline_is_the_newest_final_version_that_is_an_ancestor(timeline: Timeline) -> None:
    past = timeline.past
    first, second = (release.commit for release in past.releases)

    def baseline(*commits: str, ids: tuple[str, ...] = ("prompt/bye",)) -> str | None:
        found = past.baseline(ids, frozenset(commits))
        return found.name if found is not None else None

    assert baseline(first, second) == "prompt/bye@v1.1.0"
    assert baseline(first) == "prompt/bye@v1.0.0"
    assert baseline() is None
    assert baseline(first, second, ids=("prompt/new", "model/small")) == "model/small@v1.0.0"
    assert baseline(first, second, ids=("prompt/new",)) is None


def test_newest_release_is_the_newest_final_one_that_is_an_ancestor(timeline: Timeline) -> None:
    past = timeline.past
    first, second = past.releases

    assert past.newest_release(frozenset({first.commit, second.commit})) == second
    assert past.newest_release(frozenset({first.commit})) == first
    assert past.newest_release(frozenset()) is None


def test_pre_release_is_a_version_and_no_baseline(timeline: Timeline) -> None:
    commits = frozenset(timeline.registries)
    tag = timeline.tags["prompt/bye@v1.1.0"]
    pre = replace(tag, name="prompt/bye@v1.2.0-rc.1", tag_name="prompt/bye@v1.2.0-rc.1", object_id="e" * 40)
    release = timeline.tags["v1.1.0"]
    line = f"prompt/bye 1.2.0-rc.1 {'e' * 40} {trailers(tag.message)['Digest']}"
    message = f"shop 1.2.0-rc.1\n\n{line}\n\nRegistry: shop\nLock: sha256:{'0' * 64}\n"
    for made in (
        pre,
        replace(release, name="v1.2.0-rc.1", tag_name="v1.2.0-rc.1", object_id="f" * 40, message=message),
    ):
        timeline.tags[made.name] = made
    past = timeline.past
    baseline, newest = past.baseline(("prompt/bye",), commits), past.newest_release(commits)

    assert told(past) == []
    assert confirmed(past)["prompt/bye"] == ["1.0.0", "1.1.0", "1.2.0-rc.1"]
    assert baseline is not None
    assert newest is not None
    assert (baseline.name, newest.name) == ("prompt/bye@v1.1.0", "v1.1.0")


def test_living_are_the_released_and_not_removed(timeline: Timeline) -> None:
    first, second = (release.commit for release in timeline.past.releases)
    timeline.release({"models/small.yaml": MODEL})
    third = timeline.past.releases[-1].commit

    assert timeline.past.living(frozenset({first})) == {"model/small", "prompt/bye"}
    assert timeline.past.living(frozenset({first, second, third})) == {"model/small"}
    assert timeline.past.living(frozenset()) == frozenset()


def test_an_artifact_has_the_version_of_the_nearest_release_before(timeline: Timeline) -> None:
    timeline.release({"models/small.yaml": MODEL})
    timeline.release(LATER)
    past = timeline.past

    held = [
        (release.name, str(past.held(release, "prompt/bye")), str(past.held(release, "model/small")))
        for release in past.releases
    ]

    assert held == [
        ("v1.0.0", "1.0.0", "1.0.0"),
        ("v1.1.0", "1.1.0", "1.0.0"),
        ("v2.0.0", "None", "1.0.0"),
        ("v2.0.1", "1.1.1", "1.0.0"),
    ]
    assert past.held(past.releases[0], "model/none") is None
    assert past.released == {"model/small", "prompt/bye"}


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("subject\n\nA: 1\nBig-Key: two words\n", {"A": "1", "Big-Key": "two words"}),
        ("A: 1\n", {"A": "1"}),
        ("subject\n\nA: 1\nno trailer\n", {}),
        ("subject\n\nA: 1\n\nlast paragraph\n", {}),
        ("subject\n\nA: 1\n\n\n", {"A": "1"}),
        ("", {}),
    ],
)
def test_trailers_are_the_last_paragraph(message: str, found: Mapping[str, str]) -> None:
    assert trailers(message) == found


def test_tag_name_is_the_one_that_gto_reads() -> None:
    assert tag_name("prompt/support/triage", ONE.bumped(Bump.MINOR)) == "prompt/support/triage@v1.1.0"
