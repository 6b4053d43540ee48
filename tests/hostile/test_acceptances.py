"""Files in .plmctl/accepted that a stranger sends, through the real command."""

import os
from pathlib import Path

import pytest

from tests.git.builder import Folder
from tests.hostile.stranger import FOUND_IN_WRONG, Found, plmctl, state_of, strange_registry

FOLDER = ".plmctl/accepted"
NAME = "3f9a1c22b0de"
FILE = """\
apiVersion: plmctl/v1
kind: Acceptance
fingerprint: 3f9a1c22b0de
rule: PRM001
artifact: partial/good
pointer: ""
reason: it is meant
by: Mallory
"""
# The fingerprint of the removal of partial/good, over '["PRM001","partial/good","","partial/good",null]'.
REMOVAL = "02fc275b82af"


@pytest.fixture
def registry(tmp_path: Path) -> Folder:
    """A registry with one good and one plainly wrong manifest, beside a file that is not its own."""
    (tmp_path / "outside.yaml").write_text(FILE, encoding="utf-8")
    return strange_registry(tmp_path / "registry")


def test_whatever_lies_there_is_a_finding_and_hides_nothing(registry: Folder) -> None:
    files = {
        "0000000000aa": FILE,
        "0000000000bb": "a: &a [*a, *a]\n",
        "0000000000cc": "#" * (2 << 20),
        "0000000000dd": FILE + "to: everybody\n",
        "0000000000ee": FILE.replace("it is meant", '"\\e]0;x\\a"'),
        "0000000000ff": FILE,
    }
    for name, text in files.items():
        registry.write(f"{FOLDER}/{name}.yaml", text)
    registry.write(f"{FOLDER}/{NAME}.yaml", FILE)
    (registry.path / FOLDER / "link.yaml").symlink_to("../../../outside.yaml")
    registry.git("add", "--all")
    (registry.path / FOLDER / "0000000000ff.yaml").unlink()
    os.mkfifo(registry.path / FOLDER / "0000000000ff.yaml")
    before = state_of(registry.path)
    answer = plmctl(registry.path, "validate", "--format", "json")
    assert state_of(registry.path) == before
    expected: set[Found] = {
        ("REG022", f"{FOLDER}/0000000000aa.yaml", 3, 14),
        ("YML015", f"{FOLDER}/0000000000bb.yaml", 1, 4),
        ("YML016", f"{FOLDER}/0000000000bb.yaml", 1, 8),
        ("YML016", f"{FOLDER}/0000000000bb.yaml", 1, 12),
        ("YML001", f"{FOLDER}/0000000000cc.yaml", 1, 1),
        ("SCH002", f"{FOLDER}/0000000000dd.yaml", 9, 1),
        ("YML021", f"{FOLDER}/0000000000ee.yaml", 7, 9),
        ("REF008", f"{FOLDER}/0000000000ff.yaml", None, None),
        ("REF007", f"{FOLDER}/link.yaml", None, None),
    }
    assert (answer.code, answer.err) == (1, "")
    assert set(answer.found) == expected | FOUND_IN_WRONG


def test_a_file_about_another_change_passes_no_gate(registry: Folder) -> None:
    (registry.path / "partials/good.yaml").unlink()
    shown = plmctl(registry.path, "diff", "--format", "concise").out
    assert shown == f"partial/good: PRM001 error major partial/good was removed [accept {REMOVAL}]\n"
    registry.write(f"{FOLDER}/{NAME}.yaml", FILE)
    registry.write(
        f"{FOLDER}/{REMOVAL}.yaml", FILE.replace(NAME, REMOVAL).replace("partial/good", "partial/x")
    )
    assert plmctl(registry.path, "diff", "--fail-on", "breaking").code == 1
    registry.write(f"{FOLDER}/{REMOVAL}.yaml", FILE.replace(NAME, REMOVAL))
    assert plmctl(registry.path, "diff", "--fail-on", "breaking").code == 0


def test_nothing_is_written_through_a_link(registry: Folder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (registry.path / ".plmctl").mkdir()
    (registry.path / FOLDER).symlink_to(tmp_path / "elsewhere")
    (registry.path / "partials/good.yaml").unlink()
    refused = plmctl(registry.path, "accept", REMOVAL, "--reason", "meant")
    assert (refused.code, refused.out) == (3, "")
    assert f"cannot write {FOLDER}/{REMOVAL}.yaml: a file or a symbolic link is on the way" in refused.err
    assert list((tmp_path / "elsewhere").iterdir()) == []
    (registry.path / FOLDER).unlink()
    (registry.path / FOLDER).mkdir()
    (registry.path / FOLDER / f"{REMOVAL}.yaml").symlink_to(tmp_path / "elsewhere/x.yaml")
    done = plmctl(registry.path, "accept", REMOVAL, "--reason", "\x1b[2J meant\n::error::x")
    assert (done.code, done.err) == (0, "next: git add :/.plmctl/accepted\n")
    assert list((tmp_path / "elsewhere").iterdir()) == []
    written = (registry.path / FOLDER / f"{REMOVAL}.yaml").read_text(encoding="utf-8")
    assert "reason: \\x1b[2J meant ::error::x\n" in written
    assert "\x1b" not in plmctl(registry.path, "diff").out
