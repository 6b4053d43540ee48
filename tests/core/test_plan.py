from collections.abc import Mapping

import pytest

from plmctl.core.canonical import sha256_of
from plmctl.core.finding import Bump
from plmctl.core.phrase import one_line
from plmctl.core.plan import artifact_tag, commit_message, registry_tag
from plmctl.core.trailer import trailers
from tests.commands.builder import APPLICATION, BYE, LARGE, MODEL
from tests.commands.timeline import Timeline, versions

GREET = """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {name: greet}
spec:
  model: small
  messages:
    - {role: user, content: "Greet."}
"""
EXPERIMENTAL = GREET.replace("{name: greet}", "{name: greet, stability: experimental}")
BEGIN: Mapping[str, str] = {
    "models/small.yaml": MODEL,
    "prompts/greet.yaml": GREET,
    "prompts/bye.yaml": BYE,
    "applications/desk.yaml": APPLICATION,
}
BEHAVES = {"prompts/greet.yaml": GREET.replace("Greet.", "Greet warmly.")}
BREAKS = {"prompts/greet.yaml": GREET.replace("Greet.", "Greet {{name}}.")}
REPRICED = {"models/small.yaml": MODEL + "  pricing: {inputPerMTok: 1, outputPerMTok: 2, currency: USD}\n"}
NEWER = {"models/small.yaml": MODEL.replace("2024-07-18", "2025-01-31")}
TITLED = {"prompts/greet.yaml": GREET.replace("{name: greet}", "{name: greet, title: Greeting}")}


def begun(files: Mapping[str, str] = BEGIN) -> Timeline:
    """A registry that was released once."""
    timeline = Timeline()
    timeline.release(files)
    return timeline


def without(path: str) -> dict[str, str]:
    """The files of the beginning but one."""
    return {name: text for name, text in BEGIN.items() if name != path}


def test_first_release_is_1_0_0_of_everything() -> None:
    made = Timeline().planned(BEGIN)

    assert versions(made) == [
        "application/desk 1.0.0 minor",
        "model/small 1.0.0 minor",
        "prompt/bye 1.0.0 minor",
        "prompt/greet 1.0.0 minor",
    ]
    assert (made.tag, made.previous, made.removed, made.kept) == ("v1.0.0", None, (), 0)
    assert {name: entry.version for name, entry in made.lock.artifacts.items()} == {
        "application/desk": "1.0.0",
        "model/small": "1.0.0",
        "prompt/bye": "1.0.0",
        "prompt/greet": "1.0.0",
    }


def test_first_release_of_what_is_experimental_is_0_1_0() -> None:
    made = Timeline().planned({**BEGIN, "prompts/greet.yaml": EXPERIMENTAL})

    assert "prompt/greet 0.1.0 minor" in versions(made)
    assert made.tag == "v1.0.0"


@pytest.mark.parametrize("files", [BEGIN, {**BEGIN, "prompts/greet.yaml": EXPERIMENTAL}])
def test_first_release_raised_to_major_is_1_0_0(files: Mapping[str, str]) -> None:
    made = Timeline().planned(files, {"prompt/greet": Bump.MAJOR})

    assert "prompt/greet 1.0.0 major" in versions(made)


def test_nothing_changed_is_an_empty_plan() -> None:
    made = begun().planned(BEGIN)

    assert (made.planned, made.removed, made.is_empty, made.kept) == ((), (), True, 4)


@pytest.mark.parametrize(
    ("changed", "told", "tag"),
    [
        (BREAKS, ["application/desk 2.0.0 major", "prompt/greet 2.0.0 major"], "v2.0.0"),
        (BEHAVES, ["application/desk 1.1.0 minor", "prompt/greet 1.1.0 minor"], "v1.1.0"),
        (NEWER, ["application/desk 1.1.0 minor", "model/small 1.1.0 minor"], "v1.1.0"),
        (REPRICED, ["model/small 1.0.1 patch"], "v1.0.1"),
        (TITLED, ["prompt/greet 1.0.1 patch"], "v1.0.1"),
    ],
    ids=["breaking", "behavioural", "dependency", "safe", "metadata"],
)
def test_bump_is_the_largest_of_the_changes(changed: dict[str, str], told: list[str], tag: str) -> None:
    made = begun().planned({**BEGIN, **changed})

    assert (versions(made), made.tag) == (told, tag)


def test_unchanged_artifact_keeps_its_version_and_has_another_closure() -> None:
    before = Timeline().planned(BEGIN).lock.artifacts["prompt/bye"]
    after = begun().planned({**BEGIN, **NEWER}).lock.artifacts["prompt/bye"]

    assert (after.version, after.digest) == (before.version, before.digest)
    assert after.closure != before.closure


def test_new_artifact_is_a_minor_release() -> None:
    made = begun().planned({**BEGIN, "models/large.yaml": LARGE})

    assert (versions(made), made.tag) == (["model/large 1.0.0 minor"], "v1.1.0")


def test_what_breaks_an_experimental_artifact_is_minor() -> None:
    timeline = begun({**BEGIN, "prompts/greet.yaml": EXPERIMENTAL})
    broken = EXPERIMENTAL.replace("Greet.", "Greet {{name}}.")

    made = timeline.planned({**BEGIN, "prompts/greet.yaml": broken})

    assert "prompt/greet 0.2.0 major" in versions(made)


def test_registry_is_not_major_for_what_is_experimental() -> None:
    files = {"models/small.yaml": MODEL, "prompts/greet.yaml": EXPERIMENTAL}

    made = begun(files).planned(
        {**files, "prompts/greet.yaml": EXPERIMENTAL.replace("Greet.", "Greet {{name}}.")}
    )

    assert (versions(made), made.tag) == (["prompt/greet 0.2.0 major"], "v1.1.0")


@pytest.mark.parametrize("raised", [{}, {"prompt/greet": Bump.MAJOR}])
def test_leaving_the_experiment_releases_1_0_0(raised: dict[str, Bump]) -> None:
    files = {**BEGIN, "prompts/greet.yaml": EXPERIMENTAL}

    made = begun(files).planned(BEGIN, raised)

    assert [line for line in versions(made) if line.startswith("prompt/")] == [
        f"prompt/greet 1.0.0 {'major' if raised else 'patch'}"
    ]


def test_major_asked_for_ends_the_zero_versions() -> None:
    files = {**BEGIN, "prompts/greet.yaml": EXPERIMENTAL}
    changed = {**BEGIN, "prompts/greet.yaml": EXPERIMENTAL.replace("Greet.", "Hail.")}

    made = begun(files).planned(changed, {"prompt/greet": Bump.MAJOR})

    assert "prompt/greet 1.0.0 major" in versions(made)


def test_bump_may_be_raised() -> None:
    made = begun().planned({**BEGIN, **TITLED}, {"prompt/greet": Bump.MAJOR})

    assert (versions(made), made.tag) == (["prompt/greet 2.0.0 major"], "v2.0.0")


def test_bump_is_never_lowered() -> None:
    made = begun().planned({**BEGIN, **BREAKS}, {"prompt/greet": Bump.PATCH})

    assert "prompt/greet 2.0.0 major" in versions(made)


def test_removal_is_released_once_and_is_major() -> None:
    timeline = begun()

    made = timeline.release(without("prompts/bye.yaml"))

    assert (versions(made), made.removed, made.tag) == ([], ("prompt/bye",), "v2.0.0")
    assert [judgement.code for judgement in made.removals] == ["PRM001"]
    assert "prompt/bye" not in made.lock.artifacts
    assert timeline.planned(without("prompts/bye.yaml")).is_empty


def test_removal_is_major_after_a_release_of_others_too() -> None:
    timeline = begun()
    gone = without("prompts/bye.yaml")
    timeline.release({**gone, **BEHAVES}, selected=["prompt/greet"])

    made = timeline.planned({**gone, **BEHAVES})

    assert (made.removed, [judgement.code for judgement in made.removals]) == (("prompt/bye",), ["PRM001"])
    assert made.tag == "v2.0.0"


def test_removed_name_that_comes_back_continues_its_numbers() -> None:
    timeline = begun()
    timeline.release(without("prompts/bye.yaml"))

    made = timeline.release({**BEGIN, "prompts/bye.yaml": BYE.replace("goodbye", "farewell")})

    assert versions(made) == ["prompt/bye 1.1.0 minor"]
    assert timeline.past.living(frozenset(timeline.registries)) >= {"prompt/bye"}


def test_removed_artifact_that_comes_back_as_it_was_is_released_again() -> None:
    # Or the newest release would go on saying that it is removed.
    timeline = begun()
    timeline.release(without("prompts/bye.yaml"))

    assert [f"{p.artifact} {p.version}" for p in timeline.planned(BEGIN).planned] == ["prompt/bye 1.0.1"]


def test_new_name_continues_the_numbers_of_the_old_one() -> None:
    timeline = begun()
    timeline.release({**BEGIN, **BEHAVES})
    renamed = BEHAVES["prompts/greet.yaml"].replace("{name: greet}", "{name: hail, formerly: [greet]}")
    files = {
        **without("prompts/greet.yaml"),
        "prompts/hail.yaml": renamed,
        "applications/desk.yaml": APPLICATION.replace("prompt/greet", "prompt/hail"),
    }

    made = timeline.release(files)

    assert "prompt/hail 1.2.0 minor" in versions(made)
    assert made.removed == ()
    assert made.tag == "v1.2.0"
    hail = next(planned for planned in made.planned if planned.artifact == "prompt/hail")
    assert trailers(artifact_tag(hail, "shop").message)["Previous"] == "prompt/greet@v1.1.0"
    assert timeline.planned(files).is_empty


def test_selected_artifacts_alone_get_versions_and_others_stand_without_one() -> None:
    files = {**BEGIN, **BEHAVES, "prompts/bye.yaml": BYE.replace("goodbye", "farewell")}

    made = begun().planned(files, selected={"prompt/bye", "model/small"})

    assert versions(made) == ["prompt/bye 1.1.0 minor"]
    assert {name: entry.version for name, entry in made.lock.artifacts.items()} == {
        "application/desk": None,
        "model/small": "1.0.0",
        "prompt/bye": "1.1.0",
        "prompt/greet": None,
    }


def test_selection_removes_nothing() -> None:
    assert begun().planned(without("prompts/bye.yaml"), selected={"prompt/greet"}).is_empty


def test_changes_are_judged_since_each_artifacts_own_baseline() -> None:
    timeline = begun()
    timeline.release({**BEGIN, **BREAKS, **REPRICED}, selected={"model/small"})

    made = timeline.planned({**BEGIN, **BREAKS, **REPRICED})

    assert versions(made) == ["application/desk 2.0.0 major", "prompt/greet 2.0.0 major"]


def test_artifact_tag_says_what_changed_and_its_identity() -> None:
    made = begun().planned({**BEGIN, **BEHAVES})
    planned = made.planned[1]

    tag = artifact_tag(planned, "shop")

    assert tag.name == "prompt/greet@v1.1.0"
    assert tag.message == (
        "prompt/greet 1.1.0\n\n"
        "### Behavioural\n\n"
        "- PRM040 text-changed: the text of message 1 changed\n\n"
        "Registry: shop\n"
        f"Digest: {planned.identity.digest}\n"
        f"Metadata-Digest: {planned.identity.metadata_digest}\n"
        f"Closure: {planned.closure}\n"
        "Bump: minor\n"
        "Changes: PRM040\n"
        "Previous: prompt/greet@v1.0.0\n"
    )


def test_first_tag_of_an_artifact_says_so() -> None:
    tag = artifact_tag(Timeline().planned(BEGIN).planned[1], "shop")

    assert tag.message.startswith("model/small 1.0.0\n\n- First release.\n\nRegistry: shop\n")
    assert trailers(tag.message).keys() == {
        "Registry",
        "Digest",
        "Metadata-Digest",
        "Closure",
        "Bump",
        "Changes",
    }
    assert trailers(tag.message)["Changes"] == "none"


def test_registry_tag_names_every_tag_object_and_what_was_removed() -> None:
    timeline = begun()
    made = timeline.planned({**without("prompts/bye.yaml"), **TITLED})

    tag = registry_tag(made, {"prompt/greet@v1.0.1": "a" * 40}, "word")

    digest = made.planned[0].identity.digest
    assert tag.name == "v2.0.0"
    assert tag.message == (
        "shop 2.0.0\n\n"
        f"prompt/greet 1.0.1 {'a' * 40} {digest}\n"
        "removed: prompt/bye\n\n"
        "Registry: shop\n"
        f"Lock: {sha256_of(made.lock_bytes)}\n"
        f"Previous: {timeline.tags['v1.0.0'].object_id}\n"
        "Run: word\n"
    )


def test_commit_message_lists_the_versions() -> None:
    made = begun().planned({**without("prompts/bye.yaml"), **TITLED})

    assert commit_message(made) == "Release v2.0.0\n\nprompt/greet 1.0.1\nremoved: prompt/bye\n"


def test_text_of_a_manifest_is_no_line_of_its_own() -> None:
    assert one_line("a\nDigest: b\x1b[0m\u2028é") == "a\\nDigest: b\\x1b[0m\\u2028é"
