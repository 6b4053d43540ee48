"""Scalars of YAML by what is hard about them, as they are written."""

from collections.abc import Mapping, Sequence

NUMBERS: Mapping[str, Sequence[str]] = {
    "zero": ("0", "-0", "+0", "00", "0.0", "-0.0", "+0.0", "0e0", "-0e-0"),
    "integer": ("1", "-1", "+1", "42", "9007199254740991", "-9007199254740991"),
    "leading zero": ("014", "-014", "+007", "0123456789", "08", "09.5"),
    "octal": ("0o14", "0o0", "0o7777", "0o377777777777777777"),
    "hexadecimal": ("0x1F", "0xabcdef", "0xDEAD", "0x0", "0x1fffffffffffff"),
    "float": ("1.5", "-1.5", "+1.5", "1.", "-1.", ".5", "-.5", "+.5", "0.70", "1.10", "12.30"),
    "exponent": (
        "1e3",
        "1E3",
        "1e+3",
        "1e-3",
        "-1.5e10",
        ".5e3",
        "5.e3",
        "12e03",
        "+1e0",
        "1.7976931348623157e308",
    ),
    "tiny": ("5e-324", "1e-400", "2.2250738585072014e-308", "0.1", "0.30000000000000004"),
    "long digits": (
        "9007199254740992",
        "-9007199254740992",
        "18446744073709551616",
        "1" * 60,
        "0" * 40 + "7",
    ),
    "beyond": ("1e999", "-1e999", "0x20000000000000", "0o400000000000000000", "123456789012345680.0"),
    "not finite": (".inf", "-.inf", "+.INF", ".nan", ".NaN", ".NAN", ".Inf"),
    "underscore": ("1_000", "0x1_F", "1_0.5", "_1", "1_", "0o1_4"),
    "binary": ("0b1", "0b0101", "-0b1", "0B1"),
    "signed base": ("-0o14", "+0x1F", "-0x1F", "+0o7"),
    "near number": (
        *("0o8", "0xG", "0o", "0x", "1e", "1e+", "e3", ".", "+", "-.", "+.", "1.2.3", "1..2", ".e3", "--1"),
        *("+-1", "1-", "1+1", "0O14", "0X1F", ".5.", "1e3.5", "1,5", "\u0661\u0662", "\uff11", "1\u00b2"),
    ),
    "date": ("2026-10-01", "2026-13-45", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5"),
    "time": ("12:30:45", "190:20:30", "1:60", "0:0"),
    "near infinity": ("inf", "-inf", "nan", "NaN", ".InF", ".nAn", "-.nan", "+.NaN", ".infinity"),
}
"""Plain scalars that are a number, or nearly."""

WORDS: Mapping[str, Sequence[str]] = {
    "null": ("~", "null", "Null", "NULL", ""),
    "boolean": ("true", "True", "TRUE", "false", "False", "FALSE"),
    "old boolean": ("yes", "Yes", "no", "NO", "on", "Off", "y", "n", "Y", "N"),
    "near word": ("nULL", "tRUE", "truE", "nil", "None", "~~", "null.", "true1", "=", "Nan"),
    "indicator inside": (
        *(
            "a#b",
            "a:b",
            "http://x.example/a?b#c",
            "a-b",
            "a,b",
            "a]b",
            "a{b}",
            "x@y",
            "50%",
            "a!b",
            "a&b",
            "a*b",
        ),
        *("it's", 'say "x"', "a|b", "a>b", "<<<", "a=b", "back\\slash", "?x", "-x", ":x", "--", "::"),
    ),
    "unicode": (
        *("\u00e9t\u00e9", "e\u0301", "\u4f60\u597d", "\U0001f600", "\u05d0\u05d1", "\u00a0x", "x\u3000y"),
        *("\u200bx", "\u1e9e", "\u212b", "\ufb01", "\u0130"),
    ),
    "words": ("one", "two words", "three  spaced   words", "a b c d e f", "x" * 130, "Ticket triage."),
}
"""Plain scalars that are no number."""

ESCAPES: Mapping[str, Sequence[str]] = {
    "simple escape": (r"\n", r"\t", r"\"", r"\\", r"\/", r"\_", r"\ "),
    "hexadecimal escape": (r"\x41", r"\xe9", r"\xA0"),
    "unicode escape": (r"\u00e9", r"\u4f60", r"\u0301", r"\uFEFF"),
    "astral escape": (r"\U0001F600", r"\U00010000"),
    "separator escape": (r"\L", r"\P", r"\u2029"),
    "control escape": (r"\0", r"\a", r"\b", r"\v", r"\f", r"\r", r"\e", r"\N", r"\x7f", r"\u0085"),
    "half escape": (r"\ud83d", r"\udc00", r"\ud83d\ude00"),
    "wrong escape": (r"\q", r"\x4", r"\u12", r"\'", r"\U00110000"),
}
"""Escapes of double quotes."""
