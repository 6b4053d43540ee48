import json
import os
from pathlib import Path

import pytest

from plmctl.commands.fmt import FmtOptions, fmt, is_change_due
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.report import Report, exit_code
from plmctl.git.disk import spare_name
from plmctl.render.json import json_value
from tests.commands.ground import FILES, opened, small_registry
from tests.git.builder import Folder

UGLY = "spec: {model: 'gpt-4o-mini-2024-07-18', provider: openai}\nkind: Model\nmetadata: {name: ugly} # u\n"
NEAT = "kind: Model\nmetadata: {name: ugly}  # u\nspec: {provider: openai, model: gpt-4o-mini-2024-07-18}\n"


@pytest.fixture
def registry(tmp_path: Path) -> Folder:
    """A committed registry whose files are as fmt would have them."""
    return small_registry(tmp_path / "registry")


def ran(folder: Folder, *paths: str, is_check: bool = False, is_diff: bool = False) -> Report:
    with opened(folder) as repo:
        return fmt(repo, FmtOptions(paths=paths, is_check=is_check, is_diff=is_diff))


def test_what_has_the_layout_is_left_unchanged(registry: Folder) -> None:
    report = ran(registry)
    assert (report.done, report.notes) == (("5 files left unchanged",), ())
    assert report.summary == {"changed": 0, "unchanged": 5, "unreadable": 0}
    assert registry.git("status", "--porcelain") == ""
    assert not is_change_due(report)


def test_manifests_and_the_settings_are_reformatted(registry: Folder) -> None:
    registry.write("models/ugly.yaml", UGLY)
    registry.write("plmctl.yaml", "kind: Registry\napiVersion: 'plmctl/v1'\nmetadata: {name: acme}\n")
    report = ran(registry)
    assert report.done == (
        "reformatted models/ugly.yaml",
        "reformatted plmctl.yaml",
        "2 files reformatted, 4 files left unchanged",
    )
    assert (registry.path / "models/ugly.yaml").read_text() == NEAT
    assert (registry.path / "plmctl.yaml").read_text() == FILES["plmctl.yaml"]
    assert ran(registry).done == ("6 files left unchanged",)


def test_check_writes_nothing_and_lists_what_would_change(registry: Folder) -> None:
    registry.write("models/ugly.yaml", UGLY)
    report = ran(registry, is_check=True)
    assert report.done == (
        "would reformat models/ugly.yaml",
        "1 file would be reformatted, 5 files already formatted",
    )
    assert is_change_due(report)
    assert (registry.path / "models/ugly.yaml").read_text() == UGLY


def test_diff_writes_nothing_and_shows_what_would_change(registry: Folder) -> None:
    registry.write("models/ugly.yaml", UGLY)
    report = ran(registry, is_diff=True)
    assert (report.done, report.notes) == ((), ("1 file would be reformatted, 5 files already formatted",))
    (shown,) = report.patches
    assert (registry.path / "models/ugly.yaml").read_text() == UGLY
    registry.git("apply", "-", stdin=shown.text.encode())
    assert (registry.path / "models/ugly.yaml").read_text() == NEAT


def test_only_what_is_named_is_reformatted(registry: Folder) -> None:
    registry.write("models/ugly.yaml", UGLY)
    registry.write("models/more/ugly.yaml", UGLY.replace("ugly", "more"))
    assert ran(registry, "prompts").done == ("1 file left unchanged",)
    assert ran(registry, "models/more").done == ("reformatted models/more/ugly.yaml", "1 file reformatted")
    assert ran(registry, "models/ugly.yaml", "environments").done[0] == "reformatted models/ugly.yaml"
    assert ran(registry, "").done == ("7 files left unchanged",)


def test_a_path_that_is_not_there_is_wrong_usage(registry: Folder) -> None:
    with pytest.raises(UsageError, match=r"no such file: prompts/none\.yaml"):
        ran(registry, "prompts/none.yaml")


def test_other_yaml_is_left_alone(registry: Folder) -> None:
    registry.write("ci.yml", "jobs:   [a]\n")
    registry.write("prompts/values.yaml", "replicas:   2\n")
    assert ran(registry, "ci.yml", "prompts/values.yaml").done == ("0 files left unchanged",)
    assert ran(registry).summary == {"changed": 0, "unchanged": 5, "unreadable": 0}


def test_what_cannot_be_read_is_a_finding_and_hides_nothing(registry: Folder) -> None:
    registry.write("models/broken.yaml", "kind: [Model\n")
    registry.write("models/aux.yaml", UGLY)
    registry.write("models/ugly.yaml", UGLY)
    registry.write("models/large.yaml", b"#" * 1024 * 1024 + b"#")
    (registry.path / "models/link.yaml").symlink_to("ugly.yaml")
    report = ran(registry)
    assert [(f.code, f.location.path) for f in report.findings] == [
        ("REF006", "models/aux.yaml"),
        ("YML007", "models/broken.yaml"),
        ("YML001", "models/large.yaml"),
        ("REF007", "models/link.yaml"),
    ]
    assert exit_code(report) == 1
    assert report.summary == {"changed": 1, "unchanged": 5, "unreadable": 4}
    assert (registry.path / "models/ugly.yaml").read_text() == NEAT
    assert (registry.path / "models/broken.yaml").read_text() == "kind: [Model\n"
    assert (registry.path / "models/link.yaml").is_symlink()


def test_a_manifest_that_is_not_valid_is_reformatted(registry: Folder) -> None:
    registry.write("models/odd.yaml", "temperature:   1\nkind: Modle\napiVersion: plmctl/v1\n")
    report = ran(registry, "models/odd.yaml")
    assert (report.findings, exit_code(report)) == ((), 0)
    text = (registry.path / "models/odd.yaml").read_text()
    assert text == "temperature: 1\nkind: Modle\napiVersion: plmctl/v1\n"


def test_line_ends_and_a_byte_order_mark_are_reformatted(registry: Folder) -> None:
    registry.write("models/ugly.yaml", b"\xef\xbb\xbf" + NEAT.replace("\n", "\r\n").encode())
    assert ran(registry).done[0] == "reformatted models/ugly.yaml"
    assert (registry.path / "models/ugly.yaml").read_bytes() == NEAT.encode()


def test_line_ends_that_git_writes_are_left_alone(registry: Folder) -> None:
    registry.commit({"models/ugly.yaml": NEAT})
    registry.git("config", "core.autocrlf", "true")
    (registry.path / "models/ugly.yaml").unlink()
    registry.git("checkout", "models/ugly.yaml")
    assert (registry.path / "models/ugly.yaml").read_bytes() == NEAT.replace("\n", "\r\n").encode()
    assert ran(registry).done == ("6 files left unchanged",)


def test_the_permissions_of_a_file_stay(registry: Folder) -> None:
    path = registry.write("models/ugly.yaml", UGLY)
    for mode in (0o755, 0o640):
        path.write_text(UGLY)
        path.chmod(mode)
        ran(registry)
        assert (path.read_text(), path.stat().st_mode & 0o777) == (NEAT, mode)


def test_a_link_on_the_way_is_not_followed(registry: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "ugly.yaml").write_text(UGLY)
    (registry.path / "tools").symlink_to(outside)
    ran(registry)
    assert (outside / "ugly.yaml").read_text() == UGLY


def test_a_manifest_that_is_a_file_of_an_artifact_is_left_alone(registry: Folder) -> None:
    application = "kind: Application\nmetadata: {name: bot}\nspec:   {uses: [prompt/greet], files: [.]}\n"
    registry.write("applications/bot.yaml", application)
    reason = "it is a file of application/bot too, whose digest would change"
    assert ran(registry).notes == (f"applications/bot.yaml is left as it is: {reason}",)
    assert (registry.path / "applications/bot.yaml").read_text() == application


def test_a_manifest_that_would_become_too_large_is_left_alone(registry: Folder) -> None:
    wide = "kind: Model\nmetadata: {name: wide}\nspec: " + "[" * 60 + "1, " * 15000 + "1" + "]" * 60 + "\n"
    registry.write("models/wide.yaml", wide)
    report = ran(registry, "models/wide.yaml")
    assert report.notes == (
        "models/wide.yaml is left as it is: with a line for each value it would be too large to be read",
    )
    assert (registry.path / "models/wide.yaml").read_text() == wide


def test_what_a_sparse_checkout_leaves_out_is_left_out(registry: Folder) -> None:
    registry.commit({"models/ugly.yaml": UGLY})
    registry.git("sparse-checkout", "set", "--no-cone", "/*", "!/models/ugly.yaml")
    report = ran(registry)
    assert report.notes == ("models/ugly.yaml is left as it is: it is not checked out",)
    assert not (registry.path / "models/ugly.yaml").exists()


def test_files_that_were_written_before_an_error_are_named(registry: Folder) -> None:
    registry.write("models/ugly.yaml", UGLY)
    registry.write("tools/ugly.yaml", UGLY.replace("ugly", "other"))
    (registry.path / ".git" / spare_name("tools/ugly.yaml")).mkdir()
    with pytest.raises(PlmctlError, match=r"cannot write tools/ugly\.yaml") as caught:
        ran(registry)
    assert caught.value.hint == "already written: models/ugly.yaml; 'git diff' shows it"


def test_json_has_each_file_with_its_state_and_its_diff(registry: Folder) -> None:
    registry.write("models/ugly.yaml", UGLY)
    registry.write("models/broken.yaml", "kind: [Model\n")
    report = ran(registry, "models", is_check=True)
    data = json.loads(json.dumps(json_value(report)))["data"]
    states = [(file["path"], file["status"], file["diff"] is not None) for file in data["files"]]
    assert states == [
        ("models/broken.yaml", "unreadable", False),
        ("models/small.yaml", "unchanged", False),
        ("models/ugly.yaml", "changed", True),
    ]


def test_nothing_is_written_for_what_is_unchanged(registry: Folder) -> None:
    path = registry.path / "models/small.yaml"
    os.utime(path, (1, 1))
    ran(registry)
    assert path.stat().st_mtime == 1
