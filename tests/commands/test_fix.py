from collections.abc import Mapping
from pathlib import Path

import pytest

from plmctl.commands.fix import fix
from plmctl.commands.validate import ValidateOptions, validate
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.report import Report
from plmctl.git.disk import spare_name
from tests.commands.builder import footprint, told
from tests.commands.ground import folder_at, opened
from tests.git.builder import Folder

HEAD = "apiVersion: plmctl/v1\nkind: "
MODEL = f"""{HEAD}Model
metadata: {{name: small-chat}}
spec: {{provider: openai, model: gpt-4o-mini-2024-07-18}}
"""
PARTIAL = f"{HEAD}Partial\nmetadata: {{name: voice, formerly: [tone]}}\nspec: {{content: Be kind.}}\n"
PROMPT = f"""{HEAD}Prompt
metadata:
  name: greet
spec:
  model: small-chat
  inputs:
    type: object
    properties: {{customer: {{type: object, properties: {{surname: {{type: string}}}}}}, photo: {{}}}}
  messages:
    - role: system
      content: |
        {{{{> voice}}}}
        {{{{#customer}}}}{{{{surname}}}}{{{{/customer}}}} {{{{customer.surname}}}}
    - role: user
      content: [{{image: photo}}]
"""


def reading(name: str, declared: str) -> str:
    """A prompt with a text file, which declares one input."""
    inputs = f"{{type: object, properties: {{{declared}: {{}}}}}}"
    spec = f"{{model: small-chat, inputs: {inputs}, messages: [{{role: user, contentFile: text.md}}]}}"
    return f"{HEAD}Prompt\nmetadata: {{name: {name}}}\nspec: {spec}\n"


def folder_with(path: Path, files: Mapping[str, str]) -> Folder:
    path.mkdir()
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    settings = f"{HEAD}Registry\nmetadata: {{name: acme}}\n"
    folder.commit({"plmctl.yaml": settings, "models/m.yaml": MODEL, "partials/voice.yaml": PARTIAL, **files})
    return folder


def fixed(folder: Folder, *paths: str) -> Report:
    with opened(folder) as repo:
        return fix(repo, ValidateOptions(paths=paths, today="2026-03-04"))


def read(folder: Folder, path: str) -> str:
    return (folder.path / path).read_bytes().decode()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("kind: Prompt", "kind: Promt"),
        ("  messages:", "  mesages:"),
        ("  name: greet", "  nmae: greet"),
        ("role: system", "role: sytem"),
        ("role: user", "role: 'USER'"),
        ("model: small-chat", "model: smal-chat # why"),
        ("model: small-chat", 'model: "model/small-caht"'),
        ("{{> voice}}", "{{>  vioce }}"),
        ("{{> voice}}", "{{> tone}}"),
        ("{{customer.surname}}", "{{custommer.surname}}"),
        ("{{customer.surname}}", "{{customer.sur_name}}"),
        ("{{#customer}}{{surname}}{{/customer}}", "{{#custmer}}{{surname}}{{/custmer}}"),
        ("image: photo", "image: phoot"),
    ],
)
def test_what_can_mean_one_thing_only_is_written(tmp_path: Path, right: str, wrong: str) -> None:
    assert right in PROMPT
    folder = folder_with(tmp_path / "r", {"prompts/greet.yaml": PROMPT.replace(right, wrong)})
    with opened(folder) as repo:
        before = validate(repo, ValidateOptions())
    assert any(note.endswith("can be fixed with 'plmctl validate --fix'") for note in before.notes)
    report = fixed(folder)
    assert told(report) == []
    kept = wrong.partition(" #")[1:]
    styled = right.replace("user", "'user'") if "'" in wrong else right
    styled = styled.replace("small-chat", '"model/small-chat"') if '"' in wrong else styled
    styled = styled.replace("> voice", ">  voice ") if "> " in wrong and "vioce" in wrong else styled
    assert read(folder, "prompts/greet.yaml") == PROMPT.replace(right, styled + "".join(kept))
    assert report.data is not None
    assert len(report.done) == 1 + (2 if "/cust" in wrong else 1)


def test_it_tells_each_place_and_goes_on_until_nothing_is_left(tmp_path: Path) -> None:
    text = (
        PROMPT.replace("kind: Prompt", "kind: Promt")
        .replace("messages", "mesages")
        .replace("role: system", "role: sytem")
    )
    folder = folder_with(tmp_path / "r", {"prompts/greet.yaml": text})
    report = fixed(folder)
    assert report.done == (
        "prompts/greet.yaml:2: Promt -> Prompt",
        "prompts/greet.yaml:10: mesages -> messages",
        "prompts/greet.yaml:11: sytem -> system",
        "fixed 3 in 1 file",
    )
    assert (report.findings, report.summary) == ((), {"manifests": 3})
    assert report.data == {
        "fixed": [
            {"path": "prompts/greet.yaml", "line": 2, "column": 7, "old": "Promt", "new": "Prompt"},
            {"path": "prompts/greet.yaml", "line": 10, "column": 3, "old": "mesages", "new": "messages"},
            {"path": "prompts/greet.yaml", "line": 11, "column": 13, "old": "sytem", "new": "system"},
        ]
    }
    assert read(folder, "prompts/greet.yaml") == PROMPT


def test_nothing_to_fix_writes_nothing(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "r", {"prompts/greet.yaml": PROMPT})
    before = footprint(folder.path)
    report = fixed(folder)
    assert (report.done, report.data, footprint(folder.path)) == ((), {"fixed": []}, before)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("  model: small-chat", "  model: small-chat\n  modle: small-chat"),
        ("  model: small-chat", "  modle: small-chat\n  moddel: small-chat"),
        ("model: small-chat", "model: small-chat-2"),
        ("model: small-chat", "model: nobody"),
        ("    - role: system\n", "    - role: system\n      temperature: 1\n"),
        ("{{customer.surname}}", "{{name}}"),
        ("kind: Prompt", "kind: Thing"),
    ],
)
def test_what_can_mean_several_things_is_left_as_it_is(tmp_path: Path, right: str, wrong: str) -> None:
    folder = folder_with(tmp_path / "r", {"prompts/greet.yaml": PROMPT.replace(right, wrong)})
    before = footprint(folder.path)
    report = fixed(folder)
    assert report.findings
    assert (report.done, footprint(folder.path)) == ((), before)


def test_wire_words_become_ours(tmp_path: Path) -> None:
    text = MODEL.replace("small-chat", "big").replace(
        "}\n", ", parameters: {top_p: 1, max_tokens: 9, 'stop_sequences': []}}\n"
    )
    folder = folder_with(tmp_path / "r", {"models/big.yaml": text})
    fixed(folder)
    assert "{topP: 1, maxOutputTokens: 9, 'stop': []}" in read(folder, "models/big.yaml")


def test_a_text_that_is_included_is_fixed_once(tmp_path: Path) -> None:
    files = {f"prompts/{name}.yaml": reading(name, "surname") for name in ("a", "b")}
    folder = folder_with(
        tmp_path / "r", {**files, "prompts/text.md": "\ufeffDear\r\n{{surnmae}} {{> vocie}}\r\n"}
    )
    assert fixed(folder).done == (
        "prompts/text.md:2: surnmae -> surname",
        "prompts/text.md:2: vocie -> voice",
        "fixed 2 in 1 file",
    )
    assert read(folder, "prompts/text.md") == "\ufeffDear\r\n{{surname}} {{> voice}}\r\n"


def test_a_text_that_another_artifact_reads_otherwise_is_left(tmp_path: Path) -> None:
    files = {
        "prompts/a.yaml": reading("a", "surname"),
        "prompts/b.yaml": reading("b", "surnames"),
        "prompts/text.md": "{{surnames}}\n",
    }
    folder = folder_with(tmp_path / "r", files)
    before = footprint(folder.path)
    report = fixed(folder)
    assert ([f.code for f in report.findings], [bool(f.fix) for f in report.findings]) == (
        ["TPL002", "TPL001"],
        [False, True],
    )
    assert footprint(folder.path) == before


def test_a_text_that_two_artifacts_would_mend_otherwise_is_left(tmp_path: Path) -> None:
    files = {
        "prompts/a.yaml": reading("a", "surname"),
        "prompts/b.yaml": reading("b", "surnamed"),
        "prompts/text.md": "{{surnamee}}\n",
    }
    folder = folder_with(tmp_path / "r", files)
    before = footprint(folder.path)
    assert fixed(folder).done == ()
    assert footprint(folder.path) == before


def test_a_text_in_which_the_place_is_not_exact_is_left(tmp_path: Path) -> None:
    files = {"prompts/a.yaml": reading("a", "surname"), "prompts/text.md": "Cafe\u0301 {{surnmae}}\n"}
    folder = folder_with(tmp_path / "r", files)
    before = footprint(folder.path)
    report = fixed(folder)
    assert [f.code for f in report.findings if f.fix] == ["TPL001"]
    assert (report.done, footprint(folder.path)) == ((), before)


def test_keys_that_name_an_artifact_are_fixed(tmp_path: Path) -> None:
    desk = f"{HEAD}Application\nmetadata: {{name: desk}}\nspec: {{uses: [model/small-chat]}}\n"
    live = f"{HEAD}Environment\nmetadata: {{name: live}}\nspec:\n  pins:\n    deks: ^1.0\n"
    folder = folder_with(tmp_path / "r", {"applications/desk.yaml": desk, "environments/live.yaml": live})
    assert fixed(folder).done[0] == "environments/live.yaml:6: deks -> desk"
    assert read(folder, "environments/live.yaml") == live.replace("deks", "desk")


def test_a_replacement_is_fixed(tmp_path: Path) -> None:
    old = MODEL.replace(
        "name: small-chat", "name: old, deprecation: {since: '2026-01-01', replacedBy: smal-chat}"
    )
    folder = folder_with(tmp_path / "r", {"models/old.yaml": old})
    fixed(folder)
    assert read(folder, "models/old.yaml") == old.replace("smal-chat", "small-chat")


def test_paths_narrow_what_is_fixed(tmp_path: Path) -> None:
    wrong = PROMPT.replace("messages", "mesages")
    folder = folder_with(
        tmp_path / "r", {"prompts/a.yaml": wrong, "prompts/b.yaml": wrong.replace("greet", "b")}
    )
    assert fixed(folder, "prompts/b.yaml").done == (
        "prompts/b.yaml:10: mesages -> messages",
        "fixed 1 in 1 file",
    )
    assert read(folder, "prompts/a.yaml") == wrong


def test_a_file_of_a_checkout_keeps_its_line_ends(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "r", {"prompts/greet.yaml": PROMPT.replace("messages", "mesages")})
    folder.git("config", "core.autocrlf", "true")
    folder.write("prompts/greet.yaml", PROMPT.replace("messages", "mesages").replace("\n", "\r\n"))
    fixed(folder)
    assert read(folder, "prompts/greet.yaml") == PROMPT.replace("\n", "\r\n")


def test_a_file_that_is_not_checked_out_is_told(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "r", {"prompts/greet.yaml": PROMPT.replace("messages", "mesages")})
    folder.git("update-index", "--skip-worktree", "prompts/greet.yaml")
    (folder.path / "prompts" / "greet.yaml").unlink()
    with pytest.raises(PlmctlError) as error:
        fixed(folder)
    assert error.value.message == "prompts/greet.yaml cannot be edited: no such file or directory"


@pytest.mark.parametrize("options", [ValidateOptions(revision="HEAD"), ValidateOptions(is_staged=True)])
def test_another_tree_than_the_work_tree_is_refused(tmp_path: Path, options: ValidateOptions) -> None:
    folder = folder_with(tmp_path / "r", {"prompts/greet.yaml": PROMPT.replace("messages", "mesages")})
    with opened(folder) as repo, pytest.raises(UsageError) as error:
        fix(repo, options)
    assert error.value.message == "--fix changes the work tree, and --rev and --staged name another tree"
    with opened(folder) as repo:
        assert validate(repo, options).notes == ()


def test_an_error_says_what_was_written(tmp_path: Path) -> None:
    wrong = PROMPT.replace("messages", "mesages")
    folder = folder_with(
        tmp_path / "r", {"prompts/a.yaml": wrong, "prompts/b.yaml": wrong.replace("greet", "b")}
    )
    (folder.path / ".git" / spare_name("prompts/b.yaml")).mkdir()
    with pytest.raises(PlmctlError) as error:
        fixed(folder)
    assert (error.value.message, error.value.hint) == (
        "cannot write prompts/b.yaml: Is a directory",
        "already written: prompts/a.yaml; 'git diff' shows it",
    )
    (folder.path / ".git" / spare_name("prompts/b.yaml")).rmdir()
    (folder.path / "prompts" / "b.yaml").write_text("kind: Prompt\n", encoding="utf-8")
    folder.write("prompts/a.yaml", wrong)
    (folder.path / ".git" / spare_name("prompts/a.yaml")).mkdir()
    with pytest.raises(PlmctlError) as error:
        fixed(folder)
    assert error.value.hint == "nothing was written"


def test_files_that_are_not_read_are_named(tmp_path: Path) -> None:
    files = {f"prompts/n{n}.yaml": "a: 1\n" for n in range(6)} | {
        "src/a.yaml": PROMPT,
        "src/other.yaml": "a: 1\n",
        "src/large.yaml": "#" * 1024 * 1024 + "\n",
    }
    folder = folder_with(tmp_path / "r", files)
    with opened(folder) as repo:
        notes = validate(repo, ValidateOptions()).notes
    skipped, outside = notes
    assert skipped == (
        "6 YAML files are no manifests of plmctl, skipped: "
        "prompts/n0.yaml, prompts/n1.yaml, prompts/n2.yaml, prompts/n3.yaml, prompts/n4.yaml and 1 more"
    )
    assert outside == (
        "1 manifest is where none is looked for, and not read: src/a.yaml; "
        "move it, or name the folder in 'spec.manifests.include' of plmctl.yaml"
    )
    folder.write("src/b.yaml", PROMPT)
    folder.write(
        "plmctl.yaml",
        f"{HEAD}Registry\nmetadata: {{name: acme}}\nspec: {{manifests: {{exclude: ['src/a.yaml']}}}}\n",
    )
    (folder.path / "prompts" / "n0.yaml").unlink()
    with opened(folder) as repo:
        _, outside = validate(repo, ValidateOptions()).notes
    assert outside.startswith("1 manifest is where none is looked for, and not read: src/b.yaml;")
