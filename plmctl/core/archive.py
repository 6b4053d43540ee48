"""Files in one file: a zip that stores, spelt in one way, so that every byte of it can be checked.

APPNOTE.TXT 6.3.10: sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end of it).
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from plmctl.core.finding import IntegrityError

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
# Version 2.0, names in UTF-8, stored, and the first day that a zip knows.
_NEEDED, _FLAGS, _STORED, _TIME, _DAY = 20, 0x0800, 0, 0, 0x21
_UNIX, _MODE = 3 << 8 | _NEEDED, 0o100644 << 16
_MOST_FILES = 0xFFFE
MOST_BYTES = 1 << 30
"""The most that is packed into one zip."""
_MEND = "take the file from where it was made again, or make it anew with 'plmctl bundle'"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    name: bytes
    crc: int
    size: int
    offset: int

    @property
    def local(self) -> bytes:
        """Its header before its content."""
        fields = (_NEEDED, _FLAGS, _STORED, _TIME, _DAY, self.crc, self.size, self.size, len(self.name), 0)
        return _LOCAL.pack(b"PK\3\4", *fields) + self.name

    @property
    def central(self) -> bytes:
        """Its entry in the directory at the end."""
        common = (_UNIX, _NEEDED, _FLAGS, _STORED, _TIME, _DAY, self.crc, self.size, self.size)
        return _CENTRAL.pack(b"PK\1\2", *common, len(self.name), 0, 0, 0, 0, _MODE, self.offset) + self.name


def packed(files: Mapping[str, bytes]) -> bytes:
    """The one zip of these files, in their order. Raises ValueError for more than a zip of ours holds."""
    if len(files) > _MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise ValueError("too much for one bundle: 65,534 files and 1 GiB at most")
    parts: list[bytes] = []
    members: list[_Member] = []
    offset = 0
    for name, data in files.items():
        member = _Member(name=name.encode(), crc=zlib.crc32(data), size=len(data), offset=offset)
        members.append(member)
        parts += member.local, data
        offset += len(member.local) + member.size
    return b"".join([*parts, _closing(members, offset)])


def unpacked(name: str, data: bytes) -> dict[str, bytes]:
    """The files in a zip that `packed` made. Raises IntegrityError for any other bytes."""
    # 4.3.16: what closes it says how many entries there are, and where they begin.
    if len(data) < _END.size or len(data) > MOST_BYTES:
        raise _broken(name, "it is cut off, or no bundle")
    signature, _, _, _, count, _, directory, _ = _END.unpack_from(data, len(data) - _END.size)
    if signature != b"PK\5\6" or directory > len(data):
        more = _after_end(data)
        follow = "1 more byte follows its end" if more == 1 else f"{more:,} more bytes follow its end"
        raise _broken(name, follow if more else "it is cut off, or no bundle")
    members: list[_Member] = []
    files: dict[str, bytes] = {}
    offset = 0
    for _ in range(count):
        member, content = _read(name, data, offset, directory)
        text = member.name.decode("utf-8", "surrogateescape")
        if text in files:
            raise _broken(name, f"{text!r} stands in it twice")
        members.append(member)
        files[text] = content
        offset += len(member.local) + member.size
    if offset != directory or data[offset:] != _closing(members, offset):
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


def _read(name: str, data: bytes, offset: int, end: int) -> tuple[_Member, bytes]:
    if offset + _LOCAL.size > end:
        raise _broken(name, "it is cut off, or no bundle")
    header = _LOCAL.unpack_from(data, offset)
    crc, size, length = header[6], header[7], header[9]
    start = offset + _LOCAL.size + length
    content = data[start : min(start + size, end)]
    member = _Member(name=data[start - length : start], crc=crc, size=size, offset=offset)
    if data[offset:start] != member.local:
        raise _broken(name, f"the header at byte {offset} is not as plmctl writes it")
    shown = member.name.decode("utf-8", "replace")
    if len(content) != size or zlib.crc32(content) != crc:
        raise _broken(name, f"{shown!r} is not what was packed: its checksum is another")
    return member, content


def _closing(members: list[_Member], offset: int) -> bytes:
    directory = b"".join(member.central for member in members)
    end = _END.pack(b"PK\5\6", 0, 0, len(members), len(members), len(directory), offset, 0)
    return directory + end


def _broken(name: str, why: str) -> IntegrityError:
    return IntegrityError(f"{name}: {why}", hint=_MEND)
