import json
from pathlib import Path

import pytest

from tests.commands.builder import plmctl
from tests.commands.ground import released
from tests.git.builder import Folder
from tests.hooks.hooked import FILES, Attempt, Hooked, attempt, configuration, install

# One worker makes the environment of the hooks, once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hooks")]

GREET = "prompts/greet.yaml"
BREAKING = {GREET: FILES[GREET].replace("Greet {{name}}", "Greet {{name}} of {{place}}")}
HARMLESS = {GREET: FILES[GREET].replace("Greet", "Welcome")}
FAILS = "PRM010 required-input-added"
LENIENT = {
    "plmctl.yaml": FILES["plmctl.yaml"]
    + "spec: {rules: [{code: PRM010, level: warning, reason: nobody calls it yet}]}\n"
}


@pytest.fixture
def pushing(registry: Hooked, project: Folder, tmp_path: Path) -> Hooked:
    """A registry whose only hook runs before a push, and a remote that has nothing yet."""
    hooks = configuration(project.path, project.git("rev-parse", "HEAD"), ("plmctl-diff",))
    folder = registry.folder
    folder.git("init", "-q", "--bare", "-b", "main", str(tmp_path / "remote.git"))
    folder.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    folder.commit({".pre-commit-config.yaml": hooks}, "hook")
    install(folder, "--hook-type", "pre-push")
    return registry


def push(registry: Hooked, *words: str) -> Attempt:
    return attempt(registry.folder, ["git", "push", "origin", *(words or ("main",))])


def looked(registry: Hooked) -> Attempt:
    """What the hook says when somebody asks."""
    words = ("-m", "pre_commit", "run", "--hook-stage", "manual", "plmctl-diff")
    return attempt(registry.folder, [registry.python, *words])


def at_remote(registry: Hooked) -> str:
    return registry.folder.git("ls-remote", "origin", "refs/heads/main").partition("\t")[0]


def test_a_push_is_held_back_by_what_it_breaks_and_by_nothing_else(pushing: Hooked) -> None:
    folder = pushing.folder
    first = push(pushing)
    assert (first.code, first.hooks) == (0, {"plmctl diff": "Passed"}), first.output
    assert "there is no release yet: all of it is new" in first.output

    released(folder)
    harmless = folder.commit(HARMLESS, "harmless")
    # What is only in the work tree is not pushed.
    folder.write(GREET, BREAKING[GREET])
    passed = push(pushing)
    assert (passed.code, passed.hooks) == (0, {"plmctl diff": "Passed"}), passed.output
    assert "1 artifact changed: 1 minor" in passed.output
    assert at_remote(pushing) == harmless

    folder.commit({}, "breaking")
    refused = push(pushing)
    assert (refused.code, refused.hooks) == (1, {"plmctl diff": "Failed"}), refused.output
    assert FAILS in refused.output
    assert at_remote(pushing) == harmless

    # Another branch than the one that is checked out.
    folder.git("branch", "aside", "HEAD~1")
    aside = push(pushing, "aside")
    assert (aside.code, FAILS in aside.output) == (0, False), aside.output

    printed = plmctl(folder, "diff", "--since-release", "--format", "json").stdout
    (meant,) = (c["fingerprint"] for c in json.loads(printed)["changes"] if c["level"] == "error")
    plmctl(folder, "accept", meant, "--reason", "nobody calls it yet")
    accepted = folder.commit({}, "accepted")
    passed = push(pushing)
    assert (passed.code, FAILS in passed.output) == (0, True), passed.output
    assert at_remote(pushing) == accepted


def test_by_hand_what_is_staged_is_compared(pushing: Hooked) -> None:
    folder = pushing.folder
    assert looked(pushing).code == 0
    released(folder)
    # Which is then the work tree: pre-commit takes away the rest while it runs.
    pushing.stage(BREAKING)
    refused = looked(pushing)
    assert (refused.code, refused.hooks) == (1, {"plmctl diff": "Failed"}), refused.output
    assert FAILS in refused.output
    folder.commit(LENIENT, "no rule of ours")
    accepted = looked(pushing)
    assert (accepted.code, accepted.hooks) == (0, {"plmctl diff": "Passed"}), accepted.output
    assert FAILS in accepted.output
