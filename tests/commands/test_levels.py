from pathlib import Path

import pytest

from plmctl.commands.levels import Here, RuleHere, here, rule_here
from plmctl.core.finding import Bump, Level, Rule
from plmctl.core.settings import Override
from tests.commands.ground import folder_at, opened
from tests.git.builder import Folder

CHECK = Rule(code="TPL002", name="unused-input", level=Level.WARNING, meaning="Unused.")
CHANGE = Rule(code="PRM040", name="text-changed", level=Level.WARNING, bump=Bump.MINOR, meaning="Changed.")
DAY = "2026-05-31"
SETTINGS = """\
apiVersion: plmctl/v1
kind: Registry
metadata: {name: shop}
spec:
  rules:
    - {code: TPL002, level: info, reason: inputs are shared}
"""


def override(
    level: Level | None = None,
    *,
    bump: Bump | None = None,
    artifacts: tuple[str, ...] = (),
    until: str | None = None,
    code: str = "TPL002",
) -> Override:
    return Override(code=code, reason="why", level=level, bump=bump, artifacts=artifacts, until=until)


def found(*overrides: Override, today: str | None = DAY) -> RuleHere:
    return rule_here(CHECK, Here(overrides=overrides), today)


def test_a_rule_without_overrides_is_as_it_is() -> None:
    alone = found(override(Level.ERROR, code="TPL001"))
    assert (alone.level, alone.bump, alone.said(), alone.values()) == (Level.WARNING, None, (), [])


def test_the_last_override_that_counts_for_all_is_the_level_here() -> None:
    some = override(Level.OFF, artifacts=("prompt/a/*",))
    several = found(override(Level.ERROR), override(Level.INFO), some)
    assert several.level is Level.INFO
    assert several.said() == ("off for prompt/a/*: why", "info: why", "error: why")


@pytest.mark.parametrize(
    ("today", "level", "said"),
    [
        (None, Level.OFF, "off until 2026-05-31: why"),
        ("2026-05-31", Level.OFF, "off until 2026-05-31: why"),
        ("2026-06-01", Level.WARNING, "off until 2026-05-31 (over): why"),
    ],
)
def test_an_override_ends_after_its_last_day(today: str | None, level: Level, said: str) -> None:
    ending = found(override(Level.OFF, until="2026-05-31"), today=today)
    assert (ending.level, ending.said()) == (level, (said,))


@pytest.mark.parametrize(
    ("overrides", "bump"),
    [
        ((), Bump.MINOR),
        ((override(bump=Bump.MAJOR, code="PRM040"),), Bump.MAJOR),
        ((override(bump=Bump.NONE, code="PRM040"),), Bump.PATCH),
        ((override(bump=Bump.PATCH, artifacts=("prompt/a",), code="PRM040"),), Bump.MINOR),
        ((override(Level.ERROR, code="PRM040"),), Bump.MINOR),
    ],
)
def test_a_bump_is_raised_or_lowered_but_never_below_patch(
    overrides: tuple[Override, ...], bump: Bump
) -> None:
    assert rule_here(CHANGE, Here(overrides=overrides), DAY).bump is bump


def test_a_change_without_a_bump_gets_none() -> None:
    unversioned = Rule(code="ENV010", name="pin-raised", level=Level.INFO, bump=Bump.NONE, meaning="Raised.")
    raised = rule_here(unversioned, Here(overrides=(override(bump=Bump.MAJOR, code="ENV010"),)), DAY)
    assert raised.bump is Bump.NONE


def test_an_override_for_programs_has_all_that_was_written() -> None:
    both = override(Level.ERROR, bump=Bump.MAJOR, artifacts=("prompt/*",), until="2026-01-01", code="PRM040")
    assert rule_here(CHANGE, Here(overrides=(both,)), DAY).values() == [
        {
            "level": "error",
            "bump": "major",
            "artifacts": ["prompt/*"],
            "until": "2026-01-01",
            "reason": "why",
            "isOver": True,
        }
    ]
    assert rule_here(CHANGE, Here(overrides=(both,)), DAY).said() == (
        "error, bump major for prompt/* until 2026-01-01 (over): why",
    )


def test_what_is_released_is_never_overridden() -> None:
    moved = Rule(code="REG009", name="tag-moved", level=Level.ERROR, meaning="Moved.")
    assert rule_here(moved, Here(overrides=(override(Level.OFF, code="REG009"),)), DAY).said() == ()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = folder_at(tmp_path / "shop")
    made.path.mkdir()
    made.git("init", "-q", "-b", "main")
    return made


def around(folder: Folder) -> Here:
    with opened(folder) as repo:
        return here(repo)


def test_outside_of_a_repository_and_of_a_registry_there_is_nothing(folder: Folder) -> None:
    assert here(None) == Here()
    assert around(folder) == Here()


@pytest.mark.parametrize(
    ("profile", "check", "change", "note"),
    [
        ("strict", Level.ERROR, Level.ERROR, ("the profile is 'strict'",)),
        ("default", Level.WARNING, Level.WARNING, ()),
        ("lenient", Level.INFO, Level.INFO, ("the profile is 'lenient'",)),
    ],
)
def test_the_profile_says_the_levels_here(
    folder: Folder, profile: str, check: Level, change: Level, note: tuple[str, ...]
) -> None:
    settings = SETTINGS.partition("  rules:")[0] + f"  profile: {profile}\n"
    (folder.path / "plmctl.yaml").write_text(settings, encoding="utf-8")
    found = around(folder)
    assert [rule_here(rule, found, DAY).level for rule in (CHECK, CHANGE)] == [check, change]
    assert found.notes == note


def test_the_overrides_are_those_of_the_work_tree(folder: Folder) -> None:
    (folder.path / "plmctl.yaml").write_text(SETTINGS, encoding="utf-8")
    expected = Override(code="TPL002", reason="inputs are shared", level=Level.INFO)
    assert around(folder) == Here(overrides=(expected,))


def test_a_broken_plmctl_yaml_is_told_and_hides_no_rule(folder: Folder) -> None:
    (folder.path / "plmctl.yaml").write_text(SETTINGS.replace("name: shop", "name: Shop"), encoding="utf-8")
    (note,) = around(folder).notes
    assert note.startswith("the levels are plmctl's own: metadata.name is 'Shop'")
