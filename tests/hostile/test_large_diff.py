"""A diff that is too large to show is cut where one sees it, and its exit code is true (hostile.md O07)."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.git.builder import Folder
from tests.hostile.paths_cases import MODEL
from tests.hostile.stranger import GOOD, plmctl, strange_registry

COUNT = 60
PROMPT = """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {{name: {name}}}
spec:
  model: model/small
  messages: [{{role: user, content: {text}}}]
  inputs: {{type: object, properties: {{{key}: {{type: string}}}}, required: [{key}]}}
"""


def prompts(word: str, key_of_the_last: str) -> Iterator[tuple[str, str]]:
    """Prompts of which every line has a word; the last one asks for another input."""
    for number in range(COUNT):
        key = key_of_the_last if number == COUNT - 1 else "topic"
        lines = [f"{{{{{key}}}}}", *(f"Line {line} of {number}: {word}." for line in range(60))]
        name = f"p{number:02}"
        yield f"prompts/{name}.yaml", PROMPT.format(name=name, text=json.dumps("\n".join(lines)), key=key)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A commit in which every line of every prompt is another, and one breaks its callers."""
    folder = strange_registry(tmp_path_factory.mktemp("large") / "registry")
    (folder.path / "partials/wrong.yaml").unlink()
    folder.commit({"models/small.yaml": MODEL, "partials/good.yaml": GOOD, **dict(prompts("one", "topic"))})
    folder.commit(dict(prompts("two", "subject")))
    return folder


def answered(large: Folder, form: str) -> tuple[int, str]:
    """Exit code and report of a diff that is to fail where something breaks."""
    said = plmctl(large.path, "diff", "HEAD~1", "HEAD", "--fail-on", "breaking", "--format", form)
    assert said.err == ""
    return said.code, said.out


@pytest.mark.parametrize("form", ["text", "concise", "json", "markdown", "github", "sarif", "html"])
def test_the_exit_code_is_that_of_the_whole(form: str, large: Folder) -> None:
    code, said = answered(large, form)
    assert (code, "p59" in said) == (1, True)


def test_what_is_cut_says_how_much(large: Folder) -> None:
    _, text = answered(large, "text")
    assert len(re.findall(r"^ +… \d+ more lines$", text, re.MULTILINE)) == COUNT
    _, comment = answered(large, "markdown")
    assert len(comment) <= 60_000
    assert re.search(r"^\*\*Left out for want of room\*\*: .*\d+ changes", comment, re.MULTILINE)


def test_a_breaking_change_is_shown_before_what_is_cut(large: Folder) -> None:
    for form in ("text", "markdown"):
        _, said = answered(large, form)
        assert said.index("input-removed") < said.index("Line 0")
