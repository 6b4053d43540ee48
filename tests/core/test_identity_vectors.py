"""The example's identities, as plmctl and as an independent script compute them."""

import json
from collections.abc import Mapping
from pathlib import Path

from plmctl.core.form import closure, identities
from tests.rules.registries import example_registry
from tests.vectors.identity import vectors

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors" / "identity.json"


def recorded() -> Mapping[str, Mapping[str, str]]:
    """What identity.json says."""
    found: Mapping[str, Mapping[str, str]] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return found


def test_the_example_has_the_recorded_identities() -> None:
    registry = example_registry()
    identified = identities(registry)
    digests = {artifact: identity.digest for artifact, identity in identified.items()}
    assert recorded() == {
        artifact: {
            "digest": identity.digest,
            "metadataDigest": identity.metadata_digest,
            "closure": closure(artifact, registry.dependencies, digests),
        }
        for artifact, identity in identified.items()
    }


def test_the_script_reproduces_the_recorded_identities() -> None:
    assert vectors(ROOT / "example-registry") == recorded()


def test_the_script_has_under_eighty_lines() -> None:
    script = VECTORS.with_name("identity.py").read_text(encoding="utf-8")
    assert len(script.splitlines()) < 80
    assert "import plmctl" not in script
    assert "from plmctl" not in script


def test_one_line_is_one_artifact_sorted_by_id() -> None:
    lines = VECTORS.read_text(encoding="utf-8").splitlines()
    assert [line.split('"')[1] for line in lines[1:-1]] == sorted(recorded())
