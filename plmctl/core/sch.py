"""The codes of the schemas: what a manifest may not be."""

from plmctl.core.finding import Level, Rule

UNKNOWN_KIND = Rule(
    code="SCH001",
    name="unknown-kind",
    level=Level.ERROR,
    meaning="`kind` is missing, or is no kind of this registry: nobody knows what the file should hold, and "
    "nothing in it was checked.\n\n"
    "What refers to this artifact finds nothing. Correct the word; `plmctl schema` lists the kinds. "
    "Registry is the kind of plmctl.yaml alone.",
)
UNKNOWN_FIELD = Rule(
    code="SCH002",
    name="unknown-field",
    level=Level.ERROR,
    meaning="A field that the kind does not have. Nobody would ever read it: a misspelt `temperature` "
    "leaves the model at its default.\n\n"
    "Correct the name or the place; the names of the providers' APIs are known and translated. A "
    "field of your own begins with `x-`.",
)
MISSING_FIELD = Rule(
    code="SCH003",
    name="missing-field",
    level=Level.ERROR,
    meaning="A required field is missing, or all of several fields of which one is needed, or a field "
    "without which another one means nothing.\n\n"
    "Whoever loads the artifact would have to guess it. Add the field; `plmctl schema KIND` "
    "describes it.",
)
WRONG_TYPE = Rule(
    code="SCH004",
    name="wrong-type",
    level=Level.ERROR,
    meaning="The value is of another type than the field: a number where a text must stand, a text where a "
    "list must stand.\n\n"
    "Services that load the artifact would fail on it, or read it differently. Quote a text that "
    "looks like a number, true or null, such as the version 1.10; write a number without quotes.",
)
NOT_ALLOWED = Rule(
    code="SCH005",
    name="value-not-allowed",
    level=Level.ERROR,
    meaning="The field takes one of a few words, and this is none of them.\n\n"
    "Nobody knows what to do with another one. Write one of those that the message lists.",
)
BAD_PATTERN = Rule(
    code="SCH006",
    name="bad-pattern",
    level=Level.ERROR,
    meaning="The text has not the form that the field needs: a name, a version, a date, the name of an "
    "environment variable.\n\n"
    "Tags, file names and other artifacts are made of such texts, so they are strict. The message "
    "says the form.",
)
VIOLATED = Rule(
    code="SCH007",
    name="constraint-violated",
    level=Level.ERROR,
    meaning="The value is of the right type, and still cannot be: too small, too large, empty, in a list "
    "twice, a day that is not in the calendar, or beside a field that excludes it.\n\n"
    "Providers refuse such values at the first call, or ignore one of the two fields. The message "
    "says what is allowed.",
)
API_VERSION_UNKNOWN = Rule(
    code="SCH008",
    name="unsupported-api-version",
    level=Level.ERROR,
    meaning="The manifest names another version of the format than this plmctl reads. Nothing in it was "
    "checked.\n\n"
    "Correct `apiVersion`; if a newer plmctl wrote the file, install that one.",
)
NOT_IN_SUBSET = Rule(
    code="SCH009",
    name="schema-not-in-subset",
    level=Level.ERROR,
    meaning="A JSON Schema inside a manifest is wrong, too large, or uses a keyword outside of the "
    "published subset: a reference to another file, recursion, a pattern with lookaround.\n\n"
    "Engines disagree about such schemas, or never end; and plmctl could not say whether a change "
    "of it breaks callers. docs/schemas.md lists the keywords.",
)
MISPLACED_NAME = Rule(
    code="SCH010",
    name="misplaced-name",
    level=Level.ERROR,
    meaning="The name begins with the word of a kind and a slash. As `prompt/greet` is the id of the prompt "
    "`greet`, references to it would read as another artifact.\n\n"
    "Leave that word out of the name: `kind` says it.",
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
