"""The codes of the schemas: what a manifest may not be."""

from plmctl.core.finding import Level, Rule

UNKNOWN_KIND = Rule(
    code="SCH001",
    name="unknown-kind",
    level=Level.ERROR,
    meaning="A manifest of no known kind. The kinds are Prompt, Model, Dataset and the like.",
)
UNKNOWN_FIELD = Rule(
    code="SCH002",
    name="unknown-field",
    level=Level.ERROR,
    meaning="A field that the kind does not have would be ignored by everybody. Own fields begin with 'x-'.",
)
MISSING_FIELD = Rule(
    code="SCH003",
    name="missing-field",
    level=Level.ERROR,
    meaning="A required field is missing, or none of several of which one is needed is there.",
)
WRONG_TYPE = Rule(
    code="SCH004",
    name="wrong-type",
    level=Level.ERROR,
    meaning="A value of another type than the field has. Quote text that looks like a number, true or null.",
)
NOT_ALLOWED = Rule(
    code="SCH005",
    name="value-not-allowed",
    level=Level.ERROR,
    meaning="The field takes one of a few values, and this is none of them.",
)
BAD_PATTERN = Rule(
    code="SCH006",
    name="bad-pattern",
    level=Level.ERROR,
    meaning="The text has not the form that the field needs: a name, a version, a date and the like.",
)
VIOLATED = Rule(
    code="SCH007",
    name="constraint-violated",
    level=Level.ERROR,
    meaning="The value is too small, too large, empty or double, or stands beside what excludes it.",
)
API_VERSION_UNKNOWN = Rule(
    code="SCH008",
    name="unsupported-api-version",
    level=Level.ERROR,
    meaning="The manifest is written for another plmctl.",
)
NOT_IN_SUBSET = Rule(
    code="SCH009",
    name="schema-not-in-subset",
    level=Level.ERROR,
    meaning="A JSON Schema inside a manifest uses more than the published keywords, is wrong or too large.",
)
MISPLACED_NAME = Rule(
    code="SCH010",
    name="misplaced-name",
    level=Level.ERROR,
    meaning="A name that begins with a kind's word would read as another artifact's id.",
)
SCH_RULES = (
    UNKNOWN_KIND,
    UNKNOWN_FIELD,
    MISSING_FIELD,
    WRONG_TYPE,
    NOT_ALLOWED,
    BAD_PATTERN,
    VIOLATED,
    API_VERSION_UNKNOWN,
    NOT_IN_SUBSET,
    MISPLACED_NAME,
)
