"""The codes of the reader: what it refuses in a YAML file, and why."""

from plmctl.core.finding import Level, Rule

TOO_LARGE = Rule(
    code="YML001",
    name="too-large",
    level=Level.ERROR,
    meaning="A manifest over 1 MiB is not read, so nothing in it is checked or released.\n\n"
    "Reviewers cannot read so much either. Move long text into files of its own (contentFile), and "
    "data into a Dataset.",
)
NOT_UTF8 = Rule(
    code="YML002",
    name="not-utf8",
    level=Level.ERROR,
    meaning="The file is not UTF-8, so two readers can see two texts in it: nothing of it is read.\n\n"
    "Editors on Windows still offer Latin-1 and UTF-16. Save the file as UTF-8; the place is the "
    "first byte that is wrong.",
)
BYTE_ORDER_MARK = Rule(
    code="YML003",
    name="byte-order-mark",
    level=Level.WARNING,
    meaning="The file begins with a byte order mark, which says nothing in UTF-8.\n\n"
    "It is ignored here, but other tools take it for a part of the first key. Save the file without "
    "it.",
)
CONTROL_CHARACTER = Rule(
    code="YML004",
    name="control-character",
    level=Level.ERROR,
    meaning="The file holds a control character, or a byte order mark after its beginning: no reviewer can "
    "see either.\n\n"
    "A model does see it, and a terminal may obey it. Nothing of such a file is read. Delete the "
    "character at that place.",
)
LINE_SEPARATOR = Rule(
    code="YML005",
    name="line-separator",
    level=Level.ERROR,
    meaning="The file holds U+2028 or U+2029, which some readers of YAML take for the end of a line and "
    "others do not.\n\n"
    "So the text of a prompt would depend on who reads it. Where the character is meant, write its "
    "escape in double quotes, or keep the text in a file of its own.",
)
LINE_ENDINGS = Rule(
    code="YML006",
    name="line-endings",
    level=Level.INFO,
    meaning="Lines end with CRLF or with a lone CR. They are read as LF, so no digest depends on them.\n\n"
    "Nothing breaks, but a later editor that saves LF changes every line of the diff. Save the file "
    "with LF, or let Git do it: `* text=auto` in .gitattributes.",
)
SYNTAX = Rule(
    code="YML007",
    name="syntax",
    level=Level.ERROR,
    meaning="This is not YAML, and nothing after this place can be understood.\n\n"
    "No field of the file was checked: more findings may come when it can be read. Most often a "
    "text needs quotes, or a line stands too far to the left or the right. The help says what is "
    "probably meant.",
)
UNQUOTED_TEMPLATE = Rule(
    code="YML008",
    name="unquoted-template",
    level=Level.ERROR,
    meaning="A value begins with `{{` or `{%`. To YAML a brace begins a mapping, so this is not the text "
    "that was meant.\n\n"
    "Put the whole value in quotes, or below a `|`.",
)
EMPTY = Rule(
    code="YML009",
    name="empty-document",
    level=Level.ERROR,
    meaning="The file holds no value: it is empty, or has nothing but comments.\n\n"
    "A manifest may have been lost, and what refers to it finds nothing. Write the manifest, or "
    "delete the file.",
)
SEVERAL_DOCUMENTS = Rule(
    code="YML010",
    name="several-documents",
    level=Level.ERROR,
    meaning="The file holds a second document. One file is one manifest, because readers differ about the "
    "others: some take the first, some the last.\n\n"
    "Split the file at the `---` or `...`.",
)
DIRECTIVE = Rule(
    code="YML011",
    name="directive",
    level=Level.ERROR,
    meaning="A directive changes how the rest of a file is read: as YAML 1.1, where `no` is false, or with "
    "other tags.\n\n"
    "Only `%YAML 1.2` is accepted. Delete the line, and the `---` after it.",
)
TOO_DEEP = Rule(
    code="YML012",
    name="too-deep",
    level=Level.ERROR,
    meaning="The value is nested more than 64 levels deep. Such files exhaust programs that read them, and "
    "nobody reviews them.\n\n"
    "Write it flatter, or move the data into a file of its own.",
)
TOO_MANY_NODES = Rule(
    code="YML013",
    name="too-many-nodes",
    level=Level.ERROR,
    meaning="The file has more than 50,000 keys and values, so it is not read.\n\n"
    "That is data and no manifest. Move it into a file, and name that in a Dataset.",
)
SCALAR_TOO_LONG = Rule(
    code="YML014",
    name="scalar-too-long",
    level=Level.ERROR,
    meaning="One text is longer than 256 KiB, so the file is not read.\n\n"
    "Move the text into a file of its own: messages and partials take a contentFile.",
)
ANCHOR = Rule(
    code="YML015",
    name="anchor",
    level=Level.ERROR,
    meaning="An anchor, `&name`, lets a value be repeated by aliases. They are refused: a file of a "
    "kilobyte could stand for gigabytes.\n\n"
    "Write the value out where it is needed, or make it a Partial. A text that begins with `&` "
    "needs quotes.",
)
ALIAS = Rule(
    code="YML016",
    name="alias",
    level=Level.ERROR,
    meaning="An alias, `*name`, stands for a value that is written elsewhere. Aliases are refused, as "
    "anchors are.\n\n"
    "Write the value out, or make it a Partial. A text that begins with `*`, such as Markdown's "
    "`**bold**`, needs quotes.",
)
TAG = Rule(
    code="YML017",
    name="tag",
    level=Level.ERROR,
    meaning="A tag, `!name`, asks a reader of YAML to build something else than text, numbers, lists and "
    "mappings: in some programs even to run code.\n\n"
    "Delete it. A text that begins with `!` needs quotes.",
)
MERGE_KEY = Rule(
    code="YML018",
    name="merge-key",
    level=Level.ERROR,
    meaning="The merge key `<<` takes over the fields of another mapping. It is of YAML 1.1, not every "
    "reader knows it, and it hides which value counts.\n\n"
    "Write the fields out. Quote it if it is meant as a text.",
)
KEY_NOT_STRING = Rule(
    code="YML019",
    name="key-not-string",
    level=Level.ERROR,
    meaning="A key is a number, true, null, a list or a mapping. JSON has only texts for keys, so the "
    "manifest would have no canonical form, and no digest.\n\n"
    "Quote the key.",
)
DUPLICATE_KEY = Rule(
    code="YML020",
    name="duplicate-key",
    level=Level.ERROR,
    meaning="The same key stands twice in a mapping. One of the two values is lost, and which one depends "
    "on the reader.\n\n"
    "Often a section was pasted a second time. Delete one of them, or put their fields together.",
)
ESCAPED_CONTROL = Rule(
    code="YML021",
    name="escaped-control",
    level=Level.ERROR,
    meaning="An escape in double quotes stands for a control character, or for half of a character. The "
    "reviewer sees a backslash, the model something hidden.\n\n"
    "Delete the escape, or write the character itself. A line break is `\\n`.",
)
NUMBER = Rule(
    code="YML022",
    name="number-not-representable",
    level=Level.ERROR,
    meaning="The number is not a number, infinite, or an integer beyond 2^53-1, which programs read as "
    "different numbers. It has no canonical form, so the manifest would have no digest.\n\n"
    "Quote it if it is an id or a version; else write a smaller one.",
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
