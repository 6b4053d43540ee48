"""What plmctl.yaml makes of the rules: the level and the bump that each has here, and why."""

from collections.abc import Iterator

from plmctl.core.configuration import NoRegistry, read_settings_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Bump, Level, PlmctlError, Rule
from plmctl.core.ports import Repo
from plmctl.core.profile import Profile
from plmctl.core.secrecy import masked
from plmctl.core.settings import Override
from plmctl.core.value import Value
from plmctl.rules.fixed import NEVER_OVERRIDDEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What the registry around us says of the rules; `notes` say why it could not be read, or its profile."""

    profile: Profile = Profile.DEFAULT
    overrides: tuple[Override, ...] = ()
    notes: tuple[str, ...] = ()


def here(repo: Repo | None) -> Here:
    """The overrides in the work tree. Where no registry is there are none, and a broken one hides no rule."""
    if repo is None:
        return Here()
    try:
        tree = repo.work_tree()
        settings = read_settings_of(tree, tuple(tree.paths()))
    except NoRegistry:
        return Here()
    except PlmctlError as error:
        return Here(notes=(f"the levels are plmctl's own: {error.message}",))
    is_default = settings.profile is Profile.DEFAULT
    notes = () if is_default else (f"the profile is '{settings.profile.value}'",)
    return Here(profile=settings.profile, overrides=settings.overrides, notes=notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHere:
    """A rule as it counts here on a day: the profile, its overrides, the last that applies first."""

    rule: Rule
    overrides: tuple[Override, ...]
    today: str | None
    profile: Profile = Profile.DEFAULT

    @property
    def level(self) -> Level:
        """The level for all artifacts that no override names."""
        own = self.profile.of_finding if self.rule.bump is None else self.profile.of_change
        levels = (o.level for o in self._for_all() if o.level is not None)
        return next(levels, own(self.rule.code, self.rule.level))

    @property
    def bump(self) -> Bump | None:
        """The bump, likewise."""
        if not self.rule.bump:
            return self.rule.bump
        bumps = (max(o.bump, Bump.PATCH) for o in self._for_all() if o.bump is not None)
        return next(bumps, self.rule.bump)

    @property
    def levels(self) -> str:
        """The level in words: the rule's own range where no override sets one."""
        return self.rule.levels if self.level is self.rule.level else self.level.value

    @property
    def bumps(self) -> str | None:
        """The bump, likewise."""
        if self.bump is None or self.bump is self.rule.bump:
            return self.rule.bumps
        return self.bump.label

    def said(self) -> tuple[str, ...]:
        """Each override in words."""
        return tuple(self._words(override) for override in self.overrides)

    def values(self) -> list[Value]:
        """Each override for programs."""
        return [
            {
                "level": override.level.value if override.level is not None else None,
                "bump": override.bump.label if override.bump is not None else None,
                "artifacts": list(override.artifacts),
                "until": override.until,
                "reason": masked(override.reason),
                "isOver": override.is_over(self.today),
            }
            for override in self.overrides
        ]

    def _for_all(self) -> Iterator[Override]:
        return (o for o in self.overrides if not o.artifacts and not o.is_over(self.today))

    def _words(self, override: Override) -> str:
        is_over = " (over)" if override.is_over(self.today) else ""
        return f"{override.said}{is_over}: {masked(override.reason)}"


def rule_here(rule: Rule, around: Here, today: str | None) -> RuleHere:
    """A rule as the registry around us has it; a release is what it was, whatever plmctl.yaml says."""
    own = () if rule.code in NEVER_OVERRIDDEN else tuple(o for o in around.overrides if o.code == rule.code)
    return RuleHere(rule=rule, overrides=own[::-1], today=today, profile=around.profile)
