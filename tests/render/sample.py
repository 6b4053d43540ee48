"""Small reports, made by hand."""

from dataclasses import replace

from plmctl.core.change import Change, Fact
from plmctl.core.finding import Bump, Finding, Level, Location, Rule
from plmctl.core.form import Identity
from plmctl.core.judgement import Acceptance, Judgement
from plmctl.core.lock import Lock, Source
from plmctl.core.plan import Plan, Planned
from plmctl.core.tag import ArtifactTag
from plmctl.core.value import Pointer, Value
from plmctl.core.version import FIRST, Version

DIGEST = "sha256:" + "a" * 64
FINGERPRINT = "3f9a1c22b0de"
ACCEPTED = Acceptance(
    reason="nobody calls it", by="Ada <ada@example.com>", path=f".plmctl/accepted/{FINGERPRINT}.yaml"
)
"""That a judgement is accepted."""

NO_SUCH = Rule(code="REF001", name="no-such-artifact", level=Level.ERROR, meaning="It is not there.")
UNUSED = Rule(code="TPL003", name="unused-input", level=Level.WARNING, meaning="Nobody reads it.")

DANGLING = Finding(
    rule=NO_SUCH,
    message="no Model is named 'gpt-5'",
    location=Location(path="prompts/greet.yaml", line=12, column=10, end_column=15),
    level=Level.ERROR,
    help="did you mean 'gpt-4'?\nrun 'plmctl list model' to see all",
    source="  model: gpt-5",
    artifact="prompt/greet",
)
UNUSED_INPUT = Finding(
    rule=UNUSED,
    message="input 'name' is never used",
    location=Location(path="prompts/greet.yaml", line=3),
    level=Level.WARNING,
)
SILENCED = replace(UNUSED_INPUT, level=Level.OFF)

CHANGED_TEXT = Rule(
    code="PRM040", name="text-changed", level=Level.WARNING, meaning="Words.", bump=Bump.MINOR
)
INPUT_ADDED = Rule(
    code="PRM010", name="required-input-added", level=Level.ERROR, meaning="Calls fail.", bump=Bump.MAJOR
)
PRICE = Rule(code="MDL032", name="price-changed", level=Level.INFO, meaning="It costs.", bump=Bump.PATCH)
PIN = Rule(code="ENV010", name="pin-raised", level=Level.INFO, meaning="It moves on.", bump=Bump.NONE)


def judged(
    rule: Rule,
    message: str,
    *,
    artifact: str = "prompt/greet",
    pointer: Pointer = ("spec", "x"),
    fact: Fact = Fact.CHANGED,
    old: Value = None,
    new: Value = None,
    acceptance: Acceptance | None = None,
) -> Judgement:
    """A judgement of a change without its manifests."""
    kind = artifact.partition("/")[0].capitalize()
    change = Change(artifact=artifact, kind=kind, fact=fact, pointer=pointer, old=old, new=new)
    return Judgement(
        rule=rule,
        change=change,
        level=rule.level,
        bump=rule.bump or Bump.NONE,
        message=message,
        fingerprint=FINGERPRINT,
        acceptance=acceptance,
    )


def planned(artifact: str, *judgements: Judgement, version: Version, previous: Version | None) -> Planned:
    """An artifact of a plan, with a tag for its version before."""
    return Planned(
        artifact=artifact,
        version=version,
        previous=_tag(artifact, previous) if previous is not None else None,
        bump=max((judgement.bump for judgement in judgements), default=Bump.PATCH),
        judgements=judgements,
        identity=Identity(digest=DIGEST, metadata_digest=DIGEST),
        closure=DIGEST,
    )


def _tag(artifact: str, version: Version) -> ArtifactTag:
    return ArtifactTag(
        name=f"{artifact}@v{version}",
        artifact=artifact,
        version=version,
        object_id="1" * 40,
        commit="2" * 40,
        digest=DIGEST,
        metadata_digest=DIGEST,
        closure=DIGEST,
        message="",
    )


def plan_of(*artifacts: Planned, removed: tuple[str, ...] = (), kept: int = 0) -> Plan:
    """A plan for the release v1.1.0."""
    lock = Lock(registry="acme", git=None, source=Source(release="v1.1.0"), root=None, artifacts={}, bind={})
    return Plan(
        registry="acme",
        tag="v1.1.0",
        version=FIRST.bumped(Bump.MINOR),
        previous="3" * 40,
        planned=artifacts,
        removed=removed,
        removals=(),
        locked=lambda: lock,
        kept=kept,
    )
