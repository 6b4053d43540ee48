import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from plmctl.commands.merge_driver import kinds_at_head, merge_driver
from plmctl.core.kinds import BUILT_IN, Kinds
from tests.commands.ground import folder_at, opened
from tests.commands.personas import PERSONA_SCHEMA

HEAD = "apiVersion: plmctl/v1\nkind: {kind}\nmetadata: {{name: small}}\nspec:\n"
SETTINGS = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: shop}\nspec: {schemas: [kinds]}\n"
KIND = "kinds/persona.json"


def manifest(spec: str, kind: str = "Model") -> bytes:
    return (HEAD.format(kind=kind) + spec).encode()


BASE = manifest("  provider: openai\n  model: one\n")
OURS = manifest("  provider: openai\n  model: one\n  task: chat\n")
THEIRS = manifest("  provider: openai\n  model: one\n  pin: fixed\n")
BY_LINES = b"<<<<<<< by lines\n"


@dataclass(slots=True, kw_only=True)
class Files:
    """Three files in memory, and all that was written."""

    contents: tuple[bytes, bytes, bytes] | None
    by_lines: tuple[bytes, bool] = (BY_LINES, False)
    marker_size: int = 7
    written: list[bytes] = field(default_factory=list)

    def read(self, limit: int) -> tuple[bytes, bytes, bytes] | None:
        assert limit == 1024 * 1024
        return self.contents

    def merged_by_lines(self) -> tuple[bytes, bool]:
        assert self.written == []
        return self.by_lines

    def write(self, data: bytes) -> None:
        self.written.append(data)


def built_in() -> Kinds:
    return BUILT_IN


def never() -> Kinds:
    raise AssertionError("nobody needs the registry for a kind of plmctl")


def test_the_merge_by_lines_is_in_the_file_before_any_other_is_tried() -> None:
    files = Files(contents=(BASE, OURS, THEIRS))
    assert merge_driver(files, never)
    both = manifest("  provider: openai\n  model: one\n  pin: fixed\n  task: chat\n")
    assert files.written == [BY_LINES, both]


def test_a_clean_merge_by_lines_is_kept_where_it_means_the_same() -> None:
    by_lines = manifest("  provider: openai\n  model: one\n  task: chat\n  pin: fixed\n")
    files = Files(contents=(BASE, OURS, THEIRS), by_lines=(by_lines, True))
    assert merge_driver(files, never)
    assert files.written[-1] == by_lines


def test_a_conflict_has_markers_of_the_size_that_git_wants() -> None:
    contents = tuple(manifest(f"  model: {name}\n") for name in ("one", "two", "three"))
    files = Files(contents=(contents[0], contents[1], contents[2]), marker_size=3)
    assert not merge_driver(files, never)
    assert files.written[-1] == manifest("<<< ours\n  model: two\n===\n  model: three\n>>> theirs\n")


def test_what_cannot_be_read_or_is_no_manifest_is_merged_by_lines() -> None:
    for contents in (None, (b"a: 1\n", b"a: 2\n", b"a: 3\n"), (BASE, b"a: [", THEIRS)):
        for is_clean in (True, False):
            files = Files(contents=contents, by_lines=(BY_LINES, is_clean))
            assert merge_driver(files, built_in) is is_clean
            assert files.written == [BY_LINES]


def own(text: str) -> Callable[[], Kinds]:
    return lambda: Kinds(own={"Card": {"type": "object", "title": text}})


def test_a_kind_of_the_registrys_own_is_merged_by_its_schema() -> None:
    contents = tuple(manifest(spec, "Card") for spec in ("  a: 1\n", "  a: 1\n  b: 2\n", "  a: 1\n  c: 3\n"))
    files = Files(contents=(contents[0], contents[1], contents[2]))
    assert merge_driver(files, own("Card"))
    assert files.written == [BY_LINES, manifest("  a: 1\n  c: 3\n  b: 2\n", "Card")]


def test_the_kinds_are_those_of_what_is_committed(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    with opened(folder) as repo:
        assert kinds_at_head(repo) is BUILT_IN
    folder.commit({"plmctl.yaml": SETTINGS, KIND: json.dumps(PERSONA_SCHEMA)})
    folder.write(KIND, "<<<<<<< ours")
    with opened(folder) as repo:
        assert list(kinds_at_head(repo).own) == ["Persona"]
