import json
from pathlib import Path

from tests.cli.running import git, plmctl

MODEL = "models/gpt-4o.yaml"


def formatted(registry: Path) -> Path:
    """The registry as fmt leaves it, committed."""
    assert plmctl("fmt", at=registry).code == 0
    git("commit", "-q", "--allow-empty", "-a", "-m", "Format", at=registry)
    return registry


def test_fmt_changes_no_digest(registry: Path) -> None:
    plmctl("fmt", at=registry)
    done = plmctl("diff", "--format", "json", at=registry)
    assert json.loads(done.out)["changes"] == []
    assert plmctl("validate", at=registry).code == 0


def test_fmt_exits_0_with_or_without_changes(registry: Path) -> None:
    formatted(registry)
    (registry / MODEL).write_text((registry / MODEL).read_text().replace("kind: Model", "kind:  Model"))
    done = plmctl("fmt", at=registry)
    assert (done.code, done.out.splitlines()[0], done.err) == (0, f"reformatted {MODEL}", "")
    assert git("status", "--porcelain", at=registry) == ""
    assert plmctl("fmt", at=registry).code == 0


def test_check_and_diff_exit_as_ruff_does_and_write_nothing(registry: Path) -> None:
    formatted(registry)
    assert plmctl("fmt", "--check", at=registry).code == 0
    assert plmctl("fmt", "--check", "--diff", at=registry).code == 0
    ugly = (registry / MODEL).read_text().replace("kind: Model", "kind:  Model")
    (registry / MODEL).write_text(ugly)
    assert plmctl("fmt", "--check", at=registry / "models").code == 1
    done = plmctl("fmt", "--diff", at=registry)
    assert done.code == 0
    assert "\n-kind:  Model\n+kind: Model\n" in done.out
    assert done.err.startswith("note: 1 file would be reformatted, ")
    assert plmctl("fmt", "--check", "--diff", ".", at=registry / "models").code == 1
    assert plmctl("fmt", "--check", "../prompts", at=registry / "models").code == 0
    assert (registry / MODEL).read_text() == ugly


def test_a_file_that_cannot_be_read_exits_1_and_the_rest_is_formatted(registry: Path) -> None:
    formatted(registry)
    (registry / "models/bad.yaml").write_text("kind: [Model\n")
    (registry / MODEL).write_text((registry / MODEL).read_text().replace("kind: Model", "kind:  Model"))
    done = plmctl("fmt", at=registry)
    assert done.code == 1
    assert "--> models/bad.yaml:2:1" in done.out
    assert f"reformatted {MODEL}\n" in done.out
    assert plmctl("fmt", "--format", "json", MODEL, at=registry).code == 0
