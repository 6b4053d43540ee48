from pathlib import Path

import pytest

from tests.cli.running import plmctl


def test_a_prompt_points_at_a_file_that_is_named_from_where_one_stands(registry: Path) -> None:
    (registry / "prompts/support/hello.md").write_text("Hello, {{customer}}.\n", encoding="utf-8")
    done = plmctl(
        *("new", "prompt", "support/hello", "--from", "hello.md", "--keep-file", "--model", "gpt-4o"),
        at=registry / "prompts" / "support",
    )
    assert (done.code, done.err) == (0, "next: plmctl show prompt/support/hello\nnext: plmctl validate\n")
    assert done.out == "wrote prompts/support/hello.yaml: prompt/support/hello, inputs customer\n"
    text = (registry / "prompts/support/hello.yaml").read_text(encoding="utf-8")
    assert "      contentFile: hello.md\n" in text
    assert plmctl("validate", at=registry).code == 0


def test_a_text_may_lie_outside_the_repository_if_it_is_copied(registry: Path, tmp_path: Path) -> None:
    (tmp_path / "hi.txt").write_text("Hi <<name>>.\n", encoding="utf-8")
    arguments = ("new", "prompt", "--from", str(tmp_path / "hi.txt"), "--model", "gpt-4o")
    kept = plmctl(*arguments, "--keep-file", at=registry)
    assert (kept.code, kept.out) == (2, "")
    assert "is outside the repository" in kept.err
    copied = plmctl(*arguments, "--variables", "angle", at=registry)
    assert (copied.code, copied.out) == (0, "wrote prompts/hi.yaml: prompt/hi, inputs name\n")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (
            ("prompt",),
            "error: which name?\nhint: write it after the kind, as in 'plmctl new prompt support/greet'\n",
        ),
        *(
            (
                ("prompt", "m", *option),
                (
                    f"error: {option[0]} is for --from only\n"
                    "hint: name the text with '--from FILE', or say it in the new manifest\n"
                ),
            )
            for option in (
                ("--role", "system"),
                ("--variables", "python"),
                ("--model", "gpt-4o"),
                ("--keep-file",),
            )
        ),
        (
            ("tool", "--from", "prompts"),
            "error: --from makes prompts, no 'tool'\nhint: write 'plmctl new prompt --from FILE'\n",
        ),
        (
            ("prompt", "--from", "prompts", "--keep-file"),
            "error: --keep-file is for one file\nhint: leave it out for a folder\n",
        ),
        (
            ("prompt", "--from", "nothing.md"),
            "error: no such file or folder: nothing.md\nhint: name a text file, or a folder of them\n",
        ),
        (
            ("prompt", "--from", "evals/rubrics"),
            (
                "error: which model are the prompts for?\nhint: choose with --model: "
                "claude-sonnet, embed-small, gpt-4o, gpt-4o-mini, judge-mini, triage-ft\n"
            ),
        ),
        (
            ("prompt", "--from", "demo", "--model", "gpt-5"),
            (
                "error: demo: 'gpt-5' is no model of this registry\nhint: choose with --model: "
                "claude-sonnet, embed-small, gpt-4o, gpt-4o-mini, judge-mini, triage-ft\n"
            ),
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(registry: Path, arguments: tuple[str, ...], error: str) -> None:
    done = plmctl("new", *arguments, at=registry)
    assert (done.code, done.out, done.err) == (2, "", error)


def test_init_adds_the_workflow_of_a_service(registry: Path) -> None:
    done = plmctl("init", "--ci", "github", at=registry)
    assert (done.code, done.out) == (0, "wrote .github/workflows/plmctl.yml\n")
    assert plmctl("init", "--ci", "jenkins", at=registry).code == 2
