import pytest

from plmctl.core.edit import Draft
from plmctl.core.kinds import BUILT_IN
from plmctl.core.pinning import laid_out, range_with, with_hold, with_pin, without_hold
from plmctl.core.version import parsed_version

HEAD = "apiVersion: plmctl/v1\nkind: Environment\nmetadata:\n  name: prod\nspec:\n"
PINS = "  pins:\n    # Why.\n    desk: ^1.0\n"
SCHEMA = BUILT_IN.schema_of("Environment")


def draft(spec: str) -> Draft:
    found = Draft.of("prod.yaml", f"{HEAD}{spec}".encode())
    assert isinstance(found, Draft)
    return found


def spec(edited: Draft) -> str:
    return edited.text.removeprefix(HEAD)


@pytest.mark.parametrize(
    ("written", "version", "becomes"),
    [
        ("^1.0", "1.9.0", "^1.0"),
        ("^1.0", "2.3.4", "^2.3"),
        ("^1", "2.3.4", "^2"),
        ("~ 1.2.0", "2.3.4", "~2.3.4"),
        ("1.0.0", "2.3.4", "2.3.4"),
        (">=1.0, <2", "2.3.4", "2.3.4"),
        ("^1.0", "2.0.0-rc.1", "^2.0.0-rc.1"),
        ("^1.0", "1.3.0-rc.1", "^1.3.0-rc.1"),
        ("~1", "2.0.0-rc.1", "~2.0.0-rc.1"),
        ("^2.0.0-rc.1", "2.0.0-rc.2", "^2.0.0-rc.1"),
        ("^2.0.0-rc.1", "2.0.0", "^2.0.0-rc.1"),
        ("^2.0.0-rc.1", "2.1.0-rc.1", "^2.1.0-rc.1"),
        ("^2.0.0-rc.1", "3.1.2", "^3.1.2"),
        ("1.0.0", "2.0.0-rc.1", "2.0.0-rc.1"),
        (">=1.0", "2.0.0-rc.1", "2.0.0-rc.1"),
        ("nonsense", "2.0.0", "2.0.0"),
    ],
)
def test_a_range_keeps_its_form(written: str, version: str, becomes: str) -> None:
    found = parsed_version(version)
    assert found is not None
    assert range_with(written, found) == becomes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PINS, f"{PINS}    kiosk: 1.0.0\n"),
        ("  pins: {}\n", "  pins: {kiosk: 1.0.0}\n"),
        ("  pins: {desk: ^1.0} # all\n", "  pins: {desk: ^1.0, kiosk: 1.0.0} # all\n"),
    ],
)
def test_a_pin_is_added_behind_the_others(before: str, after: str) -> None:
    assert spec(with_pin(draft(before), "kiosk", "1.0.0")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PINS, f"{PINS}  hold: {{desk: {{reason: wrong}}}}\n"),
        (f"{PINS}  hold: {{}}\n", f"{PINS}  hold: {{desk: {{reason: wrong}}}}\n"),
        (
            f"{PINS}  hold:\n    kiosk:\n      reason: x # y\n  after: test\n",
            f"{PINS}  hold:\n    kiosk:\n      reason: x # y\n    desk: {{reason: wrong}}\n  after: test\n",
        ),
        (f"{PINS}  hold: {{desk: {{reason: x}}}}\n", f"{PINS}  hold: {{desk: {{reason: wrong}}}}\n"),
    ],
)
def test_a_hold_is_set_over_the_one_that_is_there(before: str, after: str) -> None:
    assert spec(with_hold(draft(before), "desk", "wrong", None)) == after


def test_a_hold_may_have_a_last_day() -> None:
    assert spec(with_hold(draft(PINS), "desk", "wrong", "2026-12-31")) == (
        f'{PINS}  hold: {{desk: {{reason: wrong, until: "2026-12-31"}}}}\n'
    )


def test_a_mapping_can_lose_its_only_key() -> None:
    assert spec(draft("  pins: {desk: ^1.0}\n").without_field(("spec", "pins", "desk"))) == "  pins: {}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PINS, PINS),
        (f"{PINS}  hold: {{desk: {{reason: x}}}} # y\n", PINS),
        (
            f"{PINS}  hold: {{desk: {{reason: x}}, kiosk: {{reason: y}}}}\n",
            f"{PINS}  hold: {{kiosk: {{reason: y}}}}\n",
        ),
        (
            f"{PINS}  hold: {{kiosk: {{reason: y}}, desk: {{reason: x}}}}\n",
            f"{PINS}  hold: {{kiosk: {{reason: y}}}}\n",
        ),
        (
            f"{PINS}  hold:\n    desk:\n      reason: |\n        # x\n\n    # N\n    kiosk: {{reason: y}}\n",
            f"{PINS}  hold:\n\n    # N\n    kiosk: {{reason: y}}\n",
        ),
        (
            f"{PINS}  hold:\n    desk:\n      x-who:\n        - me\n    # z\n    kiosk: {{reason: y}}\n",
            f"{PINS}  hold:\n    # z\n    kiosk: {{reason: y}}\n",
        ),
        (
            f"{PINS}  hold:\n    desk:\n      reason: |\n        x\n        # y\n    kiosk: {{reason: y}}\n",
            f"{PINS}  hold:\n    kiosk: {{reason: y}}\n",
        ),
    ],
)
def test_a_lifted_hold_leaves_the_others(before: str, after: str) -> None:
    assert spec(without_hold(draft(before), "desk")) == after


def test_what_was_laid_out_stays_so_and_what_was_not_stays_as_it_is_written() -> None:
    tidy, loose = draft(PINS), draft(PINS.replace("desk: ^1.0", "desk:   ^1.0"))
    long = "a reason that goes on and on, " * 4
    for before in (tidy, loose):
        after = with_hold(before, "desk", long, "2026-12-31")
        is_tidy = before is tidy
        assert (laid_out(before, after, SCHEMA) == after.data) is not is_tidy
    assert (
        laid_out(tidy, with_hold(tidy, "desk", long, None), SCHEMA)
        .decode()
        .endswith(f'  hold:\n    desk:\n      reason: "{long}"\n')
    )
