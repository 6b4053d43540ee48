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


def nested(filler: str) -> str:
    """Words of which two are unique, and two more between what they divide, and so on."""
    return " ".join(f"a{n} a{n + 1} {filler}" for n in range(10_000, 0, -1))


# Old and new texts that keep a comparison, or whoever folds their lines, busy for long.
TEXTS = {
    "lines": tuple("".join(f"Line {n} {word}, and a thing to say.\n" for n in range(6_000)) for word in "xy"),
    "newlines": ("\n" * 120_000, "x\n" * 60_000),
    "wide": ("\u00e9 " * 80_000, "\u00f1 " * 80_000),
    "commands": ("'git a' " * 30_000, "'git b' " * 30_000),
    "nested": (nested("x"), nested("y")),
    "openings": ("{{" * 100_000, "{{ " * 60_000),
}
BUSY = " ".join(f"w{n * n % 67}" for n in range(270)), " ".join(f"w{n * n % 71}" for n in range(270))


def partial(name: str, text: str) -> str:
    """A manifest with a text."""
    return GOOD.replace("name: good", f"name: {name}").replace("Be kind.", json.dumps(text))


def busy(side: int) -> str:
    """One prompt of 300 messages, each of which takes all that one text may."""
    messages = ", ".join(f'{{role: user, content: "{number} {BUSY[side]}"}}' for number in range(300))
    return f"""\
apiVersion: plmctl/v1
kind: Prompt
metadata: {{name: busy}}
spec:
  model: model/small
  messages: [{messages}]
"""


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A commit in which a text of each kind is another, and 300 of one prompt."""
    folder = strange_registry(tmp_path_factory.mktemp("slow") / "registry")
    folder.write("models/small.yaml", MODEL)
    for side in (0, 1):
        files = {f"partials/{name}.yaml": partial(name, pair[side]) for name, pair in TEXTS.items()}
        folder.commit({**files, "prompts/busy.yaml": busy(side)})
    return folder


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_texts_that_are_slow_to_compare_are_answered(form: str, slow: Folder) -> None:
    # Within ten seconds and a gigabyte, or this raises.
    said = plmctl(slow.path, "diff", "HEAD~1", "HEAD", "--format", form)
    assert (said.code, said.err) == (0, "")
    assert all(f"partial/{name}" in said.out for name in TEXTS)


def test_of_very_many_lines_not_all_are_counted(slow: Folder) -> None:
    said = plmctl(slow.path, "diff", "HEAD~1", "HEAD", "--", "partial/newlines")
    assert re.search(r"^ +… over 10,000 more lines$", said.out, re.MULTILINE)
