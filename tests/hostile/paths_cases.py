"""The paths of `hostile.md` P as manifests write them, and as files and folders are named."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.hostile.stranger import Found

# P01, P05, P06, P07: no manifest may say these, whatever is there.
WRITTEN: Mapping[str, str] = {
    "p01-parent": "../../outside.md",
    "p01-parent-on-the-way": "texts/../../../outside.md",
    "p01-only-parents": "../..",
    "p01-absolute": "/etc/passwd",
    "p01-two-slashes": "//server/share/x.md",
    "p01-home": "~/outside.md",
    "p01-home-of-another": "~ada/outside.md",
    "p01-drive": "C:/outside.md",
    "p01-folder-of-a-drive": "c:outside.md",
    "p01-unc": r"\\server\share\x.md",
    "p01-device-namespace": r"\\?\C:\outside.md",
    "p01-backslash": r"..\..\outside.md",
    "p01-backslash-inside": r"texts\good.md",
    "p01-url": "file:///etc/passwd",
    "p05-dash": "-x.md",
    "p05-dash-of-a-folder": "--output=x/good.md",
    "p06-newline": "good\n.md",
    "p06-bidirectional": "good\u202edm.md",
    "p06-isolate": "\u2066good.md",
    "p07-con": "CON",
    "p07-nul": "nul.md",
    "p07-aux-folder": "aux/good.md",
    "p07-superscript": "COM\u00b9.md",
    "p07-stream": "good.md:hidden",
    "p07-stream-of-a-short-name": "./x:y.md",
    "p07-trailing-dot": "good.md.",
    "p07-trailing-space": "good.md ",
    "p07-folder-with-a-dot": "texts./good.md",
    "p07-question-mark": "good?.md",
}

# P05, P06, P07: no manifest may have one of these names; with what a line of output shows of them.
NAMED: Mapping[bytes, str] = {
    b"-rf.yaml": "-rf.yaml",
    b"--output=x.yaml": "--output=x.yaml",
    b"new\nline.yaml": r"new\x0aline.yaml",
    b"return\r.yaml": r"return\x0d.yaml",
    b"escape\x1b[2J.yaml": r"escape\x1b[2J.yaml",
    b"latin-\xe9.yaml": r"latin-\xe9.yaml",
    "bidi-\u202elmay.yaml".encode(): r"bidi-\u202elmay.yaml",
    "isolate-\u2067.yaml".encode(): r"isolate-\u2067.yaml",
    b"CON.yaml": "CON.yaml",
    b"nul.yaml": "nul.yaml",
    b"x:y.yaml": "x:y.yaml",
    b"back\\slash.yaml": "back\\slash.yaml",
    b"question?.yaml": "question?.yaml",
    b"dot./a.yaml": "dot./a.yaml",
    b"space /a.yaml": "space /a.yaml",
    b"aux/a.yaml": "aux/a.yaml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field that names a file: the manifest around it, where it lies, and the place of its value there."""

    folder: str
    manifest: Callable[[str, str], str]
    line: int
    column: int

    def file(self, name: str) -> str:
        """The path of a manifest of that name."""
        return f"{self.folder}/{name}.yaml"

    def text(self, name: str, written: str) -> str:
        """A manifest that names a file."""
        # JSON is YAML: every character of a path is written so that the reader gives it back.
        return self.manifest(name, json.dumps(written))

    def found(self, code: str, name: str) -> Found:
        """The finding at the value of the field."""
        return code, self.file(name), self.line, self.column


def _prompt(name: str, written: str) -> str:
    return f"""\
apiVersion: plmctl/v1
kind: Prompt
metadata: {{name: {name}}}
spec:
  model: model/small
  messages:
    - role: user
      contentFile: {written}
"""


def _application(name: str, written: str) -> str:
    return f"""\
apiVersion: plmctl/v1
kind: Application
metadata: {{name: {name}}}
spec:
  uses: [model/small]
  files:
    - {written}
"""


def _dataset(name: str, data: str) -> str:
    return f"""\
apiVersion: plmctl/v1
kind: Dataset
metadata: {{name: {name}}}
spec:
  purpose: [few-shot]
  format: jsonl
  data:
    {data}
"""


def _git(name: str, written: str) -> str:
    return _dataset(name, f"git: {written}")


def _dvc(name: str, written: str) -> str:
    return _dataset(name, f"dvc: {written}")


def _lock_output(name: str, written: str) -> str:
    return _dataset(name, f"dvc: {written}\n    out: raw")


CONTENT = Field(folder="prompts", manifest=_prompt, line=8, column=20)
FILES = Field(folder="applications", manifest=_application, line=7, column=7)
GIT = Field(folder="datasets", manifest=_git, line=8, column=10)
DVC = Field(folder="datasets", manifest=_dvc, line=8, column=10)
DVC_OUT = Field(folder="datasets", manifest=_lock_output, line=8, column=10)
FIELDS: Mapping[str, Field] = {
    "content": CONTENT,
    "files": FILES,
    "git": GIT,
    "dvc": DVC,
    "dvc-out": DVC_OUT,
}
MODEL = """\
apiVersion: plmctl/v1
kind: Model
metadata: {name: small}
spec:
  provider: openai
  model: gpt-4o-mini-2024-07-18
"""
