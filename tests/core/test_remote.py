import pytest

from plmctl.core.remote import advice, locked, passes

# What servers say, word for word.
SAID = {
    "pre-receive hook declined: error: GH006: Protected branch update failed": "protected",
    "push declined due to repository rule violations: GH013": "protected",
    "pre-receive hook declined: GitLab: You are not allowed to push code to protected branches": "protected",
    "stale info": "faster",
    "fetch first": "faster",
    "failed to update ref": "faster",
    "shallow update not allowed": "unshallow",
    "deletion prohibited": "forbids",
    locked("/srv/registry.git/refs/heads/main.lock"): "have that file deleted there",
}


@pytest.mark.parametrize(("said", "word"), SAID.items())
def test_what_a_remote_says_against_a_push_is_answered(said: str, word: str) -> None:
    assert word in (advice(f"refs/heads/main: rejected: {said}") or "")


def test_nothing_is_made_up_about_what_nobody_knows() -> None:
    assert advice("rejected: the moon is full") is None


def test_only_a_lock_passes_by_itself() -> None:
    assert passes(f"atomic transaction failed: {locked('/srv/registry.git/HEAD.lock')}")
    assert [said for said in SAID if passes(said)] == [locked("/srv/registry.git/refs/heads/main.lock")]
