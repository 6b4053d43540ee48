"""The hashes of one open file: one read, from one open."""

import hashlib
import os
import stat

from plmctl.core.dataclass import dataclass

CHUNK = 1 << 20
"""Bytes that are held of a file; what DVC 2 thought of its end of lines depends on it."""

# What DVC takes for text (dvc-data, hashfile/istextfile.py): at most 30 % of 512 bytes are none of these.
_TEXT = bytes(range(32, 127)) + b"\n\r\t\f\b"
_LOOKED_AT = 512

# O_NONBLOCK: opening a FIFO must not wait for a writer.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class ChangedWhileRead(Exception):
    """A file that somebody wrote to meanwhile."""


class NotAFile(Exception):
    """What was opened is no regular file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashes:
    """What one file has: bytes, md5 in hex, and sha256 in hex where that was asked for."""

    size: int
    md5: str
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashing:
    """Which hashes are wanted: md5 as DVC 3 computes it or as DVC 2 did, with sha256 or without."""

    is_legacy: bool = False
    with_sha256: bool = False

    def of(self, place: str) -> Hashes:
        """The hashes of a file; no link is followed. Raises OSError, NotAFile, ChangedWhileRead."""
        found = self.of_small(place, None)
        assert found is not None, "without a limit no file is over it"
        return found

    def of_small(self, place: str, limit: int | None) -> Hashes | None:
        """The same; None for a file of more bytes than the limit."""
        opened = os.open(place, _FLAGS)
        try:
            status = os.fstat(opened)
            if not stat.S_ISREG(status.st_mode):
                raise NotAFile
            is_over = limit is not None and status.st_size > limit
            return None if is_over else self._of_open(opened, status)
        finally:
            os.close(opened)

    def _of_open(self, opened: int, before: os.stat_result) -> Hashes:
        md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
        size = 0
        # One byte more than it should have: a file that ends there is read by one call.
        while chunk := _chunk(opened, before.st_size - size):
            md5.update(folded(chunk) if self.is_legacy else chunk)
            if self.with_sha256:
                sha256.update(chunk)
            size += len(chunk)
            if size >= before.st_size:
                break
        after = os.fstat(opened)
        if size != before.st_size or (after.st_size, after.st_mtime_ns) != (size, before.st_mtime_ns):
            raise ChangedWhileRead
        return Hashes(size=size, md5=md5.hexdigest(), sha256=sha256.hexdigest() if self.with_sha256 else None)


def _chunk(opened: int, left: int) -> bytes:
    """A piece of a file that should have so many bytes more; one too many where it has."""
    wanted = min(CHUNK, left + 1)
    found = os.read(opened, wanted)
    if not found or len(found) >= min(CHUNK, left):
        return found
    parts, wanted = [found], wanted - len(found)
    while wanted and (part := os.read(opened, wanted)):
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


def folded(chunk: bytes) -> bytes:
    """A piece of a file as DVC 2 hashed it: of text CRLF is LF, unless it lies across two pieces."""
    head = chunk[:_LOOKED_AT]
    is_text = b"\0" not in head and len(head.translate(None, _TEXT)) <= 0.30 * len(head)
    return chunk.replace(b"\r\n", b"\n") if is_text else chunk
