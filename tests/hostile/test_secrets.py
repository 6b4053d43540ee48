"""`hostile.md` X through the real command: a secret is found, and told with 4 characters at most."""

import re
from pathlib import Path
from random import Random

import pytest

from tests.git.builder import Folder
from tests.hostile.hidden_cases import HEAD
from tests.hostile.secret_cases import ALNUM, BASE64, FORMATS, HEX, some
from tests.hostile.stranger import plmctl, strange_registry

COUNT = 217
"""Seven secrets in each of the 31 formats."""


_HEAD = re.compile(r"sk-ant-api03-|pypi-AgEIcHlwaS5vcmc|eyJ\w+\.|[A-Za-z]+[_-](?:pat_|live_|proj-)?")


@pytest.fixture
def registry(tmp_path: Path) -> Folder:
    """A registry of a stranger, which has one good manifest and a wrong one."""
    return strange_registry(tmp_path / "registry")


def planted(registry: Folder, seed: int, rounds: int) -> dict[str, tuple[str, int]]:
    """The secrets that were put into manifests, by the path of each: what it is, and its column."""
    random, made = Random(seed), {}
    for number in range(rounds):
        for name, (line, maker) in FORMATS.items():
            secret, path = maker(random), f"partials/{name}-{number}.yaml"
            text = (
                HEAD.replace("NAME", f"{name}-{number}")
                + f"  content: Hello.\n{line.replace('SECRET', secret)}\n"
            )
            registry.write(path, text)
            made[path] = (secret, line.index("SECRET") + 1)
    return made


def parts(secret: str) -> set[str]:
    """What must be in no output: eight characters in a row, behind what its format begins with."""
    lines = [_HEAD.sub("", line) for line in secret.split("\\n") if "PRIVATE KEY" not in line]
    return {line[at : at + 8] for line in lines for at in range(4, max(len(line) - 8, 5), 8)}


@pytest.mark.parametrize("seed", [1, 2])
def test_of_217_secrets_in_31_formats_at_least_95_percent_are_found(seed: int, registry: Folder) -> None:
    made = planted(registry, seed, 7)
    assert len(made) == COUNT
    said = plmctl(registry.path, "validate", "--format", "json")
    assert (said.code, said.err) == (1, "")
    found = {(path, line): column for code, path, line, column in said.found if code == "LNT027"}
    hit = [path for path in made if (path, 6) in found]
    assert len(hit) >= 0.95 * COUNT
    # Where it begins, or where what is secret of it begins.
    assert [path for path in hit if abs((found[path, 6] or 0) - made[path][1]) > 12] == []


REPORTS = [
    ("validate", ("text", "json", "sarif", "github", "concise", "junit")),
    ("diff", ("text", "json", "sarif", "github", "concise", "markdown", "html")),
    ("fmt --diff", ("text", "json")),
]


def test_no_output_has_more_than_four_characters_of_a_secret(registry: Folder) -> None:
    made = planted(registry, 3, 1)
    registry.git("add", "-A")
    registry.git("commit", "-q", "-m", "leaked")
    newer = planted(registry, 4, 1)
    secret_parts = {
        part: path for path, (secret, _) in (*made.items(), *newer.items()) for part in parts(secret)
    }
    for command, forms in REPORTS:
        for form in forms:
            said = plmctl(registry.path, *command.split(), "--format", form)
            assert said.code in (0, 1), said.err
            assert len(said.out) > 500
            leaks = {(part, secret_parts[part]) for part in secret_parts if part in said.out + said.err}
            assert sorted(leaks) == [], (command, form)


def test_no_report_has_a_secret_that_stands_in_a_file_or_beside_mistakes(registry: Folder) -> None:
    random = Random(5)
    lines = [some(random, BASE64, 64) for _ in range(20)]
    begin, end = ("-----" + f"{word} RSA PRIVATE KEY-----" for word in ("BEGIN", "END"))
    block = "\n".join([begin, *lines, some(random, BASE64, 30) + "==", end])
    token, key = some(random, HEX, 32), "sk-" + f"ant-{some(random, ALNUM, 60)}"
    registry.write("partials/a.yaml", HEAD.replace("NAME", "a") + "  contentFile: a.md\n")
    registry.write("partials/a.md", "Hi\n")
    registry.git("add", "-A")
    registry.git("commit", "-q", "-m", "before")
    registry.write(
        "partials/a.md", f"{{% if x %}}\n{block}\napi_key = {token}\n{{{{{{key {key}\nBearer {token}\n"
    )
    indented = block.replace("\n", "\n    ")
    text = HEAD.replace("NAME}", f"b, labels: {{apiToken: {token}}}, description: '{key}'}}")
    registry.write(
        "partials/b.yaml", text + f"  content: |\n    {indented}\n  {key}: 1\n  apiToken: {token}\n"
    )
    registry.write("partials/c.yaml", HEAD + f"  pem: |\n    {indented}\n  x: [secret: {token}, *{key}\n")
    wanted = {(part, what) for what in (*lines, token, key) for part in parts(what)}
    for command, forms in REPORTS:
        for form in forms:
            said = plmctl(registry.path, *command.split(), "--format", form)
            assert said.code in (0, 1), said.err
            assert sorted(what for part, what in wanted if part in said.out + said.err) == [], (command, form)


def test_x02_what_is_told_of_a_secret_is_to_revoke_it(registry: Folder) -> None:
    path = "partials/a.yaml"
    secret = "glpat-" + some(Random(7), ALNUM, 20)
    registry.commit({path: HEAD.replace("NAME", "a") + f"  content: Hello.\n  x-ci: {secret}\n"})
    said = plmctl(registry.path, "validate", path, "--rev", "HEAD")
    assert said.code == 1
    assert f"6 |   x-ci: glpa{'*' * 22}" in said.out
    assert "revoke it, for Git's history keeps it" in said.out


def test_a_reference_to_a_secret_is_none(registry: Folder) -> None:
    text = (
        HEAD.replace("NAME", "a")
        + "  content: |\n    Say {{token}}, never your API key or password: ask for it.\n"
    )
    registry.write("partials/a.yaml", text + "  x-key: {apiKey: 'vault://kv/x#key', token: OPENAI_API_KEY}\n")
    said = plmctl(registry.path, "validate", "partials/a.yaml", "--format", "json")
    assert [code for code, *_ in said.found if code == "LNT027"] == []


@pytest.mark.parametrize(
    "part", ["a:", "eyJaaaaaaaaaa-", "-----BEGIN A PRIVATE KEY-----", "token: aaaaaaaa "]
)
def test_a_line_that_looks_like_secrets_all_along_is_answered(part: str, registry: Folder) -> None:
    line = f"  x-a: 'https://{part * (200_000 // len(part))}'\n"
    registry.write(
        "partials/a.yaml", HEAD.replace("NAME", "a") + "  content: Hi\n" + line + "  colour: red\n"
    )
    # Within ten seconds, and with the line where the mistake is: it has no secret.
    said = plmctl(registry.path, "validate", "partials/a.yaml", "--format", "json")
    assert (said.code, said.found) == (1, [("SCH002", "partials/a.yaml", 7, 3)])
