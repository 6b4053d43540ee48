"""Data that a tree itself has, beside its pointer: then it comes with Git."""

from hashlib import md5

from plmctl.core.include import FILE_LIMIT
from plmctl.core.inventory import Inventory, Row
from plmctl.core.pointer import Pointer
from plmctl.core.ports import EntryKind, Tree, Unreadable
from plmctl.core.tree import bytes_at


def tracked_file(tree: Tree, pointer: Pointer) -> bytes | None:
    """The bytes of a pointer's file; None where the tree has it not, or another."""
    if pointer.is_legacy or tree.kind(pointer.out_path) is not EntryKind.FILE:
        return None
    data = bytes_at(tree, pointer.out_path, limit=FILE_LIMIT)
    return data if data is not None and _md5(data) == pointer.md5 else None


def tracked_folder(tree: Tree, pointer: Pointer) -> Inventory | None:
    """The inventory of a pointer's folder; None where the tree has it not, or another."""
    if pointer.is_legacy or tree.kind(pointer.out_path) is not EntryKind.FOLDER:
        return None
    start = f"{pointer.out_path}/"
    try:
        files = {
            path.removeprefix(start): tree.read(path, limit=FILE_LIMIT)
            for path in tree.paths()
            if path.startswith(start)
        }
    except Unreadable:
        return None
    found = Inventory.of(Row(relpath=p, md5=_md5(data), size=len(data)) for p, data in files.items())
    return found if found.md5 == pointer.md5 else None


def _md5(data: bytes) -> str:
    return md5(data, usedforsecurity=False).hexdigest()
