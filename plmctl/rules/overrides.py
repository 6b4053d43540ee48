"""What plmctl.yaml says of the rules, checked like everything else: REG011, REG020, REG021."""

from collections.abc import Collection, Iterator

from plmctl.core.document import Document
from plmctl.core.finding import Finding, Level, Rule
from plmctl.core.settings import Override, Settings
from plmctl.core.slip import nearest
from plmctl.rules.fixed import NEVER_OVERRIDDEN
from plmctl.rules.retired import RETIRED

EXPIRED = Rule(
    code="REG011",
    name="override-expired",
    level=Level.WARNING,
    meaning="The last day of an override in `plmctl.yaml` has passed: the rule has its own level and bump "
    "again.\n\n"
    "What was put off until that day is due. Mend what the rule finds and delete the override, or agree on "
    "a later `until`.",
)
CHANGED = Rule(
    code="REG020",
    name="rules-changed",
    level=Level.WARNING,
    meaning="Between the two moments of a diff, `plmctl.yaml` has come to say something else of the rules: "
    "an override came or went, or the profile is another one.\n\n"
    "Whoever makes a change could silence it so. `diff` therefore judges by the older side's settings where "
    "those are stricter, and tells what is new. Agree on the setting first; it counts once the older side "
    "has it.",
)
IDLE = Rule(
    code="REG021",
    name="override-without-effect",
    level=Level.WARNING,
    meaning="An override in `plmctl.yaml` changes nothing: no rule has its code, or its rule is one that "
    "nothing overrides.\n\n"
    "Whoever wrote it believes that the rule is set. Correct the code, or delete the override; "
    "`plmctl rules` lists the codes.",
)
OVERRIDE_RULES = (EXPIRED, CHANGED, IDLE)


def expired_overrides(settings: Settings, today: str | None) -> Iterator[Finding]:
    """REG011: the overrides that ended before a day (YYYY-MM-DD)."""
    for document, index, override in _placed(settings):
        if override.is_over(today):
            yield document.finding(
                EXPIRED,
                f"the override of {override.code} ended on {override.until}",
                document.location(("spec", "rules", index, "until")),
                "delete it, or write a later day",
            )


def idle_overrides(settings: Settings, known: Collection[str]) -> Iterator[Finding]:
    """REG021: the overrides of codes that no rule has, or that nothing overrides."""
    for document, index, override in _placed(settings):
        place = document.location(("spec", "rules", index, "code"))
        if override.code in NEVER_OVERRIDDEN:
            message = f"nothing overrides {override.code}: a release is what it was"
            yield document.finding(IDLE, message, place, "delete it")
        elif override.code not in known:
            meant = nearest(override.code, known)
            mend = f"did you mean '{meant}'?" if meant else "'plmctl rules' lists the codes"
            if override.code in RETIRED:
                mend = f"delete it: the rule is retired, {RETIRED[override.code]}"
            yield document.finding(IDLE, f"no rule has the code {override.code}", place, mend)


def changed_rules(before: Settings, after: Settings) -> Iterator[Finding]:
    """REG020: what the newer settings say of the rules, and the older ones do not."""
    document = after.document
    if document is None:
        return
    help_ = "diff judges by the older side where that is stricter, until it has this too"
    rules = document.location(("spec", "rules"))
    if before.profile is not after.profile:
        message = f"the profile changed from '{before.profile.value}' to '{after.profile.value}'"
        yield document.finding(CHANGED, message, document.location(("spec", "profile")), help_)
    for override in before.overrides:
        if override not in after.overrides:
            yield document.finding(CHANGED, f"an override went: {_told(override)}", rules, help_)
    for _, index, override in _placed(after):
        if override not in before.overrides:
            place = document.location(("spec", "rules", index, "code"))
            yield document.finding(CHANGED, f"an override came: {_told(override)}", place, help_)


def _told(override: Override) -> str:
    return f"{override.code} {override.said}: {override.reason}"


def _placed(settings: Settings) -> Iterator[tuple[Document, int, Override]]:
    if settings.document is not None:
        for index, override in enumerate(settings.overrides):
            yield settings.document, index, override
