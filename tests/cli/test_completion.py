import contextlib
from pathlib import Path

import pytest

from plmctl.cli.completion import answer
from plmctl.cli.program import program
from tests.cli.running import git, plmctl
from tests.cli.shells import in_bash, in_fish, in_zsh, shim, typed
from tests.commands.ground import FILES
from tests.programs import require

IDS = ["prompt/support/triage"]
DIFF = f"plmctl diff {IDS[0]}@1.0.0 {IDS[0]}"
BUMP = f"plmctl release --bump {IDS[0]}"


def answered(*words: str, at: Path) -> list[str]:
    """What plmctl answers to a shell in a folder."""
    with contextlib.chdir(at):
        return answer(program(), words).splitlines()


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    return shim(tmp_path / "bin")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["sho"], ["show\tShow one artifact: identity, neighbours, versions, text."]),
        (["show", "prompt/support/tr"], IDS),
        (["show", "prompt/support/triage@"], ["prompt/support/triage@1.0.0"]),
        (["show", "prompt/support/triage@1.0.0", ""], []),
        (["show", "nothing/"], []),
        (["render", "prompt/support/tr"], IDS),
        (["render", "model/"], []),
        (["render", "prompt/support/triage@"], ["prompt/support/triage@1.0.0"]),
        (["render", "support/triage", "--sample", ""], ["lost-parcel", "no-channel"]),
        (["render", "prompt/support/triage@1.0.0", "--sample=l"], ["--sample=lost-parcel"]),
        (["render", "--sample", ""], []),
        (["render", "--as", ""], ["text", "json", "openai", "anthropic", "litellm"]),
        (["render", "--format=o"], ["--format=openai"]),
        (["--color", "a"], ["auto", "always"]),
        (["--color", "never", "show", "prompt/support/tr"], IDS),
        (["lock", "p"], ["production"]),
        (["lock", "production", ""], ["agent-desk", "support-bot"]),
        (["lock", "--update", "support-bot@"], ["support-bot@1.0.0"]),
        (["release", "--yes", "prompt/support/tr"], IDS),
        (["release", "prompt/support/reply", "prompt/support/tr"], IDS),
        (["release", "--bump", "prompt/support/triage=m"], [f"{IDS[0]}=major", f"{IDS[0]}=minor"]),
        (["diff", ""], ["main", "v1.0.0"]),
        (["diff", "prompt/support/triage@"], ["prompt/support/triage@1.0.0"]),
        (["diff", "--", "prompt/support/tr"], IDS),
        (["new", "p"], ["prompt", "partial", "provider"]),
        (
            ["explain", "ref00"],
            ["ref001", "ref002", "ref003", "ref004", "ref005", "ref006", "ref007", "ref008", "ref009"],
        ),
        (["explain", "REF009"], ["REF009"]),
        (["verify", ""], ["v1.0.0", ":files"]),
        (["validate", "x"], [":files"]),
        (["init", ""], [":folders"]),
        (["validate", "--format", "c"], ["concise"]),
        (["validate", "--format=c"], ["--format=concise"]),
        (["validate", "--st"], ["--staged\tValidate what is staged."]),
        (["validate", "--", "--st"], [":files"]),
        (["validate", "--unknown=", ""], [":files"]),
        (["completion", "z"], ["zsh"]),
        (["nonsense", ""], []),
    ],
)
def test_a_word_that_was_begun_is_completed(released: Path, words: list[str], expected: list[str]) -> None:
    found = answered(*words, at=released)
    assert [f.partition("\t")[0] for f in found] == [e.partition("\t")[0] for e in expected]
    assert [f for f, e in zip(found, expected, strict=True) if "\t" in e] == [
        e for e in expected if "\t" in e
    ]


def test_a_name_that_a_shell_could_run_is_not_offered(released: Path) -> None:
    for name in ("v1.0.0$(touch${IFS}x)", "v1;touch${IFS}x", "v1\u202ex", "v1`x`"):
        git("tag", name, at=released)
    assert answered("diff", "v1", at=released) == ["v1.0.0"]


def test_the_commands_and_their_meanings_are_offered(tmp_path: Path) -> None:
    found = answered("", at=tmp_path)
    assert found[0] == "init\tBegin a registry: first manifests, hooks, editor settings."
    assert len(found) > 10
    assert answered(at=tmp_path) == found


@pytest.mark.parametrize("registry", ["", "kind: [\n"])
def test_the_program_answers_and_says_nothing_else(tmp_path: Path, registry: str) -> None:
    git("init", "-q", at=tmp_path)
    (tmp_path / "plmctl.yaml").write_text(registry, encoding="utf-8")
    for words, out in (
        (["sho"], "show\tShow one artifact: identity, neighbours, versions, text.\n"),
        (["show", ""], ""),
    ):
        done = plmctl(*words, at=tmp_path, _PLMCTL_COMPLETE="1")
        assert (done.code, done.out, done.err) == (0, out, "")


def test_another_folder_is_looked_into(released: Path, tmp_path: Path) -> None:
    assert answered("-C", str(released), "show", "prompt/support/tr", at=tmp_path) == IDS
    assert answered("-C", str(tmp_path / "nowhere"), "show", "", at=released) == []


@pytest.mark.parametrize("text", [None, "", "kind: [\n", "kind: Registry\n"])
def test_nothing_is_offered_where_no_registry_can_be_read(tmp_path: Path, text: str | None) -> None:
    git("init", "-q", at=tmp_path)
    if text is not None:
        (tmp_path / "plmctl.yaml").write_text(text, encoding="utf-8")
    assert answered("show", "", at=tmp_path) == []
    assert answered("show", "prompt/a@", at=tmp_path) == []


def test_outside_a_repository_there_are_kinds_and_codes_only(tmp_path: Path) -> None:
    assert answered("show", "", at=tmp_path) == []
    assert answered("diff", "", at=tmp_path) == []
    assert answered("lock", "", at=tmp_path) == []
    assert answered("list", "con", at=tmp_path) == ["contextpolicy"]
    assert answered("explain", "REF001", at=tmp_path) == ["REF001"]


def test_a_manifest_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    git("init", "-q", at=tmp_path)
    for name in ("plmctl.yaml", "models/small.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    (tmp_path / "models/broken.yaml").write_bytes(b"\xff: [")
    (tmp_path / "models/link.yaml").symlink_to("nowhere")
    assert answered("show", "", at=tmp_path) == ["model/small"]


def test_nothing_is_written_for_a_completion(released: Path) -> None:
    before = git("status", "--porcelain", "--ignored", at=released)
    answered("show", "", at=released)
    assert git("status", "--porcelain", "--ignored", at=released) == before


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_has_a_script(tmp_path: Path, shell: str) -> None:
    done = plmctl("completion", shell, at=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert "_PLMCTL_COMPLETE" in done.out


def test_a_shell_without_a_script_is_refused(tmp_path: Path) -> None:
    done = plmctl("completion", "tcsh", at=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "'bash', 'zsh', 'fish', 'powershell'" in done.err


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("plmctl sho", ["show"]),
        ("plmctl show prompt/support/tr", IDS),
        # Bash has divided it at the '@', and replaces it and what is behind it.
        ("plmctl show prompt/support/triage@", ["@1.0.0"]),
        ("plmctl show prompt/support/triage@1.", ["@1.0.0"]),
        ("plmctl validate --format=c", ["concise"]),
        ("plmctl validate --format=", ["text", "concise", "json", "markdown", "github", "sarif", "junit"]),
        ("plmctl release --bump prompt/support/triage=m", ["major", "minor"]),
        ("plmctl lock production ", ["agent-desk", "support-bot"]),
        ("plmctl diff HEAD -- prompt/support/tr", IDS),
        ("plmctl validate plm", ["plmctl.yaml"]),
        ("plmctl validate 'plm", []),
        ("plmctl -C / show prompt/", []),
    ],
)
def test_bash_completes(released: Path, bin_folder: Path, line: str, expected: list[str]) -> None:
    (released / "plm.lock").unlink(missing_ok=True)
    assert in_bash(line, released, bin_folder) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("plmctl show prompt/support/tr", "plmctl show prompt/support/triage "),
        ("plmctl show prompt/support/triage@", "plmctl show prompt/support/triage@1.0.0 "),
        ("plmctl show prompt/support/triage@1", "plmctl show prompt/support/triage@1.0.0 "),
        ("plmctl diff prompt/support/triage@1.0.0 prompt/support/triage@1.", f"{DIFF}@1.0.0 "),
        ("plmctl release --bump prompt/support/triage=ma", f"{BUMP}=major "),
        ("plmctl validate --format=c", "plmctl validate --format=concise "),
        ("plmctl lock --update support-bot@", "plmctl lock --update support-bot@1.0.0 "),
        ("plmctl validate plmctl.y", "plmctl validate plmctl.yaml "),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_a_tab_completes_the_line_of_a_terminal(
    released: Path, bin_folder: Path, shell: str, line: str, expected: str
) -> None:
    require(shell, shell)
    assert typed(shell, line, released, bin_folder) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("plmctl show prompt/support/tr", IDS),
        ("plmctl show prompt/support/triage@", ["prompt/support/triage@1.0.0"]),
        ("plmctl lock p", ["production"]),
        ("plmctl validate --format=c", ["--format=concise"]),
        ("plmctl validate plmctl", ["plmctl.yaml"]),
    ],
)
def test_fish_completes(released: Path, bin_folder: Path, line: str, expected: list[str]) -> None:
    require("fish", "fish")
    assert in_fish(line, released, bin_folder) == expected


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("plmctl show prompt/support/tr", "triage "),
        ("plmctl show prompt/support/triage@", "@1.0.0 "),
        ("plmctl validate --format=c", "=concise "),
        ("plmctl validate plmctl.y", "aml"),
        ("plmctl validate --f", "--format -- How to print."),
    ],
)
def test_zsh_completes(released: Path, bin_folder: Path, line: str, until: str) -> None:
    require("zsh", "zsh")
    assert until in in_zsh(line, released, bin_folder, until)
