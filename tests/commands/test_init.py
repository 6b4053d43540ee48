import json
from pathlib import Path

import pytest

from plmctl import __version__
from plmctl.commands.init import InitOptions, init
from plmctl.commands.validate import ValidateOptions, validate
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.kinds import BUILT_IN
from plmctl.core.schema import KINDS
from plmctl.core.starter import schema_text, workflow
from plmctl.git.initial import Ground
from tests.commands.ground import REGISTRY, begun, folder_at, opened, released, small_registry

SCHEMAS = sorted(f".plmctl/schemas/{kind.lower()}.json" for kind in (*KINDS, "Registry"))
WRITTEN = sorted(
    (
        ".gitattributes",
        ".pre-commit-config.yaml",
        ".vscode/settings.json",
        "environments/README.md",
        "models/gpt-4o-mini.yaml",
        "plmctl.yaml",
        "prompts/summarize.yaml",
        *SCHEMAS,
    )
)


def files_below(path: Path) -> list[str]:
    found = (file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
    return sorted(name for name in found if not name.startswith(".git/"))


def test_a_new_registry_in_an_empty_folder_validates_and_is_released(tmp_path: Path) -> None:
    folder = folder_at(tmp_path / "acme")
    report = begun(folder.path)
    assert files_below(folder.path) == WRITTEN
    assert folder.git("symbolic-ref", "HEAD") == "refs/heads/main"
    assert report.next == (
        "git add -A && git commit -m 'begin the registry'",
        "plmctl validate",
        "plmctl release",
    )
    folder.commit({})
    with opened(folder) as repo:
        checked = validate(repo, ValidateOptions(today="2026-03-04"))
    assert (checked.findings, checked.notes) == ((), ())
    assert released(folder) == "v1.0.0"
    assert folder.git("tag").splitlines() == ["model/gpt-4o-mini@v1.0.0", "prompt/summarize@v1.0.0", "v1.0.0"]


def test_it_says_what_was_written(tmp_path: Path) -> None:
    report = begun(tmp_path / "acme")
    assert report.done == (
        f"made a Git repository in {tmp_path.resolve() / 'acme'}, on the branch main",
        "wrote .pre-commit-config.yaml",
        "wrote .vscode/settings.json",
        "wrote .gitattributes",
        "wrote prompts/summarize.yaml",
        "wrote models/gpt-4o-mini.yaml",
        "wrote environments/README.md",
        "wrote plmctl.yaml",
        "wrote .plmctl/schemas/: 14 schemas for editors",
    )
    assert report.notes == ()


def test_the_schemas_for_editors_are_those_that_plmctl_prints(tmp_path: Path) -> None:
    begun(tmp_path / "acme")
    for kind in (*KINDS, "Registry"):
        file = tmp_path / "acme" / ".plmctl" / "schemas" / f"{kind.lower()}.json"
        text = file.read_text(encoding="utf-8")
        assert json.loads(text) == json.loads(schema_text(BUILT_IN.bundled(kind)))
        # One line: half the size.
        assert text.endswith("}\n")
        assert text.count("\n") == 1


def test_the_registry_has_the_name_of_its_folder(tmp_path: Path) -> None:
    begun(tmp_path / "My LLM -- Régistry!")
    text = (tmp_path / "My LLM -- Régistry!" / "plmctl.yaml").read_text(encoding="utf-8")
    assert "  name: my-llm-registry\n" in text


def test_a_folder_whose_name_says_nothing_is_called_registry(tmp_path: Path) -> None:
    assert begun(tmp_path / "日本").data == {
        "name": "registry",
        "folder": "",
        "written": [*WRITTEN_IN_ORDER],
    }


WRITTEN_IN_ORDER = [
    ".pre-commit-config.yaml",
    ".vscode/settings.json",
    ".gitattributes",
    "prompts/summarize.yaml",
    "models/gpt-4o-mini.yaml",
    "environments/README.md",
    *(f".plmctl/schemas/{kind.lower()}.json" for kind in (*KINDS, "Registry")),
    "plmctl.yaml",
]


def test_a_name_of_digits_stays_a_name(tmp_path: Path) -> None:
    folder = folder_at(tmp_path / "acme")
    begun(folder.path, "2026")
    with opened(folder) as repo:
        assert validate(repo, ValidateOptions()).findings == ()


@pytest.mark.parametrize("name", ["Acme", "a..b", "", "a" * 101, "-a"])
def test_a_bad_name_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as error:
        begun(tmp_path / "acme", name)
    assert error.value.message == f"'{name}' cannot be the name of a registry"
    assert error.value.hint == (
        "a name is lower case letters and digits, with '-' and '_' inside, in segments divided by '/',"
        " at most 100 characters"
    )
    assert not (tmp_path / "acme").exists()


def test_the_next_steps_name_the_folder_that_was_named(tmp_path: Path) -> None:
    with Ground(str(tmp_path / "a b")) as ground:
        report = init(ground, InitOptions(folder="a b"))
    assert report.next == (
        "git -C 'a b' add -A && git -C 'a b' commit -m 'begin the registry'",
        "plmctl -C 'a b' validate",
        "plmctl -C 'a b' release",
    )


def test_a_repository_that_has_other_things_keeps_them(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    others = {
        ".gitattributes": "*.png binary\nplm.lock text eol=lf linguist-generated",
        ".pre-commit-config.yaml": "repos: []\n",
        ".vscode/settings.json": '{"editor.tabSize": 2}\n',
        "environments/README.md": "Ours.\n",
        "src/main.py": "print()\n",
    }
    folder.commit(others)
    folder.write("notes.txt", "not to be committed\n")
    report = begun(tmp_path, "acme")
    kept = {name: (tmp_path / name).read_text(encoding="utf-8") for name in others}
    assert kept == {
        **others,
        ".gitattributes": "*.png binary\nplm.lock text eol=lf linguist-generated\n"
        "environments/**/*.lock text eol=lf\n"
        ".plmctl/schemas/*.json text eol=lf linguist-generated\n",
    }
    assert report.done[:6] == (
        "added 2 lines to .gitattributes",
        "kept environments/README.md, which is not the one that a new registry begins with",
        "wrote prompts/summarize.yaml",
        "wrote models/gpt-4o-mini.yaml",
        "wrote plmctl.yaml",
        "wrote .plmctl/schemas/: 14 schemas for editors",
    )
    assert report.done[6:10] == (
        "kept .pre-commit-config.yaml; add to it:",
        "  - repo: local",
        "    hooks:",
        "      - id: plmctl-validate",
    )
    assert report.done[31:34] == (
        "kept .vscode/settings.json; add to it:",
        '  "yaml.schemas": {',
        '    "./.plmctl/schemas/registry.json": [',
    )
    assert report.next[0] == (
        "git add :/.gitattributes :/.plmctl :/models :/plmctl.yaml :/prompts"
        " && git commit -m 'begin the registry'"
    )
    folder.git("add", "--", ":/.gitattributes", ":/.plmctl", ":/models", ":/plmctl.yaml", ":/prompts")
    folder.git("commit", "-q", "-m", "begin the registry")
    assert released(folder) == "v1.0.0"


def test_files_that_are_there_already_are_not_asked_for_again(tmp_path: Path) -> None:
    folder = folder_at(tmp_path / "acme")
    begun(folder.path)
    (folder.path / "plmctl.yaml").unlink()
    report = begun(folder.path)
    assert report.done == (
        "kept .pre-commit-config.yaml",
        "kept .vscode/settings.json",
        "kept .gitattributes",
        "kept prompts/summarize.yaml",
        "kept models/gpt-4o-mini.yaml",
        "kept environments/README.md",
        *(f"kept .plmctl/schemas/{kind.lower()}.json" for kind in (*KINDS, "Registry")),
        "wrote plmctl.yaml",
    )


def test_an_empty_gitattributes_gets_all_lines(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    folder.write(".gitattributes", "")
    begun(tmp_path, "acme")
    assert (tmp_path / ".gitattributes").read_text(encoding="utf-8") == (
        "plm.lock text eol=lf linguist-generated\n"
        "environments/**/*.lock text eol=lf\n"
        ".plmctl/schemas/*.json text eol=lf linguist-generated\n"
    )


def test_a_gitattributes_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    folder = folder_at(tmp_path / "repo")
    folder.path.mkdir()
    folder.git("init", "-q", "-b", "main")
    outside = tmp_path / "outside"
    outside.write_text("mine\n", encoding="utf-8")
    (folder.path / ".gitattributes").symlink_to(outside)
    report = begun(folder.path)
    assert outside.read_text(encoding="utf-8") == "mine\n"
    assert report.done[-4:] == (
        "kept .gitattributes; add to it:",
        "plm.lock text eol=lf linguist-generated",
        "environments/**/*.lock text eol=lf",
        ".plmctl/schemas/*.json text eol=lf linguist-generated",
    )


def test_a_registry_in_a_subfolder_has_hooks_and_editor_settings_at_the_top(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    folder.commit({"src/main.py": "print()\n"})
    report = begun(tmp_path / ".llm" / "registry")
    assert (tmp_path / ".pre-commit-config.yaml").is_file()
    assert (tmp_path / ".llm" / "registry" / ".gitattributes").is_file()
    settings = json.loads((tmp_path / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    assert settings["yaml.schemas"]["./.llm/registry/.plmctl/schemas/prompt.json"] == [
        ".llm/registry/prompts/**/*.yaml",
        ".llm/registry/prompts/**/*.yml",
    ]
    assert report.next[0] == (
        "git add :/.llm :/.pre-commit-config.yaml :/.vscode && git commit -m 'begin the registry'"
    )
    folder.commit({})
    with opened(folder) as repo:
        checked = validate(repo, ValidateOptions(today="2026-03-04"))
    assert (checked.findings, checked.summary) == ((), {"manifests": 2})
    assert released(folder) == "v1.0.0"


def test_a_second_registry_in_a_repository_is_refused(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    folder.commit({"llm/plmctl.yaml": "x: 1\n"})
    with pytest.raises(UsageError) as error:
        begun(tmp_path / "other")
    assert (error.value.message, error.value.exit_code) == ("there is a registry already: llm/plmctl.yaml", 2)
    assert not (tmp_path / "other").exists()


def test_a_registry_that_is_in_no_repository_is_refused_and_no_repository_made(tmp_path: Path) -> None:
    (tmp_path / "llm").mkdir()
    (tmp_path / "llm" / "plmctl.yaml").write_text("x: 1\n", encoding="utf-8")
    with pytest.raises(UsageError, match="there is a registry already"):
        begun(tmp_path)
    assert not (tmp_path / ".git").exists()


@pytest.mark.parametrize(
    ("tags", "form"),
    [
        (["v1.2.3"], "registry-v{version}"),
        (["v1.2.3", "registry-v0.1.0"], "acme-registry-v{version}"),
        (["v1.2.3", "registry-v0.1.0", "acme-registry-v1.0.0"], "acme-registry-v{version}"),
        (["release-1.2.3", "vendor"], "v{version}"),
    ],
)
def test_registry_tags_keep_clear_of_the_tags_that_are_there(
    tmp_path: Path, tags: list[str], form: str
) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    folder.commit({"a.txt": "a\n"})
    for tag in tags:
        folder.git("tag", tag)
    begun(tmp_path, "acme")
    assert f"    tag: {form}\n" in (tmp_path / "plmctl.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("branches", "expected"),
    [
        (["trunk"], "trunk"),
        (["master", "topic"], "master"),
        (["main", "topic"], "main"),
        (["remote:origin/main", "topic"], "main"),
    ],
)
def test_releases_are_made_on_the_branch_that_the_repository_has(
    tmp_path: Path, branches: list[str], expected: str
) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "start")
    commit = folder.commit({"a.txt": "a\n"})
    for branch in branches:
        if branch.startswith("remote:"):
            folder.git("update-ref", f"refs/remotes/{branch.removeprefix('remote:')}", commit)
        else:
            folder.git("checkout", "-q", "-b", branch)
    begun(tmp_path, "acme")
    assert f"    branches: [{expected}]\n" in (tmp_path / "plmctl.yaml").read_text(encoding="utf-8")


def test_a_detached_head_is_taken_for_main(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "trunk")
    folder.commit({"a.txt": "a\n"})
    folder.git("checkout", "-q", "--detach")
    begun(tmp_path, "acme")
    assert "    branches: [main]\n" in (tmp_path / "plmctl.yaml").read_text(encoding="utf-8")


def test_it_says_what_git_ignores(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    folder.commit({".gitignore": ".vscode/\n"})
    assert begun(tmp_path, "acme").notes == (
        "Git ignores .vscode/settings.json: commit with 'git add --force', or change '.gitignore'",
    )


def test_an_ignored_file_is_not_overwritten(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    folder.commit({".gitignore": ".vscode/\n"})
    folder.write(".vscode/settings.json", "{}\n")
    begun(tmp_path, "acme")
    assert (tmp_path / ".vscode" / "settings.json").read_text(encoding="utf-8") == "{}\n"


def test_a_file_where_a_folder_belongs_is_an_error(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    folder.write(".vscode", "a file\n")
    with pytest.raises(PlmctlError) as error:
        begun(tmp_path, "acme")
    assert error.value.message == (
        "cannot write .vscode/settings.json: a file or a symbolic link is on the way"
    )
    assert not (tmp_path / "plmctl.yaml").exists()


def test_the_readme_of_environments_says_that_a_revert_is_a_rollback(tmp_path: Path) -> None:
    begun(tmp_path / "acme")
    text = (tmp_path / "acme" / "environments" / "README.md").read_text(encoding="utf-8")
    assert "`git revert` of it is a valid rollback" in text


def test_a_workflow_comes_with_a_registry(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "trunk")
    folder.commit({"a.txt": "a\n"})
    with Ground(str(tmp_path / "llm")) as ground:
        report = init(ground, InitOptions(service="github"))
    assert "wrote .github/workflows/plmctl.yml" in report.done
    assert report.next[0] == "check in .github/workflows/plmctl.yml where plmctl is installed from"
    assert report.next[1].startswith("git add :/.github ")
    text = (tmp_path / ".github/workflows/plmctl.yml").read_text(encoding="utf-8")
    assert "    branches: [trunk]\n" in text
    assert f" is pinned to a commit.\n      - run: pip install plmctl=={__version__}\n" in text


def test_a_workflow_is_added_to_a_registry_that_is_there(tmp_path: Path) -> None:
    folder = small_registry(tmp_path / "acme")
    settings = f'{REGISTRY}spec:\n  release: {{branches: [main, "1.x"]}}\n'
    folder.write("plmctl.yaml", settings)
    with Ground(str(folder.path)) as ground:
        report = init(ground, InitOptions(service="github"))
        again = init(ground, InitOptions(service="github"))
    assert report.done == ("wrote .github/workflows/plmctl.yml",)
    assert report.next == (
        "check in .github/workflows/plmctl.yml where plmctl is installed from",
        "git add :/.github/workflows/plmctl.yml && git commit -m 'check every change'",
    )
    assert report.data == {"name": "acme", "folder": "", "written": [".github/workflows/plmctl.yml"]}
    assert (again.done, again.next) == (("kept .github/workflows/plmctl.yml",), ())
    text = (folder.path / ".github/workflows/plmctl.yml").read_text(encoding="utf-8")
    assert "    branches: [main, 1.x]\n" in text


def test_jobs_that_are_there_stay_and_ours_is_shown(tmp_path: Path) -> None:
    folder = small_registry(tmp_path / "acme")
    folder.write(".gitlab-ci.yml", "build: {script: [make]}\n")
    with Ground(str(folder.path)) as ground:
        report = init(ground, InitOptions(service="gitlab"))
    ours = workflow("gitlab", ("main",)).splitlines()
    assert report.done == ("kept .gitlab-ci.yml; add to it:", *ours)
    assert (folder.path / ".gitlab-ci.yml").read_text(encoding="utf-8") == "build: {script: [make]}\n"
