"""What a jinja2 text may say, and what to do in the place of the rest."""

from collections.abc import Mapping

MAX_NESTING = 32
MAX_LOOPS = 8
MAX_PARENTHESES = 16
MAX_WORDS = 100
MAX_ERRORS = 100
MAX_BRANCHES = 100
MAX_TAGS = 2_000
MAX_DIGITS = 15

STATEMENTS = frozenset({"if", "elif", "else", "endif", "for", "endfor"})
OPERATORS = frozenset({"==", "!=", ">", ">=", "<", "<=", "(", ")", ",", ".", "|"})
COMPARISONS = frozenset({"==", "!=", ">", ">=", "<", "<="})
TESTS = frozenset({"defined", "none"})
LOOP_FIELDS = frozenset({"index", "index0", "first", "last", "length"})
FILTERS: Mapping[str, int] = {
    "upper": 0,
    "lower": 0,
    "trim": 0,
    "join": 1,
    "length": 0,
    "default": 2,
    "tojson": 0,
}
"""The filters, with the most arguments of each."""
WORDS = frozenset({"and", "elif", "else", "if", "in", "is", "not", "or"})
TAKEN = frozenset({"caller", "kwargs", "loop", "self", "super", "varargs"}) | WORDS
"""Names that jinja2 fills itself, or reads as something else."""

MEMBERSHIP = "compare with '==' and 'or', or pass the answer as an input"
BRACE = "write {{ '{{' }} for a literal '{{'"
_COMPUTE = "compute it before, and pass the result as an input"
_ONE_TEXT = "write the text in the place where it is used; a Partial can be included by a mustache text"
_ELSEWHERE: Mapping[str, str] = {
    "set": _COMPUTE,
    "with": _COMPUTE,
    "macro": _ONE_TEXT,
    "call": _ONE_TEXT,
    "import": _ONE_TEXT,
    "from": _ONE_TEXT,
    "include": _ONE_TEXT,
    "extends": _ONE_TEXT,
    "block": _ONE_TEXT,
    "filter": "write the filter behind each value: {{ name | upper }}",
    "autoescape": "leave it out: nothing is escaped",
    "print": "write {{ name }}",
    "raw": BRACE,
    "do": _COMPUTE,
    "break": "pass the items that are wanted as an input",
    "continue": "put {% if %} around what is printed",
    "trans": "make a variant of the prompt for each language",
}
KNOWN_STATEMENTS = "the statements are if, elif, else and for"


def statement_help(word: str) -> str:
    """What to do in the place of a statement."""
    return _ELSEWHERE.get(word, KNOWN_STATEMENTS)


_SAID: Mapping[str, tuple[str, str]] = {
    "~": ("'~' joins texts", "write one tag behind the other: {{ a }}{{ b }}"),
    "=": ("'=' names an argument or sets a variable", "compare with '=='; arguments have no names"),
    ":": ("':' stands for nothing", "leave it out"),
    ";": ("';' stands for nothing", "leave it out"),
    "{": ("'{' begins a mapping", "pass it as an input"),
}


def operator_fault(operator: str, *, is_behind_value: bool) -> tuple[str, str]:
    """Why an operator is refused, and what to do."""
    if operator == "[":
        if is_behind_value:
            return (
                "'[' begins a subscript",
                "write 'order.name' for a field; go through lists with {% for %}",
            )
        return "'[' begins a list", "pass it as an input"
    return _SAID.get(operator, (f"'{operator}' computes", _COMPUTE))


def filter_help(name: str) -> str:
    """What to do in the place of a filter."""
    meant = {"d": "default", "count": "length", "e": None, "escape": None, "safe": None}
    if name not in meant:
        return f"the filters are {', '.join(sorted(FILTERS))}"
    return f"write '{meant[name]}'" if meant[name] else "leave it out: nothing is escaped"


def call_help(name: str) -> str:
    """What to do in the place of a call."""
    meant = {"strip": "trim", "len": "length", "get": "default", **{word: word for word in FILTERS}}
    if name in meant:
        return f"write the filter: {{{{ name | {meant[name]} }}}}"
    return "pass what it would give as an input"
