"""What was fetched before proves that a lock is wrong, of whichever registry it may be."""

import hashlib
import json
from itertools import count
from pathlib import Path

from plmctl.commands.verify import VerifyOptions
from plmctl.core.value import Value
from tests.commands.builder import failures, make_release, problems, shop, verified
from tests.commands.tampering import spelt
from tests.commands.test_verify_elsewhere import fetch, fetched_place, lock_of
from tests.commands.test_verify_told import published, service_at
from tests.git.builder import Folder

NOTHING = "0" * 40


def said(service: Folder, registry: Folder, address: str | None) -> list[str]:
    """What is said of a lock of the first release with this address, and another tag object."""
    lock: dict[str, Value] = json.loads(lock_of(registry, "v1.0.0"))
    commit = registry.git("rev-parse", "v1.0.0^{}")
    source: Value = {"release": "v1.0.0", "tagObject": NOTHING, "commit": commit}
    name: dict[str, Value] = {"name": "shop"}
    where: dict[str, Value] = {"git": address} if address is not None else {}
    data = spelt({**lock, "registry": {**name, **where}, "source": source})
    report = verified(service, "x", asked=VerifyOptions(given={"x": data}))
    return [*failures(report), *problems(report)]


def wrong(registry: Folder) -> list[str]:
    """That it is another tag object than the registry's."""
    right = registry.git("rev-parse", "v1.0.0")
    return [f"x source source.tagObject: the lock says {NOTHING}, v1.0.0 of shop is {right}"]


def place_of(path: Path) -> str:
    """What the folder in the cache is called that has a registry: after its path, however that was given."""
    return hashlib.sha256(str(path).encode()).hexdigest()


def test_a_registry_that_tells_nothing_hides_none_that_does(tmp_path: Path) -> None:
    registry, service = published(tmp_path / "shop", "shop"), service_at(tmp_path / "service")
    # The folders of the cache are looked at in their order.
    paths = (tmp_path / f"store-{number}" for number in count())
    store = published(next(p for p in paths if place_of(p) < place_of(registry.path)), "store")
    for each in (store, registry):
        fetch(service, each, "v1.0.0")
    places = (service.path / ".cache/plmctl/registries").iterdir()
    names = sorted(place.name for place in places if place.is_dir())
    assert names == [place_of(store.path), place_of(registry.path)]
    assert said(service, registry, None) == wrong(registry)
    assert said(service, registry, registry.path.as_uri()) == wrong(registry)


def test_a_registry_that_does_not_say_where_it_is_published_may_be_the_one(tmp_path: Path) -> None:
    registry, service = shop(tmp_path / "shop"), service_at(tmp_path / "service")
    make_release(registry)
    fetch(service, registry, "v1.0.0")
    assert said(service, registry, "https://git.example.com/shop.git") == wrong(registry)


def test_a_tag_on_no_commit_does_not_say_where_a_registry_is_published(tmp_path: Path) -> None:
    registry, service = published(tmp_path / "shop", "shop"), service_at(tmp_path / "service")
    fetch(service, registry, "v1.0.0")
    there = fetched_place(service, service.path, ".cache")
    there.git("tag", "-a", "-m", "a note", "note", there.git("hash-object", "-w", "--stdin", stdin=b"x"))
    assert said(service, registry, registry.path.as_uri()) == wrong(registry)
    assert said(service, registry, "https://git.example.com/fork.git") == [
        "3: x: v1.0.0 of the registry shop is not here"
    ]
