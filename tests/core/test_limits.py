from dataclasses import asdict

import pytest

from plmctl.core.finding import UsageError
from plmctl.core.kinds import BUILT_IN
from plmctl.core.limits import LIMITS, NAMES, UTMOST, Ceiling, Limits, user_limits
from plmctl.core.registry import load
from plmctl.core.settings import asked_limits
from plmctl.core.tree import MemoryTree
from plmctl.core.value import Value, as_mapping

SETTINGS = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: acme}\n"
ASKING = f"{SETTINGS}spec: {{limits: {{nodes: 60000, depth: 70}}}}\n"
ASKED = Limits(nodes=60_000, depth=70)


def test_the_limits_are_those_of_hostile_md() -> None:
    assert (LIMITS.file_bytes, LIMITS.depth, LIMITS.nodes) == (1_048_576, 64, 50_000)
    assert (LIMITS.text_bytes, LIMITS.findings) == (262_144, 100)


def test_the_schema_of_plmctl_yaml_has_the_least_and_the_most_of_each() -> None:
    spec = as_mapping(as_mapping(BUILT_IN.bundled("Registry"))["properties"])["spec"]
    limits = as_mapping(as_mapping(as_mapping(spec)["properties"])["limits"])
    bounds: dict[str, list[Value]] = {
        name: [as_mapping(said)[key] for key in ("minimum", "default", "maximum")]
        for name, said in as_mapping(limits["properties"]).items()
    }
    least, most = asdict(LIMITS), asdict(UTMOST)
    assert bounds == {name: [least[field], least[field], most[field]] for name, field in NAMES.items()}


def test_a_user_raises_some_of_them() -> None:
    assert user_limits("") == LIMITS
    assert user_limits(" nodes=60000 , depth=70,") == ASKED
    utmost = ",".join(f"{name}={asdict(UTMOST)[field]}" for name, field in NAMES.items())
    assert user_limits(utmost) == UTMOST


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("nodes", "PLMCTL_LIMITS has 'nodes'"),
        ("nodes=many", "PLMCTL_LIMITS has 'nodes=many'"),
        ("nodes=٦٠٠٠٠", "PLMCTL_LIMITS has 'nodes=٦٠٠٠٠'"),
        ("nodes=" + "9" * 5000, "PLMCTL_LIMITS has 'nodes=9999999999999999999999999999999999'"),
        ("colour=1", "PLMCTL_LIMITS has 'colour=1'"),
        ("\x1b[31m=1", "PLMCTL_LIMITS has '\\x1b[31m=1'"),
        ("nodes=49999", "PLMCTL_LIMITS: nodes is from 50000 to 200000"),
        ("depth=64,nodes=200001", "PLMCTL_LIMITS: nodes is from 50000 to 200000"),
    ],
)
def test_what_says_nothing_is_refused(written: str, told: str) -> None:
    with pytest.raises(UsageError) as refused:
        user_limits(written)
    assert refused.value.message == told
    assert refused.value.hint == (
        "some of these, with commas between: "
        "fileBytes=4194304,depth=128,nodes=200000,textBytes=1048576,findings=1000"
    )


def test_a_tree_has_what_it_asks_for_as_far_as_the_base_says_the_same() -> None:
    assert Ceiling().granted(ASKED) == LIMITS
    assert Ceiling(base=lambda: UTMOST).granted(ASKED) == ASKED
    assert Ceiling(base=lambda: Limits(nodes=55_000)).granted(ASKED) == Limits(nodes=55_000)
    assert Ceiling(base=lambda: UTMOST).granted(LIMITS) == LIMITS


def test_what_the_user_says_holds_for_every_tree() -> None:
    user = Limits(findings=500, depth=80)
    assert Ceiling(user=user).granted(LIMITS) == user
    assert Ceiling(user=user, base=lambda: ASKED).granted(ASKED) == Limits(
        findings=500, depth=80, nodes=60_000
    )


def test_the_base_is_asked_only_for_a_tree_that_asks() -> None:
    asked: list[str] = []

    def base() -> Limits:
        asked.append("base")
        return LIMITS

    assert Ceiling(base=base).granted(LIMITS) == LIMITS
    assert asked == []
    assert Ceiling(base=base).granted(ASKED) == LIMITS
    assert asked == ["base"]


def test_what_is_over_is_named_as_people_write_it() -> None:
    assert ASKED.over(LIMITS) == {"depth": (70, 64), "nodes": (60_000, 50_000)}
    assert LIMITS.over(ASKED) == {}


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        ({"plmctl.yaml": ASKING}, ASKED),
        ({"plmctl.yaml": SETTINGS}, LIMITS),
        ({"plmctl.yaml": ASKING.replace("70", "129")}, LIMITS),
        ({"plmctl.yaml": "["}, LIMITS),
        ({"a/plmctl.yaml": ASKING, "b/plmctl.yaml": ASKING}, LIMITS),
        ({"plmctl.yaml": f"{ASKING}{'#' * 2**20}"}, LIMITS),
        ({}, LIMITS),
    ],
    ids=["asks", "asks for nothing", "asks for too much", "broken", "two", "too large", "none"],
)
def test_what_a_tree_asks_for_is_what_its_sound_settings_say(files: dict[str, str], asked: Limits) -> None:
    assert asked_limits(MemoryTree(files)) == asked


def test_what_was_read_within_other_limits_is_read_again() -> None:
    partial = "apiVersion: plmctl/v1\nkind: Partial\nmetadata: {name: deep}\nspec:\n  content: Be kind.\n"
    files = {"plmctl.yaml": ASKING, "partials/deep.yaml": f"{partial}  x-deep: {'[' * 66}{']' * 66}\n"}
    before = load(MemoryTree(files))
    after = load(MemoryTree(files, ceiling=Ceiling(base=lambda: UTMOST)), before)
    assert [finding.code for finding in before.findings] == ["YML012"]
    assert after.findings == ()
    again = load(MemoryTree(files), after)
    assert [finding.code for finding in again.findings] == ["YML012"]
