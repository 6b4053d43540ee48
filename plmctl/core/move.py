"""What a promotion or a rollback changes in an environment: one application, and all that comes with it."""

from collections.abc import Iterator, Mapping

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Level, Rule
from plmctl.core.lock import Lock, LockedArtifact
from plmctl.core.tag import ArtifactTag, History
from plmctl.core.trailer import trailers
from plmctl.core.value import Value
from plmctl.core.version import Version, parsed_version

Codes = Mapping[str, tuple[Rule, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactMove:
    """An artifact that gets another version: None for none, and what its versions between changed.

    `is_back` says that those versions are taken back.
    """

    artifact: str
    old: str | None
    new: str | None
    rules: tuple[Rule, ...] = ()
    is_back: bool = False

    @property
    def breaking(self) -> tuple[Rule, ...]:
        """The rules that say of a change that it breaks something; what is taken back breaks nothing."""
        return () if self.is_back else tuple(rule for rule in self.rules if rule.level is Level.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An application's step from one version to another in an environment, or in an arm there.

    `pin` is the range that the manifest says, before and after; `why` is where the version is from.
    """

    environment: str
    application: str
    arm: str | None
    old: str | None
    new: str
    why: str
    release: str
    pin: tuple[str | None, str]
    artifacts: tuple[ArtifactMove, ...]
    asked: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def name(self) -> str:
        """The application as commands take it, with the arm after a dot."""
        bare = self.application.removeprefix("application/")
        return bare if self.arm is None else f"{bare}.{self.arm}"

    @property
    def place(self) -> str:
        """The environment's name."""
        return self.environment.removeprefix("environment/")

    @property
    def breaking(self) -> int:
        """How many changes break something for callers."""
        return sum(len(moved.breaking) for moved in self.artifacts)

    def value(self) -> dict[str, Value]:
        """The same for programs."""
        return {
            "environment": self.environment,
            "application": self.application,
            "arm": self.arm,
            "from": self.old,
            "to": self.new,
            "why": self.why,
            "release": self.release,
            "pin": {"from": self.pin[0], "to": self.pin[1]},
            "breaking": self.breaking,
            "artifacts": [_value(moved) for moved in self.artifacts],
            "owners": [{"artifact": artifact, "owners": list(owners)} for artifact, owners in self.asked],
        }


def bringing(application: str, version: Version | str, environment: str, arm: str | None = None) -> str:
    """The command that brings a version of an application to an environment, or to an arm there."""
    there = f" --arm {arm}" if arm else ""
    return f"plmctl promote {application.removeprefix('application/')}@{version} --to {environment}{there}"


def _value(moved: ArtifactMove) -> Value:
    return {
        "artifact": moved.artifact,
        "from": moved.old,
        "to": moved.new,
        "changes": [rule.code for rule in moved.rules],
        "breaking": [rule.code for rule in moved.breaking],
        "back": moved.is_back,
    }


def artifact_moves(
    before: Lock | None, after: Lock, past: History, codes: Codes, former: Mapping[str, str]
) -> Iterator[ArtifactMove]:
    """The artifacts whose version another lock changes, by id; the codes are those that their tags say.

    `former` has the ids that artifacts have now by those they had: under both they are the same.
    """
    olds = _by_present_id(before, former) if before is not None else {}
    news = _by_present_id(after, former)
    for artifact in sorted({*olds, *news}):
        old = olds[artifact].version if artifact in olds else None
        new = news[artifact].version if artifact in news else None
        if old != new:
            low, high = (parsed_version(text) if text is not None else None for text in (old, new))
            names = (artifact, *(name for name, now in former.items() if now == artifact))
            tags = tuple(tag for name in names for tag in past.versions.get(name, ()))
            said = _rules(tags, low, high, codes)
            yield ArtifactMove(
                artifact=artifact,
                old=old,
                new=new,
                rules=() if _is_alike(olds.get(artifact), news.get(artifact)) else said,
                is_back=low is not None and high is not None and high < low,
            )


def _by_present_id(lock: Lock, former: Mapping[str, str]) -> Mapping[str, LockedArtifact]:
    return {former.get(artifact, artifact): entry for artifact, entry in lock.artifacts.items()}


def _is_alike(old: LockedArtifact | None, new: LockedArtifact | None) -> bool:
    """Whether two versions are the same but for the number, as a final version and its last pre-release."""
    # What tags say between the two is told of other versions: of a final one, since the final one before.
    identities = [(it.digest, it.metadata_digest, it.closure) for it in (old, new) if it is not None]
    return len(identities) == 2 and identities[0] == identities[1]


def _rules(
    tags: tuple[ArtifactTag, ...], old: Version | None, new: Version | None, codes: Codes
) -> tuple[Rule, ...]:
    """What the versions between two changed, those above the lower one up to the higher one."""
    if old is None or new is None:
        return ()
    low, high = min(old, new), max(old, new)
    between = (tag for tag in tags if low < tag.version <= high)
    said = {code for tag in between for code in trailers(tag.message).get("Changes", "").split()}
    return tuple(codes[code][0] for code in sorted(said) if code in codes)
