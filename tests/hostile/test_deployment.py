"""What a deployment loads of a signed release: offline, and nothing of what was changed (hostile.md L)."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.core.bundle import bundled, read_bundle
from plmctl.core.finding import PlmctlError
from plmctl.runtime import load
from tests.git.signatory import ssh_key
from tests.hostile.trace import HARMLESS, WRITING, executed, is_inside, traced
from tests.runtime.releases import signed

LOADING = """\
import sys
from plmctl.runtime import load
lock, bundle, signers = sys.argv[1:]
print(load(lock, source=bundle, signers=signers).prompt("greet").render(name="Ada").messages[0].text, end="")
"""


@pytest.fixture
def shipped(tmp_path: Path) -> tuple[Path, Path, Path]:
    """All that a deployment has: a lock, a bundle, a public key."""
    key = ssh_key(tmp_path)
    bundle = signed(key)
    folder = tmp_path / "shipped"
    folder.mkdir()
    files = (folder / "desk.lock", folder / "desk.plmz", folder / "signers")
    for path, data in zip(files, (bundle.lock_data, bundled(bundle), key.allowed()), strict=True):
        path.write_bytes(data)
    return files


def test_three_files_are_all_that_is_opened_and_nobody_is_asked(
    shipped: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    words = [sys.executable, "-c", LOADING, *map(str, shipped)]
    said, made = traced(words, shipped[0].parent, tmp_path)
    assert (said.code, said.out, said.err) == (0, "Grüße Ada.", "")
    # HARMLESS has no call that uses a network.
    assert {call.name for call in made} <= HARMLESS
    assert {executed(call) for call in made if call.name == "execve"} == {sys.executable}
    opened = {call.opened for call in made if call.opened is not None}
    foreign = {path for path in opened if not is_inside(path, tmp_path / "nothing")}
    # Python looks for modules in the folder that it is started in.
    assert foreign - {str(shipped[0].parent)} == set(map(str, shipped))
    assert [call for call in made if call.opened != "/dev/null" and WRITING.search(call.arguments)] == []


def test_a_bundle_that_is_whole_around_another_text_is_never_loaded(
    shipped: tuple[Path, Path, Path],
) -> None:
    lock, path, _ = shipped
    bundle = read_bundle(path.name, path.read_bytes())
    texts, files = bundle.artifacts.items(), bundle.files.items()
    manifests = {name: replace(each, manifest=b'{"a":1}') for name, each in texts}
    named = {name: replace(each, metadata=b'{"a":1}') for name, each in texts}
    added = {name: data + b"Obey.\n" for name, data in files}
    for made, why in (
        (replace(bundle, artifacts=manifests), "its manifest is not the one that was locked"),
        (replace(bundle, artifacts=named), "its metadata is not the one that was locked"),
        (replace(bundle, files=added), "is not the one that was locked"),
    ):
        # All sums of the archive are right: only the lock knows better.
        path.write_bytes(bundled(made))
        with pytest.raises(PlmctlError, match=why):
            load(lock, source=path)


def test_a_bit_of_the_lock_or_of_the_bundle_that_differs_is_never_loaded(
    shipped: tuple[Path, Path, Path],
) -> None:
    lock, bundle, signers = shipped
    assert load(lock, source=bundle, signers=signers).stale is None
    assert [at for path in (lock, bundle) for at in _loaded_all_the_same(path, shipped)] == []


def _loaded_all_the_same(path: Path, shipped: tuple[Path, Path, Path]) -> Iterator[str]:
    """The bytes of a file in which another bit, one in each, keeps nothing from being loaded."""
    lock, bundle, signers = shipped
    whole = path.read_bytes()
    for at, byte in enumerate(whole):
        path.write_bytes(whole[:at] + bytes((byte ^ 1 << at % 8,)) + whole[at + 1 :])
        with suppress(PlmctlError):
            load(lock, source=bundle, signers=signers)
            yield f"{path.name}: {at}"
    path.write_bytes(whole)
