"""Templates that mean harm (hostile.md, T) through the real command, in bounded time and memory."""

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from plmctl.core.template.jinja import compiled
from plmctl.core.template.refusal import TooLarge
from tests.git.builder import Folder
from tests.hostile.paths_cases import MODEL
from tests.hostile.stranger import (
    FOUND_IN_WRONG,
    PLMCTL,
    Found,
    plmctl,
    state_of,
    strange_registry,
)

# Line and column in the file of what is refused first, by the name of the file.
CASES: dict[str, tuple[str, str, int, int]] = {
    "t01-class": ("{{ ''.__class__.__mro__ }}", "TPL011", 1, 7),
    "t01-attr": ("{{ x | attr('__class__') }}", "TPL011", 1, 8),
    "t01-subscript": ("{{ x['__class__'] }}", "TPL011", 1, 5),
    "t02-center": ("a\n{{ 'a'|center(3000000000) }}", "TPL011", 2, 8),
    "t02-power": ("{{ 10**(10**7) }}", "TPL011", 1, 6),
    "t02-repeat": ("{{ 'a' * 3000000000 }}", "TPL011", 1, 8),
    "t02-chain": ("{{ '\"'" + " | tojson" * 60 + " }}", "TPL011", 1, 451),
    "t03-ranges": ("{% for a in range(99999) %}{% endfor %}", "TPL011", 1, 13),
    "t03-loops": ("{% for a in x %}" * 200 + "{% endfor %}" * 200, "TPL011", 1, 132),
    "t04-format": ("{{ '{0.__class__}'.format(x) }}", "TPL011", 1, 20),
    "t04-percent": ("{{ '%999999999d' % x }}", "TPL011", 1, 18),
    "t05-parentheses": ("{{ " + "(" * 500 + "x" + ")" * 500 + " }}", "TPL011", 1, 104),
    "t05-ifs": ("{% if x %}" * 200 + "{% endif %}" * 200, "TPL011", 1, 324),
    "t05-nots": ("{{ " + "not " * 500 + "x }}", "TPL011", 1, 404),
    "t05-brackets": ("{{ " + "[" * 500 + "]" * 500 + " }}", "TPL011", 1, 104),
    "t06-include": ("{% include '/etc/passwd' %}", "TPL011", 1, 4),
    "t06-import": ("{% import 'os' as os %}", "TPL011", 1, 4),
    "t06-extends": ("{% extends 'x' %}", "TPL011", 1, 4),
    "t07-digits": ("{{ " + "9" * 5000 + " }}", "TPL011", 1, 4),
    "t07-more": ("{{ " + "9" * 200_000 + " }}", "TPL011", 1, 4),
    "t08-unclosed": ("{{" * 100_000, "TPL003", 1, 1),
    "t08-tags": ("{{ x }}" * 50_000, "TPL011", 1, 14_001),
}
SECONDS = 10
PROMPT = """\
apiVersion: plmctl/v1
kind: Prompt
metadata: {{name: {name}}}
spec:
  model: model/small
  messages: [{{role: user, content: "{text}"}}]
"""
PARTIAL = """\
apiVersion: plmctl/v1
kind: Partial
metadata: {name: %s}
spec:
  templateFormat: jinja2
  contentFile: %s.md
  inputs: {type: object, properties: {}}
"""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with a file for each case."""
    folder = strange_registry(tmp_path_factory.mktemp("templates") / "registry")
    for name, (text, _, _, _) in CASES.items():
        folder.write(f"partials/{name}.yaml", PARTIAL % (name, name))
        folder.write(f"partials/{name}.md", text)
    return folder


def test_hostile_templates_are_told_and_hide_nothing(registry: Folder) -> None:
    before = state_of(registry.path)
    answer = plmctl(registry.path, "validate", "--format", "json")
    assert (answer.code, answer.err, state_of(registry.path)) == (1, "", before)
    first: dict[str, Found] = {}
    for found in answer.found:
        if found[1].endswith(".md"):
            first.setdefault(found[1], found)
    expected = [
        (code, f"partials/{name}.md", line, column) for name, (_, code, line, column) in CASES.items()
    ]
    assert sorted(first.values()) == sorted(expected)
    assert set(answer.found) >= FOUND_IN_WRONG


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in x %}" * 8 + "{% endfor %}" * 8,
        "{{ x | join(y) }}",
        "{{ y" + " | tojson" * 49 + " }}",
        "{% for a in x %}{{ y }}{% endfor %}",
    ],
)
def test_what_is_allowed_and_grows_ends_soon(text: str) -> None:
    program = compiled(text)
    began = time.process_time()
    with pytest.raises(TooLarge):
        program.render({"x": ["", "a", "b"] * 700, "y": '"' * 10_000})
    assert time.process_time() - began < SECONDS


def partial(name: str, text: str) -> str:
    """A partial in Mustache."""
    return PARTIAL.replace("jinja2", "mustache").replace("contentFile: %s.md", f"content: '{text}'") % name


def test_variables_that_nobody_declares_or_uses_partials_in_a_ring_and_what_grows_are_told(
    tmp_path: Path,
) -> None:
    folder = strange_registry(tmp_path / "registry")
    for name, text in (("ring-a", "{{> ring-b}}"), ("ring-b", "x{{> ring-a}}"), ("tree-00", "x" * 1_000)):
        folder.write(f"partials/{name}.yaml", partial(name, text))
    for number in range(1, 31):
        below = f"{{{{> tree-{number - 1:02}}}}}"
        folder.write(f"partials/tree-{number:02}.yaml", partial(f"tree-{number:02}", below * 2))
    undeclared = partial("undeclared", "Hello {{who}}").replace(
        "properties: {}", "properties: {x: {type: string}}"
    )
    folder.write("partials/undeclared.yaml", undeclared)
    before = state_of(folder.path)
    answer = plmctl(folder.path, "validate", "--format", "json")
    assert (answer.code, answer.err, state_of(folder.path)) == (1, "", before)
    # 1,000 characters doubled 14 times are more than 10 MiB.
    expected: set[Found] = {
        ("TPL001", "partials/undeclared.yaml", 6, 12),
        ("TPL002", "partials/undeclared.yaml", 7, 39),
        ("REF004", "partials/ring-a.yaml", 6, 12),
        *(("TPL012", f"partials/tree-{number:02}.yaml", 6, 12) for number in range(14, 31)),
    }
    assert frozenset(answer.found) == FOUND_IN_WRONG | expected


def test_what_grows_is_not_rendered_and_a_value_with_tags_is_printed(tmp_path: Path) -> None:
    folder = strange_registry(tmp_path / "registry")
    folder.write("models/small.yaml", MODEL)
    folder.write("partials/tree-00.yaml", partial("tree-00", "x" * 1_000))
    for number in range(1, 31):
        below = f"{{{{> tree-{number - 1:02}}}}}"
        folder.write(f"partials/tree-{number:02}.yaml", partial(f"tree-{number:02}", below * 2))
    for name, text in (("grows", "{{> tree-30}}"), ("says", "Say {{x}} and {{y}}.")):
        folder.write(f"prompts/{name}.yaml", PROMPT.format(name=name, text=text))
    grows = plmctl(folder.path, "render", "prompt/grows")
    assert (grows.code, grows.out) == (3, "")
    assert "the text is longer than 10 MiB" in grows.err
    tags = "{{y}}{% raw %}{{> tree-30}}{{{y}}}"
    says = plmctl(folder.path, "render", "prompt/says", "--input", f"x={tags}", "--input", "y=1")
    assert (says.code, f"  Say {tags} and 1.\n" in says.out) == (0, True)


def test_a_value_is_never_read_again() -> None:
    assert compiled("{{ x }}{{ y }}").render({"x": "{{ y", "y": "}}{% x %}"}) == "{{ y}}{% x %}"


def answered(folder: Folder, more: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """What validate says in a process of its own."""
    return subprocess.run(
        [PLMCTL, "validate"],
        cwd=folder.path,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_jinja2_the_registry_says_what_to_install(tmp_path: Path) -> None:
    folder = strange_registry(tmp_path / "registry")
    (folder.path / "partials" / "wrong.yaml").unlink()
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("import sys\nsys.modules['jinja2'] = None\n")
    environment = {"PYTHONPATH": str(tmp_path / "site")}
    assert answered(folder, environment).returncode == 0
    folder.write("partials/jinja.yaml", PARTIAL % ("jinja", "jinja"))
    folder.write("partials/jinja.md", "Be kind.")
    done = answered(folder, environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: jinja2 is not installed, and this text is written in it\n"
        " --> partials/jinja.yaml:6:16\n"
        "hint: run pip install 'plmctl[jinja2]'\n"
    )
