"""A hostile registry elsewhere: whatever its server says, a lock is right or refused, and nothing is run."""

import hashlib
import json
import zlib
from pathlib import Path

import pytest

from plmctl.core.finding import PlmctlError
from tests.commands.builder import SETTINGS, copied
from tests.commands.elsewhere import FILE, deployment, made, served_shop
from tests.git.builder import Folder

NAMES = (
    "v1.9.0\x1b[31mred",
    "v1.9.0\u202egnp",
    "-v1.9.0",
    "v1.9.0:refs/heads/main",
    "v1.9.0*",
    "v1.9.0.lock",
    "application/desk@v9.9.9@{1}",
    "application/desk@v9.9.9 x",
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with three releases."""
    return served_shop(tmp_path_factory.mktemp("served") / "shop")


@pytest.fixture
def registry(shop: Folder, tmp_path: Path) -> Folder:
    """A copy of it, which somebody else keeps."""
    return copied(shop, tmp_path / "shop")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A deployment that locks nothing yet."""
    return deployment(tmp_path / "deployment")


def locked(folder: Folder, registry: Folder, root: str = "desk@^1") -> tuple[str, str]:
    """Version and release of the lock that was made."""
    made(folder, root=root, registry=str(registry.path))
    lock = json.loads((folder.path / FILE).read_bytes())
    return lock["artifacts"][lock["root"]]["version"], lock["source"]["release"]


def refused(folder: Folder, registry: Folder, root: str = "desk@^1") -> tuple[int, str]:
    """Exit code and message of a lock that cannot be; no file is written."""
    with pytest.raises(PlmctlError) as caught:
        made(folder, root=root, registry=str(registry.path))
    assert not (folder.path / FILE).exists()
    return caught.value.exit_code, caught.value.message


def packed(registry: Folder, *refs: tuple[str, str]) -> None:
    """Refs as a server may have them that checks no names."""
    listing = "".join(f"{object_id} {name}\n" for name, object_id in refs)
    with (registry.path / ".git/packed-refs").open("a", encoding="utf-8") as file:
        file.write(listing)


def stored(registry: Folder, kind: str, data: bytes) -> str:
    """The id of an object that no Git would make."""
    whole = f"{kind} {len(data)}\0".encode() + data
    object_id = hashlib.sha1(whole).hexdigest()
    path = registry.path / ".git/objects" / object_id[:2] / object_id[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(whole))
    return object_id


def test_tag_whose_name_leads_out_of_its_folder_is_never_a_file(folder: Folder, registry: Folder) -> None:
    packed(registry, ("refs/tags/v1.9.0/../../../config", registry.git("rev-parse", "v1.2.0")))

    # The server's own Git refuses it already.
    assert refused(folder, registry)[0] == 3
    assert not (folder.path.parent / "cache").exists()


@pytest.mark.parametrize("name", NAMES)
def test_tag_with_a_name_that_is_none_is_left_out(name: str, folder: Folder, registry: Folder) -> None:
    packed(registry, (f"refs/tags/{name}", registry.git("rev-parse", "v1.2.0")))

    assert locked(folder, registry) == ("1.2.0", "v1.2.0")
    assert sorted(p.name for p in folder.path.iterdir()) == [".git", FILE]


def test_refs_that_are_no_tags_are_never_fetched(folder: Folder, registry: Folder) -> None:
    secret = registry.commit({"secret": "of a branch"})
    registry.git("update-ref", "refs/plmctl/pending/v1.3.0", secret)

    locked(folder, registry)

    (cache,) = (p for p in (folder.path.parent / "cache/plmctl/registries").iterdir() if p.is_dir())
    there = folder.at(cache)
    assert {ref.split("/")[1] for ref in there.git("for-each-ref", "--format=%(refname)").split("\n")} == {
        "tags"
    }
    there.git("cat-file", "-e", secret, code=1)


def test_tags_of_another_registry_are_no_versions(folder: Folder, registry: Folder) -> None:
    message = registry.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.2.0")
    stolen = message.replace("Registry: shop", "Registry: other").replace("shop 1.2.0", "other 1.9.0")
    registry.git("tag", "-a", "v1.9.0", "-m", stolen, "v1.2.0^{}")

    assert refused(folder, registry) == (
        4,
        f"{registry.path}: REG013 tag-misnamed: 'v1.9.0' belongs to the registry 'other'",
    )


def test_signed_tag_under_another_name_is_no_release(folder: Folder, registry: Folder) -> None:
    packed(registry, ("refs/tags/v1.9.0", registry.git("rev-parse", "v1.2.0")))

    assert refused(folder, registry) == (
        4,
        f"{registry.path}: REG013 tag-misnamed: the tag object at 'v1.9.0' says it is 'v1.2.0'",
    )


def test_version_that_no_release_names_is_not_locked(folder: Folder, registry: Folder) -> None:
    message = registry.git("for-each-ref", "--format=%(contents)", "refs/tags/application/desk@v1.2.0")
    registry.git("tag", "-a", "application/desk@v1.9.0", "-m", message, "v1.2.0^{}")

    assert locked(folder, registry) == ("1.2.0", "v1.2.0")


def test_huge_tag_is_refused_by_its_size(folder: Folder, registry: Folder) -> None:
    commit = registry.git("rev-parse", "HEAD")
    body = b"x" * (2 << 20)
    tag = stored(registry, "tag", f"object {commit}\ntype commit\ntag v1.9.0\n\n".encode() + body)
    packed(registry, ("refs/tags/v1.9.0", tag))

    code, message = refused(folder, registry)

    assert code == 3
    assert message.startswith("tag v1.9.0 cannot be read: ")


def test_lock_that_is_not_the_one_of_its_tag_is_refused(folder: Folder, registry: Folder) -> None:
    """Whoever may push replaces the newest release whole, and cannot make its tags true."""
    message = registry.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.2.0")
    versions = [
        line.split(" ") for line in message.split("\n") if line.startswith(("application/", "prompt/"))
    ]
    changed = registry.commit({"prompts/greet.md": "Greet {{name}} rudely.\n"})
    for name, version, object_id, _ in versions:
        tag = f"{name}@v{version}"
        said = registry.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")
        registry.git("tag", "-f", "-a", tag, "-m", said, changed)
        message = message.replace(object_id, registry.git("rev-parse", tag))
    registry.git("tag", "-f", "-a", "v1.2.0", "-m", message, changed)

    code, why = refused(folder, registry)

    assert code == 4
    assert why.startswith(f"{registry.path}: ")
    assert why.endswith(" is not what was released")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"plmctl.yaml": "a: &a [*a]\n"}, 2),
        ({"plmctl.yaml": SETTINGS + "spec: {requiredVersion: '>=99'}\n"}, 2),
        ({"plmctl.yaml": SETTINGS + "spec: {git: 'https://ada:secret@git.example.com/x'}\n"}, 2),
        ({"sub/plmctl.yaml": SETTINGS}, 2),
    ],
)
def test_settings_that_cannot_be_used_are_refused(
    files: dict[str, str], code: int, folder: Folder, registry: Folder
) -> None:
    commit = registry.commit(files)
    message = registry.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.2.0")
    registry.git("tag", "-a", "v1.9.0", "-m", message.replace("1.2.0", "1.9.0"), commit)

    assert refused(folder, registry)[0] == code


def test_object_that_was_swapped_at_the_server_is_refused(folder: Folder, registry: Folder) -> None:
    blob = registry.git("rev-parse", "v1.2.0^{}:prompts/greet.md")
    path = registry.loose(blob)
    path.write_bytes(zlib.compress(b"blob 5\0evil\n"))

    code, _ = refused(folder, registry)

    assert code in (3, 4)


def test_object_that_was_swapped_in_the_cache_is_fetched_anew(folder: Folder, registry: Folder) -> None:
    locked(folder, registry)
    true = (folder.path / FILE).read_bytes()
    (folder.path / FILE).unlink()
    (cache,) = (p for p in (folder.path.parent / "cache/plmctl/registries").iterdir() if p.is_dir())
    there = folder.at(cache)
    blob = registry.git("rev-parse", "v1.2.0^{}:prompts/greet.md")
    for pack in (cache / "objects/pack").glob("*.pack"):
        moved = pack.rename(cache / pack.name)
        pack.with_suffix(".idx").unlink()
        there.git("unpack-objects", "-q", stdin=moved.read_bytes())
    loose = cache / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes(zlib.compress(b"blob 5\0evil\n"))

    locked(folder, registry)

    assert (folder.path / FILE).read_bytes() == true
    assert there.git("cat-file", "blob", blob) == registry.git("cat-file", "blob", blob) != "evil"


def test_registry_that_names_programs_runs_none(folder: Folder, registry: Folder, tmp_path: Path) -> None:
    """Hooks, filters and commands of the other repository's configuration."""
    trap = tmp_path / "trap"
    for key in (
        "core.fsmonitor",
        "core.sshCommand",
        "uploadpack.packObjectsHook",
        "core.alternateRefsCommand",
    ):
        registry.git("config", key, f"touch {trap}")
    hook = registry.path / ".git/hooks/post-update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {trap}\n", encoding="utf-8")
    hook.chmod(0o755)
    (registry.path / ".gitattributes").write_text("* filter=evil\n", encoding="utf-8")

    assert locked(folder, registry) == ("1.2.0", "v1.2.0")
    assert not trap.exists()
