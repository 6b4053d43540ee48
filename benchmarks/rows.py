"""What is measured: each row of budgets.md with its peer, and commands without one."""

import json
import re
import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from benchmarks.data import shelf
from benchmarks.manifests import FOLDERS
from benchmarks.measure import Command, Failed, nothing
from benchmarks.results import Allowed
from benchmarks.scene import PROJECT, Scene, hello

TARGETED = 10_000
THOUSAND = (1_000,)
BOTH = (1_000, 10_000)
STAGED = "prompts/team-0003/prompt-2.yaml"
ALL = (1_000, 10_000, 100_000)
PEERS = PROJECT / "benchmarks" / "peers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A measurement, at each of its sizes, and what is asked of it."""

    name: str
    sizes: Sequence[int]
    pair: Callable[[Scene], tuple[Command, Command | None]]
    allowed: Allowed = field(default_factory=Allowed)

    def allowed_at(self, size: int) -> Allowed:
        """What is asked at a size: the numbers are for 10,000 manifests, and growth for any."""
        is_judged = size == min(TARGETED, max(self.sizes))
        return self.allowed if is_judged else Allowed(growth=self.allowed.growth)


def _version(scene: Scene) -> tuple[Command, Command]:
    return scene.command("plmctl", "--version"), hello(scene)


def _help(scene: Scene) -> tuple[Command, Command]:
    return scene.command("plmctl", "--help"), hello(scene)


def _hook(scene: Scene) -> tuple[Command, Command]:
    """Before each run the manifest is staged with a text that nobody has seen."""
    tree = _staged(scene)
    return _validating_staged(scene, tree, lambda: _stage(scene, tree)), hello(scene)


def _hook_again(scene: Scene) -> tuple[Command, Command]:
    return _validating_staged(scene, _staged(scene)), hello(scene)


def _validating_staged(scene: Scene, tree: Path, before: Callable[[], None] = nothing) -> Command:
    return scene.command("plmctl", "validate", "--staged", "--", STAGED, folder=tree, before=before)


def _staged(scene: Scene) -> Path:
    """A work tree in which one manifest is staged."""
    tree = scene.scratch / f"staged-{scene.count}"
    if not tree.exists():
        scene.git(scene.registry, "worktree", "prune")
        scene.git(scene.registry, "worktree", "add", "--quiet", "--detach", str(tree), "HEAD")
        _stage(scene, tree)
    return tree


def _stage(scene: Scene, tree: Path) -> None:
    """Stage another text of the manifest."""
    manifest = tree / STAGED
    text = manifest.read_text()
    manifest.write_text(re.sub("# Task.*", f"# Task {sha256(text.encode()).hexdigest()[:8]}", text, count=1))
    scene.git(tree, "add", STAGED)


def _validate_cold(scene: Scene) -> tuple[Command, Command]:
    return _validating(scene, scene.cold()), _check_jsonschema(scene)


def _validate_warm(scene: Scene) -> tuple[Command, Command]:
    return _validating(scene), scene.command("git", "status", "--porcelain", folder=scene.faulty)


def _validate_syntax(scene: Scene) -> tuple[Command, Command]:
    rules = "{rules: {key-duplicates: enable, anchors: enable}}"
    peer = scene.command("yamllint", "-d", rules, *FOLDERS.values(), folder=scene.faulty, exits=1)
    return _validating(scene, scene.cold()), peer


def _validating(scene: Scene, before: Callable[[], None] = lambda: None) -> Command:
    """Validating everything; each run has to find the planted errors and nothing else."""
    told = scene.told["planted"]
    assert isinstance(told, list)
    planted = sorted((error["path"], error["line"], error["code"]) for error in told)

    def check(output: bytes) -> None:
        places = [(f["location"], f["code"]) for f in json.loads(output)["findings"]]
        found = sorted((place["path"], place["line"], code) for place, code in places)
        if found != planted:
            raise Failed(f"{len(found)} findings where {len(planted)} errors were planted")

    return scene.command(
        "plmctl", "validate", "--format", "json", folder=scene.faulty, exits=1, before=before, check=check
    )


def _check_jsonschema(scene: Scene) -> Command:
    """One process for all files: a schema a kind would take 13, each with its start."""
    schemas = scene.scratch / "schemas"
    if not schemas.exists():
        shutil.copytree(PROJECT / "schemas", schemas)
        each = [
            {"if": {"properties": {"kind": {"const": kind}}}, "then": {"$ref": f"{kind.lower()}.json"}}
            for kind in FOLDERS
        ]
        (schemas / "all.json").write_text(json.dumps({"type": "object", "required": ["kind"], "allOf": each}))
    whole = schemas / "all.json"
    # More arguments than a system takes at once go through xargs, as pre-commit does it too.
    line = (
        f"find {' '.join(FOLDERS.values())} -name '*.yaml' -print0 | xargs -0 -n 20000 check-jsonschema "
        f"--base-uri {shlex.quote(whole.as_uri())} --schemafile {shlex.quote(str(whole))}"
    )
    return scene.command(
        "sh",
        "-c",
        line,
        folder=scene.faulty,
        # xargs: a command exited with something from 1 to 125.
        exits=123,
        shown="find FOLDERS -name '*.yaml' -print0 | xargs -0 check-jsonschema --schemafile all.json",
    )


def _diff(scene: Scene) -> tuple[Command, Command]:
    peer = scene.command(
        "python",
        PEERS / "documents.py",
        "HEAD~1",
        "HEAD",
        shown="git diff HEAD~1 HEAD --stat, 40 documents parsed",
    )
    return scene.command("plmctl", "diff", "HEAD~1", "HEAD"), peer


def _versions_gto(scene: Scene) -> tuple[Command, Command]:
    return scene.command("plmctl", "list", "--versions"), scene.command("gto", "show", "--plain")


def _versions_raw(scene: Scene) -> tuple[Command, Command]:
    hey = shlex.join(hello(scene).arguments)
    fields = "%(refname) %(objectname) %(*objectname) %(contents)"
    line = f"git for-each-ref --format='{fields}' refs/tags >/dev/null; {hey}"
    peer = scene.command("sh", "-c", line, shown="git for-each-ref with contents; python hello.py")
    return scene.command("plmctl", "list", "--versions"), peer


def _changed(scene: Scene) -> list[str]:
    changed = scene.told["changed"]
    assert isinstance(changed, list)
    return changed


def _dry_run(scene: Scene) -> tuple[Command, Command]:
    ours = scene.command(
        "plmctl", "release", "--dry-run", *_changed(scene), shown="plmctl release --dry-run ID... (20)"
    )
    return ours, scene.command("plmctl", "diff", "HEAD~1", "HEAD")


def _verify(scene: Scene) -> tuple[Command, Command]:
    commit = scene.git(scene.registry, "log", "-1", "--format=%H", "--", "plm.lock").strip()
    peer = scene.command(
        "python", PEERS / "hashes.py", "plm.lock", commit, shown="git cat-file --batch, hashed by Python"
    )
    return scene.command("plmctl", "verify", "plm.lock"), peer


def _data(scene: Scene) -> tuple[Command, Command]:
    tree = shelf(scene)
    return scene.command("plmctl", "data", "status", folder=tree), scene.command("dvc", "status", folder=tree)


def _data_cold(scene: Scene) -> tuple[Command, Command]:
    ours, peer = _data(scene)
    return replace(ours, before=scene.cold()), peer


def _service(scene: Scene) -> tuple[Command, Command]:
    made = scene.scratch
    scene.ran(PROJECT, "python", "-m", "benchmarks.runtime", "make", str(made))
    ours, peer = (
        scene.command(
            "python", "-m", "benchmarks.runtime", verb, made / file, folder=PROJECT, reports=True, shown=shown
        )
        for verb, file, shown in (
            ("load", "bundle.plmz", "plmctl.runtime.load(...).prompt(...).render(...)"),
            ("parse", "bundle.json", "json.loads(...)"),
        )
    )
    return ours, peer


def _import(scene: Scene) -> tuple[Command, Command]:
    return scene.command("python", "-c", "import plmctl.runtime"), scene.command("python", "-c", "pass")


def _render(case: str, engine: str) -> Callable[[Scene], tuple[Command, Command]]:
    def pair(scene: Scene) -> tuple[Command, Command]:
        ours, peer = (
            scene.command(
                "python",
                "-m",
                "benchmarks.rendering",
                name,
                case,
                folder=PROJECT,
                reports=True,
                shown=f"{name}: {case}",
            )
            for name in ("plmctl", engine)
        )
        return ours, peer

    return pair


def _alone(*words: str) -> Callable[[Scene], tuple[Command, None]]:
    return lambda scene: (scene.command("plmctl", *words), None)


def _released(scene: Scene) -> tuple[Command, None]:
    tree, restore = _scratch(scene)
    ours = scene.command(
        "plmctl",
        "release",
        "--yes",
        *_changed(scene),
        folder=tree,
        after=restore,
        shown="plmctl release --yes ID... (20)",
    )
    return ours, None


def _promoted(scene: Scene) -> tuple[Command, None]:
    tree, restore = _scratch(scene)
    told = scene.told["promotable"]
    assert isinstance(told, list)
    application, environment = told
    words = ("promote", application, "--to", environment, "--yes")
    return scene.command("plmctl", *words, folder=tree, after=restore), None


def _scratch(scene: Scene) -> tuple[Path, Callable[[], None]]:
    """A copy of the repository, and what brings it back to where it was."""
    tree = scene.scratch / f"copy-{scene.count}"
    if not tree.exists():
        shutil.copytree(scene.registry, tree, symlinks=True)
        scene.git(tree, "worktree", "prune")
        scene.git(tree, "status", "--short")
    before = _refs(scene, tree)

    def restore() -> None:
        after = _refs(scene, tree)
        lines = [f"delete {name}\n" for name in after.keys() - before.keys()]
        if lines:
            (scene.scratch / "refs").write_text("".join(lines))
            command = f"git update-ref --stdin < {shlex.quote(str(scene.scratch / 'refs'))}"
            scene.git(tree, "-c", f"alias.undo=!{command}", "undo")
        scene.git(tree, "reset", "--quiet", "--hard", before["refs/heads/main"])

    return tree, restore


def _refs(scene: Scene, tree: Path) -> Mapping[str, str]:
    lines = scene.git(tree, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return dict(line.split(" ") for line in lines)


PROMPT = "prompt/team-0001/prompt-1"
ROWS = (
    Row(name="--version", sizes=THOUSAND, pair=_version, allowed=Allowed(ratio=1.3)),
    Row(name="--help", sizes=THOUSAND, pair=_help, allowed=Allowed(ratio=1.3)),
    Row(name="hook: validate one staged manifest, warm", sizes=BOTH, pair=_hook, allowed=Allowed(ratio=3)),
    Row(name="hook: the same again", sizes=BOTH, pair=_hook_again, allowed=Allowed(ratio=3)),
    Row(name="validate, cold", sizes=BOTH, pair=_validate_cold, allowed=Allowed(ratio=1 / 25, mebibytes=600)),
    Row(name="validate, warm", sizes=ALL, pair=_validate_warm, allowed=Allowed(ratio=5, growth=10)),
    Row(name="diff, 20 changed", sizes=ALL, pair=_diff, allowed=Allowed(ratio=4, growth=1.5)),
    Row(name="list --versions, beside Git", sizes=BOTH, pair=_versions_raw, allowed=Allowed(ratio=4)),
    Row(name="release --dry-run, 20 changed", sizes=BOTH, pair=_dry_run, allowed=Allowed(ratio=2)),
    Row(name="verify a lock of 1,000", sizes=THOUSAND, pair=_verify, allowed=Allowed(ratio=5)),
    Row(name="data status, nothing changed", sizes=BOTH, pair=_data, allowed=Allowed(ratio=1 / 3)),
    Row(name="data status, cold", sizes=BOTH, pair=_data_cold),
    Row(name="load a bundle and render one", sizes=THOUSAND, pair=_service, allowed=Allowed(ratio=3)),
    Row(name="import plmctl.runtime", sizes=THOUSAND, pair=_import, allowed=Allowed(seconds=0.025)),
    *(
        Row(
            name=f"render {case}, beside {engine}",
            sizes=THOUSAND,
            pair=_render(case, engine),
            allowed=Allowed(ratio=1),
        )
        for case in ("ten values", "a list of 50 texts", "a list of 50 objects", "three partials")
        for engine in ("chevron", "jinja2")
    ),
    Row(name="list", sizes=BOTH, pair=_alone("list")),
    Row(name="show", sizes=BOTH, pair=_alone("show", PROMPT)),
    Row(name="graph", sizes=BOTH, pair=_alone("graph")),
    Row(name="graph of one", sizes=BOTH, pair=_alone("graph", PROMPT)),
    Row(name="log", sizes=BOTH, pair=_alone("log", PROMPT)),
    Row(name="impact", sizes=BOTH, pair=_alone("impact", "partial/team-0001/partial-2")),
    Row(name="status", sizes=BOTH, pair=_alone("status")),
    Row(name="history", sizes=BOTH, pair=_alone("history", "team-0001-development")),
    Row(name="release, 20 changed", sizes=BOTH, pair=_released),
    Row(name="promote", sizes=BOTH, pair=_promoted),
    # The peers of these take minutes.
    Row(name="list --versions, beside gto", sizes=BOTH, pair=_versions_gto, allowed=Allowed(ratio=1 / 50)),
    Row(name="validate, cold, beside a linter of syntax", sizes=BOTH, pair=_validate_syntax),
)
