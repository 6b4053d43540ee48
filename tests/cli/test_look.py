import json
from pathlib import Path

from tests.cli.running import git, plmctl


def test_a_registry_begins_validates_and_grows(tmp_path: Path) -> None:
    assert plmctl("init", "acme", "--name", "shop", at=tmp_path).code == 0
    acme = tmp_path / "acme"
    assert plmctl("validate", at=acme).code == 0
    new = plmctl("new", "prompt", "support/triage", at=acme)
    assert (new.code, new.out) == (0, "wrote prompts/support/triage.yaml: prompt/support/triage\n")
    git("add", "--all", at=acme)
    git("commit", "-q", "-m", "Begin", at=acme)
    assert plmctl("show", "prompt/support/triage", at=acme).out.startswith("id ")


def test_a_list_is_a_table_and_json_has_the_same(registry: Path) -> None:
    done = plmctl("list", "model", at=registry)
    ids = [line.split()[0] for line in done.out.rstrip().split("\n")]
    assert ids[:2] == ["id", "model/claude-sonnet"]
    report = json.loads(plmctl("list", "model", "--format", "json", at=registry).out)
    assert [row["id"] for row in report["table"]] == ids[1:]


def test_a_released_version_is_listed_and_shown(released: Path) -> None:
    assert "1.0.0" in plmctl("list", "tool", "--versions", at=released).out
    assert plmctl("show", "tool/orders/lookup@1.0.0", at=released).code == 0
    assert plmctl("show", "tool/orders/lookup@9.0.0", at=released).code == 3


def test_fields_are_conditions_of_a_list(registry: Path) -> None:
    done = plmctl(
        "list",
        "model",
        "--where",
        "spec.provider=provider/openai-eu",
        "--where",
        "spec.task=embedding",
        at=registry,
    )
    assert [line.split()[0] for line in done.out.rstrip().split("\n")] == ["id", "model/embed-small"]
    done = plmctl("list", "--where", "spec.modle=x", at=registry)
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: no kind has a field 'spec.modle'\nhint: did you mean 'spec.model'?\n"
