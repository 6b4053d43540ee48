"""What a diff costs follows what changed: the counts are those of a registry a tenth as large."""

from pathlib import Path

import pytest

from plmctl.commands.diff import DiffOptions, diff
from plmctl.core.document import read_document
from plmctl.core.form import identity_of
from plmctl.core.report import Report
from tests.commands.counting import counted
from tests.commands.ground import folder_at, opened
from tests.git.builder import Folder
from tests.rules.registries import MODEL, SETTINGS, manifest

CHANGED = 3


def prompt(number: int, words: str) -> str:
    spec = f"model: m\nmessages: [{{role: user, content: {words!r}}}]\n"
    return manifest("Prompt", f"p{number}", spec)


def with_prompts(path: Path, count: int) -> Folder:
    """A registry of prompts, each with an application; the first of them change in the second commit."""
    path.mkdir()
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    prompts = {f"prompts/p{n}.yaml": prompt(n, "Hello.") for n in range(count)}
    applications = {
        f"applications/a{n}.yaml": manifest("Application", f"a{n}", f"uses: [prompt/p{n}]\n")
        for n in range(count)
    }
    folder.commit({"plmctl.yaml": SETTINGS + "spec: {}\n", "models/m.yaml": MODEL, **prompts, **applications})
    folder.commit({f"prompts/p{n}.yaml": prompt(n, "Good morning.") for n in range(CHANGED)})
    return folder


def compared(folder: Folder) -> tuple[Report, int, int]:
    """What the diff of the two commits reports, and how many documents and identities it took."""
    with opened(folder) as repo, counted(read_document, identity_of) as found:
        report = diff(repo, DiffOptions(revisions=("HEAD~1", "HEAD")))
    return report, found["read_document"], found["identity_of"]


@pytest.mark.parametrize("count", [5, 50])
def test_a_diff_parses_each_document_once_and_hashes_what_may_differ(tmp_path: Path, count: int) -> None:
    report, parsed, hashed = compared(with_prompts(tmp_path / "registry", count))
    bumped = sorted({judgement.change.artifact for judgement in report.judgements})
    assert bumped == [f"{kind}{n}" for kind in ("application/a", "prompt/p") for n in range(CHANGED)]
    # The newer side whole, of the older one what is another; and the settings of both.
    assert parsed == (1 + 2 * count) + CHANGED + 2
    # Of each changed prompt and of the model that they call, and of their applications, on both sides.
    assert hashed == 2 * (CHANGED + 1 + CHANGED)
