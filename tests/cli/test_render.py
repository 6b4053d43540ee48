import json
from pathlib import Path

import pytest

from tests.cli.running import plmctl

CLASSIFY = ("render", "prompt/support/classify")


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("--input", "ticket=My tent leaks."), ""),
        (("--input", 'ticket:="My tent leaks."'), ""),
        (("--input", "ticket@ticket.txt"), ""),
        (("--inputs", "inputs.yaml"), ""),
        (("--inputs", "-"), '{"ticket": "My tent leaks."}'),
        (("--inputs", "other.json", "--input", "ticket=My tent leaks."), ""),
    ],
)
def test_inputs_come_from_options_files_and_stdin(
    arguments: tuple[str, ...], stdin: str, registry: Path
) -> None:
    (registry / "ticket.txt").write_text("My tent leaks.", encoding="utf-8")
    (registry / "inputs.yaml").write_text("ticket: My tent leaks.\n", encoding="utf-8")
    (registry / "other.json").write_text('{"ticket": "Another."}', encoding="utf-8")
    done = plmctl(*CLASSIFY, *arguments, at=registry, stdin=stdin)
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith(
        "\nuser\n"
        "  My tent leaks.\n"
        "\n"
        "answer      text with a schema\n"
        "parameters  maxOutputTokens 8, temperature 0\n"
        "tokens      about 432; 1,000 such calls cost 0.06 USD before their answers\n"
    )


def test_a_prompt_is_rendered_for_programs(registry: Path) -> None:
    for flag in ("--as", "--format"):
        done = plmctl(*CLASSIFY, "--input", "ticket=x", flag, "json", at=registry)
        report = json.loads(done.out)
        assert (done.code, report["command"], report["problems"]) == (0, "render", [])
        assert report["data"]["messages"][-1] == {"role": "user", "content": "x"}


def test_a_variant_is_chosen(registry: Path) -> None:
    done = plmctl(
        "render",
        "support/reply",
        "--sample",
        "club-member-return",
        "--input",
        'session:={"locale": "de-AT"}',
        "--select",
        "locale=de",
        "--model",
        "claude-sonnet",
        at=registry,
    )
    assert done.code == 0, done.err
    head, asks, *_ = done.out.splitlines()
    assert head == "prompt/support/reply unreleased, variant german"
    assert asks.startswith("asks model/claude-sonnet (")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "error: prompt/support/classify takes inputs, and none was given\n"),
        (("--input", "ticket"), 2, "error: --input ticket: no name with a value\n"),
        (("--input", "ticket@nothing"), 2, "error: no such file: nothing\n"),
        (("--inputs", "nothing"), 2, "error: no such file: nothing\n"),
        (("--inputs", "plmctl.yaml"), 2, "error: '"),
        (("--sample", "x"), 2, "error: prompt/support/classify has no sample"),
        (("--model", "x", "--input", "ticket=x"), 2, "error: prompt/support/classify: 'x' is not a model"),
        (("--rev", "nowhere", "--input", "ticket=x"), 3, "error: no such revision: nowhere\n"),
    ],
)
def test_what_cannot_be_rendered_says_why(
    arguments: tuple[str, ...], code: int, said: str, registry: Path
) -> None:
    done = plmctl(*CLASSIFY, *arguments, at=registry)
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith(said), done.err


def test_a_file_of_inputs_that_is_broken_is_shown_at_its_place(registry: Path) -> None:
    done = plmctl(*CLASSIFY, "--inputs", "-", at=registry, stdin="ticket: [\n")
    assert (done.code, done.out) == (2, "")
    assert " --> stdin:" in done.err
    assert done.err.endswith("error: stdin cannot be used\n")
