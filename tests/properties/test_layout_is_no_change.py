"""Layout, comments, quoting, key order and line endings: what changes only them gives an empty diff."""

from collections import Counter
from random import Random

import pytest

from plmctl.commands.diff import judge
from plmctl.core.diff import compare
from plmctl.core.manifest import Manifest
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from plmctl.core.value import Value
from tests.properties.commented import AFTER, BEFORE, FLOW, HEADER, commented
from tests.properties.layouts import laid_out
from tests.properties.test_layout import BASE, FILES, MANIFESTS

SEEDS = range(8)
CRLF, MARK, ORDER, QUOTES = "CRLF", "byte order mark", "another order of keys", "other quotes"
TEXTS = (".md", ".json", ".yaml")


def written(manifest: Manifest, chance: Random, cases: Counter[str]) -> bytes:
    """A manifest with the same meaning in another hand."""
    value = manifest.document.value
    assert isinstance(value, dict)
    if chance.random() < 0.5:
        return laid_out(value, chance).encode()
    found = commented(value, chance)
    cases.update(found.cases)
    return found.text.encode()


def rewritten(seed: int, cases: Counter[str]) -> MemoryTree:
    """The example registry in another hand: every manifest, and the line ends of the texts that they name."""
    chance = Random(seed)
    files = {**FILES, **{manifest.path: written(manifest, chance, cases) for manifest in MANIFESTS}}
    for path in (path for path in files if path.endswith(TEXTS)):
        ending, is_marked = chance.choice((b"\n", b"\r\n")), chance.random() < 0.2
        cases.update({CRLF: ending == b"\r\n", MARK: is_marked})
        text = files[path].replace(b"\r\n", b"\n").replace(b"\n", ending)
        files[path] = b"\xef\xbb\xbf" + text if is_marked else text
    return MemoryTree(files)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_manifest_in_another_hand_is_no_change(seed: int) -> None:
    other = load(rewritten(seed, Counter()))
    assert {change.artifact for change in compare(BASE, other)} == set()
    assert {change.artifact for change in compare(other, BASE)} == set()
    assert judge(BASE, other, (), "2026-01-15") == ()


def test_every_manifest_is_drawn_in_every_hard_case() -> None:
    cases: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    for seed in SEEDS:
        other = load(rewritten(seed, cases))
        for artifact, manifest in other.manifests.items():
            before, after = BASE.manifests[artifact].document, manifest.document
            changed[artifact] += before.spots != after.spots
            cases[ORDER] += key_orders(before.value) != key_orders(after.value)
    for path, text in ((m.path, FILES[m.path].decode()) for m in MANIFESTS):
        again = rewritten(0, Counter()).read(path, limit=10**6).decode()
        cases[QUOTES] += again.count('"') != text.count('"')
    hard = (CRLF, MARK, ORDER, QUOTES, BEFORE, AFTER, HEADER, FLOW, ">-", "|", "|-")
    assert [case for case in hard if cases[case] < 8] == []
    assert set(changed.values()) == {len(SEEDS)}


def key_orders(value: Value) -> list[list[str]]:
    """The keys of every mapping in a value, outermost first."""
    if isinstance(value, dict):
        return [list(value), *(order for key in sorted(value) for order in key_orders(value[key]))]
    return [order for item in value for order in key_orders(item)] if isinstance(value, list) else []
