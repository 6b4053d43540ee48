import json
from pathlib import Path

import pytest

from tests.cli.running import plmctl

SUPPORT_CHAT = """\
contextpolicy/support-chat
└─ prompt/support/summarize
   ├─ partial/company-voice
   └─ route/economy
      ├─ model/claude-sonnet
      │  └─ provider/anthropic-main
      ├─ model/gpt-4o
      │  └─ provider/openai-eu
      └─ model/gpt-4o-mini
         └─ provider/openai-eu
"""


def test_a_graph_is_a_tree_and_json_has_the_same(registry: Path) -> None:
    done = plmctl("graph", "support-chat", at=registry)
    assert (done.code, done.out, done.err) == (0, SUPPORT_CHAT, "")
    data = json.loads(plmctl("graph", "support-chat", "--format", "json", at=registry).out)["data"]
    drawn = {line.lstrip("│├└─ ") for line in done.out.rstrip().split("\n")}
    assert {node["id"] for node in data["nodes"]} == drawn


def test_a_graph_is_drawn_by_other_programs(registry: Path) -> None:
    options = ("graph", "tool/orders/lookup", "--upstream", "--depth", "1")
    assert plmctl(*options, "--format", "mermaid", at=registry).out == (
        "flowchart LR\n"
        '  n0["prompt/support/refund-decision"]\n'
        '  n1["prompt/support/reply"]\n'
        '  n2["tool/orders/lookup"]\n'
        "  n0 --> n2\n"
        "  n1 --> n2\n"
    )
    assert plmctl(*options, "--format", "dot", at=registry).out == (
        "digraph plmctl {\n"
        "  rankdir=LR;\n"
        "  node [shape=box];\n"
        '  "prompt/support/refund-decision";\n'
        '  "prompt/support/reply";\n'
        '  "tool/orders/lookup";\n'
        '  "prompt/support/refund-decision" -> "tool/orders/lookup";\n'
        '  "prompt/support/reply" -> "tool/orders/lookup";\n'
        "}\n"
    )


def test_the_whole_graph_of_some_kinds_is_drawn(registry: Path) -> None:
    done = plmctl("graph", "--kind", "dataset", "--kind", "tool", "--rev", "HEAD", at=registry)
    assert (done.code, done.err) == (0, "")
    assert "dataset/product-docs" in done.out
    assert "guardrail/" not in done.out


def test_a_log_has_versions_and_a_line_each(released: Path) -> None:
    done = plmctl("log", "prompt/support/triage", "-n", "1", at=released)
    assert (done.code, done.out.split()[0]) == (0, "1.0.0")
    assert done.out.endswith("\n└─ the first version\n\n")
    short = plmctl("log", "prompt/support/triage", "--oneline", at=released)
    assert short.out.split("\n")[0].split() == ["version", "date", "bump", "release", "commit", "changes"]


def test_an_impact_ends_with_its_numbers(released: Path) -> None:
    done = plmctl("impact", "partial/ticket-taxonomy", at=released)
    assert done.out == (
        "artifact                          steps  through\n"
        "prompt/support/classify           1      partial/ticket-taxonomy\n"
        "prompt/support/triage             1      partial/ticket-taxonomy\n"
        "application/support-bot           2      prompt/support/triage\n"
        "evalsuite/triage-quality (about)  2      prompt/support/triage\n"
        "environment/development           3      application/support-bot >=1.0.0, not locked\n"
        "environment/production            3      application/support-bot ^1.0, not locked\n"
        "environment/staging               3      application/support-bot ^1.0, not locked\n"
        "4 artifacts in reach, 1 application among them, 3 environments\n"
    )
    assert (done.code, done.err) == (0, "")
    missing = plmctl("impact", at=released)
    assert missing.code == 2


def test_nothing_in_reach_is_a_note(registry: Path) -> None:
    done = plmctl("impact", "environment/production", at=registry)
    assert (done.code, done.out, done.err) == (0, "", "note: nothing refers to environment/production\n")


def test_codeowners_are_checked_written_and_checked(registry: Path) -> None:
    stale = plmctl("codeowners", "--check", at=registry)
    assert (stale.code, stale.out) == (1, "")
    assert stale.err == (
        "error: .github/CODEOWNERS is not what the manifests' owners say\n"
        "hint: run 'plmctl codeowners' and commit it\n"
    )
    assert plmctl("codeowners", at=registry).out == "wrote .github/CODEOWNERS\n"
    assert plmctl("codeowners", "--check", at=registry).code == 0
    beside = plmctl("codeowners", "-o", "OWNERS", "--prefix", "@acme/", at=registry / "prompts")
    assert beside.out == "wrote prompts/OWNERS\n"
    assert "@acme/support-team" in (registry / "prompts" / "OWNERS").read_text(encoding="utf-8")
    assert plmctl("codeowners", "-o", "../OWNERS", at=registry).code == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("graph", "nothing"), 3),
        (("graph", "--depth", "-1"), 2),
        (("graph", "--format", "svg"), 2),
        (("log", "nothing"), 3),
        (("log", "prompt/support/triage", "-n", "0"), 2),
        (("impact", "nothing"), 3),
        (("codeowners", "--prefix", "acme"), 2),
    ],
)
def test_wrong_questions_have_their_exit_codes(arguments: tuple[str, ...], code: int, registry: Path) -> None:
    done = plmctl(*arguments, at=registry)
    assert (done.code, done.out) == (code, "")
