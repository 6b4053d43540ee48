"""Data is added, pushed and released in one clone, and pulled in two others, with the real DVC."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest

from tests.cli.running import Done, git, plmctl
from tests.commands.ground import REGISTRY
from tests.programs import REPOSITORY, require_dvc

CONFIG = "[core]\n    remote = store\n['remote \"store\"']\n    url = {store}\n"
SCHEMA = json.loads((REPOSITORY / "schemas/output/report.json").read_text(encoding="utf-8"))


def files(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


def begun(top: Path) -> None:
    """A registry in a clone, `here`, with remotes of Git and DVC beside it, and data that nobody added."""
    here = top / "here"
    git("init", "-q", "--bare", "-b", "main", str(top / "bare.git"), at=top)
    git("clone", "-q", str(top / "bare.git"), str(here), at=top)
    (here / "plmctl.yaml").write_text(REGISTRY)
    (here / ".dvc").mkdir()
    (here / ".dvc/config").write_text(CONFIG.format(store=top / "store"))
    (here / ".dvc/.gitignore").write_text("/config.local\n/tmp\n/cache\n")
    (here / "data/faq/sub").mkdir(parents=True)
    (here / "data/faq/a.jsonl").write_text('{"id": 1}\n')
    (here / "data/faq/sub/b.jsonl").write_text('{"id": 2}\n')


@pytest.mark.slow
def test_data_that_is_added_here_is_pulled_there(tmp_path: Path) -> None:
    require_dvc()
    top = tmp_path.resolve()
    here, there, later = top / "here", top / "there", top / "later"
    kept = {name: str(top / "dvc") for name in ("DVC_SITE_CACHE_DIR", "DVC_GLOBAL_CONFIG_DIR")}

    def run(*words: str, at: Path, code: int = 0) -> Done:
        done = plmctl(*words, at=at, **kept)
        assert done.code == code, done.err
        return done

    begun(top)

    # Added and pushed and released in one clone.
    added = run("data", "add", "data/faq", "--name", "faq", "--purpose", "rag", "--format", "json", at=here)
    assert list(jsonschema_rs.validator_for(SCHEMA).iter_errors(json.loads(added.out))) == []
    assert json.loads(added.out)["data"]["files"] == 2
    git("add", "-A", at=here)
    git("commit", "-q", "-m", "faq", at=here)
    waiting = run("data", "status", "--remote", at=here, code=1)
    assert "the remote store has not all of the data: nobody else can have it" in waiting.err
    assert run("data", "push", at=here).out == "the remote store has dataset/faq: 2 files, 20 bytes\n"
    assert run("data", "status", "--remote", at=here).err == ""
    run("release", "--push", "--yes", at=here)

    # Pulled in another.
    git("clone", "-q", str(top / "bare.git"), str(there), at=top)
    assert run("data", "status", at=there, code=1).out.splitlines()[1].split() == (
        ["dataset/faq", "missing", "1.0.0", "missing", "not", "asked", "2", "files,", "20", "bytes"]
    )
    pulled = run("data", "pull", "dataset/faq", at=there)
    assert pulled.out == "data/faq: 2 files, 20 bytes of dataset/faq, from the remote store\n"
    assert files(there / "data/faq") == files(here / "data/faq")
    well = run("data", "status", "--remote", at=there)
    assert well.out.splitlines()[1].split()[:5] == ["dataset/faq", "same", "1.0.0", "whole", "store"]
    assert (well.err, git("status", "--short", at=there)) == ("", "")

    # Other data is released, and a clone that has none gets the older, beside what it works on.
    (here / "data/faq/a.jsonl").write_text('{"id": 3}\n')
    assert "other content" in run("data", "status", at=here, code=1).err
    assert run("data", "add", "data/faq", at=here).out.endswith("; before: 2 files, 20 bytes\n")
    git("commit", "-q", "-a", "-m", "faq: other", at=here)
    assert "changed since 1.0.0" in run("data", "status", at=here).out
    git("push", "-q", at=here)
    git("clone", "-q", str(top / "bare.git"), str(later), at=top)
    run("data", "pull", "dataset/faq@1.0.0", "--to", "../old", at=later)
    assert files(top / "old/data/faq") == files(there / "data/faq")
    assert git("status", "--short", "--ignored", at=later).splitlines() == ["!! .dvc/cache/"]
    # Nobody pushed the newer.
    lost = run("data", "pull", at=later, code=3)
    assert lost.err.startswith("error: dataset/faq: ")
    assert "'store'" in lost.err
    assert not os.path.lexists(later / "data/faq")
    brought_up_to_date(run, here, there)


def brought_up_to_date(run: Callable[..., Done], here: Path, there: Path) -> None:
    """A clone that has the older data is told to pull, and not to add what it has."""
    run("data", "push", at=here)
    git("pull", "-q", at=there)
    behind = run("data", "status", at=there, code=1)
    assert behind.err.endswith(
        "error: dataset/faq: data/faq is the data of 1.0.0, not what its pointer says\n"
        "hint: run 'plmctl data pull dataset/faq'\n"
    )
    run("data", "pull", "dataset/faq", at=there)
    assert files(there / "data/faq") == files(here / "data/faq")
    assert run("data", "status", at=there).out.splitlines()[1].split()[1] == "same"
