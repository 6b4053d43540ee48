"""Files in one file: a zip that stores, spelt in one way, so that every byte of it can be checked.

APPNOTE.TXT 6.3.10: sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end of it).
"""

import struct
import zlib
from collections.abc import Mapping

from plmctl.core.finding import IntegrityError

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
# Version 2.0, names in UTF-8, stored, and the first day that a zip knows.
_COMMON = (20, 0x0800, 0, 0, 0x21)
_BEGINNING = (b"PK\3\4", *_COMMON)
_UNIX, _MODE = 3 << 8 | 20, 0o100644 << 16
_MOST_FILES = 0xFFFE
MOST_BYTES = 1 << 30
"""The most that is packed into one zip."""
_MEND = "take the file from where it was made again, or make it anew with 'plmctl bundle'"


def _local(crc: int, size: int, name: bytes) -> bytes:
    """What stands before the content of a file."""
    return _LOCAL.pack(*_BEGINNING, crc, size, size, len(name), 0) + name


def _central(crc: int, size: int, name: bytes, offset: int) -> bytes:
    """The entry of a file in the directory at the end."""
    rest = (crc, size, size, len(name), 0, 0, 0, 0, _MODE, offset)
    return _CENTRAL.pack(b"PK\1\2", _UNIX, *_COMMON, *rest) + name


def packed(files: Mapping[str, bytes | memoryview]) -> bytes:
    """The one zip of these files, in their order. Raises ValueError for more than a zip of ours holds."""
    if len(files) > _MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise ValueError("too much for one bundle: 65,534 files and 1 GiB at most")
    parts: list[bytes | memoryview] = []
    directory: list[bytes] = []
    offset = 0
    for name, data in files.items():
        crc, size, encoded = zlib.crc32(data), len(data), name.encode()
        header = _local(crc, size, encoded)
        directory.append(_central(crc, size, encoded, offset))
        parts += header, data
        offset += len(header) + size
    return b"".join([*parts, _closing(directory, offset)])


def unpacked(name: str, data: bytes) -> dict[str, memoryview]:
    """The files in a zip that `packed` made, uncopied. Raises IntegrityError for any other bytes."""
    # 4.3.16: what closes it says how many entries there are, and where they begin.
    if len(data) < _END.size or len(data) > MOST_BYTES:
        raise _broken(name, "it is cut off, or no bundle")
    signature, _, _, _, count, _, end, _ = _END.unpack_from(data, len(data) - _END.size)
    if signature != b"PK\5\6" or end > len(data):
        more = _after_end(data)
        follow = "1 more byte follows its end" if more == 1 else f"{more:,} more bytes follow its end"
        raise _broken(name, follow if more else "it is cut off, or no bundle")
    directory: list[bytes] = []
    files: dict[str, memoryview] = {}
    offset, whole = 0, memoryview(data)
    for _ in range(count):
        member, crc, content = _read(name, whole, offset, end)
        text = member.decode("utf-8", "surrogateescape")
        if text in files:
            raise _broken(name, f"{text!r} stands in it twice")
        files[text] = content
        directory.append(_central(crc, len(content), member, offset))
        offset += _LOCAL.size + len(member) + len(content)
    if offset != end or data[offset:] != _closing(directory, offset):
        raise _broken(name, "its directory is not that of its files")
    return files


def _after_end(data: bytes) -> int:
    """How many bytes follow the end of a zip; 0 where no end is there."""
    at = data.rfind(b"PK\5\6")
    if at < 0 or at + _END.size > len(data):
        return 0
    _, _, _, _, _, size, directory, _ = _END.unpack_from(data, at)
    # A file in a zip that was cut off can have an end of its own.
    return len(data) - at - _END.size if directory + size == at else 0


def _read(name: str, data: memoryview, offset: int, end: int) -> tuple[bytes, int, memoryview]:
    """The name of a file, its checksum and its content."""
    if offset + _LOCAL.size > end:
        raise _broken(name, "it is cut off, or no bundle")
    header = _LOCAL.unpack_from(data, offset)
    crc, size, again, length, extra = header[6:]
    start = offset + _LOCAL.size + length
    member, content = bytes(data[start - length : start]), data[start : min(start + size, end)]
    if header[:6] != _BEGINNING or size != again or extra or len(member) != length:
        raise _broken(name, f"the header at byte {offset} is not as plmctl writes it")
    if len(content) != size or zlib.crc32(content) != crc:
        shown = member.decode("utf-8", "replace")
        raise _broken(name, f"{shown!r} is not what was packed: its checksum is another")
    return member, crc, content


def _closing(entries: list[bytes], offset: int) -> bytes:
    """What stands behind the last content: the directory, and the end of it."""
    directory = b"".join(entries)
    end = _END.pack(b"PK\5\6", 0, 0, len(entries), len(entries), len(directory), offset, 0)
    return directory + end


def _broken(name: str, why: str) -> IntegrityError:
    return IntegrityError(f"{name}: {why}", hint=_MEND)
