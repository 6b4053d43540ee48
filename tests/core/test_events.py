import pytest

from plmctl.core.events import Scene
from tests.core.pasts import PastFiles, lock_text, manifest_text

LOCK = "environments/production/desk.lock"
ARM = "environments/production/desk.b.lock"
MANIFEST = "environments/production.yaml"


def test_up_is_a_promotion_and_down_to_what_was_here_a_rollback() -> None:
    past = PastFiles()
    for version in ("1.0.0", "1.1.0", "1.3.0", "1.1.0", "1.3.0"):
        past.commit({LOCK: lock_text(version)})
    assert past.told() == [
        "desk added none -> 1.0.0",
        "desk promotion 1.0.0 -> 1.1.0",
        "desk promotion 1.1.0 -> 1.3.0",
        "desk rollback 1.3.0 -> 1.1.0",
        "desk promotion 1.1.0 -> 1.3.0",
    ]
    assert [event.restores for event in past.events()] == [None, None, None, "c1", "c2"]


def test_down_to_what_was_never_here_is_a_downgrade() -> None:
    past = PastFiles()
    past.commit({LOCK: lock_text("1.2.0")})
    past.commit({LOCK: lock_text("1.1.9")})
    assert past.told()[1] == "desk downgrade 1.2.0 -> 1.1.9"


def test_a_message_that_lies_changes_nothing() -> None:
    past = PastFiles()
    past.commit({LOCK: lock_text("1.0.0")})
    past.commit({LOCK: lock_text("1.1.0")}, 'Revert "promote desk"')
    assert past.told()[1] == "desk promotion 1.0.0 -> 1.1.0"


def test_versions_that_are_none_are_taken_for_newer_ones() -> None:
    past = PastFiles()
    past.commit({LOCK: lock_text("1.0.0")})
    past.commit({LOCK: lock_text("one")})
    past.commit({LOCK: lock_text("1.0.0")})
    assert past.told()[1:] == ["desk promotion 1.0.0 -> one", "desk promotion one -> 1.0.0"]


def test_the_same_version_is_a_new_lock_a_pin_or_a_replacement() -> None:
    past = PastFiles()
    past.commit({LOCK: lock_text("1.0.0")})
    past.commit({LOCK: lock_text("1.0.0", release="v1.1.0")})
    past.commit({LOCK: lock_text("1.0.0", release="v1.1.0", want="^1.1")})
    past.commit({LOCK: lock_text("1.0.0", release="v1.1.0", want="^1.1", bind={"model/a": "model/b"})})
    past.commit({LOCK: lock_text("1.0.0", release="v1.1.0", want="^1.1", bind={"model/a": "model/c"})})
    past.commit({LOCK: lock_text("1.0.0", release="v1.1.0", want="^1.1")})
    past.commit({LOCK: lock_text("1.0.0", release="v1.1.0", want="^1.1") + "\n"})
    past.commit({LOCK: lock_text("1.1.0", release="v1.1.0", want="^1.1", bind={"model/a": "model/b"})})
    assert past.told() == [
        "desk added none -> 1.0.0",
        "desk lock made anew 1.0.0: v1.0.0 -> v1.1.0",
        "desk pin 1.0.0",
        "desk bind 1.0.0: model/a replaced by model/b",
        "desk bind 1.0.0: model/a replaced by model/c",
        "desk bind 1.0.0: model/a no longer replaced",
        "desk lock made anew 1.0.0: at the same release",
        "desk promotion 1.0.0 -> 1.1.0: model/a replaced by model/b",
    ]


def test_another_night_of_the_same_version_is_data() -> None:
    past = PastFiles()
    faq = ("f" * 32, 1)
    past.commit({LOCK: lock_text("1.0.0")})
    past.commit({LOCK: lock_text("1.0.0", data={"dataset/faq": faq, "dataset/kb": ("a" * 32, 3)})})
    past.commit({LOCK: lock_text("1.0.0", data={"dataset/faq": faq, "dataset/kb": ("b" * 32, 4)})})
    past.commit({LOCK: lock_text("1.0.0", data={"dataset/faq": faq})})
    past.commit({LOCK: lock_text("1.1.0", data={"dataset/faq": ("a" * 32, None)})})
    assert past.told()[1:] == [
        "desk data 1.0.0: dataset/faq: 1 file, md5 ffffffffffff; dataset/kb: 3 files, md5 aaaaaaaaaaaa",
        "desk data 1.0.0: dataset/kb: 4 files, md5 bbbbbbbbbbbb",
        "desk data 1.0.0",
        "desk promotion 1.0.0 -> 1.1.0",
    ]


def test_a_lock_that_goes_and_comes_back_is_removed_and_added() -> None:
    past = PastFiles()
    past.commit({LOCK: lock_text("1.0.0")})
    past.commit({LOCK: None})
    past.commit({LOCK: lock_text("1.0.0")})
    assert past.told()[1:] == ["desk removed 1.0.0 -> none", "desk added none -> 1.0.0"]
    assert past.events()[-1].restores == "c0"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<<<<<<< HEAD\n", "it has conflict markers"),
        ("{}", "it is no lock that plmctl wrote"),
        ("large", "it is too large to be a lock"),
    ],
)
def test_a_broken_lock_is_told_and_the_next_is_compared_with_the_last_good_one(text: str, why: str) -> None:
    past = PastFiles()
    past.commit({LOCK: lock_text("1.0.0")})
    past.commit({LOCK: text})
    past.commit({LOCK: lock_text("1.1.0")})
    assert past.told()[1:] == [f"desk broken 1.0.0: {why}", "desk promotion 1.0.0 -> 1.1.0"]


def test_a_first_lock_that_is_broken_is_added_when_it_is_mended() -> None:
    past = PastFiles()
    past.commit({LOCK: "{}"})
    past.commit({LOCK: lock_text("1.1.0")})
    assert past.told() == [
        "desk broken -: it is no lock that plmctl wrote",
        "desk added none -> 1.1.0",
    ]


def test_an_arm_has_a_past_of_its_own() -> None:
    past = PastFiles()
    past.commit({LOCK: lock_text("1.0.0"), ARM: lock_text("1.1.0"), MANIFEST: manifest_text()})
    past.commit({MANIFEST: manifest_text("arms: {desk: [{name: b, version: 1.2.0}]}")})
    past.commit({ARM: lock_text("1.2.0")})
    past.commit({ARM: None, MANIFEST: manifest_text()})
    assert past.told() == [
        "desk.b added none -> 1.1.0",
        "desk added none -> 1.0.0: pin none -> ^1.0",
        "- added -: the environment",
        "desk.b pin 1.1.0: pin none -> 1.2.0",
        "desk.b promotion 1.1.0 -> 1.2.0",
        "desk.b removed 1.2.0 -> none: pin 1.2.0 -> none",
    ]


def test_an_application_is_followed_through_its_names() -> None:
    past = PastFiles(former={"application/helpdesk": "application/desk"})
    old = "environments/production/helpdesk.lock"
    past.commit({old: lock_text("1.0.0", root="application/helpdesk")})
    past.commit({LOCK: lock_text("1.1.0"), old: None})
    past.commit({LOCK: None, old: lock_text("1.0.0", root="application/helpdesk")})
    assert past.told() == [
        "desk added none -> 1.0.0",
        "desk promotion 1.0.0 -> 1.1.0",
        "desk rollback 1.1.0 -> 1.0.0",
    ]


def test_a_lock_that_only_moves_is_no_event() -> None:
    past = PastFiles(former={"application/helpdesk": "application/desk"})
    old = "environments/production/helpdesk.lock"
    past.commit({old: lock_text("1.0.0")})
    past.commit({LOCK: lock_text("1.0.0"), old: None})
    assert past.told() == ["desk added none -> 1.0.0"]


def test_the_pin_and_the_hold_stand_beside_the_version_that_they_came_with() -> None:
    past = PastFiles()
    past.commit({LOCK: lock_text("1.1.0"), MANIFEST: manifest_text()})
    past.commit(
        {
            LOCK: lock_text("1.0.0"),
            MANIFEST: manifest_text("hold: {desk: {reason: wrong answers}}", pin="1.0.0"),
        }
    )
    assert past.told()[2:] == ["desk downgrade 1.1.0 -> 1.0.0: pin ^1.0 -> 1.0.0; on hold: wrong answers"]


def test_a_manifest_alone_changes_pin_hold_replacements_and_order() -> None:
    past = PastFiles()
    past.commit({MANIFEST: manifest_text()})
    past.commit({LOCK: lock_text("1.0.0")})
    past.commit({MANIFEST: manifest_text(pin="^1.1")})
    past.commit({MANIFEST: manifest_text("hold: {desk: {reason: wait}}", pin="^1.1")})
    past.commit({MANIFEST: manifest_text("hold: {desk: {reason: wait on}}", pin="^1.1")})
    past.commit({MANIFEST: manifest_text(pin="^1.1")})
    past.commit({MANIFEST: manifest_text("bind: {model/a: model/b}", "after: staging", pin="^1.1")})
    past.commit({MANIFEST: manifest_text("hold: {other: {reason: no}}", pin="^1.1")})
    past.commit({MANIFEST: None})
    assert past.told() == [
        "- added -: the environment",
        "desk added none -> 1.0.0",
        "desk pin 1.0.0: pin ^1.0 -> ^1.1",
        "desk hold 1.0.0: on hold: wait",
        "desk hold 1.0.0: on hold: wait on",
        "desk hold lifted 1.0.0: hold lifted",
        "- bind -: model/a replaced by model/b",
        "- order -: after none -> staging",
        "other hold -: on hold: no",
        "- bind -: model/a no longer replaced",
        "- order -: after staging -> none",
        "- removed -: the environment",
    ]


def test_a_replacement_that_a_lock_has_is_told_once() -> None:
    past = PastFiles()
    bind = {"model/a": "model/b"}
    past.commit({LOCK: lock_text("1.0.0"), MANIFEST: manifest_text()})
    past.commit({LOCK: lock_text("1.0.0", bind=bind), MANIFEST: manifest_text("bind: {model/a: model/b}")})
    assert past.told()[2:] == ["desk bind 1.0.0: model/a replaced by model/b"]


def test_a_manifest_that_moves_or_breaks_is_still_the_manifest() -> None:
    past = PastFiles()
    moved = "environments/live/production.yml"
    past.commit({MANIFEST: manifest_text()})
    past.commit({MANIFEST: None, moved: manifest_text()})
    past.commit({moved: "kind: ["})
    past.commit({moved: manifest_text(pin="2.0.0"), "environments/other.yaml": "kind: Model"})
    past.commit({moved: "kind: Model\n", "environments/strange.yaml": "kind: ["})
    assert past.told() == [
        "- added -: the environment",
        "- broken -: environments/live/production.yml: it cannot be read",
        "desk pin -: pin ^1.0 -> 2.0.0",
        "- removed -: the environment",
    ]


def test_other_environments_and_files_are_not_looked_at() -> None:
    past = PastFiles()
    past.commit({"environments/production2/desk.lock": lock_text("1.0.0"), "plm.lock": "{}"})
    past.commit({"environments/production/README.md": "x"})
    assert past.told() == []
    scene = Scene(environment="production", folder="environments/production", former={})
    assert scene.seat("environments/production/team/desk.b.lock") == ("application/team/desk", "b")
