"""Locks of a registry that is not here: read from what was fetched before, and nothing is asked."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.age import Seen
from plmctl.commands.archive import Archive
from plmctl.commands.loading import Around
from plmctl.commands.moment import current
from plmctl.commands.signatures import Allowed
from plmctl.commands.verify import VerifyOptions
from plmctl.core.lock import MEND, serialised
from plmctl.core.locking import Wanted
from plmctl.core.registry import load
from plmctl.core.report import State, exit_code
from plmctl.core.signers import signers_of
from tests.commands.builder import (
    ENVIRONMENT,
    LOCK,
    SETTINGS,
    answers,
    checked_locks,
    copied,
    failures,
    made_locks,
    make_release,
    opened,
    plmctl,
    problems,
    shop,
    verified,
)
from tests.commands.ground import folder_at
from tests.commands.tampering import plausible, replaced, scalars, spelt
from tests.git.builder import Folder

DESK = "application/desk"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry with two releases that says where it is published. Read it, or copy it."""
    path = tmp_path_factory.mktemp("published") / "registry"
    folder = shop(path)
    folder.commit({"plmctl.yaml": f"{SETTINGS}spec: {{git: '{path.as_uri()}'}}\n"}, "publish")
    make_release(folder)
    folder.commit({"prompts/greet.md": "Greet {{name}} warmly.\n"}, "warmer")
    make_release(folder)
    return folder


def lock_of(folder: Folder, release: str, root: str = DESK) -> bytes:
    """A lock of a release, for a deployment elsewhere."""
    with opened(folder) as repo:
        archive = Archive(repo, Around.of(current(repo.work_tree())))
        wanted = Wanted(root=root, want="^1.0", bind={})
        return serialised(archive.closure_lock(wanted, archive.past.by_name[release]))


@pytest.fixture
def service(registry: Folder, tmp_path: Path) -> Folder:
    """A service with a lock of the registry's second release, and of nothing else; nothing was fetched."""
    path = tmp_path / "service"
    path.mkdir()
    folder = folder_at(path)
    folder = replace(folder, environment={**folder.environment, "XDG_CACHE_HOME": str(tmp_path / "cache")})
    folder.git("init", "-q", "-b", "main")
    others = {"poetry.lock": "# not ours\n", "deno.lock": '{"version": "3"}\n', "empty.lock": ""}
    folder.commit({"plm.lock": lock_of(registry, "v1.1.0"), **others}, "begin")
    return folder


def fetch(service: Folder, registry: Folder, release: str = "v1.1.0") -> None:
    """Fetch what a lock of a release needs."""
    with opened(service) as repo:
        elsewhere = repo.elsewhere(registry.path.as_uri())
        elsewhere.take(list(elsewhere.tags()))
        there = elsewhere.repo
        load(there.commit_tree(there.resolve(release)))


def test_a_lock_of_what_was_never_fetched_cannot_be_checked(service: Folder) -> None:
    report = verified(service)
    assert problems(report) == ["3: plm.lock: v1.1.0 of the registry shop is not here"]
    assert [problem.hint for problem in report.problems] == ["run 'plmctl lock -o plm.lock'"]
    assert (report.checks, exit_code(report)) == ((), 3)


def test_a_lock_of_what_was_fetched_is_verified_without_asking(
    service: Folder, registry: Folder, tmp_path: Path
) -> None:
    moved = copied(registry, tmp_path / "published")
    fetch(service, moved)
    moved.path.rename(tmp_path / "away")
    report = verified(service)
    assert [f"{check.name}: {check.state.value}: {check.detail}" for check in report.checks] == [
        "form: ok: as plmctl writes it",
        "versions: ok: 3 confirmed by their tags",
        "content: ok: 3 artifacts: files, digests, closures",
        "want: ok: 1.1.0 is in '^1.0'",
        "source: ok: made by v1.1.0",
        "schema: ok: every manifest is valid",
        "chain: ok: 2 registry releases",
        "branch: not checked: no branch of shop was fetched; a clone of it can tell",
        "signature: not checked: not asked for",
    ]
    assert (report.summary or {})["locks"] == 1
    assert exit_code(report) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"version": "1.1.0"', '"version": "1.0.0"'),
        ('"path": "prompts/greet.yaml"', '"path": "prompts/bye.yaml"'),
        ('"name": "shop"', '"name": "store"'),
        ('"requires": []', '"requires": [\n        "prompt/greet"\n      ]'),
        ('"want": "^1.0"', '"want": "^1.2"'),
        ('"git": "file://', '"git": "file:///other'),
    ],
)
def test_a_changed_lock_of_what_was_fetched_fails(
    old: str, new: str, service: Folder, registry: Folder
) -> None:
    fetch(service, registry)
    text = (service.path / "plm.lock").read_text(encoding="utf-8")
    assert old in text
    service.write("plm.lock", text.replace(old, new, 1))
    report = verified(service, "plm.lock")
    assert exit_code(report) == 4


def test_each_value_of_a_lock_that_is_another_fails(service: Folder, registry: Folder) -> None:
    fetch(service, registry)
    lock = json.loads((service.path / "plm.lock").read_bytes())
    unseen, count = [], 0
    for pointer, old in scalars(lock):
        for new in plausible(pointer, old):
            count += 1
            data = spelt(replaced(lock, pointer, new))
            code = exit_code(verified(service, "plm.lock", asked=VerifyOptions(given={"plm.lock": data})))
            if code != 4:
                unseen.append(f"{code}: {pointer}: {old!r} -> {new!r}")
    # What was asked for says the lock alone: another range that has the version may have been asked for.
    assert unseen == ["0: ('want',): '^1.0' -> '^1'", "0: ('want',): '^1.0' -> '>=0.1.0'"]
    assert count > 60


def source_failures(service: Folder, registry: Folder, **source: str) -> list[str]:
    """What is said of a lock of the second release whose source says something else."""
    data = lock_of(registry, "v1.1.0")
    lock = json.loads(data)
    lock["source"] |= source
    return failures(verified(service, "x", asked=VerifyOptions(given={"x": spelt(lock)})))


def test_a_release_that_is_not_the_tag_object_s_is_told_with_the_one_that_is(
    service: Folder, registry: Folder
) -> None:
    fetch(service, registry)
    ids = {name: registry.git("rev-parse", name) for name in ("v1.0.0", "v1.1.0")}
    made = registry.git("rev-parse", f"{DESK}@v1.1.0")
    for release in ("v1.0.0", "v9.9.9"):
        assert source_failures(service, registry, release=release) == [
            f"x source source.release: this is the lock of v1.1.0, it says {release}"
        ]
    assert source_failures(service, registry, tagObject=ids["v1.0.0"]) == [
        "x source source.release: this is the lock of v1.0.0, it says v1.1.0"
    ]
    assert source_failures(service, registry, tagObject="0" * 40) == [
        f"x source source.tagObject: the lock says {'0' * 40}, v1.1.0 of shop is {ids['v1.1.0']}"
    ]
    assert source_failures(service, registry, tagObject=made) == [
        f"x source source.tagObject: the lock says {made} for v1.1.0, and that is the tag {DESK}@v1.1.0"
    ]
    assert source_failures(service, registry, tagObject="0" * 40, release="v9.9.9") == [
        "x source source.release: the lock says v9.9.9, and its commit is that of v1.1.0 of shop"
    ]


def test_what_nothing_here_can_tell_is_no_failure(service: Folder, registry: Folder, tmp_path: Path) -> None:
    fetch(service, registry)
    fork = copied(registry, tmp_path / "fork")
    fork.git("tag", "-d", *(tag for tag in fork.git("tag").split() if tag.endswith("v1.1.0")))
    fork.git("reset", "-q", "--hard", "v1.0.0")
    settings = f"{SETTINGS}spec: {{git: 'https://git.example.com/fork.git'}}\n"
    fork.commit({"plmctl.yaml": settings, "prompts/greet.md": "Hello {{name}}.\n"}, "fork")
    make_release(fork)
    service.write("plm.lock", lock_of(fork, "v1.1.0"))
    assert problems(verified(service, "plm.lock")) == ["3: plm.lock: v1.1.0 of the registry shop is not here"]
    fork.commit({"prompts/greet.md": "Hello {{name}}!\n"}, "louder")
    make_release(fork)
    service.write("plm.lock", lock_of(fork, "v1.2.0"))
    assert problems(verified(service, "plm.lock")) == ["3: plm.lock: v1.2.0 of the registry shop is not here"]


def test_an_edited_lock_is_told_by_lock_check_too(service: Folder, registry: Folder) -> None:
    fetch(service, registry)
    lock = json.loads((service.path / "plm.lock").read_bytes())
    service.write("desk.lock", spelt(replaced(lock, ("source", "tagObject"), "0" * 40)))
    done = plmctl(service, "lock", "--check", "desk.lock", code=4)
    assert f"desk.lock: source.tagObject: the lock says {'0' * 40}, v1.1.0 of shop is " in done.stderr
    assert MEND in done.stderr


@pytest.mark.parametrize("path", ["prompts/greet.md", "plm.lock"])
def test_what_is_damaged_in_the_cache_is_told_with_what_mends_it(
    path: str, service: Folder, registry: Folder, tmp_path: Path
) -> None:
    fetch(service, registry)
    cache = next(each for each in (tmp_path / "cache/plmctl/registries").iterdir() if each.is_dir())
    packs = [pack.rename(tmp_path / pack.name) for pack in cache.glob("objects/pack/*.pack")]
    for pack in packs:
        subprocess.run(["git", "-C", cache, "unpack-objects", "-q"], input=pack.read_bytes(), check=True)
    blob = registry.git("rev-parse", f"v1.1.0:{path}")
    loose = cache / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o600)
    loose.write_bytes(b"damaged")

    report = verified(service)

    (told,) = problems(report)
    assert told.startswith("4: plm.lock: what was fetched is damaged: ")
    assert blob in told
    assert [problem.hint for problem in report.problems] == [
        "run 'plmctl lock -o plm.lock' where its registry can be reached: it fetches that anew"
    ]


def test_a_broken_lock_fails_whatever_it_is_of(service: Folder) -> None:
    service.write("deploy/desk.lock", '{\n  "lockVersion": 1\n}\n')
    report = verified(service, "deploy/desk.lock")
    assert [line.split(":")[0] for line in failures(report)] == ["deploy/desk.lock form"]
    assert verified(service).summary == {"locks": 2, "ok": 0, "failed": 1, "notChecked": 0}


def test_tags_are_those_of_a_registry(service: Folder) -> None:
    assert problems(verified(service, "v1.1.0")) == ["2: no lock v1.1.0 here"]


def test_the_chain_tells_what_is_older_where_history_was_not_fetched(
    service: Folder, registry: Folder
) -> None:
    fetch(service, registry)
    for release, bound, told in (
        ("v1.0.0", "v1.0.0", "ok: not older than v1.0.0"),
        ("v1.0.0", "v1.1.0", "FAILED: v1.0.0 is older than v1.1.0"),
        ("v1.1.0", "v1.0.0", "ok: not older than v1.0.0"),
        ("v1.0.0", "v9.9.9", "not checked: no such revision: v9.9.9"),
    ):
        service.write("plm.lock", lock_of(registry, release))
        report = verified(service, asked=VerifyOptions(seen=Seen(name=bound)))
        assert answers(report, "age") == [f"plm.lock: {told}"]


def test_the_registry_that_a_lock_names_is_the_remote(service: Folder, registry: Folder) -> None:
    fetch(service, registry)
    report = verified(service, asked=VerifyOptions(asks_remote=True))
    (told,) = answers(report, "remote")
    assert told == f"plm.lock: ok: 5 tags are the same at {registry.path.as_uri()}"


def test_signatures_are_those_of_the_fetched_tags(service: Folder, registry: Folder) -> None:
    fetch(service, registry)
    asked = VerifyOptions(asks_signatures=True, allowed=Allowed(said="signers", signers=signers_of(b"")))
    (told,) = answers(verified(service, asked=asked), "signature")
    assert told == ("plm.lock: not checked: v1.1.0 is not signed, and release.sign asks for no signature")


def test_a_clone_of_the_registry_verifies_a_lock_that_lies_elsewhere(
    service: Folder, registry: Folder, tmp_path: Path
) -> None:
    clone = copied(registry, tmp_path / "clone")
    done = plmctl(clone, "verify", "../service/plm.lock")
    assert "../service/plm.lock\n  ok " in done.stdout
    clone.commit({"deploy/desk.lock": (service.path / "plm.lock").read_bytes()}, "deploy from here")
    report = verified(clone)
    assert failures(report) == []
    assert (report.summary or {})["locks"] == 2
    assert [c.state for c in report.checks if c.name == "branch"] == [State.OK, State.OK]


def test_a_registry_that_moved_still_knows_its_own_locks(
    service: Folder, registry: Folder, tmp_path: Path
) -> None:
    clone = copied(registry, tmp_path / "clone")
    clone.commit({"plmctl.yaml": f"{SETTINGS}spec: {{git: 'https://git.example.com/new.git'}}\n"}, "move")
    clone.commit({"deploy/desk.lock": (service.path / "plm.lock").read_bytes()}, "deploy from here")
    report = verified(clone, "deploy/desk.lock")
    assert (failures(report), problems(report)) == ([], [])


def test_what_lock_wrote_verify_reads(service: Folder, registry: Folder) -> None:
    address = registry.path.as_uri()
    plmctl(service, "lock", "-o", "bot.lock", f"{DESK}@^1.0", "--registry", address)
    assert "FAILED" not in plmctl(service, "verify", "bot.lock").stdout
    assert "ok           chain: 2 registry releases" in plmctl(service, "verify").stdout


def test_an_environment_of_a_registry_elsewhere_is_verified(service: Folder, registry: Folder) -> None:
    environment = ENVIRONMENT.replace("spec:", f"spec:\n  registry: {{git: '{registry.path.as_uri()}'}}")
    settings = SETTINGS.replace("shop", "deployments")
    service.commit({"plmctl.yaml": settings, "environments/production.yaml": environment}, "environment")
    made_locks(service)
    report = verified(service, LOCK)
    assert (failures(report), problems(report), exit_code(report)) == ([], [], 0)
    text = (service.path / LOCK).read_text(encoding="utf-8")
    service.write(LOCK, text.replace('"want": "^1.0"', '"want": "^1"'))
    assert failures(verified(service, LOCK)) == [
        f"{LOCK} pin want: the lock says '^1', environments/production.yaml says '^1.0'"
    ]
    service.write(LOCK, text.replace('"release": "v1.1.0"', '"release": "v1.0.0"'))
    assert exit_code(verified(service, LOCK)) == 4
    refused = checked_locks(service)
    assert problems(refused) == [f"4: {LOCK}: source.release: this is the lock of v1.1.0, it says v1.0.0"]
    assert [problem.hint for problem in refused.problems] == [MEND]


def test_a_lock_of_another_registry_among_one_s_own_is_held_to_that_one(
    service: Folder, registry: Folder
) -> None:
    fetch(service, registry)
    data = (service.path / "plm.lock").read_bytes()
    service.git("rm", "-q", "plm.lock")
    own = {
        "plmctl.yaml": SETTINGS.replace("shop", "deployments"),
        "environments/production.yaml": ENVIRONMENT,
    }
    service.commit({**own, "deploy/desk.lock": data}, "a registry of its own")
    report = verified(service, "deploy/desk.lock")
    assert (failures(report), problems(report)) == ([], [])
    assert answers(report, "chain") == ["deploy/desk.lock: ok: 2 registry releases"]


def fetched_place(service: Folder, folder: Path, cache: str = "cache") -> Folder:
    """The repository in the cache that has what was fetched."""
    (place,) = (path for path in (folder / cache / "plmctl/registries").iterdir() if path.is_dir())
    return service.at(place)


def test_a_tree_that_git_would_refuse_is_told_with_the_lock_that_leads_to_it(
    service: Folder, registry: Folder, tmp_path: Path
) -> None:
    fetch(service, registry)
    there = fetched_place(service, tmp_path)
    blob = there.git("hash-object", "-w", "--stdin", stdin=b"[core]\n")
    tree = there.git("mktree", stdin=f"100644 blob {blob}\t.git\n".encode())
    commit = there.git("commit-tree", "-m", "forged", tree)
    there.git("tag", "-a", "-m", "forged", "v9.0.0", commit)
    lock = json.loads((service.path / "plm.lock").read_bytes())
    source = {"release": "v9.0.0", "tagObject": there.git("rev-parse", "v9.0.0"), "commit": commit}
    data = spelt(lock | {"source": source})
    report = verified(service, "x", asked=VerifyOptions(given={"x": data}))
    assert problems(report) == [f"4: x: tree {tree} has a forbidden name: '.git'"]
    assert [problem.hint for problem in report.problems] == ["run 'git fsck'"]


def test_a_tag_that_is_on_no_commit_is_no_release(service: Folder, registry: Folder, tmp_path: Path) -> None:
    fetch(service, registry)
    there = fetched_place(service, tmp_path)
    there.git("tag", "-a", "-m", "forged", "v9.0.0", there.git("hash-object", "-w", "--stdin", stdin=b"x"))
    lock = json.loads((service.path / "plm.lock").read_bytes())
    source = {"release": "v9.0.0", "tagObject": there.git("rev-parse", "v9.0.0"), "commit": "0" * 40}
    report = verified(service, "x", asked=VerifyOptions(given={"x": spelt(lock | {"source": source})}))
    assert problems(report) == ["3: x: v9.0.0 of the registry shop is not here"]


def test_an_address_that_somebody_wrote_into_a_lock_is_used_when_the_remote_is_asked_for(
    service: Folder, registry: Folder
) -> None:
    fetch(service, registry)
    lock = json.loads((service.path / "plm.lock").read_bytes())
    data = spelt(replaced(lock, ("registry", "git"), "ext::id"))
    options = VerifyOptions(given={"x": data})
    address = registry.path.as_uri()
    assert failures(verified(service, "x", asked=options)) == [
        f"x content registry.git: the lock says 'ext::id', Git has {address!r}"
    ]
    report = verified(service, "x", asked=replace(options, asks_remote=True))
    assert problems(report) == ["3: x: an address that starts a program: ext::id"]
