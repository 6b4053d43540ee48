"""Changes of bytes and of texts that know nothing of what these mean."""

from collections.abc import Sequence
from random import Random

LARGE = 1 << 20
_INTERESTING = (
    b"\x00",
    b"\x1b[31m",
    b"\x7f",
    b"\x85",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xf3\xa0\x81\x81",
    b"\xe2\x80\xae",
    b"\xe2\x80\x8b",
    b"\xcc\x81",
    b"\xf0\x9f\x98\x80",
    b"\r",
    b"\r\n",
    b"\t",
    b"\n\n",
    b" ",
    b"::error::",
    b"##[error]",
    b"]]>",
    b"<script>",
    b"-->",
    b"\\",
    b'"',
    b"'",
    b"`",
    b"|",
    b">",
    b"{{",
    b"}}",
    b"{%",
    b"[",
    b"]",
    b"{",
    b"}",
    b": ",
    b"- ",
    b"#",
    b"&a ",
    b"*a",
    b"!!binary ",
    b"<<: ",
    b"--- ",
    b"%YAML 1.1\n",
    b"? ",
    b"@",
    b",",
    b"\\u0000",
    b"\\ud800",
    b"\\x1b",
    b"9" * 30,
    b"-0.0",
    b"1e999",
    b".nan",
    b"0x7f",
    b"~",
    b"null",
    b"../",
    b"\xc3\xa9",
    b"e\xcc\x81",
    b"$(id)",
)


def changed(data: bytes, chance: Random, words: Sequence[bytes]) -> bytes:
    """The bytes with some changes: of a bit, of a piece, of a word, of a line."""
    for _ in range(1 + int(chance.expovariate(1.0))):
        data = _CHANGES[int(chance.random() * len(_CHANGES))](data, chance, words)
    return data


def grown(data: bytes, chance: Random) -> bytes:
    """The bytes with a piece of them many times over, at most to the size of the largest file."""
    start, end = _piece(data, chance, most=64)
    piece = data[start:end] or b"[ "
    most = LARGE if chance.random() < 0.1 else LARGE >> 3
    count = int(2 ** (chance.random() * most.bit_length())) // len(piece) + 1
    return data[:end] + piece * min(count, (LARGE - len(data)) // len(piece) + 1) + data[end:]


def _place(data: bytes, chance: Random) -> int:
    return int(chance.random() * (len(data) + 1))


def _piece(data: bytes, chance: Random, most: int = 32) -> tuple[int, int]:
    start = _place(data, chance)
    return start, min(len(data), start + 1 + int(chance.random() * most))


def _bit(data: bytes, chance: Random, words: Sequence[bytes]) -> bytes:
    at = _place(data, chance)
    return (
        data[:at] + bytes([data[at] ^ (1 << int(chance.random() * 8))]) + data[at + 1 :]
        if data[at:]
        else data
    )


def _inserted(data: bytes, chance: Random, words: Sequence[bytes]) -> bytes:
    at = _place(data, chance)
    return data[:at] + chance.choice(_INTERESTING) + data[at:]


def _cut(data: bytes, chance: Random, words: Sequence[bytes]) -> bytes:
    start, end = _piece(data, chance)
    return data[:start] + data[end:]


def _doubled(data: bytes, chance: Random, words: Sequence[bytes]) -> bytes:
    start, end = _piece(data, chance)
    return data[:end] + data[start:end] + data[end:]


def _word(data: bytes, chance: Random, words: Sequence[bytes]) -> bytes:
    start, end = _piece(data, chance, most=8)
    return data[:start] + chance.choice(words) + data[end if chance.random() < 0.5 else start :]


def _line(data: bytes, chance: Random, words: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    at, to = int(chance.random() * len(lines)), int(chance.random() * len(lines))
    lines[at] = chance.choice(
        (b"", lines[to], b"  " + lines[at], lines[at][1:], lines[at] + b"\n" + lines[to])
    )
    return b"\n".join(lines)


def _truncated(data: bytes, chance: Random, words: Sequence[bytes]) -> bytes:
    return data[: _place(data, chance)]


_CHANGES = (_bit, _bit, _inserted, _inserted, _cut, _doubled, _word, _word, _line, _line, _truncated)
