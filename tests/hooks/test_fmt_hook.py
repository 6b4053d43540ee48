import pytest

from tests.git.builder import Folder
from tests.hooks.hooked import FILES, Hooked, configuration

# One worker makes the environment of the hooks, once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hooks")]

GREET = "prompts/greet.yaml"
UGLY = FILES[GREET].replace("model: small", "model:   'small'  # cheap")
NEAT = FILES[GREET].replace("model: small", "model: small  # cheap")


@pytest.fixture
def formatting(registry: Hooked, project: Folder) -> Hooked:
    """A committed registry whose only hook is the one that formats; its environment is there already."""
    hooks = configuration(project.path, project.git("rev-parse", "HEAD"), ("plmctl-fmt",))
    registry.folder.write(".pre-commit-config.yaml", hooks)
    registry.folder.git("commit", "--no-verify", "-q", "-a", "-m", "format")
    return registry


def test_a_commit_with_the_layout_passes(formatting: Hooked) -> None:
    formatting.stage({GREET: NEAT, "ci.yml": "jobs:   [a]\n", "charts/values.yaml": "{{ broken\n"})
    attempt = formatting.commit()
    assert (attempt.code, attempt.hooks) == (0, {"plmctl fmt": "Passed"}), attempt.output


def test_a_commit_without_the_layout_fails_once_and_passes_then(formatting: Hooked) -> None:
    formatting.stage({GREET: UGLY})
    attempt = formatting.commit()
    assert (attempt.code, attempt.hooks) == (1, {"plmctl fmt": "Failed"}), attempt.output
    assert "files were modified by this hook" in attempt.output
    assert f"reformatted {GREET}" in attempt.output
    assert (formatting.folder.path / GREET).read_text() == NEAT
    formatting.folder.git("add", GREET)
    attempt = formatting.commit()
    assert (attempt.code, attempt.hooks) == (0, {"plmctl fmt": "Passed"}), attempt.output
    assert formatting.committed(GREET) == NEAT


def test_only_what_is_staged_is_formatted(formatting: Hooked) -> None:
    formatting.stage({"models/small.yaml": FILES["models/small.yaml"] + "# cheap\n"})
    formatting.folder.write(GREET, UGLY)
    attempt = formatting.commit()
    assert (attempt.code, attempt.hooks) == (0, {"plmctl fmt": "Passed"}), attempt.output
    assert (formatting.folder.path / GREET).read_text() == UGLY


def test_a_file_that_is_no_yaml_fails_with_its_line(formatting: Hooked) -> None:
    formatting.stage({GREET: "kind: [Prompt\n"})
    attempt = formatting.commit()
    assert (attempt.code, attempt.hooks) == (1, {"plmctl fmt": "Failed"}), attempt.output
    assert f"--> {GREET}:2:1" in attempt.output
