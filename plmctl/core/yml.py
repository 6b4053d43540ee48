"""The codes of the reader: what it refuses in a YAML file, and why."""

from plmctl.core.finding import Level, Rule

TOO_LARGE = Rule(
    code="YML001",
    name="too-large",
    level=Level.ERROR,
    meaning="A manifest over 1 MiB is not read. Move long text or data into files of their own.",
)
NOT_UTF8 = Rule(
    code="YML002",
    name="not-utf8",
    level=Level.ERROR,
    meaning="Only UTF-8 means the same to everybody who reads the file. Save it as UTF-8.",
)
BYTE_ORDER_MARK = Rule(
    code="YML003",
    name="byte-order-mark",
    level=Level.WARNING,
    meaning="A byte order mark says nothing in UTF-8 and confuses other tools. Save the file without it.",
)
CONTROL_CHARACTER = Rule(
    code="YML004",
    name="control-character",
    level=Level.ERROR,
    meaning="Control characters and stray byte order marks are invisible to a reviewer. Delete them.",
)
LINE_SEPARATOR = Rule(
    code="YML005",
    name="line-separator",
    level=Level.ERROR,
    meaning="YAML parsers disagree whether U+2028 and U+2029 end a line. Write escapes in double quotes.",
)
LINE_ENDINGS = Rule(
    code="YML006",
    name="line-endings",
    level=Level.INFO,
    meaning="CRLF and lone CR are read as LF, so no digest depends on them. Save the file with LF.",
)
SYNTAX = Rule(
    code="YML007",
    name="syntax",
    level=Level.ERROR,
    meaning="This is not YAML: nothing after this place can be understood. Correct it as the help says.",
)
UNQUOTED_TEMPLATE = Rule(
    code="YML008",
    name="unquoted-template",
    level=Level.ERROR,
    meaning="A value that begins with `{{` or `{%` is a mapping to YAML, not a text. Quote it.",
)
EMPTY = Rule(
    code="YML009",
    name="empty-document",
    level=Level.ERROR,
    meaning="A file without a value, or with nothing but comments, is no manifest. Fill it or delete it.",
)
SEVERAL_DOCUMENTS = Rule(
    code="YML010",
    name="several-documents",
    level=Level.ERROR,
    meaning="One file is one manifest; readers differ about further documents. Split the file at `---`.",
)
DIRECTIVE = Rule(
    code="YML011",
    name="directive",
    level=Level.ERROR,
    meaning="Directives change how a file is read; only `%YAML 1.2` is accepted. Delete the line.",
)
TOO_DEEP = Rule(
    code="YML012",
    name="too-deep",
    level=Level.ERROR,
    meaning="More than 64 levels of nesting exhaust readers and reviewers. Flatten the value.",
)
TOO_MANY_NODES = Rule(
    code="YML013",
    name="too-many-nodes",
    level=Level.ERROR,
    meaning="More than 50,000 keys and values are not read. Move the data into a file of its own.",
)
SCALAR_TOO_LONG = Rule(
    code="YML014",
    name="scalar-too-long",
    level=Level.ERROR,
    meaning="One text over 256 KiB is not read. Move it into a file of its own.",
)
ANCHOR = Rule(
    code="YML015",
    name="anchor",
    level=Level.ERROR,
    meaning="Anchors are refused: aliases make a small file grow without bound. Quote a text with `&` first.",
)
ALIAS = Rule(
    code="YML016",
    name="alias",
    level=Level.ERROR,
    meaning="Aliases are refused: what they stand for is elsewhere. Quote a text that begins with `*`.",
)
TAG = Rule(
    code="YML017",
    name="tag",
    level=Level.ERROR,
    meaning="Tags ask a parser to build something else than JSON. Quote a text that begins with `!`.",
)
MERGE_KEY = Rule(
    code="YML018",
    name="merge-key",
    level=Level.ERROR,
    meaning="The merge key `<<` is YAML 1.1, and hides which value wins. Write the keys out.",
)
KEY_NOT_STRING = Rule(
    code="YML019",
    name="key-not-string",
    level=Level.ERROR,
    meaning="JSON knows no keys but strings, so another key has no canonical form. Quote it.",
)
DUPLICATE_KEY = Rule(
    code="YML020",
    name="duplicate-key",
    level=Level.ERROR,
    meaning="Of two equal keys one is lost, and readers differ which. Delete or rename one of them.",
)
ESCAPED_CONTROL = Rule(
    code="YML021",
    name="escaped-control",
    level=Level.ERROR,
    meaning="An escape for a control character or a surrogate puts hidden text before a model. Delete it.",
)
NUMBER = Rule(
    code="YML022",
    name="number-not-representable",
    level=Level.ERROR,
    meaning="NaN, infinities and integers beyond 2^53-1 have no canonical form. Quote it, or write less.",
)

YML_RULES = (
    TOO_LARGE,
    NOT_UTF8,
    BYTE_ORDER_MARK,
    CONTROL_CHARACTER,
    LINE_SEPARATOR,
    LINE_ENDINGS,
    SYNTAX,
    UNQUOTED_TEMPLATE,
    EMPTY,
    SEVERAL_DOCUMENTS,
    DIRECTIVE,
    TOO_DEEP,
    TOO_MANY_NODES,
    SCALAR_TOO_LONG,
    ANCHOR,
    ALIAS,
    TAG,
    MERGE_KEY,
    KEY_NOT_STRING,
    DUPLICATE_KEY,
    ESCAPED_CONTROL,
    NUMBER,
)
