import os
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.form import identities
from plmctl.core.registry import load
from plmctl.core.report import Problem, exit_code
from plmctl.git.disk import spare_name
from tests.commands.builder import differences, example_history, footprint, told
from tests.commands.ground import opened
from tests.commands.renames import (
    CHANGED,
    FILES,
    HEAD,
    HI,
    OTHER,
    SCHEMA,
    desk,
    flow,
    refused,
    renamed,
    texts,
)
from tests.git.builder import Folder
from tests.programs import IS_FULL


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return desk(tmp_path / "r")


def test_a_rename_changes_its_file_and_every_reference_and_nothing_else(folder: Folder) -> None:
    report = renamed(folder, "support/greet", "help/desk/welcome")
    own = FILES["prompts/support/greet.yaml"]
    assert texts(folder) == {
        **{path: text for path, text in FILES.items() if path != "prompts/support/greet.yaml"},
        "plmctl.yaml": FILES["plmctl.yaml"].replace("[prompt/support/greet,", "[prompt/help/desk/welcome,"),
        "prompts/help/desk/welcome.yaml": own.replace("=../../.plmctl", "=../../../.plmctl")
        .replace(
            "name: support/greet   # the name",
            "name: help/desk/welcome   # the name",
        )
        .replace("{team: support/greet}", "{team: support/greet}\n  formerly: [support/greet]")
        .replace("greet.md", "../../support/greet.md"),
        "prompts/bye.yaml": FILES["prompts/bye.yaml"].replace(
            "replacedBy: support/greet", "replacedBy: help/desk/welcome"
        ),
        "applications/desk.yaml": FILES["applications/desk.yaml"].replace(
            "prompt/support/greet", "prompt/help/desk/welcome"
        ),
        "evals/greet.yaml": FILES["evals/greet.yaml"].replace(
            "target: support/greet", "target: help/desk/welcome"
        ),
    }
    assert report.done == (
        "prompt/support/greet -> prompt/help/desk/welcome",
        "prompts/support/greet.yaml -> prompts/help/desk/welcome.yaml",
        "applications/desk.yaml:6: prompt/support/greet -> prompt/help/desk/welcome",
        "evals/greet.yaml:4: support/greet -> help/desk/welcome",
        "plmctl.yaml:9: prompt/support/greet -> prompt/help/desk/welcome",
        "prompts/bye.yaml:7: support/greet -> help/desk/welcome",
        f"prompts/support/greet.yaml:1: ../../{SCHEMA} -> ../../../{SCHEMA}",
        "prompts/support/greet.yaml:5: support/greet -> help/desk/welcome",
        "prompts/support/greet.yaml:8: + formerly: [support/greet]",
        "prompts/support/greet.yaml:15: greet.md -> ../../support/greet.md",
    )
    assert report.notes == (
        "prompts/support/greet.md stays where it is: something else uses it too",
        f"{CHANGED} application/desk, evalsuite/greet",
        "the exception from TPL001 in plmctl.yaml does not fit the new name",
    )
    assert report.next == (
        "git add -- prompts/support/greet.yaml prompts/help/desk/welcome.yaml",
        "plmctl diff",
    )
    assert report.data is not None
    assert (report.data["id"], report.data["newId"]) == ("prompt/support/greet", "prompt/help/desk/welcome")


def test_a_partial_is_renamed_in_every_tag(folder: Folder) -> None:
    renamed(folder, "voice", "brand/voice")
    found = texts(folder)
    assert found["partials/brand/voice.yaml"] == FILES["partials/voice.yaml"].replace(
        "{name: voice}", "{name: brand/voice, formerly: [voice]}"
    )
    for path in ("prompts/support/greet.yaml", "prompts/support/greet.md", "prompts/bye.yaml"):
        assert found[path] == FILES[path].replace("{{> voice}}", "{{> brand/voice}}")
    assert not (folder.path / "partials" / "voice.yaml").exists()


def test_keys_that_name_an_application_are_renamed(folder: Folder) -> None:
    report = renamed(folder, "application/desk", "counter")
    assert texts(folder)["environments/live.yaml"] == FILES["environments/live.yaml"].replace(
        "    desk: ^1.0", "    counter: ^1.0"
    ).replace("application/desk", "application/counter")
    assert report.next == (
        "git add -- applications/desk.yaml applications/counter.yaml",
        "plmctl diff",
        "plmctl lock --check",
    )


def test_diff_shows_a_rename_and_no_removal(folder: Folder) -> None:
    renamed(folder, "prompt/support/greet", "prompt/support/welcome")
    codes = {line.split()[0] for line in differences(folder)}
    assert "PRM905" in codes
    assert codes <= {"PRM905", "PRM901", "PRM906", "REG006", "APP906", "EVL906"}


def test_renaming_back_restores_the_names(folder: Folder) -> None:
    renamed(folder, "voice", "brand/voice")
    renamed(folder, "brand/voice", "voice")
    restored = {
        **FILES,
        "partials/voice.yaml": FILES["partials/voice.yaml"].replace(
            "{name: voice}", "{name: voice, formerly: [brand/voice]}"
        ),
    }
    assert texts(folder) == restored
    assert sorted(p.name for p in (folder.path / "partials").iterdir()) == ["voice.yaml"]


def test_a_former_name_is_appended(folder: Folder) -> None:
    renamed(folder, "bye", "farewell")
    assert "formerly: [ciao, bye]" in texts(folder)["prompts/farewell.yaml"]
    report = renamed(folder, "farewell", "ciao")
    assert "formerly: [farewell, bye]" in texts(folder)["prompts/ciao.yaml"]
    assert report.done[4:] == (
        "prompts/farewell.yaml:4: farewell -> ciao",
        "prompts/farewell.yaml:5: ciao -> farewell",
    )
    assert renamed(folder, "ciao", "adieu").done[4:] == (
        "prompts/ciao.yaml:4: ciao -> adieu",
        "prompts/ciao.yaml:5: + ciao",
    )


def test_the_file_can_stay_where_it_is(folder: Folder) -> None:
    report = renamed(folder, "prompt/support/greet", "welcome", keeps_file=True)
    assert report.next == ("plmctl diff",)
    assert "name: welcome " in texts(folder)["prompts/support/greet.yaml"]


@pytest.mark.parametrize(
    ("path", "name", "new", "moved"),
    [
        ("prompts/support/triage.yaml", "support/triage", "sort", "prompts/sort.yaml"),
        ("prompts/triage.yml", "support/triage", "support/sort", "prompts/sort.yml"),
        ("prompts/support/triage.yaml", "desk/support/triage", "a/b/c", "prompts/b/c.yaml"),
        ("prompts/x/triage.yaml", "support/triage", "support/sort", "prompts/x/sort.yaml"),
        ("prompts/old-name.yaml", "support/triage", "support/sort", "prompts/old-name.yaml"),
        ("prompts/team/triage.yaml", "triage", "support/sort", "prompts/team/support/sort.yaml"),
    ],
)
def test_the_path_follows_as_far_as_it_followed_before(
    folder: Folder, path: str, name: str, new: str, moved: str
) -> None:
    folder.write(path, flow("Prompt", name, f"model: small, {HI}"))
    report = renamed(folder, f"prompt/{name}", new)
    assert report.data is not None
    assert report.data["newPath"] == moved
    assert (folder.path / moved).is_file()


def test_a_dry_run_writes_nothing(folder: Folder) -> None:
    before = footprint(folder.path)
    report = renamed(folder, "voice", "brand/voice", is_dry=True)
    assert footprint(folder.path) == before
    assert report.done[:2] == (
        "partial/voice -> partial/brand/voice",
        "partials/voice.yaml -> partials/brand/voice.yaml",
    )
    assert report.notes == ("nothing was written: --dry-run",)
    assert report.data is not None
    assert report.data["dryRun"] is True


def test_a_bare_name_becomes_a_full_id_where_it_would_fit_two(folder: Folder) -> None:
    folder.write(
        "routes/main.yaml",
        f"{HEAD}Route\nmetadata: {{name: main}}\nspec: {{strategy: failover, targets: [{{model: small}}]}}\n",
    )
    renamed(folder, "model/small", "main")
    found = texts(folder)
    assert "  model: 'model/main'\n" in found["prompts/support/greet.yaml"]
    assert "targets: [{model: main}]" in found["routes/main.yaml"]


def test_a_tool_that_the_model_sees_under_another_name_is_told(folder: Folder) -> None:
    report = renamed(folder, "kb/find", "kb/search")
    assert (
        "a prompt that gives it no name by 'as' now shows it to the model under the new one" in report.notes
    )
    assert (folder.path / "tools" / "search.yaml").is_file()
    assert renamed(folder, "kb/search", "docs/search").notes == (
        "the digest of what refers to it changes too, so each of these changed: prompt/tooled",
    )


def test_what_nobody_refers_to_is_renamed_without_a_note(folder: Folder) -> None:
    report = renamed(folder, "environment/live", "production")
    assert (report.notes, report.next[1:]) == ((), ("plmctl diff", "plmctl lock --check"))


@pytest.mark.parametrize(
    ("artifact", "name", "message", "hint"),
    [
        ("prompt/bye", "tooled", "there is prompt/tooled already: prompts/tooled.yaml", OTHER),
        ("support/greet", "ciao", "prompt/bye was prompt/ciao before, the name stays reserved", OTHER),
        ("prompt/bye", "bye", "prompt/bye has this name already", "name another one"),
        ("prompt/bye", "prompt/bye", "prompt/bye has this name already", "name another one"),
        ("prompt/bye", "model/bye", "the name 'model/bye' begins with a kind", "leave it out: 'bye'"),
        ("prompt/bye@1.0.0", "ciao", "a version has the name it was released under", "write 'prompt/bye'"),
    ],
)
def test_what_cannot_be_is_refused(folder: Folder, artifact: str, name: str, message: str, hint: str) -> None:
    assert refused(folder, artifact, name) == (message, hint)


@pytest.mark.parametrize(
    ("artifact", "message", "hint"),
    [
        ("ciao", "prompt/ciao is prompt/bye now", "write 'prompt/bye'"),
        ("prompt/ciao", "prompt/ciao is prompt/bye now", "write 'prompt/bye'"),
        ("partial/voise", "there is no artifact 'partial/voise'", "the nearest are partial/voice"),
        (
            "support/gret",
            "there is no artifact 'support/gret'",
            "the nearest are prompt/support/greet, evalsuite/greet, prompt/bye",
        ),
    ],
)
def test_what_names_nothing_now_has_an_answer(folder: Folder, artifact: str, message: str, hint: str) -> None:
    with pytest.raises(PlmctlError) as error:
        renamed(folder, artifact, "new")
    assert (error.value.message, error.value.hint, error.value.exit_code) == (message, hint, 3)


def test_what_was_not_tracked_is_not_added_to_the_index_when_it_is_gone(folder: Folder) -> None:
    folder.write("prompts/our own/hi.yaml", flow("Prompt", "hi", f"model: small, {HI}"))
    assert renamed(folder, "prompt/hi", "ho").next[0] == "git add -- 'prompts/our own/ho.yaml'"


def test_what_rename_leaves_is_in_the_layout(folder: Folder) -> None:
    metadata = "metadata:\n  name: bye\n  title: Bye\n  labels:\n    a: b\n  x-own: 1\n"
    own = FILES["prompts/bye.yaml"]
    start, end = own.index("metadata"), own.index("spec:")
    folder.write("prompts/bye.yaml", f"{own[:start]}{metadata}{own[end:]}")
    renamed(folder, "bye", "ciao")
    assert (
        "  title: Bye\n  labels:\n    a: b\n  formerly: [bye]\n  x-own: 1\n"
        in texts(folder)["prompts/ciao.yaml"]
    )


def test_an_id_in_another_case_names_nothing(folder: Folder) -> None:
    with pytest.raises(PlmctlError) as error:
        renamed(folder, "Prompt/Bye", "ciao")
    assert error.value.exit_code == 3


def test_a_path_that_is_taken_is_refused(folder: Folder) -> None:
    folder.write("prompts/ciao2.yaml", "other: 1\n")
    taken = ("there is a file already: prompts/ciao2.yaml", "say --keep-file, or move that one away")
    assert refused(folder, "prompt/bye", "ciao2") == taken
    folder.write(".gitignore", "ciao2.yaml\n")
    assert refused(folder, "prompt/bye", "ciao2") == taken


def test_a_path_that_git_ignores_is_refused(folder: Folder) -> None:
    folder.write(".gitignore", "ciao2.yaml\n")
    assert refused(folder, "prompt/bye", "ciao2") == (
        "Git ignores prompts/ciao2.yaml: the artifact would be lost",
        "say --keep-file, or mend '.gitignore'",
    )


def test_a_path_that_no_glob_includes_is_refused(folder: Folder) -> None:
    settings = f"{HEAD}Registry\nmetadata: {{name: acme}}\nspec: {{manifests: {{include: ['*/*.yaml']}}}}\n"
    folder.write("plmctl.yaml", settings)
    assert refused(folder, "prompt/bye", "a/b") == (
        "no manifest would be looked for at prompts/a/b.yaml",
        "say --keep-file, or widen 'manifests' in plmctl.yaml",
    )


def test_an_artifact_in_two_files_is_refused(folder: Folder) -> None:
    folder.write("prompts/z.yaml", FILES["prompts/bye.yaml"])
    assert refused(folder, "prompt/bye", "a") == (
        "prompt/bye is in prompts/bye.yaml and in prompts/z.yaml",
        "delete one of them, or give it a name",
    )


def test_former_names_that_are_no_list_are_refused(folder: Folder) -> None:
    folder.write("prompts/bye.yaml", FILES["prompts/bye.yaml"].replace("[ciao]", "ciao"))
    with pytest.raises(PlmctlError) as error:
        renamed(folder, "prompt/bye", "a")
    assert error.value.message == "prompts/bye.yaml:5:13: 'formerly' is no list"


def test_a_file_that_cannot_be_read_and_may_refer_to_it_stops_the_rename(folder: Folder) -> None:
    folder.write("prompts/broken.yaml", f"{HEAD}Prompt\nmetadata: [\n# support/greet\n")
    folder.write("prompts/other.yaml", f"{HEAD}Prompt\nmetadata: [\n")
    os.symlink("other.yaml", folder.path / "prompts" / "link.yaml")
    before = footprint(folder.path)
    report = renamed(folder, "support/greet", "a")
    assert footprint(folder.path) == before
    assert told(report) == ["YML007 prompts/broken.yaml:5:1: a value is missing here"]
    assert report.problems == (
        Problem(
            message="what cannot be read may refer to prompt/support/greet: nothing was written",
            hint="mend these files first, then rename",
            exit_code=1,
        ),
    )
    assert exit_code(report) == 1


def test_a_file_that_is_too_large_to_look_into_stops_the_rename(folder: Folder) -> None:
    folder.write("prompts/large.yaml", "#" * 4 * 1024 * 1024 + "\n")
    assert [f.code for f in renamed(folder, "support/greet", "a").findings] == ["YML001"]


def test_a_rename_that_breaks_something_is_refused(folder: Folder) -> None:
    suite = FILES["evals/greet.yaml"].replace("name: greet", "name: twin").replace("support/greet", "desk")
    folder.write("evals/twin.yaml", suite)
    before = footprint(folder.path)
    report = renamed(folder, "support/greet", "desk")
    assert footprint(folder.path) == before
    assert told(report) == ["REF003 evals/twin.yaml:4:16: 'desk' fits 2 artifacts"]
    assert report.problems[0].message == "the rename would make this wrong: nothing was written"


def test_line_ends_of_a_checkout_stay(folder: Folder) -> None:
    folder.git("config", "core.autocrlf", "true")
    path = folder.path / "applications" / "desk.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    renamed(folder, "prompt/support/greet", "welcome")
    text = FILES["applications/desk.yaml"].replace("support/greet", "welcome")
    assert path.read_bytes() == text.replace("\n", "\r\n").encode()


def test_an_error_says_what_was_written(folder: Folder) -> None:
    # The place where the new content of the second file is prepared is taken.
    (folder.path / ".git" / spare_name("evals/greet.yaml")).mkdir()
    with pytest.raises(PlmctlError) as error:
        renamed(folder, "prompt/support/greet", "welcome")
    assert error.value.message == "cannot write evals/greet.yaml: Is a directory"
    assert error.value.hint == (
        "already written: prompts/welcome.yaml, applications/desk.yaml; 'git diff' shows it"
    )


def test_artifacts_of_every_kind_of_the_example_registry_can_be_renamed(tmp_path: Path) -> None:
    folder = example_history(tmp_path / "r")
    with opened(folder) as repo:
        registry = load(repo.work_tree())
    one_of_each = {manifest.kind: artifact for artifact, manifest in registry.manifests.items()}
    for artifact in registry.manifests if IS_FULL else one_of_each.values():
        report = renamed(folder, artifact, "renamed" if artifact.startswith("environment/") else "a/renamed")
        assert (report.findings, report.problems) == ((), ()), artifact
        folder.git("checkout", "-q", ".")
        folder.git("clean", "-fdq")
    with opened(folder) as repo:
        assert identities(load(repo.work_tree())) == identities(registry)
