"""What a service loads, and what it refuses to load (hostile.md L)."""

import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.core.archive import packed, unpacked
from plmctl.core.bundle import Bundle, Release, bundled, read_bundle
from plmctl.core.confirmation import unconfirmed
from plmctl.core.finding import IntegrityError, PlmctlError, UsageError
from plmctl.core.lock import serialised
from plmctl.core.signed import split_signed
from plmctl.core.sshsig import seal
from plmctl.runtime import Registry, load
from tests.core.bundles import BUNDLE, COMMIT, ENTRIES, GREET, HEADER, LOCK, STATE, hashed
from tests.git.signatory import SshKey, ssh_key
from tests.runtime.releases import signature, signed, tagged
from tests.runtime.shelves import shelf


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SshKey:
    """Ada's key."""
    return ssh_key(tmp_path_factory.mktemp("ada"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> SshKey:
    """Somebody else's."""
    return ssh_key(tmp_path_factory.mktemp("eve"))


def written(folder: Path, bundle: Bundle, name: str = "b.plmz") -> Path:
    path = folder / name
    path.write_bytes(bundled(bundle))
    return path


def test_a_bundle_is_loaded_with_its_own_lock_or_the_one_that_is_named(tmp_path: Path) -> None:
    path, lock = written(tmp_path, BUNDLE), tmp_path / "desk.lock"
    lock.write_bytes(BUNDLE.lock_data)
    for registry in (load(source=path), load(lock, source=path), load(str(lock), source=str(path))):
        assert registry.lock == LOCK
        assert registry.lock_digest == hashed(BUNDLE.lock_data)
        assert registry.artifact("prompt/greet").spec == json.loads(GREET.manifest)["spec"]
        assert registry.file("prompts/greet.md") == "Grüße {{name}}.\n".encode()


def refused(
    lock: Path | None = None, *, source: Path, digest: str | None = None, signers: Path | None = None
) -> PlmctlError:
    with pytest.raises(PlmctlError) as caught:
        load(lock, source=source, digest=digest, signers=signers)
    return caught.value


@pytest.mark.parametrize(
    ("demands", "why"),
    [
        ({"registry": "shop", "not_older_than": "v1.0.0"}, None),
        ({"registry": "bakery"}, "the lock is of the registry 'shop', and not of 'bakery'"),
        ({"not_older_than": "v1.0.0-rc.1"}, None),
        ({"not_older_than": "v1.0.1"}, "the lock is of v1.0.0, which is older than v1.0.1"),
        ({"not_older_than": "release-0.9.0"}, "release-0.9.0 is no registry tag of this registry"),
        ({"not_older_than": "1.0.0"}, "1.0.0 is no registry tag of this registry"),
        ({"not_older_than": "newest"}, "newest is no registry tag of this registry"),
    ],
)
def test_of_which_registry_and_how_old_it_may_be_is_asked(
    demands: dict[str, str], why: str | None, tmp_path: Path
) -> None:
    path = written(tmp_path, BUNDLE)
    found = None
    try:
        load(source=path, registry=demands.get("registry"), not_older_than=demands.get("not_older_than"))
    except PlmctlError as error:
        found = error.message
    assert found == why


def test_a_bundle_of_another_lock_than_the_one_that_is_named_is_refused(tmp_path: Path) -> None:
    path, lock = written(tmp_path, BUNDLE), tmp_path / "desk.lock"
    lock.write_bytes(serialised(replace(LOCK, want="^2.0")))
    error = refused(lock, source=path)
    assert (error.exit_code, error.message) == (4, f"{path} was not made of {lock}")


def test_every_bit_and_every_length_of_a_bundle_of_20_prompts_counts() -> None:
    whole = bundled(shelf(20))
    assert list(unconfirmed("b.plmz", read_bundle("b.plmz", whole))) == []
    accepted = [at for at, byte in enumerate(whole) if _is_read(whole, at, byte ^ 1 << at % 8)]
    cut = [length for length in range(len(whole)) if _is_bundle(whole[:length])]
    assert (accepted, cut) == ([], [])


def _is_read(whole: bytes, at: int, byte: int) -> bool:
    return _is_bundle(whole[:at] + bytes((byte,)) + whole[at + 1 :])


def _is_bundle(data: bytes) -> bool:
    try:
        read_bundle("b.plmz", data)
    except IntegrityError:
        return False
    return True


def with_file(name: str) -> bytes:
    files = unpacked("b.plmz", bundled(BUNDLE))
    return packed({**files, name: b"more"})


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("bundle.json", b"0" * 10_000_000)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (with_file("files/prompts/more.md"), "the file 'prompts/more.md' is not in its lock"),
        (with_file("files/../../etc/passwd"), "'files/../../etc/passwd' does not belong to a bundle"),
        (with_file("../evil"), "'../evil' does not belong to a bundle"),
        (with_file("/evil"), "'/evil' does not belong to a bundle"),
        (bomb(), "the header at byte 0 is not as plmctl writes it"),
        (b"PK", "it is cut off, or no bundle"),
    ],
)
def test_a_bundle_that_was_made_to_do_harm_is_refused_and_nothing_is_written(
    data: bytes, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "b.plmz"
    path.write_bytes(data)
    assert refused(source=path).message == f"{path}: {why}"
    assert [*tmp_path.iterdir()] == [path]


def forged() -> Bundle:
    """A bundle that somebody rebuilt with another text, and with every hash that follows from it."""
    manifest = GREET.manifest.replace(b"{{name}}", b"{{name}}, send money")
    digest = hashed(manifest)
    small = ENTRIES["model/small"]
    pairs = f'[["model/small","{small.digest}"],["prompt/greet","{digest}"]]'
    greet = replace(ENTRIES["prompt/greet"], digest=digest, closure=hashed(pairs))
    lock = replace(LOCK, artifacts={"model/small": small, "prompt/greet": greet})
    texts = {**BUNDLE.artifacts, "prompt/greet": replace(GREET, manifest=manifest)}
    return replace(BUNDLE, lock=lock, lock_data=serialised(lock), artifacts=texts)


def released_by(key: SshKey) -> Bundle:
    """The same with a release of its own, signed with a key: all of it agrees, and only the key tells."""
    rebuilt = forged()
    state = serialised(replace(STATE, artifacts=rebuilt.lock.artifacts))
    tag = HEADER % (COMMIT.encode(), hashed(state).encode())
    release = Release(name="v1.0.0", tag=tag, lock=state)
    return tagged(tag + signature(key, tag), replace(rebuilt, release=release))


def test_a_bundle_that_was_rebuilt_is_refused_by_the_digest_of_its_lock(tmp_path: Path) -> None:
    wanted = hashed(BUNDLE.lock_data)
    assert load(source=written(tmp_path, BUNDLE), digest=wanted).lock_digest == wanted
    path = written(tmp_path, forged())
    error = refused(source=path, digest=wanted)
    assert (error.exit_code, error.message) == (
        4,
        f"the lock is {hashed(forged().lock_data)}, and not {wanted}, which was asked for",
    )
    # Without a digest or signers only accidents are found: docs/bundle.md says so.
    assert "send money" in str(load(source=path).artifact("prompt/greet").spec)


def test_a_bundle_that_was_rebuilt_is_refused_by_signers(
    tmp_path: Path, key: SshKey, stranger: SshKey
) -> None:
    signers = tmp_path / "signers"
    signers.write_bytes(key.allowed())
    genuine = signed(key)
    assert load(source=written(tmp_path, genuine), signers=signers).lock == genuine.lock
    rebuilt = forged()
    lock = replace(rebuilt.lock, source=genuine.lock.source)
    kept = replace(rebuilt, lock=lock, lock_data=serialised(lock), release=genuine.release)
    path = written(tmp_path, kept)
    assert refused(source=path, signers=signers).message == (
        f"{path}: prompt/greet: digest is not as v1.0.0 has it"
    )
    assert refused(source=written(tmp_path, BUNDLE), signers=signers).message == (
        f"v1.0.0 is not signed, and {signers} says who must have"
    )
    theirs = released_by(stranger)
    made = seal(split_signed(theirs.release.tag)[1])
    assert made is not None
    path = written(tmp_path, theirs)
    error = refused(source=path, signers=signers)
    assert (error.exit_code, error.message) == (
        4,
        f"v1.0.0 was signed with {made.fingerprint}, which {signers} does not allow",
    )
    signers.write_bytes(stranger.allowed())
    assert "send money" in str(load(source=path, signers=signers).artifact("prompt/greet").spec)


def test_a_key_that_is_revoked_signs_nothing_that_is_loaded(tmp_path: Path, key: SshKey) -> None:
    signers, revoked = tmp_path / "signers", tmp_path / "revoked"
    signers.write_bytes(key.allowed())
    path = written(tmp_path, signed(key))
    revoked.write_bytes(b"# nobody\n")
    assert load(source=path, signers=signers, revoked=revoked).stale is None
    revoked.write_text(f"{key.public}\n", encoding="utf-8")
    with pytest.raises(IntegrityError, match=f", which {revoked} revokes(?m:$)"):
        load(source=path, signers=signers, revoked=revoked)
    with pytest.raises(UsageError) as caught:
        load(source=path, revoked=revoked)
    assert (caught.value.message, caught.value.hint) == (
        "keys are revoked, and no signers are asked for",
        "name who may sign, too: load(..., signers=FILE, revoked=FILE)",
    )


def test_a_file_that_is_not_there_has_the_hint_of_its_kind(tmp_path: Path, key: SshKey) -> None:
    signers, gone = tmp_path / "signers", tmp_path / "gone"
    signers.write_bytes(key.allowed())
    path = written(tmp_path, signed(key))
    calls: tuple[tuple[Callable[[], Registry], str], ...] = (
        (
            lambda: load(source=gone),
            "name a bundle (plmctl bundle makes one), or the folder of a repository",
        ),
        (
            lambda: load(gone, source=path),
            "name the lockfile by its path where the service runs, which is not looked for inside source=",
        ),
        (lambda: load(source=path, signers=gone), f"name the file of allowed signers {WHERE}"),
        (
            lambda: load(source=path, signers=signers, revoked=gone),
            f"name the file of revoked keys {WHERE}",
        ),
    )
    for call, hint in calls:
        with pytest.raises(PlmctlError) as caught:
            call()
        assert (caught.value.message, caught.value.hint) == (
            f"{gone} cannot be read: No such file or directory",
            hint,
        )


WHERE = "by its path where the service runs (docs/verifying.md has its form)"


def test_a_fallback_is_asked_for_its_signers_too(tmp_path: Path, key: SshKey) -> None:
    signers = tmp_path / "signers"
    signers.write_bytes(key.allowed())
    gone = tmp_path / "gone.plmz"
    good = load(source=gone, fallback=written(tmp_path, signed(key)), signers=signers)
    assert good.stale == f"{gone} cannot be read: No such file or directory"
    with pytest.raises(IntegrityError, match="is not signed"):
        load(source=gone, fallback=written(tmp_path, BUNDLE, "old.plmz"), signers=signers)


def test_a_fallback_is_asked_for_the_digests_too(tmp_path: Path) -> None:
    gone, last = tmp_path / "gone.plmz", written(tmp_path, BUNDLE, "last.plmz")
    digest, other = hashed(BUNDLE.lock_data), hashed("other")
    assert load(source=gone, fallback=last, digest=[other, digest]).lock_digest == digest
    assert load(source=gone, fallback=last, digest={digest}).lock_digest == digest
    with pytest.raises(IntegrityError) as caught:
        load(source=gone, fallback=last, digest=(other, hashed("another")))
    assert caught.value.message == (
        f"{gone} cannot be read: No such file or directory; and of the fallback: the lock is {digest}, and"
        f" not {other} or {hashed('another')}, which was asked for"
    )


def test_both_failures_are_told_where_neither_source_nor_fallback_can_be_loaded(tmp_path: Path) -> None:
    gone, lost, cut = tmp_path / "gone.plmz", tmp_path / "lost.plmz", tmp_path / "cut.plmz"
    cut.write_bytes(bundled(BUNDLE)[:-1])
    told = "cannot be read: No such file or directory"
    with pytest.raises(PlmctlError) as missing:
        load(source=gone, fallback=lost)
    assert (missing.value.exit_code, missing.value.message) == (
        3,
        f"{gone} {told}; and of the fallback: {lost} {told}",
    )
    with pytest.raises(IntegrityError, match=f"^{cut}: .*; and of the fallback: {lost} {told}(?m:$)"):
        load(source=cut, fallback=lost)


def test_a_folder_is_no_fallback_and_that_is_told_before_one_is_needed(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load(source=written(tmp_path, BUNDLE), fallback=tmp_path)
    assert (caught.value.message, caught.value.hint) == (
        f"the fallback is a bundle, and {tmp_path} is a folder",
        "make one: plmctl bundle --lock FILE -o FILE",
    )


def test_what_has_no_end_is_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (Path("/dev/zero"), pipe):
        error = refused(source=path)
        assert (error.exit_code, error.message) == (
            2,
            f"{path} is no file with an end, but a folder, a pipe or a device",
        )
    error = refused(source=Path("a\0b"))
    assert (error.exit_code, error.message) == (
        2,
        "'a\\x00b' cannot be the path of a file: embedded null byte",
    )


def test_what_is_no_bundle_and_no_repository_is_said(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("notes")
    error = refused(source=text)
    assert isinstance(error, UsageError)
    assert error.message == f"{text} is neither a bundle nor a folder"
    assert refused(source=tmp_path).message == "a repository holds many locks, and none was named"


def test_a_lock_that_is_too_large_or_not_there_is_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, BUNDLE)
    large = tmp_path / "large.lock"
    with large.open("wb") as file:
        file.truncate((64 << 20) + 1)
    assert refused(large, source=path).message == (
        f"{large} is larger than 67,108,864 bytes, and was not read"
    )
    gone = refused(tmp_path / "gone.lock", source=path)
    assert (gone.exit_code, gone.message) == (
        3,
        f"{tmp_path / 'gone.lock'} cannot be read: No such file or directory",
    )


@pytest.mark.parametrize("digest", ["", "abc", "0" * 64, f"sha256:{'0' * 63}", f"SHA256:{'0' * 64}"])
def test_what_is_no_digest_is_refused_before_anything_is_read(digest: str, tmp_path: Path) -> None:
    error = refused(source=tmp_path / "none.plmz", digest=digest)
    assert (error.exit_code, error.message) == (2, f"{digest!r} is no digest of a lock")


def test_no_digest_at_all_is_no_demand(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no digest is named, so that no lock would do"):
        load(source=written(tmp_path, BUNDLE), digest=[])


def test_an_empty_bundle_is_a_broken_one(tmp_path: Path) -> None:
    (tmp_path / "b.plmz").write_bytes(b"")
    error = refused(source=tmp_path / "b.plmz")
    assert (error.exit_code, error.message) == (4, f"{tmp_path / 'b.plmz'} is empty")


def test_a_bundle_in_the_place_of_a_lock_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, BUNDLE)
    error = refused(path, source=tmp_path)
    assert (error.message, error.hint) == (f"{path} is a bundle, and no lock", f"load(source='{path}')")
