import pytest

from tests.hooks.hooked import FILES, Hooked

# One worker makes the environment of the hooks, once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hooks")]

GREET = "prompts/greet.yaml"
GOOD = FILES[GREET].replace("Greet", "Welcome")
BAD = FILES[GREET].replace("model: small", "model: smal")
BOTH_PASSED = {"plmctl validate": "Passed", "plmctl check": "Passed"}
BOTH_FAILED = {"plmctl validate": "Failed", "plmctl check": "Failed"}
PLACE = "--> prompts/greet.yaml:5:10"


def test_a_good_commit_passes(registry: Hooked) -> None:
    registry.stage({GREET: GOOD, "ci.yml": "jobs: [validate, test]\n", "charts/values.yaml": "{{ broken\n"})
    attempt = registry.commit()
    assert (attempt.code, attempt.hooks) == (0, BOTH_PASSED), attempt.output
    assert registry.committed(GREET) == GOOD


def test_a_bad_manifest_fails_with_its_file_and_line(registry: Hooked) -> None:
    registry.stage({GREET: BAD})
    attempt = registry.commit()
    assert (attempt.code, attempt.hooks) == (1, BOTH_FAILED), attempt.output
    assert PLACE in attempt.output
    assert "5 |   model: smal" in attempt.output
    assert registry.committed(GREET) == FILES[GREET]


def test_a_file_that_is_no_yaml_fails_with_its_line(registry: Hooked) -> None:
    registry.stage({"prompts/new.yaml": "apiVersion: plmctl/v1\nkind: [Prompt\n"})
    attempt = registry.commit()
    assert (attempt.code, attempt.hooks) == (1, BOTH_FAILED), attempt.output
    assert "--> prompts/new.yaml:3:1" in attempt.output


def test_a_commit_that_touches_no_yaml_is_checked_too(registry: Hooked) -> None:
    registry.stage({"notes.md": "Nothing.\n"})
    attempt = registry.commit()
    assert (attempt.code, attempt.hooks) == (
        0,
        {"plmctl validate": "Skipped", "plmctl check": "Passed"},
    ), attempt.output


@pytest.mark.parametrize(
    ("deleted", "place"),
    [("partials/tone.yaml", "--> prompts/greet.yaml:8:16"), ("models/small.yaml", PLACE)],
)
def test_a_commit_that_only_deletes_what_is_referenced_fails(
    deleted: str, place: str, registry: Hooked
) -> None:
    registry.folder.git("rm", "-q", deleted)
    attempt = registry.commit()
    assert (attempt.code, attempt.hooks) == (
        1,
        {"plmctl validate": "Skipped", "plmctl check": "Failed"},
    ), attempt.output
    assert place in attempt.output


def test_commit_all_validates_the_new_content(registry: Hooked) -> None:
    registry.folder.write(GREET, BAD)
    attempt = registry.commit("-a")
    assert (attempt.code, attempt.hooks) == (1, BOTH_FAILED), attempt.output
    assert PLACE in attempt.output
    registry.folder.write(GREET, GOOD)
    attempt = registry.commit("-a")
    assert (attempt.code, attempt.hooks) == (0, BOTH_PASSED), attempt.output
    assert registry.committed(GREET) == GOOD


def test_commit_only_validates_that_file_and_not_what_else_is_staged(registry: Hooked) -> None:
    registry.stage({"prompts/other.yaml": "apiVersion: plmctl/v1\nkind: [Prompt\n"})
    registry.folder.write(GREET, BAD)
    attempt = registry.commit("--only", GREET)
    assert (attempt.code, attempt.hooks) == (1, BOTH_FAILED), attempt.output
    assert PLACE in attempt.output
    assert "prompts/other.yaml" not in attempt.output
    registry.folder.write(GREET, GOOD)
    attempt = registry.commit("--only", GREET)
    assert (attempt.code, attempt.hooks) == (0, BOTH_PASSED), attempt.output
    assert registry.committed(GREET) == GOOD


def test_what_is_staged_counts_where_the_work_tree_is_bad(registry: Hooked) -> None:
    registry.stage({GREET: GOOD})
    registry.folder.write(GREET, BAD)
    attempt = registry.commit()
    assert (attempt.code, attempt.hooks) == (0, BOTH_PASSED), attempt.output
    assert (registry.committed(GREET), (registry.folder.path / GREET).read_text()) == (GOOD, BAD)


def test_what_is_staged_counts_where_the_work_tree_is_good(registry: Hooked) -> None:
    registry.stage({GREET: BAD})
    registry.folder.write(GREET, GOOD)
    attempt = registry.commit()
    assert (attempt.code, attempt.hooks) == (1, BOTH_FAILED), attempt.output
    assert PLACE in attempt.output
    assert (registry.folder.path / GREET).read_text() == GOOD
