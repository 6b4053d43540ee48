from pathlib import Path

from tests.cli.running import Done, changed, git, plmctl

NOTHING = Done(code=0, out="nothing changed\n", err="")


def test_what_git_calls_cached_is_what_is_staged(registry: Path) -> None:
    changed(registry / "models/gpt-4o.yaml", {"temperature: 0.3": "temperature: 0.2"})
    assert plmctl("diff", "--cached", at=registry) == NOTHING
    git("add", "--all", at=registry)
    one = plmctl("diff", "--cached", "HEAD", "--format", "concise", "--", "model/gpt-4o", at=registry)
    assert one.out.startswith("model/gpt-4o: MDL022 ")


def test_a_hook_before_a_push_compares_what_is_pushed(registry: Path) -> None:
    changed(registry / "models/gpt-4o.yaml", {"temperature: 0.3": "temperature: 0.2"})
    assert plmctl("diff", "--pushed", "HEAD", at=registry).out != NOTHING.out
    words = ("diff", "--since-release", "--pushed", "--format", "concise", "--", "model/gpt-4o")
    for name in ("PRE_COMMIT_TO_REF", "PRE_COMMIT_LOCAL_BRANCH"):
        assert plmctl(*words, at=registry, **{name: "nowhere"}).err.startswith(
            "error: no such revision: nowhere\n"
        )
    assert plmctl(*words, at=registry).code == 0


def test_dashes_say_that_a_word_is_a_revision(registry: Path) -> None:
    git("branch", "model/gpt-4o", at=registry)
    both = plmctl("diff", "model/gpt-4o", at=registry)
    assert (both.code, both.err.partition("\n")[0]) == (
        2,
        "error: 'model/gpt-4o' is a revision and an artifact",
    )
    assert plmctl("diff", "model/gpt-4o", "--", at=registry) == NOTHING
    assert plmctl("diff", "--", "model/gpt-4o", at=registry) == NOTHING
    assert plmctl("diff", "-p", at=registry).code == 2
