"""The files of `hostile.md` Y: their bytes, and every finding of the reader with its place."""

import itertools
import string
from collections.abc import Callable
from dataclasses import dataclass

Expected = frozenset[tuple[str, int, int]]

# Python's hash of an integer is its remainder by this.
HASH_MODULUS = 2**61 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A hostile file, and what the reader says of it: codes with line and column."""

    name: str
    data: Callable[[], bytes]
    expected: Expected


def _case(name: str, data: bytes | str | Callable[[], str], *expected: tuple[str, int, int]) -> Case:
    def built() -> bytes:
        content = data() if callable(data) else data
        return content.encode() if isinstance(content, str) else content

    return Case(name=name, data=built, expected=frozenset(expected))


def _laughs() -> str:
    lines = ["l00: &l00 [lol, lol]"]
    lines += [f"l{n:02}: &l{n:02} [*l{n - 1:02}, *l{n - 1:02}]" for n in range(1, 30)]
    return "\n".join(lines) + "\n"


def _merges() -> str:
    lines = ["m00: &m00 {a: 1}"]
    lines += [f"m{n:02}: &m{n:02} {{<<: [*m{n - 1:02}, *m{n - 1:02}]}}" for n in range(1, 20)]
    return "\n".join(lines) + "\n"


def _many_keys() -> str:
    letters = itertools.product(string.ascii_lowercase, repeat=4)
    return "{" + "".join("".join(word) + "," for word in itertools.islice(letters, 200_000)) + "}"


def _equal_hashes() -> str:
    return "".join(f"{n * HASH_MODULUS}: x\n" for n in range(1, 20_001))


def _all(code: str, places: list[tuple[int, int]]) -> list[tuple[str, int, int]]:
    return [(code, line, column) for line, column in places]


CATALOGUE: tuple[Case, ...] = (
    _case(
        "y01-billion-laughs",
        _laughs,
        *_all("YML015", [(n, 6) for n in range(1, 31)]),
        *_all("YML016", [(n, column) for n in range(2, 31) for column in (12, 18)]),
    ),
    _case(
        "y02-merge-bomb",
        _merges,
        *_all("YML015", [(n, 6) for n in range(1, 21)]),
        *_all("YML018", [(n, 12) for n in range(2, 21)]),
        *_all("YML016", [(n, column) for n in range(2, 21) for column in (17, 23)]),
    ),
    _case("y03-recursive-alias", "a: &a [*a]\n", ("YML015", 1, 4), ("YML016", 1, 8)),
    _case("y04-brackets", lambda: "[" * 30_000 + "]" * 30_000, ("YML012", 1, 65)),
    _case("y04-brackets-never-closed", lambda: "[" * 60_000, ("YML012", 1, 65)),
    _case("y05-deep-block", lambda: "".join(" " * n + "a:\n" for n in range(1000)), ("YML012", 65, 65)),
    _case("y05-deep-flow", lambda: '{"a":' * 1000 + "1" + "}" * 1000, ("YML012", 1, 321)),
    _case("y06-50-mb", lambda: "a: " + "x" * 50_000_000, ("YML001", 1, 1)),
    _case("y06-300-kib", lambda: "a: " + "x" * 300 * 1024, ("YML014", 1, 4)),
    _case("y07-keys", _many_keys, ("YML013", 1, 125_001)),
    _case("y08-equal-hashes", _equal_hashes, *_all("YML022", [(n, 1) for n in range(1, 101)])),
    _case("y08-integer-keys", "1: x\n0x2: y\n", ("YML019", 1, 1), ("YML019", 2, 1)),
    _case("y09-dashes", lambda: "- " * 200 + "x\n", ("YML012", 1, 129)),
    _case("y10-duplicate", "a: 1\nb: {c: 1, c: 2}\na: 3\n", ("YML020", 2, 11), ("YML020", 3, 1)),
    _case("y10-duplicate-after-nfc", "\u00e9: 1\ne\u0301: 2\n", ("YML020", 2, 1)),
    _case("y11-one-resolver", "a: no\nb: 014\nc: 12:30:45\nd: on\n"),
    _case("y12-bad-date", "a: 2026-13-45\n"),
    _case("y12-5000-digits", lambda: "a: " + "7" * 5000 + "\n", ("YML022", 1, 4)),
    _case("y12-nearly-a-number", lambda: "a: " + "0" * (256 * 1024 - 1) + "x\n"),
    _case(
        "y13-not-finite",
        "a: .nan\nb: .inf\nc: 1e999\nd: -.INF\n",
        *_all("YML022", [(n, 4) for n in range(1, 5)]),
    ),
    _case("y14-python-object", 'a: !!python/object/apply:os.system ["true"]\n', ("YML017", 1, 4)),
    _case("y14-custom-tag", "a: !custom x\nb: !<tag:x> y\n", ("YML017", 1, 4), ("YML017", 2, 4)),
    _case("y14-tag-directive", "%TAG ! tag:x,2026:\n---\na: 1\n", ("YML011", 1, 1)),
    _case(
        "y14-many-tag-directives",
        lambda: "".join(f"%TAG !{n:x}! a\n" for n in range(65_000)) + "---\na: 1\n",
        ("YML011", 1, 1),
    ),
    _case(
        "y14-tag-directives-behind",
        lambda: "a\n...\n" + "".join(f"%TAG !{n:x}! a\n" for n in range(65_000)) + "---\na: 1\n",
        ("YML010", 3, 1),
    ),
    _case("y15-binary", "a: !!binary aGk=\n", ("YML017", 1, 4)),
    _case("y15-set", "a: !!set {b, c}\n", ("YML017", 1, 4)),
    _case("y15-complex-key", "? [a, b]\n: c\n", ("YML019", 1, 3)),
    _case("y15-key-alone", "? kind"),
    _case("y16-nul", b"a: x\0y\n", ("YML004", 1, 5)),
    _case("y17-escaped-controls", 'a: "\\0 \\x1b"\n"\\e": 1\n', ("YML021", 1, 4), ("YML021", 2, 1)),
    _case("y18-surrogate", 'a: "\\ud800"\n', ("YML021", 1, 5)),
    _case("y19-utf-16", "a: 1\n".encode("utf-16"), ("YML002", 1, 1)),
    _case("y19-utf-16-without-mark", "a: 1\n".encode("utf-16-le"), ("YML004", 1, 2)),
    _case("y19-latin-1", "a: 1\nb: caf\u00e9\n".encode("latin-1"), ("YML002", 2, 7)),
    _case("y20-mark-first", "\ufeffa: 1\n", ("YML003", 1, 1)),
    _case("y20-mark-later", "a: 1\n\ufeffb: 2\n", ("YML004", 2, 1)),
    _case("y21-crlf", "a: 1\r\nb: 2\r\n", ("YML006", 1, 5)),
    _case("y21-lone-cr", "a: 1\nb: 2\rc: 3\n", ("YML006", 2, 5)),
    _case("y22-several", "a: 1\n---\nb: 2\n", ("YML010", 2, 1)),
    _case("y22-empty", b"", ("YML009", 1, 1)),
    _case("y22-comments", "# nothing\n\n", ("YML009", 1, 1)),
)
