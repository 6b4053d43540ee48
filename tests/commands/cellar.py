"""A registry with data, and a Store whose work tree, cache and remotes are a test's to say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import BrokenListing, Counted, Inventory, Measured
from plmctl.core.pointer import Pointer
from tests.commands.data import RETRIEVER
from tests.commands.ground import MODEL, REGISTRY, folder_at
from tests.git.builder import Folder

FAQ, TICKETS, WEIGHTS, OTHER = (f"{digit * 32}" for digit in "abcd")
DATASET = """\
apiVersion: plmctl/v1
kind: Dataset
metadata: {{name: {name}}}
spec:
  purpose: [rag]
  data: {{dvc: ../data/{data}.dvc}}
  format: {format}
"""
APPLICATION = """\
apiVersion: plmctl/v1
kind: Application
metadata: {name: desk}
spec:
  uses: [retriever/docs, model/own]
"""
OWN = """\
apiVersion: plmctl/v1
kind: Model
metadata: {name: own}
spec:
  provider: vllm
  model: own
  weights: {dvc: ../data/own.bin.dvc}
"""


def pointer_text(md5: str, size: int, path: str, nfiles: int | None = None) -> str:
    """A pointer as DVC 3 writes it."""
    counted = f"  nfiles: {nfiles}\n" if nfiles is not None else ""
    return f"outs:\n- md5: {md5}\n  size: {size}\n{counted}  hash: md5\n  path: {path}\n"


FILES = {
    "plmctl.yaml": REGISTRY,
    "datasets/faq.yaml": DATASET.format(name="faq", data="faq", format="markdown"),
    "datasets/tickets.yaml": DATASET.format(name="tickets", data="tickets.jsonl", format="jsonl"),
    "retrievers/docs.yaml": RETRIEVER,
    "models/small.yaml": MODEL,
    "models/own.yaml": OWN,
    "applications/desk.yaml": APPLICATION,
    "data/faq.dvc": pointer_text(f"{FAQ}.dir", 1_234_567, "faq", 3),
    "data/tickets.jsonl.dvc": pointer_text(TICKETS, 9, "tickets.jsonl"),
    "data/own.bin.dvc": pointer_text(WEIGHTS, 2_000_000_000, "own.bin"),
}
TREE = {
    "data/faq": Measured(md5=f"{FAQ}.dir", size=1_234_567, inventory=None),
    "data/tickets.jsonl": Measured(md5=TICKETS, size=9),
    "data/own.bin": Measured(md5=WEIGHTS, size=2_000_000_000),
}
COUNTS = {"data/faq": 3}


def registry_with_data(path: Path) -> Folder:
    """A committed registry: an application that has a folder and weights below it, and a dataset beside."""
    path.mkdir()
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    folder.commit(FILES)
    return folder


@dataclass(slots=True, kw_only=True)
class Cellar:
    """What is where, by path in the work tree and by md5 elsewhere; `asked` are the calls to a remote."""

    tree: dict[str, Measured] = field(default_factory=dict)
    cache: set[str] = field(default_factory=set)
    remotes: dict[str, set[str]] = field(default_factory=dict)
    default: str | None = "store"
    down: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)
    listings: dict[str, Inventory] = field(default_factory=dict)
    pointers: dict[str, str] = field(default_factory=dict)
    passed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    top: Path = Path()
    unreadable: frozenset[str] = frozenset()

    @classmethod
    def full(cls) -> "Cellar":
        """Where everything is as it should be."""
        whole = {f"{FAQ}.dir", TICKETS, WEIGHTS}
        return cls(tree=dict(TREE), cache=set(whole), remotes={"store": set(whole), "backup": set()})

    def counted(self, path: str) -> Counted | None:
        if path in self.unreadable:
            raise PlmctlError(f"{path!r} is a special file, not data", hint="delete it")
        found = self.tree.get(path)
        return None if found is None else Counted(size=found.size, nfiles=COUNTS.get(path))

    def measured(self, path: str, *, is_legacy: bool = False, with_sha256: bool = False) -> Measured | None:
        return self.tree.get(path)

    def passed_over(self, path: str) -> tuple[str, ...]:
        return self.passed.get(path, ())

    def md5(self, path: str, *, is_legacy: bool = False) -> str | None:
        found = self.tree.get(path)
        return found.md5 if found is not None else None

    def listing(self, pointer: Pointer) -> Inventory | BrokenListing | None:
        return self.listings.get(pointer.md5)

    def content(self, pointer: Pointer, md5: str) -> Iterator[bytes] | None:
        return iter([self.contents[md5]]) if md5 in self.contents else None

    def not_in_cache(self, pointers: Sequence[Pointer]) -> tuple[Pointer, ...]:
        return tuple(pointer for pointer in pointers if pointer.md5 not in self.cache)

    def remote_of(self, pointer: Pointer, remote: str | None = None) -> str | None:
        name = remote or pointer.remote or self.default
        return name if name in self.remotes else None

    def is_remote_here(self, pointer: Pointer, remote: str | None = None) -> bool:
        return False

    def not_in_remote(self, pointers: Sequence[Pointer], remote: str | None = None) -> tuple[Pointer, ...]:
        return tuple(p for p in pointers if p.md5 not in self._reached("ask", p, remote))

    def check_cache(self, pointers: Sequence[Pointer]) -> None:
        pass

    def check_remote(self, pointer: Pointer, remote: str | None = None) -> None:
        pass

    def pull(self, pointers: Sequence[Pointer], remote: str | None = None) -> None:
        for pointer in pointers:
            self._fetch(pointer, remote)
            self.tree[pointer.out_path] = Measured(md5=pointer.md5, size=pointer.size)

    def push(self, pointers: Sequence[Pointer], remote: str | None = None) -> None:
        for pointer in pointers:
            self._reached("push", pointer, remote).add(pointer.md5)

    def add(self, path: str) -> str:
        """Writes the pointer that a test says DVC writes; without one there is no DVC."""
        if path not in self.pointers:
            raise PlmctlError("DVC is not installed, and it is what moves data", hint="run pip install dvc")
        (self.top / f"{path}.dvc").write_text(self.pointers[path])
        return f"{path}.dvc"

    def restore(self, pointers: Sequence[Pointer], folder: str, remote: str | None = None) -> None:
        for pointer in pointers:
            self._fetch(pointer, remote)
        Path(folder).mkdir(parents=True)
        for pointer in pointers:
            place = Path(folder, pointer.out_path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(pointer.md5)

    def _fetch(self, pointer: Pointer, remote: str | None) -> None:
        if pointer.md5 in self.cache:
            return
        if pointer.md5 not in self._reached("fetch", pointer, remote):
            raise PlmctlError(f"the remote has not {pointer.path}", hint="push it")
        self.cache.add(pointer.md5)

    def _reached(self, verb: str, pointer: Pointer, remote: str | None) -> set[str]:
        name = self.remote_of(pointer, remote)
        if name is None:
            raise PlmctlError(f"there is no remote for {pointer.path}", hint="add one")
        self.asked.append(f"{verb} {pointer.out_path} {name}")
        if name in self.down:
            raise PlmctlError(f"cannot {verb} {pointer.path} at {name}: timed out", hint="look there")
        return self.remotes[name]
