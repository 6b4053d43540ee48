"""Which tests are to kill the mutants of which modules."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Modules that decide one thing together, and the tests that are to notice."""

    name: str
    modules: Sequence[str]
    tests: Sequence[str]


@cache
def survivors() -> Mapping[str, Mapping[str, str]]:
    """Mutants that no test can kill, by module, and why none can."""
    found: Mapping[str, Mapping[str, str]] = json.loads(_LISTED.read_text(encoding="utf-8"))
    return found


_LISTED = Path(__file__).with_name("survivors.json")

TARGETS = (
    Target(
        name="reader",
        modules=(
            "plmctl.core.scalar",
            "plmctl.core.clean",
            "plmctl.core.document",
            "plmctl.core.source",
            "plmctl.core.spot",
        ),
        tests=(
            "tests/core/test_scalar.py",
            "tests/core/test_clean.py",
            "tests/core/test_document.py",
            "tests/core/test_document_limits.py",
            "tests/core/test_document_syntax.py",
            "tests/core/test_document_places.py",
            "tests/core/test_document_told.py",
            "tests/core/test_secrecy.py",
            "tests/core/test_document_properties.py",
            "tests/hostile/test_yaml.py",
            "tests/properties/test_reader_against_ruamel.py",
        ),
    ),
    Target(
        name="lock",
        modules=("plmctl.core.lock", "plmctl.core.spelling", "plmctl.core.sums"),
        tests=(
            "tests/core/test_lock.py",
            "tests/core/test_lock_stated.py",
            "tests/core/test_lock_told.py",
            "tests/core/test_spelling.py",
            "tests/core/test_sums.py",
            "tests/core/test_locking.py",
            "tests/core/test_pinned.py",
        ),
    ),
    Target(
        name="verify",
        modules=(
            "plmctl.commands.verify",
            "plmctl.commands.claims",
            "plmctl.commands.published",
            "plmctl.commands.signatures",
            "plmctl.commands.archive",
            "plmctl.commands.trust",
            "plmctl.commands.age",
            "plmctl.commands.provenance",
            "plmctl.commands.contradiction",
            "plmctl.commands.site",
            "plmctl.commands.contents",
        ),
        tests=(
            "tests/commands/test_contradiction.py",
            "tests/commands/test_provenance.py",
            "tests/commands/test_verify_age.py",
            "tests/commands/test_verify_elsewhere.py",
            "tests/commands/test_verify_reading.py",
            "tests/commands/test_verify_remote.py",
            "tests/commands/test_verify_schemas.py",
            "tests/commands/test_verify_told.py",
            "tests/commands/test_verify_signatures.py",
            "tests/commands/test_tags_alone.py",
            "tests/commands/test_trust.py",
            "tests/commands/test_other_registry.py",
            "tests/acceptance/test_forgery.py",
            "tests/acceptance/test_tampered_lock.py",
            "tests/acceptance/test_verify_faults.py",
            "tests/commands/test_damaged_cache.py",
            "tests/commands/test_nights.py",
            "tests/commands/test_verify_data.py",
            "tests/hostile/test_locks.py",
        ),
    ),
)
