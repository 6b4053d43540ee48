"""A registry of one dataset behind a DVC pointer: a folder of many small files."""

from pathlib import Path

from benchmarks.manifests import SETTINGS
from benchmarks.scene import Scene

DATASET = """\
apiVersion: plmctl/v1
kind: Dataset
metadata: {name: articles, title: Many small files, owners: [platform]}
spec:
  purpose: [rag]
  data: {dvc: data.dvc}
  format: json
  license: LicenseRef-Acme-Internal
  sensitivity: internal
  personalData: {present: false}
"""


def shelf(scene: Scene) -> Path:
    """A repository whose data are as many files as the scene has manifests, of 1 KiB each."""
    top = scene.scratch / "data"
    if top.exists():
        return top
    for number in range(scene.count):
        path = top / "datasets" / "data" / f"{number // 100:04}" / f"{number:06}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{number:07} " * 128)
    (top / "plmctl.yaml").write_text(SETTINGS)
    (top / "datasets" / "articles.yaml").write_text(DATASET)
    for program, *arguments in (
        ("git", "init", "--quiet", "--initial-branch=main"),
        ("git", "config", "user.name", "Ada Example"),
        ("git", "config", "user.email", "ada@example.com"),
        ("dvc", "init", "--quiet"),
        ("dvc", "add", "--quiet", "datasets/data"),
        ("git", "add", "--all"),
        ("git", "commit", "--quiet", "--message=begin"),
    ):
        scene.ran(top, program, *arguments)
    return top
