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
