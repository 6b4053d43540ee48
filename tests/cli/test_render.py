import json
from pathlib import Path

import pytest

from tests.cli.running import plmctl
from tests.commands.ground import PROMPT, small_registry

CLASSIFY = ("render", "prompt/support/classify")
CLAUDE = "{provider: anthropic, model: claude-opus-5, parameters: {maxOutputTokens: 500}}"
GPT = "{provider: openai, model: gpt-6-astra, parameters: {maxOutputTokens: 500, temperature: 0.2}}"
AT_ACME = "{provider: provider/acme, model: open-7b, parameters: {seed: 7}}"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A registry whose prompt greets whom it is given, and gives an order before it."""
    path = small_registry(tmp_path / "small").path
    order = "  messages:\n    - {role: system, content: Be brief.}\n"
    (path / "prompts/greet.yaml").write_text(PROMPT.replace("  messages:\n", order), encoding="utf-8")
    return path


def asking(small: Path, model: str) -> Path:
    """The small registry with another model."""
    manifest = f"apiVersion: plmctl/v1\nkind: Model\nmetadata: {{name: small}}\nspec: {model}\n"
    (small / "models/small.yaml").write_text(manifest, encoding="utf-8")
    return small


def at_acme(small: Path, endpoint: str) -> Path:
    """The small registry with a model on a server of its own."""
    (small / "providers").mkdir()
    (small / "providers/acme.yaml").write_text(
        "apiVersion: plmctl/v1\nkind: Provider\nmetadata: {name: acme}\n"
        f"spec: {{type: vllm, endpoint: {endpoint}, credential: {{env: ACME_KEY}}}}\n",
        encoding="utf-8",
    )
    return asking(small, AT_ACME)


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


GREETING = ("render", "greet", "--input", "name=Ada \u202e##[x]")
SYSTEM = {"role": "system", "content": "Be brief."}
USER = {"role": "user", "content": "Greet Ada \u202e##[x]."}


def test_a_prompt_is_rendered_for_the_client_of_openai(small: Path) -> None:
    done = plmctl(*GREETING, "--as", "openai", at=asking(small, GPT))
    assert (done.code, done.err) == (0, "")
    assert (
        done.out
        == """\
{
  "model": "gpt-6-astra",
  "messages": [
    {
      "role": "system",
      "content": "Be brief."
    },
    {
      "role": "user",
      "content": "Greet Ada \\u202e\\u0023#[x]."
    }
  ],
  "max_completion_tokens": 500,
  "temperature": 0.2
}
"""
    )
    assert json.loads(done.out)["messages"] == [SYSTEM, USER]


def test_a_prompt_is_rendered_for_the_client_of_anthropic(small: Path) -> None:
    done = plmctl(*GREETING, "--as", "anthropic", at=asking(small, CLAUDE))
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {
        "model": "claude-opus-5",
        "messages": [USER],
        "system": "Be brief.",
        "max_tokens": 500,
    }


def test_a_prompt_is_rendered_for_litellm(small: Path) -> None:
    done = plmctl(*GREETING, "--as", "litellm", at=at_acme(small, "https://llm.acme.example/v1"))
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {
        "model": "hosted_vllm/open-7b",
        "messages": [SYSTEM, USER],
        "seed": 7,
        "api_base": "https://llm.acme.example/v1",
    }


def test_what_an_api_cannot_express_is_told_at_once_and_is_no_call(small: Path) -> None:
    model = "{provider: anthropic, model: claude-opus-5, parameters: {seed: 7, frequencyPenalty: 1}}"
    done = plmctl(*GREETING, "--as", "anthropic", at=asking(small, model))
    assert (done.code, done.out) == (3, "")
    assert sorted(done.err.splitlines()) == [
        "error: parameters.frequencyPenalty: the API has no such setting",
        "error: parameters.maxOutputTokens: the API must be told; set it in model/small or in the prompt",
        "error: parameters.seed: the API has no such setting",
        "error: prompt/greet with model/small cannot be put to Anthropic's messages API as it is",
    ]


def test_a_variable_is_not_read_for_a_call(small: Path) -> None:
    known = {"ACME_URL": "https://secret.acme.example"}
    done = plmctl(*GREETING, "--as", "litellm", at=at_acme(small, "{env: ACME_URL}"), **known)
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "error: prompt/greet with model/small cannot be put to LiteLLM as it is\n"
        "error: provider/acme endpoint: "
        "the variable ACME_URL was not handed over: pass os.environ, as plmctl reads none\n"
    )


def test_a_prompt_with_an_error_is_no_call(small: Path) -> None:
    done = plmctl(*GREETING, "--as", "openai", at=asking(small, "{provider: openai, model: m, modle: m}"))
    assert (done.code, done.out) == (1, "")
    assert "'modle'" in done.err


def test_inputs_that_are_wrong_are_no_call(small: Path) -> None:
    done = plmctl("render", "greet", "--input", "nmae=Ada", "--as", "openai", at=asking(small, GPT))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: 'name' is missing from inputs (rule 'required')\n"), done.err
