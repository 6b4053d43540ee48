"""The real DVC in a repository of its own, with nothing of this machine's."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plmctl.core.inventory import Row
from plmctl.core.pointer import Pointer, read_pointer
from plmctl.store.dvc import DvcStore
from tests.programs import require_dvc

# md5 and sha256 as md5sum and sha256sum print them; the md5 of the folder as DVC 3.67.1 writes it.
HELLO = Row(relpath="a.txt", md5="b1946ac92492d2347c6235b4d2611184", size=6)
NONE = Row(relpath="sub/none", md5="d41d8cd98f00b204e9800998ecf8427e", size=0)
ONE = Row(relpath="sub/é😀.txt", md5="c4ca4238a0b923820dcc509a6f75849b", size=1)
ROWS = (HELLO, NONE, ONE)
RECORD = Row(relpath="one.jsonl", md5="93624dd0bec7d88d0abcd14d7b296c73", size=9)
RECORD_SHA256 = "727c16eb1b22614dc12c8605f65c1e40cf47b493998dff6537dd099b5b1b58d6"
FOLDER_MD5 = "f3ca1cd293a749e32430424a6a91cca4.dir"
OBJECTS = {
    HELLO.md5: b"hello\n",
    NONE.md5: b"",
    ONE.md5: b"1",
    RECORD.md5: b'{"q": 1}\n',
    FOLDER_MD5: b", ".join(
        [
            b'[{"md5": "b1946ac92492d2347c6235b4d2611184", "relpath": "a.txt"}',
            b'{"md5": "d41d8cd98f00b204e9800998ecf8427e", "relpath": "sub/none"}',
            b'{"md5": "c4ca4238a0b923820dcc509a6f75849b", "relpath": "sub/\\u00e9\\ud83d\\ude00.txt"}]',
        ]
    ),
}
"""The bytes behind each md5, as DVC keeps them."""
SHA256 = (
    "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A Git and DVC repository at `path`, without links in it."""

    path: Path
    environment: Mapping[str, str]

    @classmethod
    def made(cls, folder: Path) -> "Project":
        """A new one in a folder, where its configuration, too, has all its places."""
        path = folder.resolve() / "repo"
        path.mkdir(parents=True)
        outside = folder.resolve() / "outside"
        project = cls(
            path=path,
            environment={
                "PATH": os.environ["PATH"],
                "HOME": str(outside / "home"),
                "CI": "1",
                "DVC_NO_ANALYTICS": "1",
                "DVC_SITE_CACHE_DIR": str(outside / "site"),
                "DVC_GLOBAL_CONFIG_DIR": str(outside / "global"),
                "DVC_SYSTEM_CONFIG_DIR": str(outside / "system"),
                # What DVC finds odd in a pattern is of no interest here.
                "PYTHONWARNINGS": "ignore",
            },
        )
        project.git("init", "-q", "-b", "main")
        # As `dvc init` makes it, which takes two seconds.
        (path / ".dvc").mkdir()
        (path / ".dvc" / "config").touch()
        (path / ".dvc" / ".gitignore").write_text("/config.local\n/tmp\n/cache\n")
        return project

    @classmethod
    def filled(cls, folder: Path) -> "Project":
        """One as if a folder and a file had been added and pushed, written by hand: no DVC is called."""
        project = cls.made(folder)
        project.write(
            ".dvc/config", "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../remote\n"
        )
        counted = f"outs:\n- md5: {FOLDER_MD5}\n  size: 7\n  nfiles: 3\n  hash: md5\n  path: faq\n"
        project.write("data/faq.dvc", counted)
        one = f"outs:\n- md5: {RECORD.md5}\n  size: 9\n  hash: md5\n  path: one.jsonl\n"
        project.write("data/one.jsonl.dvc", one)
        for where in (".dvc/cache", "../remote"):
            for md5, content in OBJECTS.items():
                project.write(f"{where}/files/md5/{md5[:2]}/{md5[2:]}", content).chmod(0o444)
        return project

    def git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.path, env=self.environment, check=True, capture_output=True)

    def dvc(self, *words: str) -> str:
        """Run DVC, which must succeed."""
        done = subprocess.run(
            [require_dvc(), *words], cwd=self.path, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def write(self, path: str, content: str | bytes) -> Path:
        place = self.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        return place


def cached(project: Project, md5: str) -> Path:
    return project.path / ".dvc/cache/files/md5" / md5[:2] / md5[2:]


def in_remote(project: Project, md5: str) -> Path:
    return project.path.parent / "remote/files/md5" / md5[:2] / md5[2:]


def rewritten(place: Path, content: bytes, mode: int = 0o444) -> Path:
    """A file with other bytes: with mode 0444, which is DVC's own, DVC takes it for what its name says."""
    place.chmod(0o644)
    place.write_bytes(content)
    place.chmod(mode)
    return place


def store(project: Project) -> DvcStore:
    return DvcStore(str(project.path), project.environment)


def pointer(project: Project, path: str) -> Pointer:
    found = read_pointer(path, (project.path / path).read_bytes())
    assert isinstance(found, Pointer)
    return found


def folder(project: Project) -> Pointer:
    return pointer(project, "data/faq.dvc")


def file(project: Project) -> Pointer:
    return pointer(project, "data/one.jsonl.dvc")
