import pytest

from plmctl.core.glance import TOO_LARGE, Glance, Stated, glance, stated
from plmctl.core.lock import Lock, LockedArtifact, Source, serialised

ENTRY = LockedArtifact(
    version="1.2.0", path="a.yaml", digest="d", metadata_digest="m", closure="c", files={}, requires=()
)
LOCK = Lock(
    registry="shop",
    git=None,
    source=Source(release="v1.1.0", tag_object="t", commit="c"),
    root="application/desk",
    want="^1.0",
    artifacts={"application/desk": ENTRY},
    bind={"model/large": "model/small"},
)


def test_a_lock_says_version_range_release_and_replacements() -> None:
    assert glance(serialised(LOCK)) == Glance(
        root="application/desk",
        version="1.2.0",
        want="^1.0",
        release="v1.1.0",
        bind={"model/large": "model/small"},
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, TOO_LARGE),
        (b"<<<<<<< HEAD\n{}\n", "it has conflict markers"),
        (b"\xff", "it is no lock that plmctl wrote"),
        (b"[" * 100_000, "it is no lock that plmctl wrote"),
        (b"[]", "it is no lock that plmctl wrote"),
        (b'{"root": "application/desk"}', "it is no lock that plmctl wrote"),
        (serialised(LOCK).replace(b'"release"', b'"relaese"'), "it is no lock that plmctl wrote"),
    ],
)
def test_what_is_no_lock_is_told_in_words(data: bytes | None, why: str) -> None:
    assert glance(data) == why


MANIFEST = """\
apiVersion: plmctl/v1
kind: Environment
metadata: {name: production}
spec:
  pins: {desk: "^1.0", odd: 3}
  arms:
    desk:
      - {name: b, version: 1.1.0}
      - {}
  hold:
    desk: {reason: wrong answers}
    other: {}
  bind: {model/large: model/small}
  after: staging
"""


def test_a_manifest_says_pins_arms_holds_replacements_and_order() -> None:
    assert stated("environments/production.yaml", MANIFEST.encode(), "production") == Stated(
        pins={"desk": "^1.0"},
        arms={("desk", "b"): "1.1.0", ("desk", ""): ""},
        holds={"desk": "wrong answers", "other": "no reason"},
        bind={"model/large": "model/small"},
        after="staging",
    )


def test_another_manifest_says_nothing() -> None:
    assert stated("a.yaml", MANIFEST.encode(), "staging") is None
    assert stated("a.yaml", MANIFEST.replace("Environment", "Model").encode(), "production") is None


def test_a_broken_manifest_is_told() -> None:
    assert stated("a.yaml", b"kind: [\n", "production") == "it cannot be read"
    assert stated("a.yaml", None, "production") == "it cannot be read"
