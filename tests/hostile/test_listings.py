"""What lists and shows, of a registry in which every text attacks whoever reads it (hostile.md O)."""

import hashlib
import json
from pathlib import Path
from random import Random

import pytest

from tests.commands.builder import FILES, LOCK, made_locks, make_release
from tests.commands.ground import folder_at
from tests.git.builder import Folder
from tests.hostile.secret_cases import ALNUM, HEX, some
from tests.hostile.stranger import plmctl, state_of
from tests.render.flaws import commands, hidden

# All that a reader of YAML lets through; with what a commit, a tag and the name of a file can have besides.
EVIL = (
    "[/nope] [bold]x[/] @team ![p](https://evil.example/p.png) </details><script>x</script> --> ```\n"
    "::error::forged\n::stop-commands::x\n##[error]x"
)
RAW = EVIL + "\n\u202elive\u202c \u2066x\u2069\x1b[2J\x1b]8;;https://evil.example\x07x\x9b31m"
NAME = "\x1b[31mred\n::error::x \u202e[b] @team.txt"
PERSON = "::error::x \x1b[31m\u202e [b] @team"
TEXT = json.dumps(EVIL)
DATASET = """\
apiVersion: plmctl/v1
kind: Dataset
metadata: {{name: {name}, description: {text}}}
spec:
  purpose: [rag]
  format: {text}
  data: {data}
"""


def listing(*names: str) -> tuple[str, str, str]:
    """A listing of DVC with these names, its md5, and the pointer to it."""
    files = [{"md5": hashlib.md5(b"x").hexdigest(), "relpath": name} for name in names]
    data = json.dumps(files)
    md5 = hashlib.md5(data.encode()).hexdigest()
    pointer = f"outs: [{{md5: {md5}.dir, size: {len(names)}, nfiles: {len(names)}, hash: md5, path: dvc}}]\n"
    return data, f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}.dir", pointer


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with a release and locks, in which whatever may be any text is hostile."""
    path = tmp_path_factory.mktemp("listings") / "registry"
    path.mkdir()
    plain = folder_at(path)
    people = {"GIT_AUTHOR_NAME": PERSON, "GIT_COMMITTER_NAME": PERSON}
    folder = Folder(path=path, environment={**plain.environment, **people})
    folder.git("init", "-q", "-b", "main")
    data, place, pointer = listing(NAME)
    inside = {
        "data/files/a.jsonl": "{}\n",
        place: data,
        ".dvc/config": "",
        "datasets/git.yaml": DATASET.format(name="git", text=TEXT, data="{git: ../data/files}"),
        "datasets/dvc.yaml": DATASET.format(name="dvc", text=TEXT, data="{dvc: dvc.dvc}"),
        "datasets/dvc.dvc": pointer,
    }
    files: dict[str, bytes | str] = dict(FILES)
    for name, text in FILES.items():
        if name.endswith(".yaml") and name != "plmctl.yaml" and "metadata: {name: " in text:
            owner = (
                f"metadata: {{title: {TEXT}, description: {TEXT}, owners: [{TEXT}], labels: {{a: {TEXT}}}, "
            )
            files[name] = text.replace("metadata: {", owner, 1)
    folder.commit({**files, **inside}, RAW)
    make_release(folder)
    made_locks(folder)
    data, place, pointer = listing(NAME, f"b{NAME}")
    more = {"prompts/greet.md": f"Greet {{{{name}}}}.\n{EVIL}\n", place: data, "datasets/dvc.dvc": pointer}
    folder.commit(more, RAW)
    make_release(folder)
    for name in (f"data/files/{NAME}", f"datasets/dvc/{NAME}", f"datasets/dvc/c{NAME}"):
        folder.write(name, "y")
    folder.write("prompts/greet.md", f"Now greet {{{{name}}}}.\n{EVIL}\n{EVIL}")
    return folder


# Commands that list or show, and their exit codes there.
LISTINGS = {
    "list": 0,
    "list --versions": 0,
    "list --where metadata.labels.a=x": 0,
    "show prompt/greet": 0,
    "show dataset/dvc": 0,
    "show prompt/greet@1.0.0": 0,
    "graph": 0,
    "graph --format mermaid": 0,
    "graph --format dot": 0,
    "graph --format json": 0,
    "log prompt/greet": 0,
    "impact model/small": 0,
    "impact model/small --format json": 0,
    "diff": 0,
    "diff HEAD~2 HEAD": 0,
    "diff HEAD~2 HEAD --format json": 0,
    "diff HEAD~2 HEAD --format markdown": 0,
    "diff HEAD~2 HEAD --format html": 0,
    "status": 0,
    "history production": 0,
    "changelog": 0,
    "changelog --format markdown": 0,
    "changelog --format json": 0,
    "validate": 1,
    "validate --format concise": 1,
    "validate --format junit": 1,
    "validate --format github": 1,
    "validate --format sarif": 1,
    "validate --format markdown": 1,
    "validate --format json": 1,
    "verify": 0,
    "verify --format json": 0,
    "lock --check": 1,
    "fmt --check": 1,
    "release --dry-run": 1,
    "render prompt/greet --input name=Ada": 0,
    "render prompt/greet --input name=Ada --as json": 0,
    "data status": 3,
    "data status --format json": 3,
    "rules": 0,
    "log dataset/dvc": 0,
}


@pytest.mark.parametrize("command", LISTINGS)
def test_no_command_passes_on_what_commands_hides_or_draws(command: str, registry: Folder) -> None:
    before = state_of(registry.path)
    said = plmctl(registry.path, *command.split())
    assert said.code == LISTINGS[command], said.err
    assert "Traceback" not in said.err
    assert state_of(registry.path) == before
    for printed in (said.out, said.err):
        assert hidden(printed) == set()
        if "--format github" not in command:
            assert commands(printed) == []


QUIET = """\
apiVersion: plmctl/v1
kind: Registry
metadata: {name: shop}
spec: {rules: [{code: LNT027, level: "off", reason: "SECRET"}]}
"""


class Leaks:
    """Secrets in all places of a registry that may hold any text, each another one."""

    def __init__(self) -> None:
        self._random = Random(11)
        self.secrets: list[str] = []

    def filled(self, text: str) -> str:
        """A text with a secret for each word that asks for one."""
        first, *parts = text.split("SECRET")
        return first + "".join(f"{self._secret()}{part}" for part in parts)

    def _secret(self) -> str:
        is_known = len(self.secrets) % 2 == 0
        made = f"glpat-{some(self._random, ALNUM, 20)}" if is_known else some(self._random, HEX, 32)
        self.secrets.append(made)
        return made if is_known else f"password={made}"


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> tuple[Folder, tuple[str, ...]]:
    """A registry with releases, locks and a hold, whose rules were silenced, and its secrets."""
    folder, leaks = folder_at(tmp_path_factory.mktemp("leaky")), Leaks()
    folder.git("init", "-q", "-b", "main")
    files: dict[str, bytes | str] = {**FILES, "plmctl.yaml": leaks.filled(QUIET)}
    said = (
        "metadata: {title: 'SECRET', description: 'SECRET', owners: ['a SECRET'], labels: {a: 'SECRET'}, "
        "x-token: 'SECRET', "
    )
    for name, text in FILES.items():
        if name.endswith(".yaml") and name != "plmctl.yaml" and "metadata: {name: " in text:
            files[name] = text.replace("metadata: {", leaks.filled(said), 1)
    folder.commit(files, leaks.filled("Begin SECRET"))
    make_release(folder)
    made_locks(folder)
    greet = leaks.filled("Greet {{name}} with SECRET.\n")
    path = "applications/desk.yaml"
    gone = leaks.filled("metadata: {yanked: [{version: 1.0.0, reason: 'SECRET'}], ")
    desk = (folder.path / path).read_text().replace("metadata: {", gone)
    folder.commit({"prompts/greet.md": greet, path: desk}, leaks.filled("Greet SECRET"))
    make_release(folder)
    path = "environments/production.yaml"
    hold = leaks.filled("  hold: {desk: {reason: 'SECRET', until: 2999-01-01}}\n")
    folder.commit({path: (folder.path / path).read_text() + hold}, leaks.filled("Hold SECRET"))
    folder.write("prompts/greet.md", leaks.filled("Now greet {{name}} with SECRET.\n"))
    return folder, tuple(leaks.secrets)


MASKED = {
    "list": 0,
    "list --format json": 0,
    "list --versions": 0,
    "show prompt/greet": 0,
    "show prompt/greet --format json": 0,
    "show application/desk@1.0.0": 0,
    "show environment/production": 0,
    "graph": 0,
    "graph --format json": 0,
    "log prompt/greet": 0,
    "log prompt/greet --format json": 0,
    "impact model/small": 0,
    "impact model/small --format json": 0,
    "find DIGEST": 0,
    "find DIGEST --format json": 0,
    "status": 0,
    "status --format json": 0,
    "history production": 0,
    "history production --format json": 0,
    "changelog": 0,
    "changelog --format json": 0,
    "diff": 0,
    "diff HEAD~2 HEAD --format html": 0,
    "validate": 0,
    "rules": 0,
    "rules --format json": 0,
    "explain LNT027": 0,
    "codeowners --check": 2,
    "verify": 0,
    "lock --check": 0,
    "lock --update desk": 1,
    "promote desk --to production": 1,
    "release --dry-run": 1,
}


@pytest.mark.parametrize("command", MASKED)
def test_no_listing_has_more_than_four_characters_of_a_secret(
    command: str, leaky: tuple[Folder, tuple[str, ...]]
) -> None:
    folder, secrets = leaky
    lock = json.loads((folder.path / LOCK).read_bytes())
    words = command.replace("DIGEST", lock["artifacts"]["prompt/greet"]["digest"]).split()
    said = plmctl(folder.path, *words)
    assert said.code == MASKED[command], said
    parts = [secret.removeprefix("glpat-")[4:12] for secret in secrets]
    assert [part for part in parts if part in said.out + said.err] == []


def test_a_render_and_a_bundle_are_what_was_written(
    leaky: tuple[Folder, tuple[str, ...]], tmp_path: Path
) -> None:
    folder, secrets = leaky
    said = plmctl(folder.path, "render", "prompt/greet", "--input", "name=Ada")
    assert (said.code, f"{secrets[-1]}." in said.out) == (0, True)
    bundle = tmp_path / "bundle.json"
    assert plmctl(folder.path, "bundle", "--lock", LOCK, "-o", str(bundle)).code == 0
    assert sum(secret.encode() in bundle.read_bytes() for secret in secrets) > 5
