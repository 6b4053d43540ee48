from dataclasses import replace

from plmctl.core.finding import Bump, Level, Rule
from plmctl.core.lock import Lock, LockedArtifact, Source
from plmctl.core.move import ArtifactMove, Move, artifact_moves, bringing
from plmctl.core.tag import ArtifactTag, History
from plmctl.core.version import parsed_version

BREAKS = Rule(code="PRM011", name="input-removed", level=Level.ERROR, bump=Bump.MAJOR, meaning="x")
DIFFERS = Rule(code="PRM040", name="text-changed", level=Level.WARNING, bump=Bump.MINOR, meaning="x")
CODES = {"PRM011": (BREAKS,), "PRM040": (DIFFERS,)}


def lock(**versions: str | None) -> Lock:
    entries = {
        f"prompt/{name}": LockedArtifact(
            version=version,
            path="x",
            digest=f"d{version}",
            metadata_digest="m",
            closure="c",
            files={},
            requires=(),
        )
        for name, version in versions.items()
    }
    return Lock(
        registry="shop", git=None, source=Source(release="v1"), root="prompt/a", artifacts=entries, bind={}
    )


def tag(version: str, codes: str) -> ArtifactTag:
    found = parsed_version(version)
    assert found is not None
    return ArtifactTag(
        name=f"prompt/a@v{version}",
        artifact="prompt/a",
        version=found,
        object_id="o",
        commit="c",
        digest="d",
        metadata_digest="m",
        closure="c",
        message=f"a {version}\n\n- x\n\nRegistry: shop\nChanges: {codes}\n",
    )


PAST = History(
    releases=(),
    confirmed=(
        tag("1.0.0", "none"),
        tag("1.1.0", "PRM040"),
        tag("2.0.0", "PRM011 ZZZ001"),
        tag("3.0.0", "PRM040"),
    ),
    foreign=(),
    taken=frozenset(),
    findings=(),
)


def moves(before: Lock | None, after: Lock) -> tuple[ArtifactMove, ...]:
    return tuple(artifact_moves(before, after, PAST, CODES, {}))


def test_a_move_has_what_the_versions_between_changed() -> None:
    assert moves(lock(a="1.0.0", b="1.0.0"), lock(a="2.0.0", b="1.0.0")) == (
        ArtifactMove(artifact="prompt/a", old="1.0.0", new="2.0.0", rules=(BREAKS, DIFFERS)),
    )


def test_what_is_taken_back_breaks_nothing() -> None:
    (back,) = moves(lock(a="2.0.0"), lock(a="1.1.0"))
    assert back == ArtifactMove(artifact="prompt/a", old="2.0.0", new="1.1.0", rules=(BREAKS,), is_back=True)
    assert back.breaking == ()


def test_a_version_that_is_as_the_one_before_changes_nothing() -> None:
    before, after = lock(a="1.1.0"), lock(a="2.0.0")
    same = replace(after.artifacts["prompt/a"], digest=before.artifacts["prompt/a"].digest)
    (move,) = moves(before, replace(after, artifacts={"prompt/a": same}))
    assert move == ArtifactMove(artifact="prompt/a", old="1.1.0", new="2.0.0", rules=())


def test_artifacts_come_along_and_go() -> None:
    assert moves(lock(a="1.0.0"), lock(b="1.0.0")) == (
        ArtifactMove(artifact="prompt/a", old="1.0.0", new=None),
        ArtifactMove(artifact="prompt/b", old=None, new="1.0.0"),
    )
    assert moves(None, lock(a="1.0.0")) == (ArtifactMove(artifact="prompt/a", old=None, new="1.0.0"),)


def test_a_move_counts_what_breaks_and_is_told_to_programs() -> None:
    move = Move(
        environment="environment/prod",
        application="application/desk",
        arm="short",
        old="1.0.0",
        new="2.0.0",
        why="asked",
        release="v2",
        pin=("^1.0", "^2.0"),
        artifacts=moves(lock(a="1.0.0"), lock(a="2.0.0")),
        asked=(("environment/prod", ("ops",)),),
    )
    assert (move.name, move.place, move.breaking) == ("desk.short", "prod", 1)
    assert move.value() == {
        "environment": "environment/prod",
        "application": "application/desk",
        "arm": "short",
        "from": "1.0.0",
        "to": "2.0.0",
        "why": "asked",
        "release": "v2",
        "pin": {"from": "^1.0", "to": "^2.0"},
        "breaking": 1,
        "artifacts": [
            {
                "artifact": "prompt/a",
                "from": "1.0.0",
                "to": "2.0.0",
                "changes": ["PRM011", "PRM040"],
                "breaking": ["PRM011"],
                "back": False,
            }
        ],
        "owners": [{"artifact": "environment/prod", "owners": ["ops"]}],
    }


def test_the_command_that_brings_a_version_names_the_arm_that_gets_it() -> None:
    assert bringing("application/support", "1.2.0", "production") == (
        "plmctl promote support@1.2.0 --to production"
    )
    assert bringing("support", "1.2.0", "production", "blue") == (
        "plmctl promote support@1.2.0 --to production --arm blue"
    )
