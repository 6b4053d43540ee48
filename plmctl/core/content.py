"""Data by its content: how much it is, and the first digits of its md5."""

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.phrase import counted
from plmctl.core.value import Value

_MD5 = deferred(r"[0-9a-f]{32}(\.dir)?")
_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a DVC pointer says of the bytes behind it; `nfiles` None for one file."""

    md5: str
    size: int
    nfiles: int | None = None

    @property
    def digits(self) -> str:
        """What of the md5 is shown where nothing is compared."""
        return self.md5[:_DIGITS]

    @property
    def told(self) -> str:
        """All of it, in a few words."""
        files = () if self.nfiles is None else (counted(self.nfiles, "file"),)
        return ", ".join((*files, counted(self.size, "byte"), f"md5 {self.digits}"))


def content_of(value: Value) -> Content | None:
    """The content that stands in a manifest's value for a pointer; None for any other value."""
    if not isinstance(value, dict) or not value.keys() <= {"md5", "size", "nfiles"}:
        return None
    md5, size, nfiles = value.get("md5"), value.get("size"), value.get("nfiles")
    if not isinstance(md5, str) or _MD5.fullmatch(md5) is None:
        return None
    if type(size) is not int or not (nfiles is None or type(nfiles) is int):
        return None
    return Content(md5=md5, size=size, nfiles=nfiles)


def content_change(old: Content, new: Content) -> str:
    """How one content differs from another: `2 files as before, 10 to 12 bytes, md5 ... to ...`."""
    parts = [_counts(old.size, new.size, "byte"), f"md5 {_digits(old, new)}"]
    if old.nfiles is not None or new.nfiles is not None:
        before, now = (1 if side.nfiles is None else side.nfiles for side in (old, new))
        parts.insert(0, _counts(before, now, "file"))
    return ", ".join(parts)


def _counts(old: int, new: int, unit: str) -> str:
    return f"{counted(new, unit)} as before" if old == new else f"{old} to {counted(new, unit)}"


def _digits(old: Content, new: Content) -> str:
    if old.md5 == new.md5:
        return f"{new.digits} as before"
    # Two may be made to begin alike.
    is_apart = old.digits != new.digits
    return f"{old.digits} to {new.digits}" if is_apart else f"{old.md5} to {new.md5}"
