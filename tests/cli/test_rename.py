from pathlib import Path

from tests.cli.running import plmctl
from tests.commands.ground import small_registry


def test_rename_says_what_it_did_and_what_is_next(tmp_path: Path) -> None:
    folder = small_registry(tmp_path / "r")
    done = plmctl("rename", "model/small", "tiny", at=folder.path)
    assert done.code == 0
    assert done.out == (
        "model/small -> model/tiny\n"
        "models/small.yaml -> models/tiny.yaml\n"
        "models/small.yaml:4: small -> tiny\n"
        "models/small.yaml:8: + formerly: [small]\n"
        "prompts/greet.yaml:9: small -> tiny\n"
    )
    assert done.err == (
        "note: the digest of what refers to it changes too, so each of these changed: prompt/greet\n"
        "next: git add -- models/small.yaml models/tiny.yaml\n"
        "next: plmctl diff\n"
    )


def test_rename_of_nothing_exits_3(tmp_path: Path) -> None:
    folder = small_registry(tmp_path / "r")
    done = plmctl("rename", "model/smal", "tiny", "--dry-run", at=folder.path)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("error: there is no artifact 'model/smal'\n")


def test_fix_mends_and_exits_by_what_remains(tmp_path: Path) -> None:
    folder = small_registry(tmp_path / "r")
    path = folder.path / "models" / "small.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("provider", "providr"), encoding="utf-8")
    done = plmctl("validate", "--fix", at=folder.path)
    assert (done.code, done.out) == (
        0,
        "models/small.yaml:9: providr -> provider\nfixed 1 in 1 file\n4 manifests are valid\n",
    )
    assert plmctl("validate", "--fix", "--staged", at=folder.path).code == 2
