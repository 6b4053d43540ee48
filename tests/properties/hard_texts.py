"""Texts that YAML makes something else of, unless they are written with care."""

HARD = (
    *("no", "yes", "on", "Off", "y", "N", "true", "null", "~", "=", "<<", "", "-", "?", ":", "---"),
    *("1.10", "0x1F", "0o17", "017", "12:30", "190:20:30.15", "1_000", "1e3", "+5", ".5", "-.inf", ".NaN"),
    *("99999999999999999999", "1e999", "2026-10-01", "2001-12-14 21:59:43.10 -5", "0b11", "1.2.3", "^1.0"),
    *(" leading", "trailing ", "a: b", "a:b", "a #b", "a#b", "a:", "- x", "-x", "? x", ": x", "[a", "{a}"),
    *("{{name}}", "Greet {{name}}.", "a, b", "what? now", "it's", 'say "hi"', "'\"", "a\\b", "%x", "@x"),
    *("`x", "*x", "&x", "!x", "|", ">", "# x", "tab\there", "\ttab first", "...", "https://x.org/a?b=c#d"),
    *("nb\u00a0sp", "\u00a0nbsp", "zero\u200bwidth", "sep\u2028arator", "bom\ufeffinside", "\u00e9"),
    *("😀", "a 😀 b 👩\u200d👩\u200d👧", "\U0001d4b3 text over\nlines with 😀\n", "日本語のテキスト"),
    *("\n", "\n\n\n", " \n ", "\t\n", "one\n", "\none", "\n\nUser:", "a\nb", "a\nb\n", "a\n\nb\n\n\n"),
    *("  a\n b\n", "  a\nb\n\n\n", " a\n\n", "\n  a\nb\n\n", "\ta\nb", "a  \nb \n", "a\n  \n", "a\n \n\n"),
    *("# not a comment\n# nor this\n", "- a\n- b\n", "key: value\nother: [\n", "---\n...\n", "a\n\tb\n"),
    " ".join(["word"] * 40),
    " ".join(["a: b"] * 40),
    "x" * 300,
    "A line that is long enough to be wrapped by some editor, but never by this program. " * 3 + "\nAnother.",
)
