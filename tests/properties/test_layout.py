"""What a digest does not see: layout, comments, line endings; and what a comparison of equals finds."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from plmctl.core.diff import compare
from plmctl.core.document import Document, read_document
from plmctl.core.form import identities
from plmctl.core.manifest import Manifest
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from tests.properties.donors import EXAMPLE
from tests.properties.layouts import laid_out
from tests.rules.registries import example_registry

BASE = example_registry()
FILES = {
    path.relative_to(EXAMPLE).as_posix(): path.read_bytes()
    for path in sorted(EXAMPLE.rglob("*"))
    if path.is_file()
}
MANIFESTS = tuple(BASE.manifests.values())


def document_of(path: str, text: str) -> Document:
    """A document that can be read."""
    found = read_document(path, text.encode())
    assert isinstance(found, Document)
    return found


@given(st.sampled_from(MANIFESTS), st.randoms(use_true_random=False))
def test_a_value_is_the_same_in_any_layout(manifest: Manifest, chance: Random) -> None:
    assert (
        document_of(manifest.path, laid_out(manifest.document.value, chance)).value == manifest.document.value
    )


@settings(max_examples=16)
@given(st.integers(), st.booleans())
def test_digests_do_not_see_layout(seed: int, has_carriage_returns: bool) -> None:
    chance = Random(seed)
    laid = {m.path: laid_out(m.document.value, chance).encode() for m in MANIFESTS}
    files = {**FILES, **laid}
    if has_carriage_returns:
        files = {path: data.replace(b"\n", b"\r\n") for path, data in files.items()}
    other = load(MemoryTree(files))
    assert identities(other) == identities(BASE)
    assert compare(BASE, other) == ()


def test_every_layout_is_drawn() -> None:
    texts = {
        laid_out({"a": [0.7, 3, True, None], "b": "x: y\n\nz\n", "c": {"d": "no"}}, Random(n))
        for n in range(99)
    }
    whole = "\n".join(texts)
    for way in ("0.70", " .7", "3.0", "03", "TRUE", "Null", "|\n", "{", "'no'", '"no"', " no", "# a comment"):
        assert way in whole


def test_byte_order_marks_are_not_seen() -> None:
    marked = {p: b"\xef\xbb\xbf" + d if p.endswith((".yaml", ".md")) else d for p, d in FILES.items()}
    assert identities(load(MemoryTree(marked))) == identities(BASE)


def test_a_registry_is_the_same_as_itself() -> None:
    assert compare(BASE, example_registry()) == ()
