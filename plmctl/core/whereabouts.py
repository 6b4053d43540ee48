"""Where the files and the data of an artifact lie: in no digest, and yet somebody must find them."""

from collections.abc import Iterator

from plmctl.core.dataclass import dataclass
from plmctl.core.include import Included
from plmctl.core.manifest import Manifest
from plmctl.core.value import Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a field names lies elsewhere, with the content that it had: its `path` or its `remote`."""

    pointer: Pointer
    name: str
    old: str
    new: str


def moves(old: Manifest, new: Manifest) -> Iterator[Move]:
    """The files and the data of two moments of an artifact that moved; texts are told as texts."""
    for pointer, after in new.included.items():
        before = old.included.get(pointer)
        # In a list, another file at the same place is another item.
        is_item = any(isinstance(step, int) for step in pointer)
        if before is None or is_item or after.text is not None or before.value != after.value:
            continue
        here, there = _whereabouts(before), _whereabouts(after)
        for name in here:
            if here[name] != there[name]:
                yield Move(pointer=pointer, name=name, old=here[name], new=there[name])


def _whereabouts(file: Included) -> dict[str, str]:
    """Where a file is, or the data that a pointer stands for: its path, and DVC's name of its remote."""
    if file.data is None:
        return {"path": file.path, "remote": ""}
    # Without a remote of its own it is in the one that DVC takes by default.
    return {"path": file.data.out_path, "remote": file.data.remote or "default"}
