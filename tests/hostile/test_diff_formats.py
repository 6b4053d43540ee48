"""A pull request whose every text attacks the report: the real command, all its formats in one run."""

import json
from pathlib import Path

from plmctl.core.value import as_items, as_mapping
from tests.hostile.stranger import plmctl, strange_registry
from tests.render.elements import outline
from tests.render.flaws import commands, hidden

# What a YAML reader that refuses controls lets through, in a manifest and in a file that it includes.
EVIL = (
    "<script>alert(1)</script> @team #12 [nope] ```\n::error::x\n##[error]x\n</details>\n<!-- plmctl-diff -->"
)
FORMS = ("text", "concise", "json", "markdown", "github", "sarif", "html")
PROMPT = """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {{name: evil, description: {description}}}
spec:
  model: m
  inputs: {{type: object, properties: {{{name}: {{type: string, enum: [{name}]}}}}}}
  messages: [{{role: user, contentFile: evil.md}}]
"""


def written(name: str, text: str) -> dict[str, str | bytes]:
    """The files of a prompt whose texts are hostile."""
    quoted = json.dumps(name)
    return {
        "prompts/evil.yaml": PROMPT.format(description=quoted, name=quoted),
        "prompts/evil.md": text.encode(),
    }


def test_no_format_of_the_real_command_is_taken_in(tmp_path: Path) -> None:
    folder = strange_registry(tmp_path / "registry")
    folder.commit(written("plain", "One.\nTwo.\n"), "before")
    folder.commit(written(EVIL, f"One.\n{EVIL}\x1b[31m\u202e\n"), "after")
    reports = [word for form in FORMS for word in ("--report", f"{form}={tmp_path / form}")]
    answer = plmctl(folder.path, "diff", "HEAD~1", "HEAD", "--format", "markdown", *reports)
    assert (answer.code, answer.err) == (0, "")
    printed = {form: (tmp_path / form).read_text(encoding="utf-8") for form in FORMS}
    assert answer.out == printed["markdown"]
    for form, text in printed.items():
        assert (form, hidden(text)) == (form, set())
        if form != "github":
            assert (form, commands(text)) == (form, [])
    assert all(
        line.startswith(("::error ", "::warning ", "::notice ")) for line in printed["github"].splitlines()
    )
    # It is all there, and none of it is an element.
    changes = as_items(json.loads(printed["json"])["changes"])
    assert any("<script>" in str(as_mapping(change)["new"]) for change in changes)
    for form in ("markdown", "html"):
        page = outline(printed[form])
        assert "<script>alert(1)</script>" in page.text_inside("code", "pre", "div")
        assert page.elements["script"] == (form == "html")
        assert page.is_balanced
