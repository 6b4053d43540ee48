"""REG, as far as tags go: the rules about the versions that a repository holds."""

from plmctl.core.finding import Level, Rule

VERSION_DECREASED = Rule(
    code="REG004",
    name="version-decreased",
    level=Level.ERROR,
    meaning="A release gives an artifact, or the registry, a version below an earlier one: whoever asks "
    "for the newest gets what is older."
    "\n\n"
    "`plmctl release` computes versions that rise: this one was made by hand. Delete its tags, and "
    "release again.",
)
TAG_MOVED = Rule(
    code="REG009",
    name="tag-moved",
    level=Level.ERROR,
    meaning="A version tag is not the object that its release named: somebody moved or made it again."
    "\n\n"
    "Whoever has that version locked would get another one: it is locked and released from no more. Find "
    "out who moved it, and take the remote's tags: `git fetch --tags --force`.",
)
NOT_ANNOTATED = Rule(
    code="REG012",
    name="tag-not-annotated",
    level=Level.ERROR,
    meaning="A tag with the name of a version is no annotated tag: it says nothing of what was released."
    "\n\n"
    "No lock can be made of it. Versions are made by `plmctl release` alone: delete the tag, and fetch the "
    "right one where there is one.",
)
TAG_MISNAMED = Rule(
    code="REG013",
    name="tag-misnamed",
    level=Level.ERROR,
    meaning="A tag object says another name than its ref, or belongs to another registry."
    "\n\n"
    "It was copied from somewhere, and what it says of its content is of something else. Delete the ref.",
)
TAG_MALFORMED = Rule(
    code="REG014",
    name="tag-malformed",
    level=Level.ERROR,
    meaning="A tag with the name of a version has no version that Semver knows, or lacks its trailers."
    "\n\n"
    "Nobody can tell what it released, so it is no version. Delete it, or give it a name that is not that of "
    "a version.",
)
TAG_UNCONFIRMED = Rule(
    code="REG015",
    name="tag-unconfirmed",
    level=Level.WARNING,
    meaning="No registry release names this tag: it is no version, is never locked and never a baseline."
    "\n\n"
    "It is left over from a release that was not finished, or was made by hand. Finish the release, or "
    "delete the tag.",
)
TAG_MISSING = Rule(
    code="REG017",
    name="tag-missing",
    level=Level.ERROR,
    meaning="A registry release names a tag that is not here: its version would be made a second time."
    "\n\n"
    "Fetch it before you release or lock: `git fetch --tags`.",
)
CHAIN_BROKEN = Rule(
    code="REG018",
    name="chain-broken",
    level=Level.ERROR,
    meaning="A registry release follows one that is not here: a tag was moved, deleted or never fetched."
    "\n\n"
    "What was released before it cannot be checked. Fetch the tags, and compare them with the remote's.",
)

TAG_RULES = (
    VERSION_DECREASED,
    TAG_MOVED,
    NOT_ANNOTATED,
    TAG_MISNAMED,
    TAG_MALFORMED,
    TAG_UNCONFIRMED,
    TAG_MISSING,
    CHAIN_BROKEN,
)
