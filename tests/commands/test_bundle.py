"""`plmctl bundle`: what a lock pins in one file, and what is in it."""

import hashlib
import json
import zipfile
from pathlib import Path

import jsonschema_rs
import pytest

from plmctl.commands.bundle import Bundled, BundleOptions, bundle
from plmctl.commands.inspect import inspect
from plmctl.core.archive import packed, unpacked
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.report import Check, State
from plmctl.core.value import Value, as_items, as_mapping
from plmctl.render.json import json_value
from tests.commands.builder import LOCK, copied, opened, plmctl
from tests.commands.elsewhere import deployment, served_shop
from tests.git.builder import Folder
from tests.git.signatory import ssh_key
from tests.programs import REPOSITORY


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with three releases. Read it, or copy it."""
    return served_shop(tmp_path_factory.mktemp("served") / "shop")


def bundled_lock(folder: Folder, lock: str = LOCK, data: bytes | None = None) -> Bundled:
    """What `plmctl bundle` makes of a lock, or of other bytes that somebody says it has."""
    with opened(folder) as repo:
        given = (folder.path / lock).read_bytes() if data is None else data
        return bundle(repo, BundleOptions(lock=lock, data=given, output="b.plmz"))


def refusal(folder: Folder, data: bytes, lock: str = LOCK) -> PlmctlError:
    with pytest.raises(PlmctlError) as caught:
        bundled_lock(folder, lock, data)
    return caught.value


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_a_bundle_has_all_that_a_lock_pins_whatever_the_work_tree_has(shop: Folder, tmp_path: Path) -> None:
    folder = copied(shop, tmp_path / "shop")
    folder.write("prompts/greet.md", "Be rude.\n")
    lock = (folder.path / LOCK).read_bytes()

    made = bundled_lock(folder)

    (tmp_path / "b.plmz").write_bytes(made.data)
    with zipfile.ZipFile(tmp_path / "b.plmz") as read:
        assert read.namelist() == ["bundle.json", "files/prompts/greet.md"]
        assert read.read("files/prompts/greet.md") == b"Greet {{name}} warmly.\n"
        main = json.loads(read.read("bundle.json"))
    assert main["lock"].encode() == lock
    assert main["release"]["name"] == "v1.1.0"
    assert main["release"]["lock"] == f"{folder.git('show', 'v1.1.0:plm.lock')}\n"
    assert sorted(main["artifacts"]) == ["application/desk", "model/small", "prompt/greet"]
    assert "warmly" in main["artifacts"]["prompt/greet"]["manifest"]
    size = f"{len(made.data):,}"
    assert made.report.done == (
        f"wrote b.plmz: application/desk 1.1.0 of v1.1.0, 3 artifacts, 1 file, {size} bytes",
    )
    assert made.report.notes == (
        f"the lock in it is {sha256(lock)}: a service that asks for it loads nothing else",
    )


def test_the_same_lock_gives_the_same_bytes_in_another_clone(shop: Folder, tmp_path: Path) -> None:
    folder = copied(shop, tmp_path / "shop")
    folder.git("gc", "-q")
    folder.git("checkout", "-q", "v1.0.0")
    for lock in (LOCK, "plm.lock"):
        data = (shop.path / lock).read_bytes()
        assert bundled_lock(folder, lock, data).data == bundled_lock(shop, lock, data).data


def test_what_is_in_a_bundle_is_shown(shop: Folder) -> None:
    made = bundled_lock(shop)
    lock = (shop.path / LOCK).read_bytes()
    file = b"Greet {{name}} warmly.\n"

    report = inspect("b.plmz", made.data)

    assert report.data == made.report.data
    entries = json.loads(lock)["artifacts"]
    assert report.data == {
        "sha256": sha256(made.data),
        "size": len(made.data),
        "lock": sha256(lock),
        "registry": "shop",
        "root": "application/desk",
        "environment": "production",
        "release": "v1.1.0",
        "tagObject": shop.git("rev-parse", "v1.1.0").strip(),
        "signed": None,
        "artifacts": [
            {"artifact": artifact, "version": version, "digest": entries[artifact]["digest"]}
            for artifact, version in (
                ("application/desk", "1.1.0"),
                ("model/small", "1.0.0"),
                ("prompt/greet", "1.1.0"),
            )
        ],
        "files": [{"path": "prompts/greet.md", "size": len(file), "sha256": sha256(file)}],
    }
    assert report.checks == (
        Check(
            subject="b.plmz",
            name="content",
            state=State.OK,
            detail=f"application/desk 1.1.0 of v1.1.0, 3 artifacts, 1 file, {len(made.data):,} bytes",
        ),
        Check(subject="b.plmz", name="lock", state=State.OK, detail=sha256(lock)),
        Check(subject="b.plmz", name="release", state=State.OK, detail="v1.1.0 has all of it so"),
        Check(subject="b.plmz", name="signature", state=State.NOT_CHECKED, detail="v1.1.0 is not signed"),
    )
    assert report.table is not None
    assert report.table.rows[-1] == ("prompts/greet.md", "-", sha256(file))


def test_the_bundle_of_a_whole_registry_is_shown(shop: Folder) -> None:
    made = bundled_lock(shop, "plm.lock")
    report = inspect("all.plmz", made.data)
    assert made.report.done[0].startswith("wrote b.plmz: the registry shop of v1.2.0, 4 artifacts, 1 file, ")
    data = report.data or {}
    assert (data["root"], data["tagObject"]) == (None, shop.git("rev-parse", "v1.2.0").strip())


def test_what_is_printed_as_json_is_published(shop: Folder) -> None:
    published = json.loads((REPOSITORY / "schemas/output/report.json").read_text(encoding="utf-8"))
    validator = jsonschema_rs.Draft202012Validator(published)
    made = bundled_lock(shop)
    for report in (made.report, inspect("b.plmz", made.data)):
        value = json_value(report)
        assert [error.message for error in validator.iter_errors(value)] == []
        data = as_mapping(value["data"])
        firsts = [as_mapping(as_items(data[name])[0]) for name in ("artifacts", "files")]
        for field in data:
            other = {key: inner for key, inner in data.items() if key != field}
            assert not validator.is_valid({**value, "data": other})
        for name, first in zip(("artifacts", "files"), firsts, strict=True):
            assert not validator.is_valid({**value, "data": {**data, name: [{**first, "more": 1}]}})


def test_a_lock_of_a_registry_elsewhere_is_bundled_of_what_was_fetched(shop: Folder, tmp_path: Path) -> None:
    folder = deployment(tmp_path / "deployment")
    plmctl(folder, "lock", "-o", "desk.lock", "desk@1.1.0", "--registry", str(shop.path))
    lock = (folder.path / "desk.lock").read_bytes()
    with opened(folder) as repo:
        made = bundle(repo, BundleOptions(lock="desk.lock", data=lock, output="b.plmz"))
    with opened(shop) as repo:
        assert bundle(repo, BundleOptions(lock="desk.lock", data=lock, output="b.plmz")).data == made.data


def test_a_lock_whose_release_is_not_here_is_refused(shop: Folder, tmp_path: Path) -> None:
    lock = (shop.path / LOCK).read_bytes()
    elsewhere, lacking = deployment(tmp_path / "deployment"), copied(shop, tmp_path / "shop")
    lacking.git("tag", "-d", "v1.1.0")
    there, here = refusal(elsewhere, lock), refusal(lacking, lock)
    assert (there.exit_code, there.message, there.hint) == (
        3,
        f"{LOCK}: v1.1.0 of the registry shop is not here",
        "run it in a clone of shop",
    )
    assert (here.message, here.hint) == (there.message, "run 'git fetch --tags'")


def test_a_lock_of_a_tag_that_moved_is_refused_with_both_ids(shop: Folder, tmp_path: Path) -> None:
    folder = copied(shop, tmp_path / "shop")
    was = folder.git("rev-parse", "v1.1.0").strip()
    message = folder.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.1.0")
    folder.git("tag", "-f", "-a", "-m", f"moved: {message}", "v1.1.0", "v1.1.0^{commit}")
    now = folder.git("rev-parse", "v1.1.0").strip()
    refused = refusal(folder, (folder.path / LOCK).read_bytes())
    assert (refused.exit_code, refused.message) == (
        4,
        f"{LOCK}: the lock says {was}, the tag v1.1.0 is {now} here",
    )
    assert refused.hint == f"run 'plmctl verify {LOCK}', which says what of it is not true"


ZEROS = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("artifact", "field", "other", "why"),
    [
        ("model/small", "version", "1.0.1", "model/small: version is not as v1.1.0 has it"),
        (
            "prompt/greet",
            "metadataDigest",
            ZEROS,
            "prompt/greet is not as it was locked: its digest is another",
        ),
        (
            "prompt/greet",
            "files",
            {"prompts/greet.md": ZEROS, "prompts/greet.yaml": ZEROS},
            "prompts/greet.md is not the file that was locked",
        ),
        (
            "prompt/greet",
            "closure",
            ZEROS,
            "prompt/greet: its closure is another than that of its dependencies",
        ),
    ],
)
def test_a_lock_that_does_not_hold_is_not_bundled(
    shop: Folder, artifact: str, field: str, other: Value, why: str
) -> None:
    lock = json.loads((shop.path / LOCK).read_bytes())
    lock["artifacts"][artifact][field] = other
    refused = refusal(shop, f"{json.dumps(lock, indent=2)}\n".encode())
    assert isinstance(refused, IntegrityError)
    assert refused.message.removeprefix(f"{LOCK}: ") == why


def test_a_bundle_whose_release_does_not_confirm_it_fails(shop: Folder) -> None:
    made = bundled_lock(shop)
    files = unpacked("b.plmz", made.data)
    main = json.loads(bytes(files["bundle.json"]))
    main["lock"] = main["lock"].replace('"version": "1.0.0"', '"version": "1.0.1"')
    spelt = json.dumps(main, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    report = inspect("b.plmz", packed({**files, "bundle.json": spelt}))
    assert [check.detail for check in report.checks if check.state is State.FAILED] == [
        "model/small: version is not as v1.1.0 has it"
    ]


def test_how_a_release_is_signed_is_said(shop: Folder, tmp_path: Path) -> None:
    folder, key = copied(shop, tmp_path / "shop"), ssh_key(tmp_path)
    message = folder.git("for-each-ref", "--format=%(contents)", "refs/tags/v1.2.0")
    settings = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={key.path}")
    folder.git(*settings, "tag", "-f", "-s", "-m", message, "v1.2.0", "v1.2.0^{commit}")
    made = bundled_lock(folder, "plm.lock")
    report = inspect("b.plmz", made.data)
    assert (report.data or {})["signed"] == "ssh"
    assert report.checks[-1].detail == ("v1.2.0 is signed with SSH: who may sign is asked when it is loaded")


def test_a_bundle_is_written_whole_and_over_nothing_but_a_bundle(shop: Folder, tmp_path: Path) -> None:
    folder = copied(shop, tmp_path / "shop")
    made = bundled_lock(folder)
    plmctl(folder, "bundle", "--lock", "plm.lock", "-o", "b.plmz")
    plmctl(folder, "-C", "environments", "bundle", "--lock", "production/desk.lock", "-o", "../b.plmz")
    plmctl(folder, "bundle", "--lock", LOCK, "-o", "../c.plmz")
    refused = plmctl(folder, "bundle", "--lock", LOCK, "-o", "prompts/greet.yaml", code=2)
    assert (folder.path / "b.plmz").read_bytes() == made.data == (tmp_path / "c.plmz").read_bytes()
    assert folder.git("status", "--porcelain") == "?? b.plmz"
    assert refused.stderr == (
        "error: -o prompts/greet.yaml: that file is there, and no bundle\nhint: name another file\n"
    )


def test_an_inspection_makes_no_bundle_and_a_bundle_needs_its_lock(shop: Folder) -> None:
    both = plmctl(shop, "bundle", "--inspect", "b.plmz", "-o", "c.plmz", code=2)
    none = plmctl(shop, "bundle", "--lock", LOCK, code=2)
    assert both.stderr == ("error: --inspect shows a bundle and makes none\nhint: leave out --lock and -o\n")
    assert none.stderr == (
        "error: --lock and -o are needed: a lock, and the bundle to write\n"
        "hint: write 'plmctl bundle --lock FILE -o bundle.plmz'\n"
    )
