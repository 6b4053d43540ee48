"""How much data there is, in words."""

_UNITS = ("kB", "MB", "GB", "TB", "PB")


def amount(size: int, nfiles: int | None) -> str:
    """Bytes, and of a folder the number of its files: `3 files, 1.2 MB`."""
    if nfiles is None:
        return bytes_text(size)
    return f"{nfiles:,} {'file' if nfiles == 1 else 'files'}, {bytes_text(size)}"


def bytes_text(size: int) -> str:
    """A number of bytes with at most one digit behind the point; 1 kB is 1,000 bytes."""
    if size < 1000:
        return f"{size} {'byte' if size == 1 else 'bytes'}"
    # What would be rounded up to 1,000 is 1 of the next unit.
    fitting = (n for n in range(len(_UNITS)) if round(size / 1000 ** (n + 1), 1) < 1000)
    power = next(fitting, len(_UNITS) - 1)
    return f"{size / 1000 ** (power + 1):,.1f} {_UNITS[power]}"
