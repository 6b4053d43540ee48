"""Every code of the design's page on changes is built, with the name, the level and the bump it has there."""

from collections.abc import Iterator

from plmctl.commands.catalogue import catalogue
from plmctl.core.finding import Bump, Level
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, SAFE, Meaning

CHANGES = """
PRM BREAKING 001 prompt-removed, 002 renamed-without-formerly, 010 required-input-added, 011 input-removed,
    012 input-became-required, 013 input-narrowed, 020 output-field-removed, 021 output-widened,
    022 output-field-became-optional, 023 output-format-changed, 024 output-enum-value-added, 030 tool-added,
    031 tool-arguments-changed, 032 template-format-changed, 033 placeholder-removed, 034 variant-removed
PRM BEHAVIOURAL 040 text-changed, 041 message-roles-changed, 042 example-changed, 043 examples-reordered,
    044 input-default-changed, 045 tool-removed, 046 tool-description-changed, 047 model-reference-changed,
    048 parameters-changed, 049 retrieval-or-context-changed
PRM SAFE 050 optional-input-added, 051 input-widened, 052 output-narrowed, 053 description-changed,
    054 whitespace-only, 055 variant-added, 056 samples-changed, 060 deprecated
PRM MINOR 061 removed-after-sunset
PRM WARNED 062 sunset-shortened, 063 stability-lowered
MDL BREAKING 001 removed, 010 provider-changed, 011 credential-changed, 012 capability-dropped,
    013 limit-lowered, 014 pin-loosened
MDL BEHAVIOURAL 020 model-changed, 021 snapshot-changed, 022 sampling-changed, 023 stop-changed,
    025 safety-setting-changed, 026 weights-changed, 027 fine-tuning-changed, 028 serving-changed
MDL SAFE 030 limit-raised, 031 retry-or-timeout-changed, 032 price-changed, 033 capability-added,
    034 card-changed
DST BREAKING 001 removed, 010 column-removed, 011 column-type-changed, 012 key-changed, 013 split-removed,
    014 license-changed, 015 sensitivity-raised, 016 personal-data-appeared
DST BEHAVIOURAL 020 content-changed, 021 evaluation-split-changed
DST SAFE 030 column-added, 031 card-changed, 032 remote-moved-same-content
RTV BREAKING 001 removed, 010 dimensions-changed, 011 embedder-changed-without-new-build,
    012 metric-changed-without-new-build, 013 returned-field-removed
RTV BEHAVIOURAL 020 chunking-changed, 021 query-changed, 022 reranker-changed, 023 dataset-changed,
    025 embedder-changed-with-new-build
RTV SAFE 030 returned-field-added
CTX BREAKING 001 removed, 010 session-field-removed
CTX BEHAVIOURAL 020 window-changed, 021 history-changed, 022 memory-changed, 023 overflow-changed
RTE BREAKING 001 removed, 002 match-narrowed, 003 default-removed, 010 target-incompatible
RTE BEHAVIOURAL 020 target-changed, 021 weight-changed, 022 order-changed, 023 match-widened,
    024 cache-changed, 025 guardrail-changed
RTE SAFE 030 fallback-added, 031 limit-changed
TOL BREAKING 001 removed, 010 arguments-narrowed, 011 returns-widened, 012 implementation-changed
TOL BEHAVIOURAL 020 description-changed, 021 effect-changed, 022 approval-changed, 023 strict-changed,
    024 server-changed
TOL SAFE 030 arguments-widened, 031 returns-narrowed
PRV BREAKING 001 removed, 010 type-changed, 011 credential-changed
PRV BEHAVIOURAL 020 endpoint-changed, 021 region-changed, 022 api-version-changed, 023 data-handling-changed
GRD BREAKING 001 removed
GRD BEHAVIOURAL 020 stage-changed, 021 engine-changed, 022 action-weakened, 023 action-strengthened,
    024 config-changed
EVL BEHAVIOURAL 001 removed, 010 threshold-lowered, 012 metric-removed, 014 case-removed, 016 case-changed,
    017 judge-changed, 018 data-changed, 019 target-changed
EVL SAFE 011 threshold-raised, 013 metric-added, 015 case-added
APP BREAKING 001 removed, 010 use-removed
APP BEHAVIOURAL 020 guardrail-removed, 021 evaluation-removed, 022 monitoring-loosened, 023 risk-changed,
    024 file-changed
APP SAFE 030 use-added, 031 guardrail-added, 032 monitoring-tightened
ENV ERROR 001 removed, 013 pin-removed
ENV WARNING 011 pin-lowered, 016 bind-changed, 018 arm-changed
ENV INFO 010 pin-raised, 012 pin-added, 014 hold-set, 015 hold-lifted, 017 order-changed
"""
MEANINGS = {
    "BREAKING": BREAKING,
    "BEHAVIOURAL": BEHAVIOURAL,
    "SAFE": SAFE,
    "MINOR": Meaning(level=Level.INFO, bump=Bump.MINOR),
    "WARNED": Meaning(level=Level.WARNING, bump=Bump.PATCH),
    "ERROR": Meaning(level=Level.ERROR, bump=Bump.NONE),
    "WARNING": Meaning(level=Level.WARNING, bump=Bump.NONE),
    "INFO": Meaning(level=Level.INFO, bump=Bump.NONE),
}

SHARED = {
    "900": "changed",
    "901": "metadata-changed",
    "902": "stability-raised",
    "903": "yanked",
    "904": "artifact-added",
    "905": "artifact-renamed",
    "906": "written-differently",
}
"""What every kind has; the design names the first four."""

REGISTRY = {
    "REG001": "dangling-reference",
    "REG002": "removed-and-pinned",
    "REG003": "bump-too-small",
    "REG004": "version-decreased",
    "REG005": "released-version-changed",
    "REG006": "dependency-changed",
    "REG008": "lock-stale",
    "REG009": "tag-moved",
}

NOT_YET = frozenset(
    {"TOL011", "TOL031"}  # it only shrinks
)
"""Codes that are not built yet. REG010, of evidence, comes with evidence; REG011 with overrides."""


def designed() -> Iterator[tuple[str, str, Meaning]]:
    """Code, name and meaning of every change that the design names."""
    for block in CHANGES.strip().replace("\n    ", " ").split("\n"):
        letters, meaning, codes = block.split(" ", 2)
        for number, name in (entry.split(" ") for entry in codes.split(", ")):
            yield f"{letters}{number}", name, MEANINGS[meaning]


def test_the_page_is_read_whole() -> None:
    # Counted in the design by hand, kind by kind.
    found = [code[:3] for code, _, _ in designed()]
    assert {letters: found.count(letters) for letters in found} == {
        "PRM": 37,
        "MDL": 19,
        "DST": 13,
        "RTV": 11,
        "CTX": 6,
        "RTE": 12,
        "TOL": 11,
        "PRV": 7,
        "GRD": 6,
        "EVL": 11,
        "APP": 10,
        "ENV": 10,
    }


def test_every_code_of_a_change_has_its_name_its_level_and_its_bump() -> None:
    known = catalogue()
    expected = {code: {(name, meaning)} for code, name, meaning in designed() if code in known}
    found = {
        code: {(rule.name, Meaning(level=rule.level, bump=rule.bump or Bump.NONE)) for rule in known[code]}
        for code in expected
    }
    # Data under another path is in no digest and bumps nothing (release.md); under another address it is.
    expected["DST032"].add(("remote-moved-same-content", Meaning(level=Level.INFO, bump=Bump.NONE)))
    assert found == expected
    assert {code for code, _, _ in designed()} - expected.keys() - NOT_YET == set()


def test_there_is_no_code_of_a_change_that_the_design_does_not_name() -> None:
    letters = {code[:3] for code, _, _ in designed()}
    named = {code for code, _, _ in designed()} | {f"{kind}{number}" for kind in letters for number in SHARED}
    assert {code for code in catalogue() if code[:3] in letters} - named == set()


def test_what_every_kind_has_is_named_alike() -> None:
    known = catalogue()
    for letters in {code[:3] for code, _, _ in designed()}:
        assert {number: known[f"{letters}{number}"][0].name for number in SHARED} == SHARED


def test_the_codes_of_the_registry_have_their_names() -> None:
    known = catalogue()
    assert {code: known[code][0].name for code in REGISTRY} == REGISTRY
